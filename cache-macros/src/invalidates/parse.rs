//! What the author wrote: models and rows, then options.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, Path, Token};

use crate::allow;
use crate::cached::handle;
use crate::dependency::Dependency;
use crate::errors::Errors;
use crate::options::{Known, Seen, Word, one, skip_to_comma};
use crate::scope::Scope;
use crate::syntax::ungrouped;

const KNOWN: Known = Known {
    forms: &[
        "on = ok",
        "per_tenant = org",
        "before_commit",
        "cache = app.cache",
        "allow(invalidation_of_nothing)",
        "crate = app::cache_core",
    ],
    elsewhere: &[
        (
            &["model", "models", "invalidate_on", "tag", "tags", "row", "rows", "id", "ids"],
            "models and rows stand by themselves, `#[invalidates(Model, Model(id))]`",
        ),
        (
            &["alias", "function", "name", "key", "all"],
            "a writer names the models that it changes; by hand, `cache.invalidate(..)` takes a target of any kind",
        ),
        (
            &["global", "per_user"],
            "a writer has a tenant, found by itself, or none; then it reaches all tenants",
        ),
        (
            &["when", "condition", "unless", "store_if"],
            "after which errors a writer invalidates is `on = |error| ..`",
        ),
        (
            &[
                "skip",
                "ttl",
                "pure",
                "local",
                "each",
                "version",
                "companion",
                "allow_stale",
                "err_ttl",
                "none_ttl",
            ],
            "that is for `#[cached]`; a writer stores nothing",
        ),
    ],
};

/// The options of `#[invalidates]`.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) changes: Vec<Dependency>,
    /// Whether the author named any, be it wrongly.
    pub(crate) names_a_change: bool,
    pub(crate) on: Option<(Ident, On)>,
    pub(crate) per_tenant: Scope,
    /// The author knows that an open transaction commits later.
    pub(crate) before_commit: Option<Ident>,
    pub(crate) cache: Option<Expr>,
    /// Lints on the graph.
    pub(crate) allow: Option<Vec<Ident>>,
    pub(crate) crate_: Option<Path>,
}

/// Which errors count as having written.
pub(crate) enum On {
    Always,
    Ok,
    If(ExprClosure),
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream, errors: &Errors) -> Options {
        let (mut options, mut seen) = (Options::default(), Seen::default());
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if is_option(input) {
                    options.names_a_change |= !is_known(input);
                    seen.read(&KNOWN, input, errors, |option, input| options.read(option, input, errors))?;
                } else {
                    options.names_a_change = true;
                    options.changes.extend(one(input, errors, Dependency::parse));
                }
                skip_to_comma(input, false);
            }
            Ok(())
        };
        errors.ok(parser.parse2(tokens));
        options
    }

    fn read(&mut self, option: &Word, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        match option.to_string().as_str() {
            "on" => self.on = Some((option.ident().clone(), on(option, input)?)),
            "per_tenant" => self.per_tenant = Scope::parse(option, input)?,
            "before_commit" => self.before_commit = Some(option.flag(input)?),
            "cache" => self.cache = Some(handle(option, input)?),
            "allow" => self.allow = Some(allow::parse(option, input, allow::OF_WRITERS, errors)?),
            "crate" => self.crate_ = Some(option.value(input, "a path")?),
            _ => unreachable!("an option that isn't read"),
        }
        Ok(())
    }
}

/// An option, right or wrong, and no model: by what follows its name, or by the name itself.
fn is_option(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let Ok(name) = fork.call(Ident::parse_any) else { return false };
    let is_assigned = fork.peek(Token![=]) && !fork.peek(Token![==]);
    let name = name.to_string();
    let is_path = fork.peek(Token![::]) || name == "across" || name.starts_with(char::is_uppercase);
    is_assigned || !is_path && KNOWN.is_near(&name)
}

fn is_known(input: ParseStream<'_>) -> bool {
    input.fork().call(Ident::parse_any).is_ok_and(|name| KNOWN.has(&name.to_string()))
}

/// `= always`, `= ok`, `= |error| ..`
fn on(option: &Word, input: ParseStream<'_>) -> syn::Result<On> {
    let value = option.expr(input)?;
    match ungrouped(&value) {
        Expr::Closure(closure) => Ok(On::If(closure.clone())),
        Expr::Path(path) if path.path.is_ident("always") => Ok(On::Always),
        Expr::Path(path) if path.path.is_ident("ok") => Ok(On::Ok),
        other => {
            let message = "`on` is `always`, `ok`, or a closure on the error: `on = |error| ..`";
            Err(syn::Error::new(other.span(), message))
        }
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
