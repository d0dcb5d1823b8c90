//! Lints that would blame the author for what is generated.

use proc_macro2::TokenStream;
use quote::quote;

/// On items that are generated: where a span is the author's, lints take it for his.
pub(crate) fn items() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            deprecated,
            missing_copy_implementations,
            missing_debug_implementations,
            non_camel_case_types,
            non_snake_case,
            non_upper_case_globals,
            private_interfaces,
            unreachable_pub,
            unused,
            unused_qualifications,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
    }
}

/// What generated code names in a scope: the runtime, and traits of which not all are needed.
pub(crate) fn names() -> TokenStream {
    quote!(
        #[allow(unused_imports)]
        use ::cache_core::private::{self as __cache, probes::*};
    )
}

/// On a statement that holds what the author wrote: in the attribute, or in a pattern that is bound once more.
pub(crate) fn statements() -> TokenStream {
    quote!(#[allow(deprecated, unused, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)])
}

/// On a pattern that is bound once more, under the same names.
pub(crate) fn shadowing() -> TokenStream {
    quote!(#[allow(clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated)])
}
