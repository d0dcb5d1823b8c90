//! Where something is declared, and what: a macro may declare two things in one place.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use crate::function::Function;

/// The place of a function. Of a method, for what its block is given stands at the block.
pub(crate) fn of_function(options: &TokenStream, function: &Function) -> TokenStream {
    let at = function.block.as_ref().map_or_else(Span::call_site, |_| function.name().span());
    location(at, options, &function.item)
}

/// For an item whose name doesn't tell its module.
pub(crate) fn within_module(location: TokenStream) -> TokenStream {
    quote!(#location.within(::core::module_path!()))
}

/// The place and the item, as the runtime tells it from others of its name. A copy that another macro has made of it
/// is the same.
pub(crate) fn location(at: Span, options: &TokenStream, item: &impl ToTokens) -> TokenStream {
    let mut hash = FNV_OFFSET;
    walk(&mut hash, options.clone());
    write(&mut hash, ";");
    walk(&mut hash, item.to_token_stream());
    quote_spanned!(at=> ::cache_core::private::Location::here(#hash))
}

// FNV-1a, for it is the same in every version of the compiler.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x100_0000_01b3;

fn write(hash: &mut u64, token: &str) {
    for byte in token.bytes().chain([0]) {
        *hash = (*hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
    }
}

/// Token by token: who copies an item changes the spaces between them and the invisible groups around them.
fn walk(hash: &mut u64, tokens: TokenStream) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => walk(hash, group.stream()),
            TokenTree::Group(group) => {
                write(hash, &format!("{:?}", group.delimiter()));
                walk(hash, group.stream());
                write(hash, "end");
            }
            token => write(hash, &token.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(options: &str, item: &str) -> String {
        location(Span::call_site(), &options.parse().unwrap(), &item.parse::<TokenStream>().unwrap())
            .to_string()
    }

    #[test]
    fn a_copy_is_the_same_and_all_else_differs() {
        let one = of("", "fn f(a: u8) -> u8 { a + 1 }");
        assert_eq!(one, of("", "fn f ( a : u8 ) -> u8 { a+1 }"));
        let others = [
            of("pure", "fn f(a: u8) -> u8 { a + 1 }"),
            of("", "fn f(a: u8) -> u8 { a + 2 }"),
            of("", "fn f(a: u8) -> u8 { (a + 1) }"),
            of("", "fn f(a: u8) -> u8 { a } + 1"),
            of("", "fn f(au8: u8) -> u8 { a + 1 }"),
        ];
        others.iter().for_each(|other| assert_ne!(one, *other));
        assert_ne!(others[3], of("", "fn f(a: u8) -> u8 { a + } 1"));
    }
}
