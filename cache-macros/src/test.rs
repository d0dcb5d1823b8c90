//! `#[cache_core::test]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

use crate::errors::Errors;
use crate::options::{Known, each};
use crate::{function, paths};

const KNOWN: Known = Known {
    forms: &["worker_threads = 4", "crate = app::cache_core"],
    elsewhere: &[
        (&["flavor", "threads", "multi_thread"], "a runtime with threads is `worker_threads = 4`"),
        (&["start_paused"], "the cache's clock stands, and `testing::advance` moves it"),
    ],
};

pub(crate) fn test(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut item = function::item(item, "cache_core::test")?;
    let errors = Errors::new();
    let (mut threads, mut crate_) = (0_usize, None::<Path>);
    each(attribute, &KNOWN, &errors, |option, input| {
        match option.to_string().as_str() {
            "worker_threads" => threads = option.count(input)?,
            _ => crate_ = Some(option.value(input, "a path")?),
        }
        Ok(())
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
