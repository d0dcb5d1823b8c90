//! `name = value, name(..), name`: the options of an attribute, one after the other, going on after a mistake.

use std::str::FromStr;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitStr, Token};

use crate::errors::Errors;

/// Reads all options. `read` takes the value of one, and answers `false` if there is no option of that name.
pub(crate) fn each(
    tokens: TokenStream,
    known: &[&str],
    errors: &Errors,
    mut read: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<bool>,
) {
    let parser = |input: ParseStream<'_>| {
        let mut seen: Vec<Ident> = Vec::new();
        while !input.is_empty() {
            let option: Ident = match input.call(Ident::parse_any) {
                Ok(option) => option,
                Err(error) => {
                    errors.add(syn::Error::new(error.span(), "expected an option"));
                    skip_to_comma(input)?;
                    continue;
                }
            };
            if seen.contains(&option) {
                errors.at(&option, format_args!("`{option}` is given twice"));
            }
            match read(&option, input) {
                Ok(true) => {
                    if !input.is_empty() && !input.peek(Token![,]) {
                        errors.add(input.error("expected `,` before the next option"));
                    }
                }
                Ok(false) => errors.at(&option, unknown(&option, known)),
                Err(error) => errors.add(error),
            }
            seen.push(option);
            skip_to_comma(input)?;
        }
        Ok(())
    };
    errors.ok(parser.parse2(tokens));
}

/// What to say of an option that there is none of.
fn unknown(option: &Ident, known: &[&str]) -> String {
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    format!("no option `{option}`; options are: {list}")
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            break;
        }
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// `= value`.
pub(crate) fn value<T: syn::parse::Parse>(option: &Ident, input: ParseStream<'_>) -> syn::Result<T> {
    equals(option, input)?;
    input.parse()
}

/// `=`, with something behind it.
pub(crate) fn equals(option: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let equals = input.parse::<Option<Token![=]>>()?;
    if equals.is_none() || input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(option.span(), format!("`{option}` needs a value: `{option} = ..`")));
    }
    Ok(())
}

/// `= ".."`. `example` is what it could be.
pub(crate) fn text(option: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<LitStr> {
    match value(option, input)? {
        Lit::Str(literal) => Ok(literal),
        other => {
            let message = format!("`{option}` takes text in quotes: `{option} = \"{example}\"`");
            Err(syn::Error::new(other.span(), message))
        }
    }
}

/// `= 5`: a whole number from 1 on.
pub(crate) fn count<N: FromStr + Default + PartialEq>(
    option: &Ident,
    input: ParseStream<'_>,
) -> syn::Result<N> {
    let literal: Lit = value(option, input)?;
    let number = match &literal {
        Lit::Int(literal) => {
            literal.base10_digits().parse::<N>().ok().filter(|number| *number != N::default())
        }
        _ => None,
    };
    number.ok_or_else(|| syn::Error::new(literal.span(), format!("`{option}` is a whole number from 1 on")))
}

/// A flag: no value.
pub(crate) fn flag(option: &Ident, input: ParseStream<'_>) -> syn::Result<Ident> {
    if input.peek(Token![=]) || input.peek(syn::token::Paren) {
        return Err(syn::Error::new(option.span(), format!("`{option}` takes no value")));
    }
    Ok(option.clone())
}

/// A name for keys and statistics.
pub(crate) fn name(literal: &LitStr) -> syn::Result<String> {
    let name = literal.value();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(allowed) {
        let message = "a name is 1 to 100 letters, digits, `_`, `-`, `.` and `:`, such as `\"shop:product\"`";
        return Err(syn::Error::new(literal.span(), message));
    }
    Ok(name)
}
