//! `#[cached(..)]`: parse, check, expand.

mod arguments;
mod call;
mod check;
mod entry;
mod expand;
mod parse;
mod site;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

use crate::errors::Errors;
use crate::function::Function;

pub(crate) fn cached(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item: ItemFn = syn::parse2(item).map_err(|error| {
        syn::Error::new(error.span(), format!("`#[cached]` goes on a function with a body: {error}"))
    })?;
    let errors = Errors::new();
    let options = parse::Options::parse(attribute, &errors);
    let function = Function::new(item, "cached", &errors);
    check::check(&options, &function, &errors);
    match errors.check() {
        Ok(()) => Ok(expand::expand(&options, &function)),
        Err(error) => {
            let (rest, error) = (expand::fallback(&options, &function), error.into_compile_error());
            Ok(quote!(#rest #error))
        }
    }
}
