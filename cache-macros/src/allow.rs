//! `allow(lint, ..)`: the lints on the graph that something is exempt from.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Token, parenthesized};

use crate::options::among;
use crate::text::name_of;

/// Their names, as `cache-core/src/graph/lint.rs` has them: a test compares the two.
const LINTS: [&str; 7] = [
    "dependency_never_invalidated",
    "invalidation_of_nothing",
    "writer_without_tenant",
    "duplicate_name",
    "ttl_over_max",
    "unused_alias",
    "empty_registry",
];

/// `(lint, ..)`, behind `allow`.
pub(crate) fn parse(option: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    if !input.peek(syn::token::Paren) {
        let message = "`allow` names lints: `allow(unused_alias)`";
        return Err(syn::Error::new(option.span(), message));
    }
    let content;
    parenthesized!(content in input);
    names(&content)
}

/// Lints, with commas between them.
pub(crate) fn names(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let names: Vec<_> = input.parse_terminated(Ident::parse_any, Token![,])?.into_iter().collect();
    let unknown = names.iter().filter(|name| !LINTS.contains(&name_of(name).as_str()));
    let lints = LINTS.map(str::to_owned);
    let unknown = unknown.map(|name| {
        syn::Error::new(name.span(), format!("no lint `{name}`{}", among(name, "lints", &lints)))
    });
    match unknown.reduce(|mut all, error| {
        all.combine(error);
        all
    }) {
        None => Ok(names),
        Some(error) => Err(error),
    }
}

/// As a call on what is registered.
pub(crate) fn tokens(lints: &[Ident]) -> Option<TokenStream> {
    let names = lints.iter().map(name_of);
    (!lints.is_empty()).then(|| quote!(.allow(&[#(#names),*])))
}
