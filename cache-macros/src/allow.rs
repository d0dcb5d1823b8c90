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

/// `(lint, ..)`, behind `allow`.
pub(crate) fn parse(option: &Word, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Vec<Ident>> {
    if !input.peek(syn::token::Paren) {
        return Err(option.misread(option.span(), WHAT));
    }
    let content;
    parenthesized!(content in input);
    Ok(names(option, &content, errors))
}

/// `= [lint, ..]`, in `check_graph!`.
pub(crate) fn list_of(option: &Word, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Vec<Ident>> {
    option.equals(input)?;
    if !input.peek(syn::token::Bracket) {
        return Err(option.misread(input.span(), WHAT));
    }
    let content;
    bracketed!(content in input);
    Ok(names(option, &content, errors))
}

const WHAT: &str = "names of lints";

/// Lints, with commas between them, each by itself.
fn names(option: &Word, input: ParseStream<'_>, errors: &Errors) -> Vec<Ident> {
    list(input, errors, |input| {
        let at = input.span();
        let name = input.call(Ident::parse_any).map_err(|_| option.misread(at, WHAT))?;
        match LINTS.contains(&name_of(&name).as_str()) {
            true => Ok(name),
            false => {
                let among = among(&name, "lints", &LINTS.map(str::to_owned));
                Err(syn::Error::new(at, format!("no lint `{name}`{among}")))
            }
        }
    })
}

/// As a call on what is registered.
pub(crate) fn tokens(lints: &[Ident]) -> Option<TokenStream> {
    let names = lints.iter().map(name_of);
    (!lints.is_empty()).then(|| quote!(.allow(&[#(#names),*])))
}
