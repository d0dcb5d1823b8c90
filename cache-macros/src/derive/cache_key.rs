//! `#[derive(CacheKey)]`: structs by their fields, enums by the names of their variants.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields};

use super::bound;

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let body = match &input.data {
        Data::Struct(data) => {
            let (pattern, write) = fields(&data.fields);
            let write = match &data.fields {
                // A newtype is written as what it wraps.
                Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => {
                    quote_spanned!(data.fields.span()=> ::cache_core::CacheKey::write_key(field_0, key);)
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
            let message = "`CacheKey` can't be derived for a union: nobody knows which field counts";
            return Err(syn::Error::new(data.union_token.span(), message));
        }
    };
    let generics = bound(&input.generics, &quote!(::cache_core::CacheKey));
    let (generics, arguments, bounds) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics ::cache_core::CacheKey for #ident #arguments #bounds {
            fn write_key(&self, key: &mut ::cache_core::KeyWriter) {
                #body
            }
        }
    })
}

/// A pattern that binds all fields, and what writes them.
fn fields(fields: &Fields) -> (TokenStream, TokenStream) {
    match fields {
        Fields::Unit => (TokenStream::new(), TokenStream::new()),
        Fields::Named(named) => {
            let names: Vec<_> = named.named.iter().filter_map(|field| field.ident.as_ref()).collect();
            let bound: Vec<Ident> =
                (0..names.len()).map(|position| format_ident!("field_{position}")).collect();
            let write = named.named.iter().zip(&bound).map(|(field, bound)| {
                let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                let name = name.trim_start_matches("r#").to_owned();
                quote_spanned!(field.ty.span()=> fields.field(#name, #bound);)
            });
            (quote!({ #(#names: #bound),* }), quote!(key.record(|fields| { let _ = &fields; #(#write)* });))
        }
        Fields::Unnamed(unnamed) => {
            let bound: Vec<Ident> =
                (0..unnamed.unnamed.len()).map(|position| format_ident!("field_{position}")).collect();
            let write = unnamed
                .unnamed
                .iter()
                .zip(&bound)
                .map(|(field, bound)| quote_spanned!(field.ty.span()=> items.item(#bound);));
            (quote!((#(#bound),*)), quote!(key.tuple(|items| { let _ = &items; #(#write)* });))
        }
    }
}
