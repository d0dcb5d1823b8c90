//! `M`, `M(id)`, `M(a, b)`, `across(M)`, `M(each ids)`: models and rows, as both attributes name them.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprUnary, Path, Token, UnOp, bracketed, parenthesized};

use crate::errors::Errors;
use crate::function::Function;
use crate::lints;
use crate::options::{Word, list};
use crate::paths::{ends, private};
use crate::syntax::{holds_nothing, mentions, ungrouped};
use crate::text::text;

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

/// Reads `= [M, M(id)]`, each of them by itself.
pub(crate) fn list_of(
    option: &Word,
    input: ParseStream<'_>,
    errors: &Errors,
) -> syn::Result<Vec<Dependency>> {
    option.equals(input)?;
    if !input.peek(syn::token::Bracket) {
        return Err(option.misread(input.span(), "a list in brackets"));
    }
    let content;
    bracketed!(content in input);
    if content.is_empty() {
        let message =
            format!("`{}` lists nothing: name what the value depends on, or leave it out", option.ident());
        return Err(syn::Error::new(option.span(), message));
    }
    Ok(list(&content, errors, Dependency::parse))
}

impl Parse for Dependency {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let at = input.span();
        let model: Path = input
            .call(Path::parse_mod_style)
            .map_err(|_| syn::Error::new(at, "expected a model: `Model`, `Model(id)` or `across(Model)`"))?;
        let is = |word| model.is_ident(word);
        if !input.peek(syn::token::Paren) {
            return match input.is_empty() || input.peek(Token![,]) {
                true if is("across") => Err(syn::Error::new(at, ACROSS)),
                true => Ok(Dependency { model, extent: Extent::Model }),
                false => Err(input.error("expected `,`, or an id in parentheses: `Model(id)`")),
            };
        }
        let content;
        parenthesized!(content in input);
        if is("across") {
            let model = content.call(Path::parse_mod_style);
            return match model {
                Ok(model) if content.is_empty() => Ok(Dependency { model, extent: Extent::Across }),
                Ok(_) => Err(content.error(ACROSS)),
                Err(_) => Err(syn::Error::new(at, ACROSS)),
            };
        }
        if is("each") {
            return Err(syn::Error::new(at, "`each` stands within a model: `Model(each ids)`"));
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
                return Err(content.error("`each` stands for one expression: an iterator of ids"));
            }
            return Ok(Dependency { model, extent: Extent::Rows(Box::new(rows)) });
        }
        let id = Punctuated::<Expr, Token![,]>::parse_terminated_with(&content, part)?;
        if let Some(fifth) = id.iter().nth(4) {
            let message = "an id has at most 4 parts: make it one, a struct with `#[derive(CacheKey)]`";
            return Err(syn::Error::new_spanned(fifth, message));
        }
        Ok(Dependency { model, extent: Extent::Row(id.into_iter().collect()) })
    }
}

const ACROSS: &str = "`across` takes one model and no id: `across(Model)`";

/// A part of an id.
fn part(input: ParseStream<'_>) -> syn::Result<Expr> {
    let at = input.span();
    let part: Expr = input.parse()?;
    match input.peek(Token![:]) || matches!(part, Expr::Assign(_)) {
        true => {
            Err(syn::Error::new(at, "an id is given by its parts, in order and without names: `Model(id)`"))
        }
        false => Ok(part),
    }
}

/// `each` followed by an expression; by itself it is a variable.
fn is_each(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let each = fork.parse::<Ident>().is_ok_and(|ident| ident == "each");
    each && !fork.is_empty() && !fork.peek(Token![,]) && !fork.peek(Token![.]) && fork.parse::<Expr>().is_ok()
}

impl Extent {
    /// How wide it is: rows, the model in a tenant, the model.
    fn rank(&self) -> u8 {
        match self {
            Extent::Row(_) | Extent::Rows(_) => 0,
            Extent::Model => 1,
            Extent::Across => 2,
        }
    }
}

/// The model, and what is said of its rows, for messages.
impl ToTokens for Dependency {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.model.to_tokens(tokens);
        self.id_tokens().to_tokens(tokens);
    }
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

    /// How it is registered: beside the function, or in an instance of it.
    pub(crate) fn registered(&self, function: &Function, is_instance: bool) -> TokenStream {
        let model = &self.model;
        let extent = match &self.extent {
            Extent::Model => quote!(All),
            Extent::Across => quote!(Across),
            _ if self.names_result() => quote!(Late),
            Extent::Row(_) => quote!(Row),
            Extent::Rows(..) => quote!(Rows),
        };
        let extent = quote!(::cache_core::private::Extent::#extent);
        if !is_instance && !function.is_nameable(model) {
            let name = text(model);
            return quote!(::cache_core::private::Dependency::of_parameter(#name, #extent));
        }
        let model = quote_spanned!(ends(model).1=> <#model as ::cache_core::Model>::FACTS);
        quote!(::cache_core::private::Dependency::new(#model, #extent))
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

/// Says what can't be: of the attribute's models and rows, whichever attribute it is.
pub(crate) fn check(all: &[Dependency], function: &Function, errors: &Errors) {
    nothing_is_named_twice(all, errors);
    rows_of_the_result_stand_alone(all, function, errors);
    results_hold_something(all, function, errors);
}

/// A model that is named as a whole stands for each of its rows.
fn nothing_is_named_twice(all: &[Dependency], errors: &Errors) {
    let text = |tokens: &dyn ToTokens| tokens.to_token_stream().to_string();
    for (position, one) in all.iter().enumerate() {
        let of_model = |other: &&Dependency| text(&other.model) == text(&one.model);
        let is_same = |other: &Dependency| {
            other.extent.rank() == one.extent.rank() && text(&other.id_tokens()) == text(&one.id_tokens())
        };
        let model = text(&one.model).replace(' ', "");
        if all[..position].iter().filter(of_model).any(is_same) {
            errors.at(one, format_args!("`{model}` is named twice, in the same way"));
        } else if let Some(wider) =
            all.iter().filter(of_model).find(|other| other.extent.rank() > one.extent.rank())
        {
            let (whole, this) = match (&wider.extent, &one.extent) {
                (Extent::Across, Extent::Model) => (format!("across({model})"), "the model in a tenant"),
                (Extent::Across, _) => (format!("across({model})"), "this row"),
                _ => (model, "this row"),
            };
            errors.at(one, format_args!("`{whole}` stands for {this} too: leave one of them out"));
        }
    }
}

/// Arguments are gone when the result is there.
fn rows_of_the_result_stand_alone(all: &[Dependency], function: &Function, errors: &Errors) {
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

/// The compiler would say so too, without saying why.
fn results_hold_something(all: &[Dependency], function: &Function, errors: &Errors) {
    if !holds_nothing(&function.returns) || function.bindings().any(|name| name == "ret") {
        return;
    }
    for dependency in all.iter().filter(|dependency| dependency.names_result()) {
        errors.at(
            dependency.id_tokens(),
            "`ret` is what the function returns, and that is nothing: return what the id needs, take it from an argument, \
             or name the whole model",
        );
    }
}
