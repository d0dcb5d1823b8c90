//! `#[derive(Tenant)]`, with `#[tenant(name = "..")]` and `#[tenant(parent)]` on a field.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Member};

use super::{cache_key, has_flag, named, read, refuse_generics, register, snake_case};
use crate::allow;
use crate::errors::Errors;
use crate::options::{Known, name};
use crate::paths::variable;

const KNOWN: Known = Known {
    forms: &["name = \"org\"", "allow(duplicate_name)", "crate = app::cache_core"],
    elsewhere: &[(
        &["parent"],
        "the tenant that it lies in is a field, the first one, with `#[tenant(parent)]`",
    )],
};

pub(crate) fn derive(input: &DeriveInput, errors: &Errors) -> TokenStream {
    refuse_generics(input, "Tenant", errors);
    let (mut given, mut allow) = (None, Vec::new());
    read(&input.attrs, "tenant", &KNOWN, errors, |option, input| {
        match option.to_string().as_str() {
            "allow" => allow = allow::parse(option, input, allow::OF_TENANTS, errors)?,
            _ => given = Some(name(&option.text(input)?)?),
        }
        Ok(())
    });
    let ident = &input.ident;
    let (mut levels, mut names, this, path) = (Vec::new(), Vec::new(), variable("self"), variable("path"));
    let mut parent = None;
    match &input.data {
        Data::Struct(data) if !data.fields.is_empty() => {
            let single = data.fields.len() == 1;
            for (position, field) in data.fields.iter().enumerate() {
                // Spanned at its type: what that can't do is reported there.
                let mut member = field.ident.clone().map_or_else(|| Member::from(position), Member::Named);
                if let Member::Named(name) = &mut member {
                    name.set_span(field.ty.span());
                }
                if has_flag(&field.attrs, "tenant", "parent", errors) {
                    match parent {
                        Some(_) => errors.at(field, "a tenant lies in one parent"),
                        None if position > 0 => {
                            errors.at(field, "the parent comes first: keys name the outermost level first");
                        }
                        None => {}
                    }
                    let ty = &field.ty;
                    parent = Some(quote!(#ty));
                    let field = Ident::new("parent", ty.span());
                    levels.push(quote!(let #field = &self.#member;));
                    levels
                        .push(quote_spanned!(ty.span()=> ::cache_core::Tenant::write_tenant(#field, #path);));
                    continue;
                }
                let level = match (&field.ident, single, &given) {
                    (_, true, Some(given)) => given.clone(),
                    (Some(name), ..) => name.to_string().trim_start_matches("r#").to_owned(),
                    (None, true, None) => snake_case(ident),
                    (None, ..) => {
                        errors.at(&data.fields, "the levels of a tenant need names: give the fields names");
                        break;
                    }
                };
                names.push(level.clone());
                // One that is no part of a key is reported once, by the key below.
                levels.push(match single {
                    true => quote!(path.level(#level, self);),
                    false => quote!(::cache_core::private::TenantLevel(&#this.#member).__cache_level(#path, #level);),
                });
            }
            if single && parent.is_some() {
                errors.at(&input.ident, "a tenant within a parent needs a level of its own: one more field");
            }
        }
        _ => errors
            .at(&input.ident, "a tenant is a struct: `struct Org(i64);`, or one with a field for each level"),
    }

    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let probe = quote!(
        #[allow(unused_imports)]
        use ::cache_core::private::probes::*;
    );
    let outer = match &parent {
        None => quote!(::core::option::Option::None),
        Some(outer) => quote!({
            use ::cache_core::private::probes::*;
            ::cache_core::private::Probe::<#outer>::__CACHE_TENANT
        }),
    };
    let parent = parent.unwrap_or_else(|| quote!(::cache_core::Root));
    let name = given.unwrap_or_else(|| snake_case(ident));
    // Where it is an ordinary argument.
    let key = cache_key::implement(input, errors);
    let named = named("tenant", &name, &allow, input);
    let register = register(&quote!(Scope(#named, <#ident as ::cache_core::Tenant>::LEVELS)), errors);
    quote! {
        #[automatically_derived]
        impl ::cache_core::Tenant for #ident {
            type Parent = #parent;
            const LEVELS: ::cache_core::private::Levels =
                ::cache_core::private::Levels::new(#outer, &[#(#names),*]);

            fn write_tenant(&self, path: &mut ::cache_core::TenantPath) {
                #probe
                #(#levels)*
                path.complete::<Self>();
            }
        }

        #key
        #register
    }
}
