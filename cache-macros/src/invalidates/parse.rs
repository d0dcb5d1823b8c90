//! What the author wrote: models and rows, then options.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, Path, Token};

use crate::dependency::Dependency;
use crate::errors::Errors;
use crate::options::{flag, value};
use crate::scope::Scope;
use crate::syntax::ungrouped;

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
        let mut options = Options::default();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = options.read(input, errors) {
                    errors.add(error);
                }
                while !input.is_empty() && !input.peek(Token![,]) {
                    input.parse::<proc_macro2::TokenTree>()?;
                }
                input.parse::<Option<Token![,]>>()?;
            }
            Ok(())
        };
        errors.ok(parser.parse2(tokens));
        options
    }

    fn read(&mut self, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        let is_option = {
            let fork = input.fork();
            let name = fork.call(Ident::parse_any);
            let known = ["before_commit", "on", "per_tenant"];
            name.is_ok_and(|name| {
                (fork.peek(Token![=]) && !fork.peek(Token![==])) || known.iter().any(|known| name == known)
            })
        };
        if !is_option {
            self.names_a_change = true;
            self.changes.push(input.parse()?);
        } else {
            let option = input.call(Ident::parse_any)?;
            if option == "on" {
                if self.on.is_some() {
                    errors.at(&option, "`on` is given twice");
                }
                self.on = Some((option.clone(), on(value(&option, input)?)?));
            } else if option == "per_tenant" {
                if self.per_tenant.option().is_some() {
                    errors.at(&option, "`per_tenant` is given twice");
                }
                self.per_tenant = Scope::parse(&option, input)?;
            } else if option == "before_commit" {
                if self.before_commit.is_some() {
                    errors.at(&option, "`before_commit` is given twice");
                }
                self.before_commit = Some(flag(&option, input)?);
            } else if option == "cache" {
                self.cache = Some(value(&option, input)?);
            } else if option == "crate" {
                self.crate_ = Some(value(&option, input)?);
            } else {
                let message = format!(
                    "no option `{option}`; besides models and rows (`M`, `M(id)`, `M(each ids)`, `across(M)`) options are: \
                     `before_commit`, `on`, `per_tenant`, `cache`, `crate`"
                );
                return Err(syn::Error::new(option.span(), message));
            }
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected `,`"));
        }
        Ok(())
    }
}

fn on(value: Expr) -> syn::Result<On> {
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
