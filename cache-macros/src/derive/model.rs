//! `#[derive(Model)] #[model(name = "..", per_tenant = T, id = T)]`, with `#[model(id)]` on fields.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Data, DeriveInput, Field, Type};

use super::{has_flag, named, read, refuse_generics, refuse_on_fields, register};
use crate::errors::Errors;
use crate::options::{Known, name};
use crate::paths::{ends, private};
use crate::syntax::is_named;
use crate::{allow, text};

const KNOWN: Known = Known {
    forms: &[
        "name = \"shop.product\"",
        "per_tenant = Org",
        "id = i64",
        "allow(dependency_never_invalidated)",
        "crate = app::cache_core",
    ],
    elsewhere: &[
        (&["table", "model", "rename"], "what a model is called is `name = \"shop.product\"`"),
        (&["tenant", "scope"], "the tenants that rows belong to are `per_tenant = Org`"),
        (
            &["key", "primary_key", "pk"],
            "what tells rows apart is `#[model(id)]` on the field, or `id = i64`",
        ),
    ],
};

pub(crate) fn derive(input: &DeriveInput, errors: &Errors) -> TokenStream {
    refuse_generics(input, "Model", errors);
    let mut model = String::new();
    let (mut per_tenant, mut given) = (None::<Type>, None::<Type>);
    let mut allow = Vec::new();
    let seen = read(&input.attrs, "model", &KNOWN, errors, |option, input| {
        match option.to_string().as_str() {
            "name" => model = name(&option.text(input)?)?,
            "per_tenant" => per_tenant = Some(option.value(input, "a type, which derives `Tenant`")?),
            "allow" => allow = allow::parse(option, input, allow::OF_MODELS, errors)?,
            _ => given = Some(option.value(input, "a type")?),
        }
        Ok(())
    });
    let fields: Vec<&Field> = match &input.data {
        Data::Struct(data) => {
            data.fields.iter().filter(|field| has_flag(&field.attrs, "model", "id", errors)).collect()
        }
        _ => {
            let message = "the rows of a model are a struct: on others the id is `id = ..`, in `#[model(..)]` on the type";
            refuse_on_fields(&input.data, "model", message, errors);
            Vec::new()
        }
    };
    if let (Some(given), false) = (&given, fields.is_empty()) {
        errors.at(given, "the id is given twice: by `id = ..` and by a field with `#[model(id)]`");
    }
    let given = given.filter(|given| is_owned_type(given, input, errors));
    if !seen.has("name") {
        errors.at(&input.ident, "a model needs a name that stays: `#[model(name = \"..\")]`");
    }
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }

    let ident = &input.ident;
    let types: Vec<&Type> = fields.iter().map(|field| &field.ty).collect();
    let id_text = match &given {
        Some(given) => text::text(given),
        None => text::text(&parts(&fields)),
    };
    let id = match (given, &types[..]) {
        (Some(given), _) => given.to_token_stream(),
        (None, []) => quote!(::cache_core::NoId),
        (None, [one]) => one.to_token_stream(),
        // Reported at one of them, if one is no key.
        (None, [.., last]) => quote_spanned!(ends(last).0=> (#(#types,)*)),
    };
    let levels = match &per_tenant {
        Some(tenant) => quote!({
            use ::cache_core::private::probes::*;
            ::cache_core::private::Probe::<#tenant>::__CACHE_TENANT
        }),
        None => quote!(::core::option::Option::None),
    };
    let implementation = |scope: TokenStream| {
        quote! {
            #[automatically_derived]
            impl ::cache_core::Model for #ident {
                type Id = #id;
                type Scope = #scope;
                const NAME: &'static str = #model;
            }
        }
    };
    let implementation = match &per_tenant {
        None => implementation(quote!(::cache_core::Everywhere)),
        Some(tenant) => {
            // Named once: one that isn't there is reported once.
            let ((start, end), assert) = (ends(tenant), private("assert_tenant", tenant));
            let alias = Ident::new("__CacheTenant", end);
            let assert = quote_spanned!(start=> const _: fn() = #assert::<#alias>;);
            let implementation = implementation(quote!(::cache_core::PerTenant<#alias>));
            quote!(const _: () = { type #alias = #tenant; #assert #implementation };)
        }
    };
    let named = named("model", &model, &allow, input);
    let register = register(&quote!(Model(#named, #levels, #id_text)), errors);
    quote! {
        #implementation
        #[automatically_derived]
        impl ::cache_core::KeyName for #ident {
            fn write_key_name(key: &mut ::cache_core::KeyWriter) {
                ::cache_core::private::type_name(key, #model);
            }
        }

        #register
    }
}

/// Whether what is given as the id's type can be one.
fn is_owned_type(given: &Type, input: &DeriveInput, errors: &Errors) -> bool {
    if let Type::Reference(reference) = given
        && reference.lifetime.is_none()
    {
        errors.at(given, "the id is owned: with `id = String` a `&str` is one too");
        return false;
    }
    let Data::Struct(data) = &input.data else { return true };
    let mut names = data.fields.iter().filter_map(|field| field.ident.as_ref());
    let field = names.find(|name| is_named(given, name));
    if let Some(field) = field {
        errors.at(
            given,
            format_args!("`{field}` is a field: mark it with `#[model(id)]`, or name its type here"),
        );
    }
    field.is_none()
}

/// `id: i64, name: String`
fn parts(ids: &[&Field]) -> TokenStream {
    let parts = ids.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        name.as_ref().map_or_else(|| quote!(#ty), |name| quote!(#name: #ty))
    });
    quote!(#(#parts),*)
}
