//! The derives, one file each.

pub(crate) mod alias;
pub(crate) mod cache_key;
pub(crate) mod model;
pub(crate) mod no_key;
pub(crate) mod tenant;
pub(crate) mod user;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, DeriveInput, Generics, Meta, Path, Token};

use crate::errors::Errors;
use crate::location::location;

// After a mistake a derive still implements its trait, as far as it can: otherwise all that uses the type would be
// reported too.

/// The tokens within `#[name(..)]` on the item itself; empty if there is no such attribute.
fn options(attributes: &[Attribute], name: &str, errors: &Errors) -> TokenStream {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match &attribute.meta {
            Meta::List(list) if found.is_none() => found = Some(list.tokens.clone()),
            Meta::List(_) => {
                errors.at(attribute, format_args!("`#[{name}(..)]` is given twice; put all into one"))
            }
            _ => errors.at(attribute, format_args!("expected `#[{name}(..)]`")),
        }
    }
    found.unwrap_or_default()
}

/// `#[name(crate = path)]`: takes it out of the options, which know nothing of it.
pub(crate) fn take_crate(attributes: &mut [Attribute], name: &str) -> syn::Result<Option<Path>> {
    let mut found = None;
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident(name)) {
        let Meta::List(list) = &mut attribute.meta else { continue };
        let mut rest = TokenStream::new();
        for option in split(list.tokens.clone()) {
            let is_crate =
                option.clone().into_iter().next().is_some_and(|first| first.to_string() == "crate");
            if !is_crate {
                rest.extend(quote!(#option,));
                continue;
            }
            let parser = |input: ParseStream<'_>| {
                input.parse::<Token![crate]>()?;
                input.parse::<Token![=]>()?;
                input.call(Path::parse_mod_style)
            };
            found = Some(parser.parse2(option)?);
        }
        list.tokens = rest;
    }
    Ok(found)
}

/// What stands between commas.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => parts.push(TokenStream::new()),
            (_, Some(part)) => part.extend([token]),
            (_, None) => unreachable!("there is always one"),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether a field carries `#[name(flag)]`.
fn has_flag(attributes: &[Attribute], name: &str, flag: &str, errors: &Errors) -> bool {
    let mut found = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match attribute.parse_args::<Ident>() {
            Ok(ident) if ident == flag => found = true,
            _ => errors.at(attribute, format_args!("expected `#[{name}({flag})]`")),
        }
    }
    found
}

/// These derives are for types without type parameters. There is no more to say of one that has any.
fn refuse_generics(input: &DeriveInput, derive: &str) -> syn::Result<()> {
    if input.generics.params.is_empty() {
        return Ok(());
    }
    let message =
        format!("`{derive}` can't be derived for a type with parameters: name them, in a type of its own");
    Err(syn::Error::new_spanned(&input.generics, message))
}

/// Registers a name that must be unique.
fn register(kind: &str, name: &str, input: &DeriveInput) -> TokenStream {
    let named = named(kind, &quote!(#name), input);
    quote! {
        ::cache_core::private::inventory::submit! { ::cache_core::private::Declared::Named(#named) }
    }
}

/// A name, and where it is given.
fn named(kind: &str, name: &TokenStream, input: &DeriveInput) -> TokenStream {
    let location = location(&TokenStream::new(), input);
    quote! {
        ::cache_core::private::Named::new(#kind, #name, #location)
    }
}

/// `snake_case`.
fn snake_case(ident: &Ident) -> String {
    let mut name = String::new();
    for (position, character) in ident.to_string().trim_start_matches("r#").char_indices() {
        if character.is_uppercase() && position > 0 {
            name.push('_');
        }
        name.extend(character.to_lowercase());
    }
    name
}

/// Adds a bound for each type parameter.
fn bound(generics: &Generics, bound: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote_spanned!(parameter.span()=> #bound));
    }
    generics
}
