//! The derives, one file each.

pub(crate) mod alias;
pub(crate) mod cache_key;
pub(crate) mod model;
pub(crate) mod no_key;
pub(crate) mod tenant;
pub(crate) mod user;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Field, Generics, Meta, Path};

use crate::allow;
use crate::errors::Errors;
use crate::location::{location, within_module};
use crate::options::{Known, Seen, Word, each};

// After a mistake a derive still implements its trait, as far as it can: otherwise all that uses the type would be
// reported too.

/// Reads what stands within `#[name(..)]` on the item itself. `read` takes the value of an option.
fn read(
    attributes: &[Attribute],
    name: &str,
    known: &Known,
    errors: &Errors,
    read: impl FnMut(&Word, ParseStream<'_>) -> syn::Result<()>,
) -> Seen {
    let (mut found, mut is_malformed) = (None, false);
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match &attribute.meta {
            Meta::List(list) if found.is_none() => found = Some(list.tokens.clone()),
            Meta::List(_) => {
                errors.at(attribute, format_args!("`#[{name}(..)]` is given twice; put all into one"))
            }
            _ => {
                is_malformed = true;
                let form = known.forms[0];
                errors.at(attribute, format_args!("expected options in parentheses: `#[{name}({form})]`"));
            }
        }
    }
    let mut seen = each(found.unwrap_or_default(), known, errors, read);
    if is_malformed {
        seen.meant("name");
    }
    seen
}

/// `crate = path` alone.
const CRATE: Known = Known { forms: &["crate = app::cache_core"], elsewhere: &[] };

/// Says of all options that there are none; `take_crate` has taken the one that there is.
fn refuse_options(attributes: &[Attribute], name: &str, errors: &Errors) {
    read(attributes, name, &CRATE, errors, |_, _| Ok(()));
}

/// Fields without options: `#[name(..)]` on one is a mistake. Answers whether there is one.
fn refuse_on_fields(data: &Data, name: &str, message: &str, errors: &Errors) -> bool {
    let fields: Vec<&Field> = match data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|variant| &variant.fields).collect(),
        Data::Union(data) => data.fields.named.iter().collect(),
    };
    let attributes = fields.into_iter().flat_map(|field| &field.attrs);
    let refused: Vec<_> = attributes.filter(|attribute| attribute.path().is_ident(name)).collect();
    refused.iter().for_each(|attribute| errors.at(attribute, message));
    !refused.is_empty()
}

/// `#[name(crate = path)]`: takes it out of the options, which know nothing of it.
pub(crate) fn take_crate(attributes: &mut [Attribute], name: &str, errors: &Errors) -> Option<Path> {
    let mut found = None;
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident(name)) {
        let Meta::List(list) = &mut attribute.meta else { continue };
        let mut rest = TokenStream::new();
        for option in split(list.tokens.clone()) {
            let is_crate =
                option.clone().into_iter().next().is_some_and(|first| first.to_string() == "crate");
            match is_crate {
                false => rest.extend(quote!(#option,)),
                true => {
                    each(option, &CRATE, errors, |word, input| {
                        found = Some(word.value(input, "a path")?);
                        Ok(())
                    });
                }
            }
        }
        list.tokens = rest;
    }
    found
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
            Ok(ident) if ident == flag && found => {
                errors.at(attribute, format_args!("`#[{name}({flag})]` is given twice"));
            }
            Ok(ident) if ident == flag => found = true,
            _ => errors.at(attribute, format_args!("expected `#[{name}({flag})]`")),
        }
    }
    found
}

/// These derives are for types without type parameters: of one that has any nothing is implemented.
fn refuse_generics(input: &DeriveInput, derive: &str, errors: &Errors) {
    if !input.generics.params.is_empty() {
        errors.at(
            &input.generics,
            format_args!(
                "`{derive}` can't be derived for a type with parameters: name them, in a type of its own"
            ),
        );
    }
}

/// Registers something with a name that must be unique: `what` it is, and what else is known of it; nothing after a mistake.
fn register(what: &TokenStream, errors: &Errors) -> Option<TokenStream> {
    errors.is_empty().then(|| {
        quote! {
            ::cache_core::private::inventory::submit! { ::cache_core::private::Declared::#what }
        }
    })
}

/// A name, where it is given, and the lints that it is exempt from.
fn named(kind: &str, name: &impl ToTokens, allow: &[Ident], input: &DeriveInput) -> TokenStream {
    let location = within_module(location(Span::call_site(), &TokenStream::new(), input));
    let allow = allow::tokens(allow);
    quote! {
        ::cache_core::private::Named::new(#kind, #name, #location)#allow
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
/// Of a type with parameters: what is a part of keys and left out of them has this twice.
fn key_or_no_key(input: &DeriveInput) -> Option<TokenStream> {
    let (ident, (generics, arguments, bounds)) = (&input.ident, input.generics.split_for_impl());
    (!input.generics.params.is_empty()).then(|| {
        quote! {
            #[automatically_derived]
            impl #generics ::cache_core::private::EitherCacheKeyOrNoKey for #ident #arguments #bounds {}
        }
    })
}

fn bound(generics: &Generics, bound: &TokenStream, of: impl Fn(&Ident) -> bool) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut().filter(|parameter| of(&parameter.ident)) {
        parameter.bounds.push(syn::parse_quote_spanned!(parameter.span()=> #bound));
    }
    generics
}
