//! What the author wrote, option by option.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, Lit, LitStr, Path, Token, parenthesized};

use crate::dependency::{self, Dependency};
use crate::errors::Errors;
use crate::function::Function;
use crate::options::{self, Known, Word, list};
use crate::scope::Scope;
use crate::syntax::{mentions, ungrouped};
use crate::{allow, duration};

const KNOWN: Known = Known {
    forms: &[
        "alias = Permissions",
        "ttl = \"15m\"",
        "allow_stale",
        "per_tenant = org",
        "per_user = user",
        "global",
        "invalidate_on = [Model, Model(id)]",
        "skip(db, now)",
        "when = id > 0",
        "store_if = |value| value.is_some()",
        "expires_in = |value| value.lifetime",
        "pure",
        "name = \"shop:product\"",
        "version = 2",
        "none_ttl = \"30s\"",
        "err_ttl = \"2s\"",
        "stale_if_error = \"1h\"",
        "stale_while_revalidate = \"30s\"",
        "load_timeout = \"300ms\"",
        "early = 1.0",
        "verify_rate = 0.001",
        "local",
        "each = ids",
        "key = (id, filter.page)",
        "companion = prices",
        "cache = app.cache",
        "allow(ttl_over_max)",
        "crate = app::cache_core",
    ],
    elsewhere: &[
        (
            &[
                "time",
                "time_to_live",
                "timeout",
                "expire",
                "expires",
                "expiration",
                "max_age",
                "lifetime",
                "duration",
            ],
            "how long a value lives is `ttl = \"15m\"`",
        ),
        (
            &["ttl_secs", "ttl_millis", "seconds", "secs"],
            "how long a value lives is `ttl = \"15m\"`, with its unit",
        ),
        (
            &["size", "max_size", "capacity", "max_capacity", "max_entries", "limit", "unbound"],
            "how many entries there are is said of an alias, `#[alias(name = \"..\", max_entries = 10_000)]`, which is \
             named here: `alias = ..`",
        ),
        (
            &["max_bytes", "max_memory", "bytes", "memory", "weight", "max_weight"],
            "how many bytes the entries take is said of an alias, `#[alias(name = \"..\", max_bytes = \"64MiB\")]`, which is \
             named here: `alias = ..`",
        ),
        (
            &["max_ttl", "jitter", "max_loads", "load_wait", "mode", "scope"],
            "that is said of an alias, `#[alias(name = \"..\", ..)]`, which is named here: `alias = ..`",
        ),
        (
            &[
                "tags",
                "tag",
                "depends_on",
                "dependencies",
                "model",
                "models",
                "invalidates",
                "invalidated_by",
            ],
            "what a value depends on is `invalidate_on = [Model, Model(id)]`",
        ),
        (
            &["condition", "unless", "enabled", "if"],
            "on the arguments, `when = ..` says whether to use the cache; on the value, `store_if = |value| ..` whether to \
             store it",
        ),
        (&["ignore", "exclude", "without"], "arguments that are no part of the key are in `skip(db, now)`"),
        (&["convert", "hash", "key_by"], "the key is made of the arguments, or of `key = (id, filter.page)`"),
        (&["prefix", "key_prefix"], "what a function is called in keys is `name = \"shop:product\"`"),
        (
            &["result", "option", "cache_err", "cache_none"],
            "what is stored is decided by the return type, of a `Result` the value; `err_ttl` stores errors too, and \
             `none_ttl` is for `None`",
        ),
        (
            &["sync_writes", "sync", "lock", "single_flight", "coalesce"],
            "leave it out, for of calls with one key one runs, and the others wait for it",
        ),
        (
            &["stale", "serve_stale", "swr", "grace", "grace_period", "stale_ttl", "refresh_in_background"],
            "what ran out of time is served while it is loaded with `stale_while_revalidate = \"30s\"`, and in place of an \
             error with `stale_if_error = \"1h\"`",
        ),
        (
            &["fail_safe", "failsafe", "result_fallback", "fallback", "on_error"],
            "what ran out of time is served in place of an error with `stale_if_error = \"1h\"`",
        ),
        (
            &["soft_timeout", "factory_timeout", "load_deadline"],
            "how long a call waits before it is given what ran out of time is `load_timeout = \"300ms\"`",
        ),
        (
            &["beta", "xfetch", "refresh_ahead", "eager_refresh", "early_refresh", "early_expiration"],
            "values are loaded again before their time runs out, by lot, with `early = 1.0`",
        ),
        (
            &["verify", "sample", "sample_rate", "verification", "shadow"],
            "what share of the hits is verified is `verify_rate = 0.001`",
        ),
        (&["refresh", "force_refresh"], "`f::refresh(..)` runs the function and replaces what is stored"),
        (&["in_impl", "self"], "methods are cached in a block with `#[cache_core::methods]`"),
        (&["tenant", "tenant_id", "org"], "the tenant that a value belongs to is `per_tenant`"),
        (&["user", "user_id"], "the user that a value belongs to is `per_user`"),
        (&["cache_name", "group", "region"], "what functions share is an alias: `alias = Permissions`"),
    ],
};

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
    pub(crate) version: Option<(Ident, u32)>,
    pub(crate) none_ttl: Option<(LitStr, Duration)>,
    pub(crate) err_ttl: Option<(LitStr, Duration)>,
    pub(crate) policies: Policies,
    pub(crate) local: Option<Ident>,
    /// The argument that stands for many keys.
    pub(crate) each: Option<Ident>,
    /// The option, and what replaces the arguments in the key.
    pub(crate) key: Option<(Ident, Vec<Expr>)>,
    /// In millionths.
    pub(crate) verify_rate: Option<(Ident, u32)>,
    pub(crate) companion: Companion,
    pub(crate) cache: Option<Expr>,
    /// Lints on the graph.
    pub(crate) allow: Vec<Ident>,
    pub(crate) crate_: Option<Path>,
}

/// What is done of an entry before its time runs out, and after: each with the option that says so.
#[derive(Default)]
pub(crate) struct Policies {
    pub(crate) stale_if_error: Option<(Ident, Duration)>,
    pub(crate) stale_while_revalidate: Option<(Ident, Duration)>,
    pub(crate) load_timeout: Option<(Ident, Duration)>,
    /// In thousandths.
    pub(crate) early: Option<(Ident, u32)>,
}

impl Policies {
    /// The options, as far as they are given.
    pub(crate) fn options(&self) -> impl Iterator<Item = &Ident> {
        let durations = [&self.stale_if_error, &self.stale_while_revalidate, &self.load_timeout];
        let durations = durations.into_iter().flatten().map(|(option, _)| option);
        durations.chain(self.early.as_ref().map(|(option, _)| option))
    }
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
    /// The first by which a load may go on behind its caller's back.
    pub(crate) fn behind(&self) -> Option<&Ident> {
        let durations = [&self.policies.stale_while_revalidate, &self.policies.load_timeout];
        let mut durations = durations.into_iter().flatten().map(|(option, _)| option);
        let numbers = [&self.policies.early, &self.verify_rate];
        durations.next().or(numbers.into_iter().flatten().map(|(option, _)| option).next())
    }

    pub(crate) fn parse(tokens: TokenStream, errors: &Errors) -> Options {
        let mut options = Options { tokens: tokens.clone(), ..Options::default() };
        options::each(tokens, &KNOWN, errors, |option, input| options.read(option, input, errors));
        options
    }

    fn read(&mut self, option: &Word, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        match option.to_string().as_str() {
            "alias" => self.alias = Some(option.value(input, "a type, which derives `Alias`")?),
            "ttl" => {
                let literal = option.duration(input)?;
                let ttl = duration::parse_or(&literal, "forever")?.map_or(Ttl::Forever, Ttl::For);
                self.ttl = Some((literal, ttl));
            }
            "allow_stale" => self.allow_stale = Some(option.flag(input)?),
            "per_tenant" => self.per_tenant = Scope::parse(option, input)?,
            "per_user" => self.per_user = Scope::parse(option, input)?,
            "global" => self.global = Some(option.flag(input)?),
            "invalidate_on" => {
                // Named, be it wrongly: a long time to live is no mistake of its own.
                self.invalidate_on = Some((option.ident().clone(), Vec::new()));
                let all = dependency::list_of(option, input, errors)?;
                self.invalidate_on = Some((option.ident().clone(), all));
            }
            "skip" => self.skip = skipped(option, input, errors)?,
            "when" => self.when = Some(condition(option, input)?),
            "store_if" => self.store_if = Some(closure(option, input)?),
            "expires_in" => self.expires_in = Some((option.ident().clone(), closure(option, input)?)),
            "pure" => self.pure = Some(option.flag(input)?),
            "name" => self.name = Some(options::name(&option.text(input)?)?),
            "version" => self.version = Some((option.ident().clone(), option.count(input)?)),
            "none_ttl" => {
                let literal = option.duration(input)?;
                let ttl = duration::parse_or(&literal, "off")?.unwrap_or(Duration::ZERO);
                self.none_ttl = Some((literal, ttl));
            }
            "err_ttl" => {
                let literal = option.duration(input)?;
                let ttl = duration::parse(&literal)?;
                self.err_ttl = Some((literal, ttl));
            }
            "stale_if_error" => self.policies.stale_if_error = Some(window(option, input)?),
            "stale_while_revalidate" => self.policies.stale_while_revalidate = Some(window(option, input)?),
            "load_timeout" => self.policies.load_timeout = Some(window(option, input)?),
            "verify_rate" => {
                self.verify_rate = Some((option.ident().clone(), millionths(option, input)?));
            }
            "early" => self.policies.early = Some((option.ident().clone(), beta(option, input)?)),
            "each" => self.each = Some(option.value(input, "the name of an argument")?),
            "local" => self.local = Some(option.flag(input)?),
            "key" => self.key = Some((option.ident().clone(), parts(option, input, errors)?)),
            "companion" => self.companion = companion(option, input)?,
            "cache" => self.cache = Some(handle(option, input)?),
            "allow" => self.allow = allow::parse(option, input, allow::OF_FUNCTIONS, errors)?,
            "crate" => self.crate_ = Some(option.value(input, "a path")?),
            _ => unreachable!("an option that isn't read"),
        }
        Ok(())
    }

    /// What the companion is called, if there is one; of a method, what its functions begin with.
    pub(crate) fn companion_name(&self, function: &Function) -> Option<Ident> {
        match &self.companion {
            Companion::Unsaid => Some(function.name().clone()),
            Companion::Named(name) => Some(name.clone()),
            Companion::None => None,
        }
    }

    /// Whether an argument is part of `key = (..)`.
    pub(crate) fn replaces(&self, name: &Ident) -> bool {
        self.key.iter().flat_map(|(_, parts)| parts).any(|part| mentions(&part.to_token_stream(), name))
    }

    pub(crate) fn dependencies(&self) -> &[Dependency] {
        self.invalidate_on.as_ref().map_or(&[], |(_, all)| all)
    }
}

/// `(name, ..)`
fn skipped(option: &Word, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Vec<Ident>> {
    const WHAT: &str = "names of arguments, in parentheses";
    if !input.peek(syn::token::Paren) {
        let at = if input.is_empty() { option.span() } else { input.span() };
        return Err(option.misread(at, WHAT));
    }
    let content;
    parenthesized!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(option.span(), "`skip` names nothing: leave it out"));
    }
    Ok(list(&content, errors, |input| {
        let at = input.span();
        let name = input.call(Ident::parse_any).map_err(|_| option.misread(at, WHAT))?;
        match input.is_empty() || input.peek(Token![,]) {
            true => Ok(name),
            false => Err(option.misread(input.span(), WHAT)),
        }
    }))
}

/// `= (expr, ..)`
fn parts(option: &Word, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Vec<Expr>> {
    option.equals(input)?;
    if !input.peek(syn::token::Paren) {
        return Err(option.misread(input.span(), "a list in parentheses"));
    }
    let content;
    parenthesized!(content in input);
    if content.is_empty() {
        let message =
            "`key` lists nothing: name what is part of the key, or leave arguments out with `skip(..)`";
        return Err(syn::Error::new(option.span(), message));
    }
    Ok(list(&content, errors, Expr::parse))
}

/// `= "30s"`
fn window(option: &Word, input: ParseStream<'_>) -> syn::Result<(Ident, Duration)> {
    let literal = option.duration(input)?;
    Ok((option.ident().clone(), duration::parse(&literal)?))
}

/// `= 1.0`, in thousandths.
fn beta(option: &Word, input: ParseStream<'_>) -> syn::Result<u32> {
    option.equals(input)?;
    let at = input.span();
    let number = match input.parse::<Lit>() {
        Ok(Lit::Float(literal)) if literal.suffix().is_empty() => literal.base10_parse::<f64>().ok(),
        Ok(Lit::Int(literal)) if literal.suffix().is_empty() => literal.base10_parse::<f64>().ok(),
        _ => None,
    };
    let thousandths = number.map(|number| (number * 1000.0).round());
    match thousandths {
        // No sign and no fraction are lost.
        Some(thousandths) if (1.0..=1_000_000.0).contains(&thousandths) => Ok(thousandths as u32),
        _ => Err(option.misread(at, "a number from 0.001 to 1000")),
    }
}

/// `= 0.001`, in millionths.
fn millionths(option: &Word, input: ParseStream<'_>) -> syn::Result<u32> {
    let at = input.cursor();
    let share = option.share_of_hits(input)?;
    let millionths = (share * 1e6).round();
    if share > 0.0 && millionths < 1.0 {
        let literal = at.token_stream().into_iter().nth(1).map_or(option.span(), |literal| literal.span());
        return Err(option.misread(literal, "a share of at least a millionth, or `0.0`"));
    }
    // No sign and no fraction are lost that count.
    Ok(millionths as u32)
}

/// `= id > 0`
fn condition(option: &Word, input: ParseStream<'_>) -> syn::Result<Expr> {
    let expr = option.expr(input)?;
    match ungrouped(&expr) {
        Expr::Closure(_) => Err(option.misread(expr.span(), "an expression on the arguments, no closure")),
        Expr::Lit(literal) if !matches!(literal.lit, Lit::Bool(_)) => {
            Err(option.misread(expr.span(), "an expression on the arguments"))
        }
        _ => Ok(expr),
    }
}

/// `= |value| ..`
fn closure(option: &Word, input: ParseStream<'_>) -> syn::Result<ExprClosure> {
    match ungrouped(&option.expr(input)?) {
        Expr::Closure(closure) => Ok(closure.clone()),
        other => Err(option.misread(other.span(), "a closure on the value")),
    }
}

/// `= name`, `= none`
fn companion(option: &Word, input: ParseStream<'_>) -> syn::Result<Companion> {
    const WHAT: &str = "a name, or `none`";
    option.equals(input)?;
    let at = input.span();
    let name = input.call(Ident::parse_any).map_err(|_| option.misread(at, WHAT))?;
    match name.to_string().as_str() {
        "none" => Ok(Companion::None),
        "None" => Err(option.misread(at, WHAT)),
        _ if input.peek(Token![::]) => Err(option.misread(at, WHAT)),
        _ => Ok(Companion::Named(name)),
    }
}

/// `= app.cache`
pub(crate) fn handle(option: &Word, input: ParseStream<'_>) -> syn::Result<Expr> {
    let expr = option.expr(input)?;
    match ungrouped(&expr) {
        Expr::Lit(_) | Expr::Closure(_) => {
            Err(option.misread(expr.span(), "an expression that is a `Cache`"))
        }
        _ => Ok(expr),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the messages show is itself right.
    #[test]
    fn each_form_is_read() {
        for form in KNOWN.forms {
            let errors = Errors::new();
            Options::parse(form.parse().unwrap(), &errors);
            assert!(errors.check().is_ok(), "{form}");
        }
    }
}
