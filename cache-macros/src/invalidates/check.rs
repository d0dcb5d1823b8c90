//! The rules, one after the other.

use proc_macro2::Span;

use super::parse::{On, Options};
use crate::dependency;
use crate::errors::Errors;
use crate::function::{Argument, Function};
use crate::syntax::captured;

/// `at` is the attribute.
pub(crate) fn check(options: &Options, function: &Function, at: Span, errors: &Errors) {
    changes_something(options, at, errors);
    function.refuse_cfg_on_arguments(errors);
    options.per_tenant.check(function, errors);
    dependency::check(&options.changes, function, errors);
    predicates_have_errors(options, function, errors);
    something_commits(options, function, errors);
}

fn changes_something(options: &Options, at: Span, errors: &Errors) {
    if !options.names_a_change {
        let message = "name what the function changes: `#[invalidates(Model)]`, `#[invalidates(Model(id))]`";
        errors.add(syn::Error::new(at, message));
    }
}

/// Of types that could be a connection the compiler decides.
fn something_commits(options: &Options, function: &Function, errors: &Errors) {
    if let Some(before_commit) = &options.before_commit
        && function.arguments.iter().all(Argument::is_certainly_keyed)
    {
        errors.at(
            before_commit,
            "`before_commit` has no effect here, where no argument can be an open transaction: leave it out",
        );
    }
}

fn predicates_have_errors(options: &Options, function: &Function, errors: &Errors) {
    if let Some((option, On::If(_) | On::Ok)) = &options.on
        && matches!(function.item.sig.output, syn::ReturnType::Default)
    {
        errors.at(option, "`on` is for functions that can fail: this one returns nothing");
    }
    let Some((_, On::If(predicate))) = &options.on else { return };
    for name in captured(predicate) {
        if function.bindings().any(|binding| *binding == name) {
            errors.at(&name, format_args!("`on` sees the error alone, not the argument `{name}`"));
        }
    }
}
