//! `#[derive(Model)] #[model(name = "..", per_tenant = T, id = T)]`, with `#[model(id)]` on fields.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Data, DeriveInput, Type};

use super::{has_flag, options, refuse_generics, register};
use crate::errors::Errors;
use crate::options::{each, name, text, value};
use crate::paths::{ends, private};

const KNOWN: &[&str] = &["name", "per_tenant", "id", "crate"];

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    refuse_generics(input, "Model")?;
    let errors = Errors::new();
    // Named, be it wrongly; and the rest.
    let (mut is_named, mut model) = (false, String::new());
    let (mut per_tenant, mut given) = (None::<Type>, None::<Type>);
    each(options(&input.attrs, "model", &errors), KNOWN, &errors, |option, input| {
        match option.to_string().as_str() {
            "name" => {
                is_named = true;
                model = name(&text(option, input, "shop.product")?)?;
            }
            "per_tenant" => per_tenant = Some(value(option, input)?),
            "id" => given = Some(value(option, input)?),
            _ => return Ok(false),
        }
        Ok(true)
    });
    let fields: Vec<&Type> = match &input.data {
        Data::Struct(data) => {
            let ids = data.fields.iter().filter(|field| has_flag(&field.attrs, "model", "id", &errors));
            ids.map(|field| &field.ty).collect()
        }
        _ => Vec::new(),
    };
    if let (Some(given), false) = (&given, fields.is_empty()) {
        errors.at(given, "the id is given twice: by `id = ..` and by a field with `#[model(id)]`");
    }
    if !is_named {
        errors.at(&input.ident, "a model needs a name that stays: `#[model(name = \"..\")]`");
    }

    let ident = &input.ident;
    let id = match (given, &fields[..]) {
        (Some(given), _) => given.to_token_stream(),
        (None, []) => quote!(::cache_core::NoId),
        (None, [one]) => one.to_token_stream(),
        (None, several) => quote!((#(#several,)*)),
    };
    let scope = match &per_tenant {
        Some(tenant) => quote!(::cache_core::PerTenant<#tenant>),
        None => quote!(::cache_core::Everywhere),
    };
    let assert_tenant = per_tenant.iter().map(|tenant| {
        let (start, assert) = (ends(tenant).0, private("assert_tenant", tenant));
        quote_spanned!(start=> const _: fn() = #assert::<#tenant>;)
    });
    let register = errors.or(register("model", &model, input));
    Ok(quote! {
        #[automatically_derived]
        impl ::cache_core::Model for #ident {
            type Id = #id;
            type Scope = #scope;
            const NAME: &'static str = #model;
        }
        #[automatically_derived]
        impl ::cache_core::KeyName for #ident {
            fn write_key_name(key: &mut ::cache_core::KeyWriter) {
                ::cache_core::private::type_name(key, #model);
            }
        }

        #(#assert_tenant)*
        #register
    })
}
