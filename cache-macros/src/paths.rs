//! Paths into the runtime, placed at what the author wrote: there the compiler reports what is wrong.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

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
