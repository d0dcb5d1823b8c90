//! Lints that would blame the author for what is generated.

use proc_macro2::TokenStream;
use quote::quote;

/// On items that are generated: where a span is the author's, lints take it for his.
pub(crate) fn items() -> TokenStream {
    quote! {
        #[allow(
            deprecated,
            impl_trait_overcaptures,
            nonstandard_style,
            private_interfaces,
            single_use_lifetimes,
            unreachable_pub,
            unused,
            unused_lifetimes,
            unused_qualifications,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
    }
}

/// On a type that is generated.
pub(crate) fn types() -> TokenStream {
    quote! {
        #[allow(
            deprecated,
            missing_copy_implementations,
            missing_debug_implementations,
            nonstandard_style,
            unreachable_pub,
            unused,
            clippy::all,
            clippy::restriction
        )]
    }
}

/// What generated code names in a scope: the runtime, and what answers to probes.
pub(crate) fn names() -> TokenStream {
    quote! {
        use ::cache_core::private as __cache;
        #[allow(unused_imports)]
        use ::cache_core::private::probes::*;
    }
}

/// On a statement that holds what the author wrote: in the attribute, or in a pattern that is bound once more.
pub(crate) fn statements() -> TokenStream {
    quote!(#[allow(unused, clippy::all, clippy::pedantic, clippy::restriction)])
}

/// On a pattern that is bound once more, under the same names.
pub(crate) fn shadowing() -> TokenStream {
    quote!(#[allow(clippy::restriction)])
}

/// On an argument that is given again, and may not be used.
pub(crate) fn arguments() -> TokenStream {
    quote!(#[allow(unused_variables, clippy::restriction)])
}
