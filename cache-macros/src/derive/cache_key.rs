//! `#[derive(CacheKey)]`: structs by their fields, enums by the names of their variants.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Data, DeriveInput, Field, Fields, TypePath};

use super::{bound, key_or_no_key, refuse_on_fields, refuse_options};
use crate::errors::Errors;
use crate::paths::{ends, variable};

pub(crate) fn derive(input: &DeriveInput, errors: &Errors) -> TokenStream {
    refuse_options(&input.attrs, "cache_key", errors);
    let message = "all fields are part of the key: to leave one out, implement `CacheKey` by hand";
    if refuse_on_fields(&input.data, "cache_key", message, errors) {
        // Of a field that is to be left out it isn't said that it is no key.
        return implementation(input, &quote!(let _ = key;));
    }
    implement(input, errors)
}

/// For other derives too, whose types are parts of keys.
pub(super) fn implement(input: &DeriveInput, errors: &Errors) -> TokenStream {
    let body = match &input.data {
        Data::Struct(data) => {
            let (pattern, write) = fields(&data.fields);
            let write = match &data.fields {
                // A newtype is written as what it wraps.
                Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => {
                    let ((start, end), key) = (ends(&unnamed.unnamed), variable("key"));
                    let field = field(0, &unnamed.unnamed[0]);
                    let write = quote_spanned!(end=> write_key(#field, #key));
                    quote_spanned!(start=> ::cache_core::CacheKey::#write;)
                }
                Fields::Unit => quote!(key.tuple(|_| ());),
                _ => write,
            };
            quote!(let Self #pattern = self; #write)
        }
        Data::Enum(data) if data.variants.is_empty() => quote!(match *self {}),
        Data::Enum(data) => {
            let arms = data.variants.iter().map(|variant| {
                let (name, (pattern, write)) = (&variant.ident, fields(&variant.fields));
                let text = name.to_string();
                let text = text.trim_start_matches("r#");
                quote!(Self::#name #pattern => key.variant(#text, |key| { let _ = &key; #write }),)
            });
            quote!(match self { #(#arms)* })
        }
        Data::Union(data) => {
            errors.at(
                data.union_token,
                "`CacheKey` can't be derived for a union: nobody knows which field counts",
            );
            TokenStream::new()
        }
    };
    implementation(input, &body)
}

fn implementation(input: &DeriveInput, body: &TokenStream) -> TokenStream {
    let (ident, name, either) = (&input.ident, key_name(input), either(input));
    let held = |parameter: &Ident| is_held(&input.data, parameter);
    let generics = bound(&input.generics, &quote!(::cache_core::CacheKey), held);
    let (generics, arguments, bounds) = generics.split_for_impl();
    quote! {
        #name
        #either
        #[automatically_derived]
        impl #generics ::cache_core::CacheKey for #ident #arguments #bounds {
            fn write_key(&self, key: &mut ::cache_core::KeyWriter) {
                #body
            }
        }
    }
}

/// Whether a field holds a value of a type parameter, and doesn't only name it in a `PhantomData`.
fn is_held(data: &Data, parameter: &Ident) -> bool {
    struct Held<'a>(&'a Ident, bool);
    impl<'ast> Visit<'ast> for Held<'_> {
        fn visit_type_path(&mut self, path: &'ast TypePath) {
            if path.path.segments.last().is_none_or(|last| last.ident != "PhantomData") {
                syn::visit::visit_type_path(self, path);
            }
        }

        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.1 |= ident == self.0;
        }
    }
    let mut held = Held(parameter, false);
    match data {
        Data::Struct(data) => data.fields.iter().for_each(|field| held.visit_type(&field.ty)),
        Data::Enum(data) => {
            data.variants
                .iter()
                .flat_map(|variant| &variant.fields)
                .for_each(|field| held.visit_type(&field.ty));
        }
        Data::Union(_) => {}
    }
    held.1
}

/// Nothing is a part of keys and left out of them: the calls that differ in it alone would share an entry.
fn either(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    if let Some(either) = key_or_no_key(input) {
        return either;
    }
    let message = format!(
        "`{ident}` is `NoKey`, and so left out of keys: it can't be a part of them, take away one of the two"
    );
    quote! {
        const _: () = {
            use ::cache_core::private::probes::*;
            ::core::assert!(::cache_core::private::Probe::<#ident>::__CACHE_KEYED, #message);
        };
    }
}

/// What the type is called in keys, where it is a type parameter. A model has its own name.
fn key_name(input: &DeriveInput) -> Option<TokenStream> {
    if input.attrs.iter().any(|attribute| attribute.path().is_ident("model")) {
        return None;
    }
    let ident = &input.ident;
    let text = ident.to_string();
    let text = text.trim_start_matches("r#");
    let name = quote!(::core::concat!(::core::module_path!(), "::", #text));
    let generics = bound(&input.generics, &quote!(::cache_core::KeyName), |_| true);
    let types = input.generics.type_params().map(|parameter| {
        let ident = &parameter.ident;
        quote!(items.item(&::cache_core::private::NameOf::<#ident>::new());)
    });
    let constants = input.generics.const_params().map(|parameter| {
        let ident = &parameter.ident;
        quote!(items.item(&#ident);)
    });
    let parameters: Vec<_> = types.chain(constants).collect();
    let write = match parameters.is_empty() {
        true => quote!(::cache_core::private::type_name(key, #name);),
        false => quote! {
            key.variant("of", |key| {
                ::cache_core::private::type_name(key, #name);
                key.tuple(|items| { #(#parameters)* });
            });
        },
    };
    let (generics, arguments, bounds) = generics.split_for_impl();
    let registered = super::named("type", &name, &[], input);
    Some(quote! {
        #[automatically_derived]
        impl #generics ::cache_core::KeyName for #ident #arguments #bounds {
            fn write_key_name(key: &mut ::cache_core::KeyWriter) {
                #write
            }
        }

        ::cache_core::private::inventory::submit! { ::cache_core::private::Declared::Type(#registered) }
    })
}

/// A pattern that binds all fields, and what writes them.
fn fields(fields: &Fields) -> (TokenStream, TokenStream) {
    let bound: Vec<Ident> = fields.iter().enumerate().map(|(at, field_)| field(at, field_)).collect();
    let fields_and_bound = fields.iter().zip(&bound);
    match fields {
        Fields::Unit => (TokenStream::new(), TokenStream::new()),
        Fields::Named(_) => {
            let names = fields.iter().map(|field| &field.ident);
            let list = variable("fields");
            let write = fields_and_bound.map(|(field, bound)| {
                let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                let name = name.trim_start_matches("r#");
                quote_spanned!(field.ty.span()=> #list.field(#name, #bound);)
            });
            (quote!({ #(#names: #bound),* }), quote!(key.record(|fields| { let _ = &fields; #(#write)* });))
        }
        Fields::Unnamed(_) => {
            let list = variable("items");
            let write =
                fields_and_bound.map(|(field, bound)| quote_spanned!(field.ty.span()=> #list.item(#bound);));
            (quote!((#(#bound),*)), quote!(key.tuple(|items| { let _ = &items; #(#write)* });))
        }
    }
}

/// What a field is bound to. Spanned at its type: what can't be part of a key is reported there.
fn field(position: usize, field: &Field) -> Ident {
    format_ident!("field_{position}", span = field.ty.span())
}
