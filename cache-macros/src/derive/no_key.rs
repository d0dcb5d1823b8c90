//! `#[derive(NoKey)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::refuse_options;
use crate::errors::Errors;

pub(crate) fn derive(input: &DeriveInput, errors: &Errors) -> TokenStream {
    refuse_options(&input.attrs, "no_key", errors);
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let either = super::key_or_no_key(input);
    quote! {
        #either
        #[automatically_derived]
        impl #generics ::cache_core::NoKey for #ident #arguments #bounds {}
    }
}
