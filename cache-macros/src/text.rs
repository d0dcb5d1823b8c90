//! Tokens as a person writes them, the same by every compiler: what the compiler makes of them differs from version to
//! version.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{FnArg, Lifetime, ReceiverKind, ReturnType, Signature, Type, TypeReference};

/// One line of text.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let mut words = Vec::new();
    split(tokens.to_token_stream(), &mut words);
    let mut text = String::new();
    for (position, word) in words.iter().enumerate() {
        if position > 0 && is_spaced(&words[position - 1], word) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// A name as it stands in keys.
pub(crate) fn name_of(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

/// What a function takes and returns, without the names of lifetimes: `(id: u64, name: &str) -> String`.
pub(crate) fn signature(signature: &Signature, returns: &Type) -> String {
    let inputs = signature.inputs.iter().map(|input| {
        let mut input = input.clone();
        match &mut input {
            FnArg::Receiver(receiver) => {
                if let ReceiverKind::Reference(_, lifetime, _) = &mut receiver.kind {
                    *lifetime = None;
                }
                Unnamed.visit_receiver_mut(receiver);
            }
            FnArg::Typed(argument) => {
                argument.attrs.clear();
                Unnamed.visit_type_mut(&mut argument.ty);
            }
        }
        input
    });
    let mut returns = returns.clone();
    Unnamed.visit_type_mut(&mut returns);
    let returns = match &signature.output {
        ReturnType::Default => TokenStream::new(),
        ReturnType::Type(..) => quote!(-> #returns),
    };
    text(&quote!((#(#inputs),*) #returns))
}

/// Takes the names of lifetimes away.
struct Unnamed;

impl VisitMut for Unnamed {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        reference.lifetime = reference.lifetime.take().filter(|lifetime| lifetime.ident == "static");
        syn::visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            lifetime.ident = Ident::new("_", lifetime.ident.span());
        }
    }
}

/// Operators of two characters.
const OPERATORS: [&str; 10] = ["::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", ".."];

/// Into names, literals, operators and brackets, without a comma before a closing one.
fn split(tokens: TokenStream, words: &mut Vec<String>) {
    // Whether the next character may go on with an operator.
    let mut joint = false;
    for token in tokens {
        let was_joint = std::mem::replace(&mut joint, false);
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => {
                        split(group.stream(), words);
                        continue;
                    }
                };
                words.push(open.to_owned());
                split(group.stream(), words);
                words.pop_if(|last| last == ",");
                words.push(close.to_owned());
            }
            TokenTree::Punct(punct) => {
                joint = punct.spacing() == Spacing::Joint;
                let last = words.last_mut().filter(|_| was_joint);
                let both = last.map(|last| (format!("{last}{punct}"), last));
                match both.filter(|(both, _)| OPERATORS.contains(&both.as_str())) {
                    Some((both, last)) => *last = both,
                    None => words.push(punct.to_string()),
                }
            }
            TokenTree::Ident(name) if was_joint && words.last().is_some_and(|last| last == "'") => {
                words.pop();
                words.push(format!("'{name}"));
            }
            token => words.push(token.to_string()),
        }
    }
}

/// Whether there is a space between two of them.
fn is_spaced(before: &str, next: &str) -> bool {
    const AROUND: [&str; 8] = ["->", "=>", "=", "==", "!=", "+", "{", "}"];
    const KEYWORDS: [&str; 9] = ["as", "const", "dyn", "else", "if", "in", "match", "move", "mut"];
    let is_word = |word: &str| word.starts_with(|c: char| c.is_alphanumeric() || "_'\"".contains(c));
    let is_closed = |word: &str| is_word(word) || matches!(word, ")" | "]" | ">");
    let opens = |word: &str| matches!(word, "(" | "[" | "&" | "*");
    matches!(before, "," | ";" | ":")
        || AROUND.contains(&before) && !matches!(next, "," | ")" | "." | "?")
        || AROUND.contains(&next)
        || is_closed(before) && is_word(next)
        || (before.starts_with('\'') || KEYWORDS.contains(&before)) && opens(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_as_a_person_writes_it() {
        for written in [
            "org",
            "&org",
            "*org",
            "Client { org: *org, client: 7 }",
            "id.unsigned_abs()",
            "ids[0]",
            "a + b",
            "-1",
            "a == b",
            "x as u8",
            "a?",
            "Result<Vec<Option<&str>>, Error>",
            "&mut [u8]",
            "&'static str",
            "Arc<dyn Fn(&str) -> bool + Send>",
            "<T as std::iter::Iterator>::Item",
            "[u8; 4]",
            "(u8, u16)",
            "Search<'_, T>",
            "Box<dyn for<'a> Fn(&'a str)>",
            "\"text\".len()",
            "Vec::<u8>::new()",
        ] {
            assert_eq!(text(&written.parse::<TokenStream>().unwrap()), written);
        }
        assert_eq!(text(&"f ( a , b , )".parse::<TokenStream>().unwrap()), "f(a, b)");
    }

    #[test]
    fn signatures_have_no_names_of_lifetimes() {
        let item: syn::ItemFn = syn::parse_quote! {
            async fn f<'a>(db: &'a Db, Path(id): Path<u64>, search: &Search<'a, T>) -> Result<u64, E> { todo }
        };
        let returns = syn::parse_quote!(Result<&'a u64, E>);
        assert_eq!(
            signature(&item.sig, &returns),
            "(db: &Db, Path(id): Path<u64>, search: &Search<'_, T>) -> Result<&u64, E>"
        );
        let item: syn::ItemFn = syn::parse_quote!(
            fn f() {}
        );
        assert_eq!(signature(&item.sig, &syn::parse_quote!(())), "()");
    }
}
