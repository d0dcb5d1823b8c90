//! `#[invalidates(..)]`: parse, check, expand.

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

use crate::errors::Errors;
use crate::function::Function;
use crate::methods::{Block, Expanded};
use crate::paths;

pub(crate) fn invalidates(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item: ItemFn = syn::parse2(item).map_err(|error| {
        syn::Error::new(error.span(), format!("`#[invalidates]` goes on a function with a body: {error}"))
    })?;
    let (wrapper, beside) = writer(attribute, item, None)?;
    Ok(quote!(#wrapper #beside))
}

/// The attribute on a method of a block under `#[cache_core::methods]`.
pub(crate) fn method(attribute: TokenStream, item: ItemFn, block: &Block) -> syn::Result<Expanded> {
    let (wrapper, beside) = writer(attribute, item, Some(block.clone()))?;
    Ok(Expanded { wrapper, beside, ..Expanded::default() })
}

fn writer(
    attribute: TokenStream,
    item: ItemFn,
    block: Option<Block>,
) -> syn::Result<(TokenStream, TokenStream)> {
    let errors = Errors::new();
    let options = parse::Options::parse(attribute, &errors);
    let function = Function::new(item, block, "a writer", &errors);
    check::check(&options, &function, &errors);
    errors.check()?;
    let (wrapper, beside) = expand::expand(&options, &function);
    let renamed = |tokens| paths::renamed(tokens, options.crate_.as_ref());
    Ok((renamed(wrapper), renamed(beside)))
}
