//! `check_graph!(snapshot = "..", allow = [..])`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

use crate::errors::Errors;
use crate::options::{Known, each};
use crate::text::name_of;
use crate::{allow, lints, paths};

const KNOWN: Known = Known {
    forms: &["snapshot = \"cache-graph.json\"", "allow = [unused_alias]", "crate = app::cache_core"],
    elsewhere: &[],
};

pub(crate) fn check_graph(input: TokenStream) -> syn::Result<TokenStream> {
    let errors = Errors::new();
    let (mut snapshot, mut allowed, mut crate_) = (None, Vec::new(), None::<Path>);
    each(input, &KNOWN, &errors, |option, input| {
        match option.to_string().as_str() {
            "snapshot" => {
                let file = option.text(input)?;
                if file.value().is_empty() {
                    let message = "the path of a file, from the folder of the crate on: `snapshot = \"cache-graph.json\"`";
                    return Err(syn::Error::new(file.span(), message));
                }
                snapshot = Some(file);
            }
            "allow" => allowed = allow::list_of(option, input, &errors)?,
            _ => crate_ = Some(option.value(input, "a path")?),
        }
        Ok(())
    });
    errors.check()?;

    let snapshot = match snapshot {
        None => quote!(::core::option::Option::None),
        Some(file) => quote!(::core::option::Option::Some([::core::env!("CARGO_MANIFEST_DIR"), #file])),
    };
    let (allowed, quiet) = (allowed.iter().map(name_of), lints::items());
    let tokens = quote! {
        #[::core::prelude::v1::test]
        #quiet
        fn cache_graph() {
            ::cache_core::private::check_graph(#snapshot, &[#(#allowed),*]);
        }
    };
    Ok(paths::renamed(tokens, crate_.as_ref()))
}
