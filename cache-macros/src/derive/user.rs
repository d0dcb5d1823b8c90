//! `#[derive(User)]`, with `#[user(name = "..")]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::{cache_key, options, refuse_generics, register, snake_case};
use crate::errors::Errors;
use crate::options::{each, name, value};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let errors = Errors::new();
    refuse_generics(input, "User", &errors);
    let mut given = None;
    each(options(&input.attrs, "user", &errors), &["name"], &errors, |option, input| {
        if option == "name" {
            let literal = value(option, input)?;
            given = Some(name(&literal)?);
        }
        Ok(option == "name")
    });
    errors.check()?;

    let ident = &input.ident;
    let name = given.unwrap_or_else(|| snake_case(ident));
    let key = cache_key::derive(input)?;
    let register = register("user", &quote!(#name));
    Ok(quote! {
        #[automatically_derived]
        impl ::cache_core::User for #ident {
            const NAME: &'static str = #name;
        }
        #key
        #register
    })
}
