//! `#[derive(User)]`, with `#[user(name = "..")]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use super::{cache_key, named, read, refuse_generics, refuse_on_fields, register, snake_case};
use crate::allow;
use crate::errors::Errors;
use crate::options::{Known, name};

const KNOWN: Known =
    Known { forms: &["name = \"user\"", "allow(duplicate_name)", "crate = app::cache_core"], elsewhere: &[] };

pub(crate) fn derive(input: &DeriveInput, errors: &Errors) -> TokenStream {
    refuse_generics(input, "User", errors);
    refuse_on_fields(
        &input.data,
        "user",
        "a user is told by all of its fields: they have no options",
        errors,
    );
    if let Data::Struct(data) = &input.data
        && data.fields.is_empty()
    {
        errors.at(&input.ident, "a user is told by its fields, and this has none: all users would be one");
    }
    let (mut given, mut allow) = (None, Vec::new());
    read(&input.attrs, "user", &KNOWN, errors, |option, input| {
        match option.to_string().as_str() {
            "allow" => allow = allow::parse(option, input, allow::OF_USERS, errors)?,
            _ => given = Some(name(&option.text(input)?)?),
        }
        Ok(())
    });
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }

    let ident = &input.ident;
    let name = given.unwrap_or_else(|| snake_case(ident));
    let key = cache_key::implement(input, errors);
    let named = named("user", &name, &allow, input);
    let levels = quote!(::cache_core::private::Levels::new(::core::option::Option::None, &[#name]));
    let register = register(&quote!(Scope(#named, #levels)), errors);
    quote! {
        #[automatically_derived]
        impl ::cache_core::User for #ident {
            const NAME: &'static str = #name;
        }
        #key
        #register
    }
}
