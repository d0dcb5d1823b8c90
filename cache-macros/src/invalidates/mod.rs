//! `#[invalidates(..)]`: parse, check, expand.

mod check;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::ItemFn;

use crate::errors::Errors;
use crate::function::Function;

pub(crate) fn invalidates(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item: ItemFn = syn::parse2(item).map_err(|error| {
        syn::Error::new(error.span(), format!("`#[invalidates]` goes on a function with a body: {error}"))
    })?;
    let errors = Errors::new();
    let options = parse::Options::parse(attribute, &errors);
    let function = Function::new(item, "a writer", &errors);
    check::check(&options, &function, &errors);
    errors.check()?;
    Ok(expand::expand(&options, &function))
}
