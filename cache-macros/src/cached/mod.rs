//! `#[cached(..)]`: parse, check, expand.

mod call;
mod check;
mod each;
mod entry;
mod expand;
mod late;
mod parse;
mod site;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ItemFn;

use crate::errors::Errors;
use crate::function::Function;
use crate::methods::{Block, Expanded};
use crate::paths;

pub(crate) fn cached(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item: ItemFn = syn::parse2(item).map_err(|error| {
        syn::Error::new(error.span(), format!("`#[cached]` goes on a function with a body: {error}"))
    })?;
    let errors = Errors::new();
    let options = parse::Options::parse(attribute, &errors);
    let function = Function::new(item, None, "cached", &errors);
    check::check(&options, &function, &errors);
    let tokens = match errors.check() {
        Ok(()) => expand::expand(&options, &function),
        Err(error) => {
            let (rest, error) = (expand::fallback(&options, &function), error.into_compile_error());
            quote!(#rest #error)
        }
    };
    Ok(paths::renamed(tokens, options.crate_.as_ref()))
}

/// The attribute on a method of a block under `#[cache_core::methods]`.
pub(crate) fn method(attribute: TokenStream, item: ItemFn, block: &Block) -> syn::Result<Expanded> {
    let errors = Errors::new();
    let options = parse::Options::parse(attribute, &errors);
    let function = Function::new(item, Some(block.clone()), "cached", &errors);
    check::check(&options, &function, &errors);
    errors.check()?;
    let mut expanded = expand::expand_method(&options, &function, block);
    for tokens in [&mut expanded.wrapper, &mut expanded.companion, &mut expanded.beside] {
        *tokens = paths::renamed(tokens.to_token_stream(), options.crate_.as_ref());
    }
    expanded.instance = expanded.instance.map(|tokens| paths::renamed(tokens, options.crate_.as_ref()));
    Ok(expanded)
}
