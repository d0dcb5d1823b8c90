//! What is generated: the author's function inside of a wrapper that bumps when it is over. Can't fail.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::parse::{On, Options};
use crate::dependency::{Dependency, Extent, aliased, each_row, row};
use crate::function::Function;
use crate::lints;
use crate::location::location;
use crate::paths::{ends, private, variable};
use crate::scope::{Axis, Scope};
use crate::syntax::head;

pub(crate) fn expand(options: &Options, function: &Function) -> TokenStream {
    let returns = &function.returns;
    let (changes, aliases) = aliased(function, &options.changes);
    let (writer, before, after) =
        (writer(function, &changes), before(options, function, &changes), after(&changes));
    let (on, body) = (on(options, function), function.body());
    let quiet = lints::statements();
    let write = if function.is_async() { quote!(write) } else { quote!(write_sync) };
    function.wrapper(&quote! {{
        #aliases
        #writer
        #quiet
        use ::cache_core::private::probes::*;
        let __cache_kind = ::cache_core::private::Probe::<#returns>::new().__cache_kind();
        let __cache_on = #on;
        #quiet
        let __cache_bumps = { #before };
        ::cache_core::private::#write::<#returns, _, _>(__cache_bumps, __cache_kind, __cache_on, #body, #after)
    }})
}

/// Registers the writer.
fn writer(function: &Function, changes: &[Dependency]) -> TokenStream {
    let path = function.path();
    let changes = changes.iter().filter(|change| function.is_nameable(&change.model));
    let changes = changes.map(Dependency::registered);
    let location = location(&TokenStream::new(), &function.item);
    quote! {
        static WRITER: ::cache_core::private::Writer = ::cache_core::private::Writer::new(
            #path,
            #location,
            &[#(#changes),*],
        );
        ::cache_core::private::inventory::submit! { ::cache_core::private::Declared::Writer(&WRITER) }
    }
}

/// What is known before the body runs.
fn before(options: &Options, function: &Function, changes: &[Dependency]) -> TokenStream {
    let bind = function.bind();
    let bindings = function.arguments.iter().flat_map(|argument| {
        argument.bindings.iter().map(|name| if argument.plain { quote!(&#name) } else { quote!(#name) })
    });
    let bound =
        function.arguments.iter().flat_map(|argument| argument.bindings.iter().map(move |_| argument));
    // Spanned at the type: an open transaction is reported there.
    let parts = bound.clone().enumerate();
    let parts = parts.map(|(at, argument)| format_ident!("__cache_argument_{at}", span = head(&argument.ty)));
    let (values, parts): (Vec<_>, Vec<_>) = bindings.zip(parts).unzip();
    let bumps = variable("__cache_bumps");
    let tenant = match &options.per_tenant {
        // An argument whose type is a tenant scopes the writer, if there is exactly one; otherwise it is wider.
        Scope::Unsaid => Some(Axis::Tenant.found(&parts)),
        said => said.tokens(Axis::Tenant, None, false, &parts),
    };
    let transactions =
        bound.zip(&parts).filter(|(argument, _)| !argument.is_certainly_keyed()).map(|(argument, part)| {
            let at = head(&argument.ty);
            let commits =
                options.before_commit.is_none().then(|| quote_spanned!(at=> #part.__cache_commits();));
            quote_spanned!(at=> #commits #bumps.transaction(#part.__cache_unit());)
        });
    let changes = changes.iter().map(|change| {
        if change.names_result() {
            let (model, bump) = (&change.model, private("bump_later", &change.model));
            quote_spanned!(ends(model).1=> #bump::<#model>(#bumps);)
        } else {
            bump(change)
        }
    });
    let cache = match &options.cache {
        None => quote!(&::cache_core::Cache::current()),
        Some(cache) => {
            let (start, end) = ends(cache);
            let cache = quote_spanned!(end=> (#cache));
            quote_spanned!(start=> &#cache)
        }
    };
    quote! {
        #bind
        #(let #parts = ::cache_core::private::Argument(::core::option::Option::Some(#values));)*
        let mut __cache_bumps = ::cache_core::private::Bumps::new(&WRITER, #cache);
        __cache_bumps.tenant(&#tenant);
        #(#transactions)*
        {
            let __cache_bumps = &mut __cache_bumps;
            #(#changes)*
        }
        __cache_bumps
    }
}

/// What only the result names.
fn after(changes: &[Dependency]) -> TokenStream {
    let changes: TokenStream = changes.iter().filter(|change| change.names_result()).map(bump).collect();
    if changes.is_empty() {
        return quote!(|_, _| ());
    }
    quote!(|__cache_bumps, ret| { #changes })
}

fn bump(change: &Dependency) -> TokenStream {
    let model = &change.model;
    let (span, bumps) = (ends(model).1, variable("__cache_bumps"));
    match &change.extent {
        Extent::Model => {
            let bump = private("bump", model);
            quote_spanned!(span=> #bump::<#model>(#bumps);)
        }
        Extent::Across => {
            let bump = private("bump_across", model);
            quote_spanned!(span=> #bump::<#model>(#bumps);)
        }
        Extent::Row(parts) => {
            let (bump, row) = (private("bump_row", model), row(model, parts));
            quote_spanned!(span=> #bump::<#model>(#bumps, &#row);)
        }
        Extent::Rows(expr) => {
            let bump = private("bump_row", model);
            each_row(model, expr, |row| quote_spanned!(span=> #bump::<#model>(#bumps, &#row);))
        }
    }
}

fn on(options: &Options, function: &Function) -> TokenStream {
    let Some((option, on)) = &options.on else { return quote!(::cache_core::private::On::Always) };
    let (probe, returns) = (private("Probe", option), &function.returns);
    let errors = quote_spanned!(option.span()=> #probe::<#returns>::new().__cache_on());
    match on {
        On::Always => quote!(::cache_core::private::On::Always),
        On::Ok => quote!(#errors.on_ok()),
        On::If(predicate) => quote!(#errors.on(#predicate)),
    }
}
