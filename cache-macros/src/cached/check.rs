//! The rules, one after the other. What the compiler checks by type is not here.

use std::time::Duration;

use super::each;
use super::parse::{Options, Ttl};
use crate::dependency::rows_of_the_result_stand_alone;
use crate::errors::Errors;
use crate::function::Function;
use crate::syntax::{borrow, captured};

/// More than this without a dependency is too long.
const LONG: Duration = Duration::from_secs(4 * 3600);

pub(crate) fn check(options: &Options, function: &Function, errors: &Errors) {
    function.refuse_impl_trait("cached", errors);
    returns_something(function, errors);
    returns_nothing_borrowed(function, errors);
    skips_what_is_there(options, function, errors);
    long_lives_depend_on_something(options, errors);
    pure_depends_on_nothing(options, errors);
    global_excludes_scopes(options, errors);
    rows_of_the_result_stand_alone(options.dependencies(), function, errors);
    values_decide_by_themselves(options, function, errors);
    one_option_says_how_long(options, errors);
    arguments_fit(function, errors);
    each::check(options, function, errors);
}

fn returns_something(function: &Function, errors: &Errors) {
    if matches!(&function.returns, syn::Type::Tuple(tuple) if tuple.elems.is_empty()) {
        errors.at(&function.item.sig.ident, "nothing to cache: the function returns nothing");
    }
}

/// The compiler would say so too, without saying why.
fn returns_nothing_borrowed(function: &Function, errors: &Errors) {
    if let Some(borrow) = borrow(&function.returns) {
        errors.at(
            borrow,
            "a cached value outlives the call, so that it can't borrow from an argument: return it owned, or in an `Arc`",
        );
    }
}

fn skips_what_is_there(options: &Options, function: &Function, errors: &Errors) {
    for (position, skipped) in options.skip.iter().enumerate() {
        let parameters = function.parameters();
        let mut names = function.bindings().chain(parameters.iter().map(|parameter| &parameter.name));
        if !names.any(|name| name == skipped) {
            let names = function.bindings().chain(parameters.iter().map(|parameter| &parameter.name));
            let names = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "there are none" } else { &format!("arguments are: {names}") };
            errors.at(skipped, format_args!("no argument `{skipped}` to skip; {names}"));
        }
        if options.skip[..position].contains(skipped) {
            errors.at(skipped, format_args!("`{skipped}` is skipped twice"));
        }
    }
}

fn long_lives_depend_on_something(options: &Options, errors: &Errors) {
    let Some((literal, ttl)) = &options.ttl else { return };
    let long = match ttl {
        Ttl::For(ttl) => *ttl > LONG,
        Ttl::Forever => true,
    };
    if long && options.dependencies().is_empty() && options.allow_stale.is_none() {
        errors.at(
            literal,
            format_args!(
                "a TTL of `{}` and no `invalidate_on`: nothing would ever replace a stale value; name what it depends on, \
                 shorten the TTL to 4 hours or less, or say `allow_stale`",
                literal.value()
            ),
        );
    }
}

fn pure_depends_on_nothing(options: &Options, errors: &Errors) {
    if options.pure.is_none() {
        return;
    }
    let mut clash = |option: &syn::Ident| {
        errors.at(option, format_args!("`pure` depends on its arguments alone: it takes no `{option}`"));
    };
    if let Some((option, _)) = &options.invalidate_on {
        clash(option);
    }
    options.allow_stale.iter().for_each(&mut clash);
    options.expires_in.iter().for_each(|(option, _)| clash(option));
    options.per_tenant.option().into_iter().for_each(&mut clash);
    options.per_user.option().into_iter().for_each(&mut clash);
    if let Some((literal, _)) = &options.ttl {
        errors.at(literal, "`pure` never expires: it takes no `ttl`");
    }
}

fn global_excludes_scopes(options: &Options, errors: &Errors) {
    let Some(global) = &options.global else { return };
    if let (Some(_), Some(_)) = (options.per_tenant.option(), options.per_user.option()) {
        errors.at(global, "`global` and a scope exclude each other");
    } else if let Some(scope) = options.per_tenant.option().or(options.per_user.option()) {
        errors.at(global, format_args!("`global` and `{scope}` exclude each other"));
    }
}

/// `store_if` and `expires_in` are function pointers: they are asked where the arguments are gone.
fn values_decide_by_themselves(options: &Options, function: &Function, errors: &Errors) {
    let expires_in = options.expires_in.iter().map(|(_, closure)| ("expires_in", closure));
    for (option, closure) in options.store_if.iter().map(|closure| ("store_if", closure)).chain(expires_in) {
        for name in captured(closure) {
            if function.bindings().any(|binding| *binding == name) {
                errors.at(
                    &name,
                    format_args!(
                        "`{option}` sees the value alone, not the argument `{name}`; what depends on arguments is \
                         `when = ..`"
                    ),
                );
            }
        }
    }
}

fn one_option_says_how_long(options: &Options, errors: &Errors) {
    if let (Some((option, _)), Some(_)) = (&options.expires_in, &options.ttl) {
        errors.at(option, "`expires_in` takes the TTL from the value: it takes no `ttl`");
    }
}

fn arguments_fit(function: &Function, errors: &Errors) {
    if function.bindings().count() > 64 {
        errors.at(&function.item.sig.inputs, "more than 64 arguments; put them into a struct");
    }
}
