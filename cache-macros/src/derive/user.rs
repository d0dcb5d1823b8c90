//! `#[derive(User)]`, with `#[user(name = "..")]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::{cache_key, options, refuse_generics, register, snake_case};
use crate::errors::Errors;
use crate::options::{each, name, text};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    refuse_generics(input, "User")?;
    let errors = Errors::new();
    let mut given = None;
    each(options(&input.attrs, "user", &errors), &["name", "crate"], &errors, |option, input| {
        if option == "name" {
            given = Some(name(&text(option, input, "user")?)?);
        }
        Ok(option == "name")
    });

    let ident = &input.ident;
    let name = given.unwrap_or_else(|| snake_case(ident));
    let key = cache_key::derive(input)?;
    let register = errors.or(register("user", &name, input));
    Ok(quote! {
        #[automatically_derived]
        impl ::cache_core::User for #ident {
            const NAME: &'static str = #name;
        }
        #key
        #register
    })
}
