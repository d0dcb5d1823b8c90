//! What the author wrote, option by option.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, LitStr, Path, Token, parenthesized};

use crate::dependency::{Dependencies, Dependency};
use crate::duration;
use crate::errors::Errors;
use crate::options::{self, count, flag, text, value};
use crate::scope::Scope;
use crate::syntax::ungrouped;

const KNOWN: &[&str] = &[
    "alias",
    "ttl",
    "allow_stale",
    "per_tenant",
    "per_user",
    "global",
    "invalidate_on",
    "skip",
    "when",
    "store_if",
    "expires_in",
    "pure",
    "name",
    "version",
    "none_ttl",
    "err_ttl",
    "local",
    "each",
    "key",
    "companion",
    "cache",
    "crate",
];

/// The options of `#[cached]`. Each keeps the author's tokens, so that messages point at them.
#[derive(Default)]
pub(crate) struct Options {
    /// All of it.
    pub(crate) tokens: TokenStream,
    pub(crate) alias: Option<Path>,
    pub(crate) ttl: Option<(LitStr, Ttl)>,
    pub(crate) allow_stale: Option<Ident>,
    pub(crate) per_tenant: Scope,
    pub(crate) per_user: Scope,
    pub(crate) global: Option<Ident>,
    /// The option, and what it lists.
    pub(crate) invalidate_on: Option<(Ident, Vec<Dependency>)>,
    pub(crate) skip: Vec<Ident>,
    pub(crate) when: Option<Expr>,
    pub(crate) store_if: Option<ExprClosure>,
    pub(crate) expires_in: Option<(Ident, ExprClosure)>,
    pub(crate) pure: Option<Ident>,
    pub(crate) name: Option<String>,
    pub(crate) version: Option<u32>,
    pub(crate) none_ttl: Option<(LitStr, Duration)>,
    pub(crate) err_ttl: Option<(LitStr, Duration)>,
    pub(crate) local: Option<Ident>,
    /// The argument that stands for many keys.
    pub(crate) each: Option<Ident>,
    /// The option, and what replaces the arguments in the key.
    pub(crate) key: Option<(Ident, Vec<Expr>)>,
    pub(crate) companion: Companion,
    pub(crate) cache: Option<Expr>,
    pub(crate) crate_: Option<Path>,
}

/// What the companion is called.
#[derive(Default)]
pub(crate) enum Companion {
    /// As the function is.
    #[default]
    Unsaid,
    Named(Ident),
    /// There is none.
    None,
}

pub(crate) enum Ttl {
    For(Duration),
    Forever,
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream, errors: &Errors) -> Options {
        let mut options = Options { tokens: tokens.clone(), ..Options::default() };
        options::each(tokens, KNOWN, errors, |option, input| options.read(option, input));
        options
    }

    fn read(&mut self, option: &Ident, input: ParseStream<'_>) -> syn::Result<bool> {
        match option.to_string().as_str() {
            "alias" => self.alias = Some(value(option, input)?),
            "ttl" => {
                let literal = text(option, input, "15m")?;
                let ttl = match literal.value().as_str() {
                    "forever" => Ttl::Forever,
                    _ => Ttl::For(duration::parse(&literal)?),
                };
                self.ttl = Some((literal, ttl));
            }
            "allow_stale" => self.allow_stale = Some(flag(option, input)?),
            "per_tenant" => self.per_tenant = Scope::parse(option, input)?,
            "per_user" => self.per_user = Scope::parse(option, input)?,
            "global" => self.global = Some(flag(option, input)?),
            "invalidate_on" => {
                let Dependencies(all) = value(option, input)?;
                self.invalidate_on = Some((option.clone(), all));
            }
            "skip" => {
                if !input.peek(syn::token::Paren) {
                    let message = "`skip` names arguments: `skip(db, now)`";
                    return Err(syn::Error::new(option.span(), message));
                }
                let content;
                parenthesized!(content in input);
                let names = content.parse_terminated(Ident::parse_any, Token![,])?;
                self.skip.extend(names);
            }
            "when" => self.when = Some(value(option, input)?),
            "store_if" => self.store_if = Some(closure(option, input)?),
            "expires_in" => self.expires_in = Some((option.clone(), closure(option, input)?)),
            "pure" => self.pure = Some(flag(option, input)?),
            "name" => {
                let literal = text(option, input, "shop:product")?;
                self.name = Some(options::name(&literal)?);
            }
            "version" => self.version = Some(count(option, input)?),
            "none_ttl" => {
                let literal = text(option, input, "30s")?;
                let ttl = match literal.value().as_str() {
                    "off" => Duration::ZERO,
                    _ => duration::parse(&literal)?,
                };
                self.none_ttl = Some((literal, ttl));
            }
            "err_ttl" => {
                let literal = text(option, input, "2s")?;
                let ttl = duration::parse(&literal)?;
                self.err_ttl = Some((literal, ttl));
            }
            "each" => self.each = Some(value(option, input)?),
            "local" => self.local = Some(flag(option, input)?),
            "key" => self.key = Some((option.clone(), parts(option, input)?)),
            "companion" => {
                options::equals(option, input)?;
                let name = input.call(Ident::parse_any).map_err(|error| {
                    syn::Error::new(error.span(), "`companion` takes a name, or `none`: `companion = prices`")
                })?;
                self.companion = if name == "none" { Companion::None } else { Companion::Named(name) };
            }
            "cache" => self.cache = Some(value(option, input)?),
            "crate" => self.crate_ = Some(value(option, input)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(crate) fn dependencies(&self) -> &[Dependency] {
        self.invalidate_on.as_ref().map_or(&[], |(_, all)| all)
    }
}

/// `(expr, ..)`
fn parts(option: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    options::equals(option, input)?;
    if !input.peek(syn::token::Paren) {
        return Err(input.error("`key` lists what is part of the key: `key = (id, filter.page)`"));
    }
    let content;
    parenthesized!(content in input);
    Ok(content.parse_terminated(Expr::parse, Token![,])?.into_iter().collect())
}

/// `|value| ..`
fn closure(option: &Ident, input: ParseStream<'_>) -> syn::Result<ExprClosure> {
    match ungrouped(&value(option, input)?) {
        Expr::Closure(closure) => Ok(closure.clone()),
        other => {
            let message = format!("`{option}` is a closure on the value: `{option} = |value| ..`");
            Err(syn::Error::new(other.span(), message))
        }
    }
}
