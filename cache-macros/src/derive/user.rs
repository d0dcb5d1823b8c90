//! `#[derive(User)]`, with `#[user(name = "..")]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::{cache_key, read, refuse_generics, refuse_on_fields, register, snake_case};
use crate::errors::Errors;
use crate::options::{Known, name};

const KNOWN: Known = Known { forms: &["name = \"user\"", "crate = app::cache_core"], elsewhere: &[] };

pub(crate) fn derive(input: &DeriveInput, errors: &Errors) -> TokenStream {
    refuse_generics(input, "User", errors);
    refuse_on_fields(
        &input.data,
        "user",
        "a user is told by all of its fields: they have no options",
        errors,
    );
    let mut given = None;
    read(&input.attrs, "user", &KNOWN, errors, |option, input| {
        given = Some(name(&option.text(input)?)?);
        Ok(())
    });
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }

    let ident = &input.ident;
    let name = given.unwrap_or_else(|| snake_case(ident));
    let key = cache_key::implement(input, errors);
    let register = register("user", &name, input, errors);
    quote! {
        #[automatically_derived]
        impl ::cache_core::User for #ident {
            const NAME: &'static str = #name;
        }
        #key
        #register
    }
}
