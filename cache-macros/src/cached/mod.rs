//! `#[cached(..)]`: parse, check, expand.

mod call;
mod check;
mod each;
mod entry;
mod expand;
mod fallback;
mod late;
mod parse;
mod site;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ItemFn;

use crate::errors::Errors;
use crate::function::{self, Function};
use crate::methods::{Block, Expanded, Instance};
use crate::paths;

pub(crate) use parse::handle;

pub(crate) fn cached(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = function::item(item, "cached")?;
    let errors = Errors::new();
    let options = parse::Options::parse(attribute, &errors);
    let function = Function::new(item, None, "cached", &errors);
    check::check(&options, &function, &errors);
    let tokens = match errors.is_empty() {
        true => expand::expand(&options, &function),
        false => fallback::function(&options, &function),
    };
    Ok(paths::renamed(errors.beside(tokens), options.crate_.as_ref()))
}

/// The attribute on a method of a block under `#[cache_core::methods]`.
pub(crate) fn method(attribute: TokenStream, item: ItemFn, block: &Block, errors: &Errors) -> Expanded {
    let own = Errors::new();
    let options = parse::Options::parse(attribute, &own);
    let function = Function::new(item, Some(block.clone()), "cached", &own);
    check::check(&options, &function, &own);
    let mut expanded = match errors.ok(own.check()) {
        Some(()) => expand::expand_method(&options, &function, block),
        None => fallback::method(&options, &function, block),
    };
    for tokens in [&mut expanded.wrapper, &mut expanded.companion, &mut expanded.beside] {
        *tokens = paths::renamed(tokens.to_token_stream(), options.crate_.as_ref());
    }
    if let Some(Instance::Function(tokens)) = &mut expanded.instance {
        *tokens = paths::renamed(tokens.to_token_stream(), options.crate_.as_ref());
    }
    expanded
}
