//! `M`, `M(id)`, `M(a, b)`, `across(M)`, `M(each ids)`: models and rows, as both attributes name them.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprUnary, Path, Token, UnOp, bracketed, parenthesized};

use crate::errors::Errors;
use crate::function::Function;
use crate::lints;
use crate::paths::{ends, private};
use crate::syntax::{mentions, ungrouped};

/// A model or some of its rows.
#[derive(Clone)]
pub(crate) struct Dependency {
    pub(crate) model: Path,
    pub(crate) extent: Extent,
}

#[derive(Clone)]
pub(crate) enum Extent {
    Model,
    Across,
    /// The parts of the id, in order.
    Row(Vec<Expr>),
    /// `each expr`.
    Rows(Box<Expr>),
}

/// `[M, M(id)]`.
pub(crate) struct Dependencies(pub(crate) Vec<Dependency>);

impl Parse for Dependencies {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(syn::token::Bracket) {
            return Err(input.error("expected a list: `[Model, Model(id)]`"));
        }
        let content;
        bracketed!(content in input);
        let all = Punctuated::<Dependency, Token![,]>::parse_terminated(&content)?;
        Ok(Dependencies(all.into_iter().collect()))
    }
}

impl Parse for Dependency {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let model: Path = input.call(Path::parse_mod_style).map_err(|error| {
            syn::Error::new(error.span(), "expected a model: `Model`, `Model(id)` or `across(Model)`")
        })?;
        if !input.peek(syn::token::Paren) {
            return Ok(Dependency { model, extent: Extent::Model });
        }
        let content;
        parenthesized!(content in input);
        if model.is_ident("across") {
            let model = content.call(Path::parse_mod_style)?;
            if !content.is_empty() {
                return Err(rest(&content, "`across` takes one model and no id: `across(Model)`"));
            }
            return Ok(Dependency { model, extent: Extent::Across });
        }
        if content.is_empty() {
            return Err(syn::Error::new(
                model.span(),
                "no id between the parentheses; leave them out for the whole model",
            ));
        }
        if is_each(&content) {
            content.parse::<Ident>()?;
            let rows = content.parse()?;
            if !content.is_empty() {
                return Err(rest(&content, "`each` stands for one expression: an iterator of ids"));
            }
            return Ok(Dependency { model, extent: Extent::Rows(Box::new(rows)) });
        }
        let id = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
        if let Some(fifth) = id.iter().nth(4) {
            let message = "an id has at most 4 parts: make it one, a struct with `#[derive(CacheKey)]`";
            return Err(syn::Error::new_spanned(fifth, message));
        }
        Ok(Dependency { model, extent: Extent::Row(id.into_iter().collect()) })
    }
}

/// A mistake in what is left, which is read over: otherwise `syn` reports it too.
fn rest(input: ParseStream<'_>, message: &str) -> syn::Error {
    let error = input.error(message);
    while input.parse::<TokenTree>().is_ok() {}
    error
}

/// `each` followed by an expression; by itself it is a variable.
fn is_each(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let each = fork.parse::<Ident>().is_ok_and(|ident| ident == "each");
    each && !fork.is_empty() && !fork.peek(Token![,]) && !fork.peek(Token![.]) && fork.parse::<Expr>().is_ok()
}

impl Dependency {
    /// All that the author wrote of the id.
    pub(crate) fn id_tokens(&self) -> TokenStream {
        match &self.extent {
            Extent::Model | Extent::Across => TokenStream::new(),
            Extent::Row(id) => quote!(#(#id),*),
            Extent::Rows(rows) => rows.to_token_stream(),
        }
    }

    /// Whether it is rows of a model, not all of it.
    pub(crate) fn names_rows(&self) -> bool {
        matches!(self.extent, Extent::Row(_) | Extent::Rows(_))
    }

    /// Whether only the result names the rows.
    pub(crate) fn names_result(&self) -> bool {
        mentions(&self.id_tokens(), &format_ident!("ret"))
    }

    /// How it is registered.
    pub(crate) fn registered(&self) -> TokenStream {
        let model = &self.model;
        let extent = match &self.extent {
            Extent::Model => quote!(Model),
            Extent::Across => quote!(Across),
            Extent::Row(_) => quote!(Row),
            Extent::Rows(..) => quote!(Rows),
        };
        let name = quote_spanned!(ends(model).1=> <#model as ::cache_core::Model>::NAME);
        quote!(::cache_core::private::Dependency { model: #name, extent: ::cache_core::private::Extent::#extent })
    }
}

/// The same with an alias in place of each type that the author names, so that one that isn't there is reported once; and
/// what the aliases stand for. A type parameter has none: no item within the function could name it.
pub(crate) fn aliased(function: &Function, dependencies: &[Dependency]) -> (Vec<Dependency>, TokenStream) {
    let (mut named, mut aliases) = (Vec::new(), TokenStream::new());
    for (position, dependency) in dependencies.iter().enumerate() {
        let model = alias(function, &dependency.model, &format!("__CacheModel{position}"), &mut aliases);
        named.push(Dependency { model, extent: dependency.extent.clone() });
    }
    (named, aliases)
}

/// An alias for a type that the author names.
pub(crate) fn alias(function: &Function, path: &Path, name: &str, aliases: &mut TokenStream) -> Path {
    if !function.is_nameable(path) {
        return path.clone();
    }
    let (start, end) = ends(path);
    let name = Ident::new(name, end);
    aliases.extend(quote_spanned!(start=> type #name = #path;));
    Path::from(name)
}

/// Tells of a row, by the parts of its id: they are borrowed, never moved.
pub(crate) fn row(model: &Path, to: &TokenStream, parts: &[Expr]) -> TokenStream {
    let several = if parts.len() == 1 { String::new() } else { parts.len().to_string() };
    let (row, span) = (private(&format!("row{several}"), model), ends(model).1);
    let types = parts.iter().map(|part| quote_spanned!(ends(part).0=> _));
    let parts = parts.iter().map(|part| {
        let (start, end) = ends(part);
        let part = quote_spanned!(end=> (#part));
        quote_spanned!(start=> &#part)
    });
    quote_spanned!(span=> #row::<#model, #(#types),*>(#to, #(#parts),*);)
}

/// Tells of each of the rows.
pub(crate) fn each_row(model: &Path, to: &TokenStream, expr: &Expr) -> TokenStream {
    let (rows, each) = (rows(expr), Ident::new("__cache_id", ends(expr).0));
    let (row, quiet) = (row(model, to, &[syn::parse_quote!(#each)]), lints::statements());
    quote_spanned! {ends(model).1=>
        #quiet
        for #each in #rows {
            #row
            if ::cache_core::private::ToldOfRows::is_full(#to) { break; }
        }
    }
}

/// What is iterated for `each expr`: a place is borrowed, anything else is the iterator itself.
fn rows(expr: &Expr) -> TokenStream {
    match ungrouped(expr) {
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Paren(_) => {
            quote_spanned!(expr.span()=> (#expr).iter())
        }
        Expr::Unary(ExprUnary { op: UnOp::Deref(_), .. }) => quote_spanned!(expr.span()=> (#expr).iter()),
        expr => quote_spanned!(expr.span()=> ::core::iter::IntoIterator::into_iter(#expr)),
    }
}

/// Arguments are gone when the result is there.
pub(crate) fn rows_of_the_result_stand_alone(all: &[Dependency], function: &Function, errors: &Errors) {
    for dependency in all.iter().filter(|dependency| dependency.names_result()) {
        let id = dependency.id_tokens();
        if function.bindings().any(|name| name == "ret") {
            errors.at(&id, "`ret` is the result here, and an argument has that name; rename the argument");
        } else if let Some(argument) = function.bindings().find(|name| mentions(&id, name)) {
            errors.at(
                &id,
                format_args!(
                    "an id is taken from the arguments, before the body runs, or from `ret`, after it: here are `ret` and \
                     `{argument}`; return what the id needs"
                ),
            );
        }
    }
}
