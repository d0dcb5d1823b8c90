//! What is generated after a mistake: the author's function as it is, and a companion that nothing calls, so that those who
//! name it are not told that it is missing.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{FnArg, ItemFn, Signature, Visibility, parse_quote};

use super::expand;
use super::parse::Options;
use crate::function::{Function, without_ours};
use crate::lints;
use crate::methods::{Block, Expanded};
use crate::syntax::{impl_traits, is_method};

/// In place of a function that stands in no block, or in one that nothing is known of.
pub(crate) fn function(options: &Options, function: &Function) -> TokenStream {
    if !is_method(&function.item) {
        return expand::fallback(options, function);
    }
    // An implementation of a trait has no room; its methods have no visibility of their own.
    let has_room = !matches!(function.item.vis, Visibility::Inherited);
    let (item, stubs) =
        (without_ours(&function.item), has_room.then(|| stubs(options, function, &function.item.vis)));
    quote!(#item #stubs)
}

/// In place of a method of a block.
pub(crate) fn method(options: &Options, function: &Function, block: &Block) -> Expanded {
    let visibility = block.visibility(&function.item.vis);
    let companion = block.has_room().then(|| stubs(options, function, &visibility));
    Expanded {
        wrapper: without_ours(&function.item),
        companion: companion.unwrap_or_default(),
        companion_name: options.companion_name(function),
        ..Expanded::default()
    }
}

/// The companion's functions.
fn stubs(options: &Options, function: &Function, visibility: &impl ToTokens) -> TokenStream {
    let ItemFn { sig, .. } = &function.item;
    let Some(name) = options.companion_name(function) else { return TokenStream::new() };
    if !impl_traits(&function.returns).is_empty() {
        // Without a value, of what type would it be?
        return TokenStream::new();
    }
    let called = |what: &str| {
        let mut stub = Signature { ident: format_ident!("{name}_{what}"), constness: None, ..sig.clone() };
        if function.block.as_ref().is_some_and(Block::is_trait) {
            stub.generics.make_where_clause().predicates.push(parse_quote!(Self: ::core::marker::Sized));
        }
        stub
    };
    let mut entry = called("entry");
    let returns = &function.returns;
    let ty: Ident = format_ident!("{}", if function.is_async() { "Entry" } else { "SyncEntry" });
    entry.output = parse_quote!(-> ::cache_core::#ty<#returns>);
    entry.asyncness = None;
    entry.inputs = entry.inputs.into_iter().filter(|input| !is_skipped(input, options)).collect();
    let mut all = called("invalidate_all");
    all.output = parse_quote!(-> ::cache_core::Invalidated);
    all.inputs.clear();
    let (refresh, uncached, quiet) = (called("refresh"), called("uncached"), lints::items());
    let stubs = [entry, refresh, uncached, all]
        .map(|stub| quote!(#quiet #visibility #stub { ::core::unreachable!() }));
    quote!(#(#stubs)*)
}

fn is_skipped(input: &FnArg, options: &Options) -> bool {
    let skips = |name: &Ident| options.skip.contains(name);
    match input {
        FnArg::Receiver(receiver) => skips(&Ident::new("self", receiver.self_token.span)),
        FnArg::Typed(input) => matches!(&*input.pat, syn::Pat::Ident(name) if skips(&name.ident)),
    }
}
