//! `name = value, name(..), name`: the options of an attribute, one after the other, going on after a mistake.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Lit, LitStr, Token};

use crate::errors::Errors;
use crate::similar::meant;
use crate::{bytes, duration};

/// The options of an attribute.
pub(crate) struct Known {
    /// How each is written: its name comes first.
    pub(crate) forms: &'static [&'static str],
    /// Words that others use, and what is said here in their place.
    pub(crate) elsewhere: &'static [(&'static [&'static str], &'static str)],
}

/// The name of an option, where the author wrote it, and how the option is written.
pub(crate) struct Word {
    name: Ident,
    form: &'static str,
}

/// Reads all options. `read` takes the value of one. Answers which there are, be they wrong.
pub(crate) fn each(
    tokens: TokenStream,
    known: &Known,
    errors: &Errors,
    mut read: impl FnMut(&Word, ParseStream<'_>) -> syn::Result<()>,
) -> Seen {
    let mut seen = Seen::default();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match input.fork().call(Ident::parse_any) {
                Ok(_) => seen.read(known, input, errors, &mut read)?,
                Err(_) => seen.no_name(known, input, errors),
            }
            skip_to_comma(input, true);
        }
        Ok(())
    };
    errors.ok(parser.parse2(tokens));
    seen
}

/// The options that an attribute has, by their own names or by others.
#[derive(Default)]
pub(crate) struct Seen {
    given: Vec<String>,
    meant: Vec<String>,
}

impl Seen {
    /// Whether an option is given, be it wrongly: then it isn't missing.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.given.iter().chain(&self.meant).any(|seen| seen == name)
    }

    /// Something that was meant as this option.
    pub(crate) fn meant(&mut self, name: &str) {
        self.meant.push(name.to_owned());
    }

    /// Reads one option, up to the comma behind it.
    pub(crate) fn read(
        &mut self,
        known: &Known,
        input: ParseStream<'_>,
        errors: &Errors,
        read: impl FnOnce(&Word, ParseStream<'_>) -> syn::Result<()>,
    ) -> syn::Result<()> {
        let name = input.call(Ident::parse_any)?;
        let text = name.to_string();
        if self.given.contains(&text) {
            errors.at(&name, format_args!("`{name}` is given twice"));
        }
        match known.form(&text) {
            None => {
                errors.at(&name, known.unknown(&text));
                self.meant.extend(known.meant(&text).map(str::to_owned));
            }
            Some(form) => {
                one(input, errors, |input| read(&Word { name, form }, input));
            }
        }
        self.given.push(text);
        Ok(())
    }

    /// What has no name. Text is taken for one that it should have: `ttl = ".."`, `name = ".."`.
    fn no_name(&mut self, known: &Known, input: ParseStream<'_>, errors: &Errors) {
        let text = input.fork().parse::<LitStr>().ok();
        let meant = text.as_ref().map(|text| if duration::is_one(&text.value()) { "ttl" } else { "name" });
        let meant = meant.filter(|name| known.has(name));
        let example = match (text, meant) {
            (Some(text), Some(name)) => {
                self.meant(name);
                format!("{name} = {}", text.token())
            }
            _ => known.forms.first().copied().unwrap_or_default().to_owned(),
        };
        errors.add(input.error(format_args!("expected an option, such as `{example}`")));
    }
}

impl Known {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.forms.iter().map(|form| first(form))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.form(name).is_some()
    }

    fn form(&self, name: &str) -> Option<&'static str> {
        self.forms.iter().copied().find(|form| first(form) == name)
    }

    /// Whether something that could be else is probably meant as an option.
    pub(crate) fn is_near(&self, word: &str) -> bool {
        self.form(word).is_some() || self.hint(word).is_some() || meant(word, self.names()).is_some()
    }

    fn hint(&self, word: &str) -> Option<&'static str> {
        self.elsewhere.iter().find(|(words, _)| words.contains(&word)).map(|(_, hint)| *hint)
    }

    /// The option that a word stands for, which is none itself.
    fn meant(&self, word: &str) -> Option<&'static str> {
        match self.hint(word) {
            Some(hint) => self.names().find(|name| hint.contains(&format!("`{name} = "))),
            None => meant(word, self.names()),
        }
    }

    /// What to say of an option that there is none of.
    fn unknown(&self, word: &str) -> String {
        if let Some(hint) = self.hint(word) {
            return format!("no option `{word}`: {hint}");
        }
        if let Some(meant) = self.meant(word) {
            return format!("no option `{word}`; did you mean `{meant}`?");
        }
        format!("no option `{word}`; options are: {}", listed(self.names()))
    }
}

/// What a form begins with: the name.
fn first(form: &'static str) -> &'static str {
    form.split([' ', '(']).next().unwrap_or(form)
}

/// `a`, `b`, `c`.
pub(crate) fn listed<T: fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What an author may have meant, and what there is: behind a fault.
pub(crate) fn among(word: &Ident, kind: &str, names: &[String]) -> String {
    if names.is_empty() {
        return "; there are none".to_owned();
    }
    let meant = meant(&word.to_string(), names.iter().map(String::as_str));
    let meant = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
    let separator = if meant.is_empty() { ";" } else { "" };
    format!("{meant}{separator} {kind} are: {}", listed(names))
}

/// Reads on to what stands behind the next comma; after a mistake, to one that an option stands behind.
pub(crate) fn skip_to_comma(input: ParseStream<'_>, to_option: bool) {
    while !input.is_empty() {
        let is_comma = input.peek(Token![,]);
        if input.parse::<TokenTree>().is_err() || is_comma && (!to_option || begins_option(input)) {
            return;
        }
    }
}

fn begins_option(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    input.is_empty()
        || fork.call(Ident::parse_any).is_err()
        || fork.is_empty()
        || fork.peek(Token![,])
        || fork.peek(syn::token::Paren)
        || fork.peek(Token![=]) && !fork.peek(Token![==])
        || fork.peek(Token![:]) && !fork.peek(Token![::])
}

/// What stands between commas, each read by itself: a mistake in one doesn't hide those in the others.
pub(crate) fn list<T>(
    input: ParseStream<'_>,
    errors: &Errors,
    mut read: impl FnMut(ParseStream<'_>) -> syn::Result<T>,
) -> Vec<T> {
    let mut all = Vec::new();
    while !input.is_empty() {
        all.extend(one(input, errors, &mut read));
        skip_to_comma(input, false);
    }
    all
}

/// Reads up to the next comma; after a mistake nothing is read. What is read beforehand keeps `syn` from reporting the rest
/// too.
pub(crate) fn one<T>(
    input: ParseStream<'_>,
    errors: &Errors,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> Option<T> {
    let ahead = input.fork();
    let read = errors.ok(read(&ahead))?;
    if !ahead.is_empty() && !ahead.peek(Token![,]) {
        errors.add(ahead.error("expected `,`"));
        return None;
    }
    input.advance_to(&ahead);
    Some(read)
}

impl Word {
    /// A value that is none: `what` it takes, and how it is written.
    pub(crate) fn misread(&self, at: Span, what: &str) -> syn::Error {
        syn::Error::new(at, format!("`{}` takes {what}: `{}`", self.name, self.form))
    }

    /// `=`, with something behind it.
    pub(crate) fn equals(&self, input: ParseStream<'_>) -> syn::Result<()> {
        let (name, form) = (&self.name, self.form);
        if input.is_empty() || input.peek(Token![,]) {
            return Err(syn::Error::new(name.span(), format!("`{name}` needs a value: `{form}`")));
        }
        if !input.peek(Token![=]) || input.peek(Token![==]) || input.peek(Token![=>]) {
            let message = format!("`{name}` takes its value behind `=`: `{form}`");
            return Err(syn::Error::new(input.span(), message));
        }
        let equals: Token![=] = input.parse()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(syn::Error::new(equals.span, format!("`{name}` needs a value: `{form}`")));
        }
        Ok(())
    }

    /// `= value`, of which the first token says whether it is one.
    pub(crate) fn value<T: Parse>(&self, input: ParseStream<'_>, what: &str) -> syn::Result<T> {
        self.equals(input)?;
        let at = input.span();
        input.parse().map_err(|_| self.misread(at, what))
    }

    /// `= expr`.
    pub(crate) fn expr(&self, input: ParseStream<'_>) -> syn::Result<Expr> {
        self.equals(input)?;
        input.parse()
    }

    /// `= ".."`.
    pub(crate) fn text(&self, input: ParseStream<'_>) -> syn::Result<LitStr> {
        self.value(input, "text in quotes")
    }

    /// `= "15m"`.
    pub(crate) fn duration(&self, input: ParseStream<'_>) -> syn::Result<LitStr> {
        self.equals(input)?;
        if let Ok(Lit::Int(number)) = input.fork().parse() {
            let (digits, written) = (number.base10_digits(), number.to_string());
            let meant = if number.suffix().is_empty() { format!("{digits}s") } else { written };
            if duration::is_one(&meant) {
                let message = format!(
                    "`{}` takes text in quotes, with a unit: `{} = \"{meant}\"`",
                    self.name, self.name
                );
                return Err(syn::Error::new(number.span(), message));
            }
        }
        let at = input.span();
        input.parse().map_err(|_| self.misread(at, "text in quotes, which is checked while compiling"))
    }

    /// `= 5`: a whole number from 1 on.
    pub(crate) fn count<N: FromStr + Default + PartialEq>(&self, input: ParseStream<'_>) -> syn::Result<N> {
        self.equals(input)?;
        let at = input.span();
        let number = match input.parse::<Lit>() {
            Ok(Lit::Int(literal)) if literal.suffix().is_empty() => {
                let digits = literal.base10_digits();
                let is_whole = digits.bytes().all(|digit| digit.is_ascii_digit());
                match digits.parse::<N>() {
                    Ok(number) => Some(number),
                    Err(_) if is_whole => return Err(self.misread(at, "a smaller number")),
                    Err(_) => None,
                }
            }
            _ => None,
        };
        let number = number.filter(|number| *number != N::default());
        number.ok_or_else(|| self.misread(at, "a whole number from 1 on"))
    }

    /// `= 0.1`: a number with a point, if it is allowed.
    pub(crate) fn share(
        &self,
        input: ParseStream<'_>,
        what: &str,
        is_allowed: fn(f64) -> bool,
    ) -> syn::Result<f64> {
        self.equals(input)?;
        let at = input.span();
        let share = match input.parse::<Lit>() {
            Ok(Lit::Float(literal)) if literal.suffix().is_empty() => literal.base10_parse().ok(),
            _ => None,
        };
        share.filter(|share| is_allowed(*share)).ok_or_else(|| self.misread(at, what))
    }

    /// `= 0.001`, as it is said of an alias and of a function.
    pub(crate) fn share_of_hits(&self, input: ParseStream<'_>) -> syn::Result<f64> {
        self.share(input, "a share of the hits, from `0.0` to `1.0`", |share| (0.0..=1.0).contains(&share))
    }

    /// `= "64MiB"`, or a number of bytes.
    pub(crate) fn bytes(&self, input: ParseStream<'_>) -> syn::Result<u64> {
        self.equals(input)?;
        let (at, name) = (input.span(), &self.name);
        let text = match input.parse::<Lit>() {
            Ok(Lit::Str(text)) => text.value(),
            Ok(Lit::Int(number)) if number.suffix().is_empty() => number.base10_digits().to_owned(),
            Ok(Lit::Int(number)) if bytes::has_unit(&number.to_string()) => {
                let message = format!("`{name}` takes a unit in quotes: `{name} = \"{number}\"`");
                return Err(syn::Error::new(at, message));
            }
            _ => return Err(self.misread(at, "a number of bytes, or text in quotes, with a unit")),
        };
        bytes::parse(&text).map_err(|fault| syn::Error::new(at, fault))
    }

    /// A flag: no value.
    pub(crate) fn flag(&self, input: ParseStream<'_>) -> syn::Result<Ident> {
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(self.name.clone());
        }
        let at = input.span();
        let message = format!("`{}` takes no value: it is said, or left out", self.name);
        // Two options without a comma are another mistake.
        if input.peek(Token![=]) || input.peek(Token![:]) || input.peek(syn::token::Paren) {
            return Err(syn::Error::new(at, message));
        }
        Ok(self.name.clone())
    }

    pub(crate) fn ident(&self) -> &Ident {
        &self.name
    }
}

impl Deref for Word {
    type Target = Ident;

    fn deref(&self) -> &Ident {
        &self.name
    }
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
