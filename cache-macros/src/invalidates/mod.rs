//! `#[invalidates(..)]`: parse, check, expand.

mod check;
mod expand;
mod parse;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ItemFn;

use crate::errors::Errors;
use crate::function::{self, Function, without_ours};
use crate::methods::{Block, Expanded, Instance};
use crate::paths;

pub(crate) fn invalidates(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = function::item(item, "invalidates")?;
    // At the attribute, but as if the author had written it all: then no note says that a macro did.
    let at = item.sig.fn_token.span.located_at(Span::call_site());
    let errors = Errors::new();
    let Expanded { wrapper, beside, .. } = writer(attribute, item, None, at, &errors);
    Ok(errors.beside(quote!(#wrapper #beside)))
}

/// The attribute on a method of a block under `#[cache_core::methods]`, which stands at `at`.
pub(crate) fn method(
    attribute: TokenStream,
    item: ItemFn,
    block: &Block,
    at: Span,
    errors: &Errors,
) -> Expanded {
    writer(attribute, item, Some(block.clone()), at, errors)
}

/// After a mistake the author's function, as it is.
fn writer(attribute: TokenStream, item: ItemFn, block: Option<Block>, at: Span, errors: &Errors) -> Expanded {
    let own = Errors::new();
    let options = parse::Options::parse(attribute, &own);
    let function = Function::new(item, block, "a writer", &own);
    check::check(&options, &function, at, &own);
    if errors.ok(own.check()).is_none() {
        return Expanded { wrapper: without_ours(&function.item), ..Expanded::default() };
    }
    let (wrapper, beside) = expand::expand(&options, &function);
    let renamed = |tokens| paths::renamed(tokens, options.crate_.as_ref());
    let instance = expand::instance(&options, &function).map(|writer| Instance::Writer(renamed(writer)));
    Expanded { wrapper: renamed(wrapper), beside: renamed(beside), instance, ..Expanded::default() }
}
