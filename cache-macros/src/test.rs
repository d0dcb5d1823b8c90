//! `#[cache_core::test]`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{ItemFn, Path};

use crate::errors::Errors;
use crate::options::{count, each, value};
use crate::paths;

pub(crate) fn test(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut item: ItemFn = syn::parse2(item).map_err(|error| {
        syn::Error::new(error.span(), format!("`#[cache_core::test]` goes on a function: {error}"))
    })?;
    let errors = Errors::new();
    let (mut threads, mut crate_) = (0_usize, None::<Path>);
    each(attribute, &["worker_threads", "crate"], &errors, |option: &Ident, input| {
        match option.to_string().as_str() {
            "worker_threads" => threads = count(option, input)?,
            "crate" => crate_ = Some(value(option, input)?),
            _ => return Ok(false),
        }
        Ok(true)
    });
    if !item.sig.inputs.is_empty() {
        errors.at(&item.sig.inputs, "a test takes no arguments");
    }
    if threads > 0 && item.sig.asyncness.is_none() {
        errors.at(&item.sig.ident, "`worker_threads` is for async tests");
    }
    errors.check()?;

    let block = &item.block;
    let body = match item.sig.asyncness.take() {
        Some(_) => quote!(::cache_core::testing::run(#threads, async move #block)),
        None => quote!(::cache_core::testing::run_sync(move || #block)),
    };
    let (attributes, visibility, signature) = (&item.attrs, &item.vis, &item.sig);
    let tokens = quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility #signature {
            #body
        }
    };
    Ok(paths::renamed(tokens, crate_.as_ref()))
}
