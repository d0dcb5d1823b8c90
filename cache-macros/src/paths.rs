//! Paths into the runtime, placed at what the author wrote: there the compiler reports what is wrong.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

/// `::cache_core::private::name`, spanning these tokens.
pub(crate) fn private(name: &str, about: &impl ToTokens) -> TokenStream {
    let (start, end) = ends(about);
    let name = Ident::new(name, end);
    quote_spanned!(start=> ::cache_core::private::#name)
}

/// The first and the last token. The compiler joins them; stable macros can't.
pub(crate) fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut spans = tokens.to_token_stream().into_iter().map(|token| token.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}

/// A variable of generated code, to stand in what is spanned at the author's tokens: these may come from another macro than
/// the function, where it isn't seen.
pub(crate) fn variable(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// `crate = path`: the same tokens with another path in place of `::cache_core`.
pub(crate) fn renamed(tokens: TokenStream, path: Option<&Path>) -> TokenStream {
    let Some(path) = path else { return tokens };
    let mut renamed = TokenStream::new();
    // Colons not yet passed on; what came before them.
    let (mut colons, mut before) = (Vec::new(), Before::Other);
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                colons.push(TokenTree::from(punct));
                continue;
            }
            TokenTree::Ident(ident)
                if ident == "cache_core"
                    && (colons.len() == 3 || colons.len() == 2 && before != Before::Name) =>
            {
                // Three: the first ends a name, as in `x: ::cache_core`.
                renamed.extend(colons.drain(..).rev().skip(2));
                path.to_tokens(&mut renamed);
                before = Before::Name;
                continue;
            }
            _ => renamed.extend(colons.drain(..)),
        }
        before = match &token {
            TokenTree::Ident(_) if before == Before::Apostrophe => Before::Other,
            TokenTree::Ident(ident) if begins_path(ident) || syn::parse2::<Ident>(quote!(#ident)).is_ok() => {
                Before::Name
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => Before::Apostrophe,
            _ => Before::Other,
        };
        renamed.extend([match token {
            TokenTree::Group(group) => {
                let mut within = Group::new(group.delimiter(), self::renamed(group.stream(), Some(path)));
                within.set_span(group.span());
                TokenTree::from(within)
            }
            token => token,
        }]);
    }
    renamed.extend(colons);
    renamed
}

/// A keyword that stands for a module or a type.
fn begins_path(ident: &Ident) -> bool {
    ["crate", "self", "super", "Self"].iter().any(|keyword| ident == keyword)
}

/// What comes before two colons says whether they begin a path: not after a name, which is no keyword and no lifetime.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Name,
    Apostrophe,
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_is_renamed_where_a_path_begins() {
        let tokens: TokenStream =
            "<T as ::cache_core::A>::B; a::cache_core::C; fn f<'a>(x: &'a ::cache_core::D) -> \
                                   ::cache_core::E { Vec::<::cache_core::F>::new() } x: ::cache_core::G; \
                                   crate::cache_core::H; self::cache_core::I"
                .parse()
                .unwrap();
        let path = syn::parse_quote!(::app::cache);
        let renamed = renamed(tokens, Some(&path)).to_string().replace(' ', "");
        let expected = "<Tas::app::cache::A>::B;a::cache_core::C;fnf<'a>(x:&'a::app::cache::D)->::app::cache::E{Vec::<\
                        ::app::cache::F>::new()}x:::app::cache::G;crate::cache_core::H;self::cache_core::I";
        assert_eq!(renamed, expected);
    }
}
