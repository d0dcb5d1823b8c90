//! `allow(lint, ..)`: the lints on the graph that something is exempt from.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{bracketed, parenthesized};

use crate::errors::Errors;
use crate::options::{Word, among, list};
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

/// The lints that say something of what has the attribute.
pub(crate) type Lints = (&'static str, &'static [&'static str]);
pub(crate) const OF_FUNCTIONS: Lints =
    ("a cached function", &["dependency_never_invalidated", "duplicate_name", "ttl_over_max"]);
pub(crate) const OF_WRITERS: Lints = ("a writer", &["invalidation_of_nothing", "writer_without_tenant"]);
pub(crate) const OF_MODELS: Lints = (
    "a model",
    &["dependency_never_invalidated", "invalidation_of_nothing", "writer_without_tenant", "duplicate_name"],
);
pub(crate) const OF_ALIASES: Lints = ("an alias", &["duplicate_name", "ttl_over_max", "unused_alias"]);
pub(crate) const OF_TENANTS: Lints = ("a tenant", &["duplicate_name"]);
pub(crate) const OF_USERS: Lints = ("a user", &["duplicate_name"]);
const OF_ALL: Lints = ("a graph", &LINTS);

/// `(lint, ..)`, behind `allow`.
pub(crate) fn parse(
    option: &Word,
    input: ParseStream<'_>,
    lints: Lints,
    errors: &Errors,
) -> syn::Result<Vec<Ident>> {
    if !input.peek(syn::token::Paren) {
        return Err(option.misread(option.span(), WHAT));
    }
    let content;
    parenthesized!(content in input);
    Ok(names(option, &content, lints, errors))
}

/// `= [lint, ..]`, in `check_graph!`.
pub(crate) fn list_of(option: &Word, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Vec<Ident>> {
    option.equals(input)?;
    if !input.peek(syn::token::Bracket) {
        return Err(option.misread(input.span(), WHAT));
    }
    let content;
    bracketed!(content in input);
    Ok(names(option, &content, OF_ALL, errors))
}

const WHAT: &str = "names of lints";

/// Lints, with commas between them, each by itself.
fn names(option: &Word, input: ParseStream<'_>, (whose, lints): Lints, errors: &Errors) -> Vec<Ident> {
    let mut seen = Vec::new();
    list(input, errors, |input| {
        let at = input.span();
        let name = input.call(Ident::parse_any).map_err(|_| option.misread(at, WHAT))?;
        let text = name_of(&name);
        if !LINTS.contains(&text.as_str()) {
            let among = among(&name, "lints", &LINTS.map(str::to_owned));
            return Err(syn::Error::new(at, format!("no lint `{name}`{among}")));
        }
        if !lints.contains(&text.as_str()) {
            let lints: Vec<_> = lints.iter().map(|lint| format!("`{lint}`")).collect();
            let message = format!("`{name}` says nothing of {whose}; what does: {}", lints.join(", "));
            return Err(syn::Error::new(at, message));
        }
        if seen.contains(&text) {
            return Err(syn::Error::new(at, format!("`{name}` is allowed already")));
        }
        seen.push(text);
        Ok(name)
    })
}

/// As a call on what is registered.
pub(crate) fn tokens(lints: &[Ident]) -> Option<TokenStream> {
    let names = lints.iter().map(name_of);
    (!lints.is_empty()).then(|| quote!(.allow(&[#(#names),*])))
}
