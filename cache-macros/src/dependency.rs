//! `M`, `M(id)`, `M(a, b)`, `across(M)`, `M(each ids)`: models and rows, as both attributes name them.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Path, Token, bracketed, parenthesized};

/// A model or some of its rows.
pub(crate) struct Dependency {
    pub(crate) model: Path,
    pub(crate) extent: Extent,
}

pub(crate) enum Extent {
    Model,
    Across,
    /// The parts of the id, in order.
    Row(Vec<Expr>),
    /// `each expr`.
    Rows(Ident, Box<Expr>),
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
                return Err(content.error("`across` takes one model and no id: `across(Model)`"));
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
            let each: Ident = content.parse()?;
            let rows = content.parse()?;
            if !content.is_empty() {
                return Err(content.error("`each` stands for one expression: an iterator of ids"));
            }
            return Ok(Dependency { model, extent: Extent::Rows(each, Box::new(rows)) });
        }
        let id = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
        Ok(Dependency { model, extent: Extent::Row(id.into_iter().collect()) })
    }
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
            Extent::Rows(_, rows) => rows.to_token_stream(),
        }
    }

    /// How it is registered.
    pub(crate) fn registered(&self, cache: &TokenStream) -> TokenStream {
        let model = &self.model;
        let extent = match &self.extent {
            Extent::Model => quote!(Model),
            Extent::Across => quote!(Across),
            Extent::Row(_) => quote!(Row),
            Extent::Rows(..) => quote!(Rows),
        };
        let name = quote_spanned!(model.span()=> <#model as #cache::Model>::NAME);
        quote!(#cache::private::Dependency { model: #name, extent: #cache::private::Extent::#extent })
    }
}

/// A reference to the id: one expression, or several as a composite. Borrowed, never moved.
pub(crate) fn id(parts: &[Expr], cache: &TokenStream) -> TokenStream {
    match parts {
        [one] => quote_spanned!(one.span()=> &(#one)),
        parts => {
            let parts = parts.iter().map(|part| quote_spanned!(part.span()=> &(#part)));
            quote!(&#cache::private::Composite((#(#parts,)*)))
        }
    }
}

/// What is iterated for `each expr`: a place is borrowed, anything else is the iterator itself.
pub(crate) fn rows(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Paren(_) => {
            quote_spanned!(expr.span()=> (#expr).iter())
        }
        expr => quote_spanned!(expr.span()=> ::core::iter::IntoIterator::into_iter(#expr)),
    }
}
