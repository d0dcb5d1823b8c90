//! The rules, one after the other. What the compiler checks by type is not here.

use std::time::Duration;

use proc_macro2::Ident;
use syn::{Expr, LitStr};

use super::each;
use super::parse::{Options, Ttl};
use crate::dependency;
use crate::errors::Errors;
use crate::function::Function;
use crate::options::among;
use crate::syntax::{borrow, captured, stored_reference, ungrouped};

/// More than this without a dependency is too long.
const LONG: Duration = Duration::from_secs(4 * 3600);

pub(crate) fn check(options: &Options, function: &Function, errors: &Errors) {
    function.refuse_impl_trait("cached", errors);
    function.refuse_cfg_on_arguments(errors);
    returns_something(function, errors);
    returns_nothing_borrowed(options, function, errors);
    arguments_fit(function, errors);
    arguments_stay(options, function, errors);
    skips_what_is_there(options, function, errors);
    keys_name_what_is_there(options, function, errors);
    long_lives_depend_on_something(options, errors);
    stale_values_are_allowed_where_there_are_any(options, errors);
    pure_depends_on_nothing(options, errors);
    versions_tell_programs_apart(options, errors);
    global_excludes_scopes(options, errors);
    options.per_tenant.check(function, errors);
    options.per_user.check(function, errors);
    dependency::check(options.dependencies(), function, errors);
    values_decide_by_themselves(options, function, errors);
    one_option_says_how_long(options, errors);
    policies_are_of_what_runs_out(options, errors);
    policies_are_of_one_call(options, errors);
    what_is_verified_has_bytes(options, errors);
    what_is_verified_runs_behind(options, function, errors);
    each::check(options, function, errors);
}

fn returns_something(function: &Function, errors: &Errors) {
    let nothing = match &function.returns {
        syn::Type::Tuple(tuple) if tuple.elems.is_empty() => "the function returns nothing",
        syn::Type::Never(_) => "the function never returns",
        _ => return,
    };
    errors.at(function.name(), format_args!("nothing to cache: {nothing}"));
}

/// The compiler would say so too, without saying why.
fn returns_nothing_borrowed(options: &Options, function: &Function, errors: &Errors) {
    if let Some(borrow) = borrow(&function.returns) {
        errors.at(
            borrow,
            "a cached value outlives the call, so that it can't borrow from an argument: return it owned, or in an `Arc`",
        );
    } else if let (None, None, Some(reference)) =
        (&options.local, &options.pure, stored_reference(&function.returns))
    {
        errors.at(
            reference,
            "a reference can't be stored outside of the process: return what it refers to, owned, or say `local` in the \
             attribute",
        );
    }
}

fn arguments_fit(function: &Function, errors: &Errors) {
    if function.bindings().count() > 64 {
        errors.at(&function.item.sig.inputs, "more than 64 arguments; put them into a struct");
    }
}

/// Of a type that could be `NoKey`, as a connection is, the compiler decides.
fn arguments_stay(options: &Options, function: &Function, errors: &Errors) {
    for argument in
        function.arguments.iter().filter(|argument| argument.is_mutable() && argument.is_certainly_keyed())
    {
        let is_told = |name: &&Ident| options.skip.contains(name) || options.replaces(name);
        if let Some(name) = argument.bindings.iter().find(|name| !is_told(name)) {
            errors.at(
                &argument.ty,
                format_args!(
                    "the key is made before the body runs, which may change what is `&mut`: take it by `&` or by value, or \
                     leave it out with `skip({name})`"
                ),
            );
        }
    }
}

fn skips_what_is_there(options: &Options, function: &Function, errors: &Errors) {
    let parameters = function.parameters();
    let names = function.bindings().chain(parameters.iter().map(|parameter| &parameter.name));
    let names: Vec<String> = names.map(Ident::to_string).collect();
    for (position, skipped) in options.skip.iter().enumerate() {
        if !names.contains(&skipped.to_string()) {
            let among = among(skipped, "arguments", &names);
            errors.at(skipped, format_args!("no argument `{skipped}` to skip{among}"));
        }
        if options.skip[..position].contains(skipped) {
            errors.at(skipped, format_args!("`{skipped}` is skipped twice"));
        }
    }
}

fn keys_name_what_is_there(options: &Options, function: &Function, errors: &Errors) {
    let Some((_, parts)) = &options.key else { return };
    let names: Vec<String> = function.bindings().map(Ident::to_string).collect();
    for name in parts.iter().filter_map(variable) {
        if !names.contains(&name.to_string()) {
            let among = among(name, "arguments", &names);
            errors.at(name, format_args!("no argument `{name}` for the key{among}"));
        }
    }
    for skipped in options.skip.iter().filter(|skipped| function.bindings().any(|name| name == *skipped)) {
        if options.replaces(skipped) {
            errors.at(
                skipped,
                format_args!("`{skipped}` is skipped, and it is part of `key`: leave it out of one of them"),
            );
        }
    }
}

/// What can only be a variable: a name by itself that isn't written as constants and types are.
fn variable(part: &Expr) -> Option<&Ident> {
    let Expr::Path(path) = ungrouped(part) else { return None };
    path.path.get_ident().filter(|name| name.to_string().starts_with(|first: char| first.is_lowercase()))
}

fn long_lives_depend_on_something(options: &Options, errors: &Errors) {
    if options.invalidate_on.is_some() || options.allow_stale.is_some() || options.pure.is_some() {
        return;
    }
    for (literal, what, stale) in long_lives(options) {
        errors.at(
            literal,
            format_args!(
                "{what} of `{}` and no `invalidate_on`: nothing would ever replace {stale}; name what it depends on, shorten \
                 it to 4 hours or less, or say `allow_stale`",
                literal.value()
            ),
        );
    }
}

/// What lives too long to depend on nothing: where that is said, and what it is.
fn long_lives(options: &Options) -> Vec<(&LitStr, &'static str, &'static str)> {
    let is_long = |ttl: &Ttl| match ttl {
        Ttl::For(ttl) => *ttl > LONG,
        Ttl::Forever => true,
    };
    let values = options.ttl.iter().filter(|(_, ttl)| is_long(ttl));
    let nones = options.none_ttl.iter().filter(|(_, ttl)| *ttl > LONG);
    let errors = options.err_ttl.iter().filter(|(_, ttl)| *ttl > LONG);
    let values = values.map(|(literal, _)| (literal, "a TTL", "a stale value"));
    let nones = nones.map(|(literal, _)| (literal, "a `none_ttl`", "a stale `None`"));
    let errors = errors.map(|(literal, _)| (literal, "an `err_ttl`", "a stale error"));
    values.chain(nones).chain(errors).collect()
}

/// A TTL that the alias gives may be raised by settings, so that `allow_stale` has a meaning there.
fn stale_values_are_allowed_where_there_are_any(options: &Options, errors: &Errors) {
    let Some(allow_stale) = options.allow_stale.as_ref().filter(|_| options.pure.is_none()) else { return };
    if options.invalidate_on.is_some() {
        errors.at(allow_stale, "`allow_stale` has no effect beside `invalidate_on`: leave it out");
    } else if let (Some((literal, _)), []) = (&options.ttl, &long_lives(options)[..]) {
        let ttl = literal.value();
        errors.at(
            allow_stale,
            format_args!("`allow_stale` has no effect on a TTL of `{ttl}`, which isn't long: leave it out"),
        );
    } else if let (Some(_), []) = (&options.expires_in, &long_lives(options)[..]) {
        errors.at(
            allow_stale,
            "`allow_stale` has no effect beside `expires_in`, which says how long: leave it out",
        );
    }
}

fn pure_depends_on_nothing(options: &Options, errors: &Errors) {
    if options.pure.is_none() {
        return;
    }
    let mut clash = |option: &Ident| {
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
    if let Some(local) = &options.local {
        errors.at(local, "`local` has no effect beside `pure`, which stays in the process too: leave it out");
    }
}

fn versions_tell_programs_apart(options: &Options, errors: &Errors) {
    let stays = options.pure.as_ref().or(options.local.as_ref());
    if let (Some((version, _)), Some(stays)) = (&options.version, stays) {
        errors.at(
            version,
            format_args!("`version` has no effect beside `{stays}`, for what stays in the process ends with it: leave it out"),
        );
    }
}

fn global_excludes_scopes(options: &Options, errors: &Errors) {
    let Some(global) = &options.global else { return };
    if let (Some(_), Some(_)) = (options.per_tenant.option(), options.per_user.option()) {
        errors.at(global, "`global` and a scope exclude each other");
    } else if let Some(scope) = options.per_tenant.option().or(options.per_user.option()) {
        errors.at(global, format_args!("`global` and `{scope}` exclude each other"));
    } else if options.alias.is_none() {
        errors.at(global, "`global` has no effect without an `alias` that has a scope: leave it out");
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

/// `pure` says so by itself.
fn policies_are_of_what_runs_out(options: &Options, errors: &Errors) {
    let forever = match (&options.pure, &options.ttl) {
        (Some(_), _) => "`pure` never expires",
        (None, Some((_, Ttl::Forever))) => "a TTL of `forever` never ends",
        _ => return,
    };
    for option in options.policies.options() {
        errors.at(option, format_args!("{forever}: it takes no `{option}`"));
    }
}

fn policies_are_of_one_call(options: &Options, errors: &Errors) {
    let Some(each) = &options.each else { return };
    let verify_rate = options.verify_rate.iter().map(|(option, _)| option);
    for option in options.policies.options().chain(verify_rate) {
        errors.at(
            option,
            format_args!(
                "`each = {each}` loads what is missing together: it takes no `{option}`, which is of one entry and its load"
            ),
        );
    }
}

fn what_is_verified_has_bytes(options: &Options, errors: &Errors) {
    if let (Some((option, _)), Some(stays)) =
        (&options.verify_rate, options.pure.as_ref().or(options.local.as_ref()))
    {
        errors.at(
            option,
            format_args!("`{stays}` keeps values in the process, without bytes to compare them by: it takes no `verify_rate`"),
        );
    }
}

fn what_is_verified_runs_behind(options: &Options, function: &Function, errors: &Errors) {
    let Some((option, 1..)) = &options.verify_rate else { return };
    if options.each.is_none() && !(function.is_async() && function.owns_all()) {
        errors.at(
            option,
            "`verify_rate` runs the function again behind its caller: it must be async, without type parameters, and own its arguments",
        );
    }
}

fn one_option_says_how_long(options: &Options, errors: &Errors) {
    if let (Some((option, _)), Some(_)) = (&options.expires_in, &options.ttl) {
        errors.at(option, "`expires_in` takes the TTL from the value: it takes no `ttl`");
    }
}
