//! The rules, one after the other.

use proc_macro2::Span;

use super::parse::{On, Options};
use crate::dependency::rows_of_the_result_stand_alone;
use crate::errors::Errors;
use crate::function::Function;
use crate::syntax::captured;

pub(crate) fn check(options: &Options, function: &Function, errors: &Errors) {
    changes_something(options, function, errors);
    rows_of_the_result_stand_alone(&options.changes, function, errors);
    predicates_have_errors(options, function, errors);
}

fn changes_something(options: &Options, function: &Function, errors: &Errors) {
    if !options.names_a_change {
        // At the attribute, but as if the author had written it all: then no note says that a macro did.
        let at = function.item.sig.fn_token.span.located_at(Span::call_site());
        let message = "name what the function changes: `#[invalidates(Model)]`, `#[invalidates(Model(id))]`";
        errors.add(syn::Error::new(at, message));
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
