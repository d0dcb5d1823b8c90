//! `#[derive(Model)] #[model(name = "..", per_tenant = T, id = T)]`, with `#[model(id)]` on fields.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Type};

use super::{has_flag, options, refuse_generics, register};
use crate::errors::Errors;
use crate::options::{each, name, value};

const KNOWN: &[&str] = &["name", "per_tenant", "id"];

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let errors = Errors::new();
    refuse_generics(input, "Model", &errors);
    let (mut model, mut per_tenant, mut given) = (None, None::<Type>, None::<Type>);
    each(options(&input.attrs, "model", &errors), KNOWN, &errors, |option, input| {
        match option.to_string().as_str() {
            "name" => {
                let literal = value(option, input)?;
                model = Some(name(&literal)?);
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
    if model.is_none() {
        errors.at(&input.ident, "a model needs a name that stays: `#[model(name = \"..\")]`");
    }
    errors.check()?;

    let ident = &input.ident;
    let id = match (given, &fields[..]) {
        (Some(given), _) => given.to_token_stream(),
        (None, []) => quote!(::cache_core::NoId),
        (None, [one]) => one.to_token_stream(),
        (None, several) => quote!((#(#several,)*)),
    };
    let scope = match per_tenant {
        Some(tenant) => quote!(::cache_core::PerTenant<#tenant>),
        None => quote!(::cache_core::Everywhere),
    };
    let name = model.unwrap_or_default();
    let register = register("model", &quote!(#name));
    Ok(quote! {
        #[automatically_derived]
        impl ::cache_core::Model for #ident {
            type Id = #id;
            type Scope = #scope;
            const NAME: &'static str = #name;
        }
        #register
    })
}
