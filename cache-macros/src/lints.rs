//! Lints that would blame the author for what is generated.

use proc_macro2::TokenStream;
use quote::quote;

/// On what is generated: where a span is the author's, clippy takes it for his.
pub(crate) fn generated() -> TokenStream {
    quote!(#[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)])
}

/// On the author's function where it stands behind the wrapper: lints about signatures that clippy doesn't ask of what
/// is public, as the author's function may be, or that can't be followed.
pub(crate) fn body() -> TokenStream {
    quote! {
        #[allow(
            clippy::large_types_passed_by_value,
            clippy::missing_const_for_fn,
            clippy::needless_pass_by_ref_mut,
            clippy::needless_pass_by_value,
            clippy::option_option,
            clippy::ref_option,
            clippy::trivially_copy_pass_by_ref,
            clippy::unnecessary_wraps,
        )]
    }
}
