//! What is generated: the author's function inside of a wrapper that bumps when it is over. Can't fail.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::parse::{On, Options};
use crate::arguments::{Arguments, Looked};
use crate::dependency::{Dependency, Extent, each_row, row};
use crate::function::Function;
use crate::lints;
use crate::location::location;
use crate::paths::{ends, private, variable};
use crate::scope::{Axis, Scope};

/// The writer in the function's place, and what stands beside it.
pub(crate) fn expand(options: &Options, function: &Function) -> (TokenStream, TokenStream) {
    let returns = &function.returns;
    let (bumps, rows, after) = (bumps(options, function), rows(options, function), after(&options.changes));
    let (on, body) = (on(options, function), function.body());
    let (write, names) =
        (if function.is_async() { quote!(write) } else { quote!(write_sync) }, lints::names());
    let wrapper = function.wrapper(
        &names,
        &quote! {
            __cache::#write::<#returns, _, _>(
                #bumps #rows,
                __cache::Probe::<#returns>::new().__cache_kind(),
                #on,
                #body,
                #after,
            )
        },
    );
    (wrapper, bumps_function(options, function))
}

/// The name of what stands beside the function.
fn bumps_name(function: &Function) -> Ident {
    match &function.block {
        None => format_ident!("__cache_bumps_{}", function.name()),
        Some(block) => format_ident!("__cache_bumps_{}", block.suffix(function.name())),
    }
}

/// Beside the function: what is known before the body runs, from references to the arguments. What is wrong with their
/// types is reported there, once.
fn bumps_function(options: &Options, function: &Function) -> TokenStream {
    let (name, writer) = (bumps_name(function), writer(function, &options.changes));
    let beside = function.beside_block();
    let looked = Looked::open(function);
    let parameters = looked.iter().map(|looked| looked.parameter(&beside.of(&looked.argument.ty)));
    let take_apart = looked.iter().map(Looked::take_apart);
    let open =
        looked.iter().flat_map(|looked| looked.argument.bindings.iter().map(|name| looked.value(name)));
    let open: Vec<_> = open.collect();
    let bumps = variable("__cache_bumps");
    let scope = &options.per_tenant;
    let tenant = match scope {
        // An argument whose type is a tenant scopes the writer, if there is exactly one; otherwise it is wider.
        Scope::Unsaid => Axis::Tenant.found(&open),
        Scope::Given(..) => Axis::Tenant.variable().into_token_stream(),
        said => said.found(Axis::Tenant, None, false, &open).unwrap_or_default(),
    };
    let transactions = open.iter().map(|part| {
        let commits =
            options.before_commit.is_none().then(|| quote_spanned!(part.span()=> #part.__cache_commits();));
        quote_spanned!(part.span()=> #commits #bumps.transaction(#part.__cache_unit());)
    });
    let changes = options.changes.iter().filter(|change| change.names_result() || !change.names_rows());
    let changes = changes.map(|change| {
        let (model, named) = (&change.model, beside.path(&change.model));
        let bump = match (&change.extent, change.names_result()) {
            (_, true) => "bump_later",
            (Extent::Across, _) => "bump_across",
            _ => "bump",
        };
        let bump = private(bump, model);
        quote_spanned!(ends(model).1=> #bump::<#named>(&mut #bumps);)
    });
    let given = scope.is_given().then(|| Axis::Tenant.parameter());
    let (generics, bounds) = beside.generics(function, given.clone().into_iter().collect());
    let tenant_parameter = given.map(|ty| {
        let name = Axis::Tenant.variable();
        quote!(#name: ::cache_core::private::In<'_, #ty>,)
    });
    let (cache_parameter, cache) = match &options.cache {
        None => (None, quote!(&::cache_core::Cache::current())),
        Some(_) => (Some(quote!(__cache: &::cache_core::Cache,)), quote!(__cache)),
    };
    let (shared, quiet, names) = (function.shared_attributes(), lints::items(), lints::names());
    quote! {
        #(#shared)*
        #[doc(hidden)]
        #quiet
        fn #name #generics (#tenant_parameter #cache_parameter #(#parameters),*) -> ::cache_core::private::Bumps #bounds {
            #names
            #writer
            #(#take_apart)*
            let mut __cache_bumps = __cache::Bumps::new(&WRITER, #cache);
            __cache_bumps.tenant(&#tenant);
            #(#transactions)*
            #(#changes)*
            __cache_bumps
        }
    }
}

/// A call of it.
fn bumps(options: &Options, function: &Function) -> TokenStream {
    let (name, arguments) = (bumps_name(function), Arguments::all(function));
    let skip: Vec<_> = function.bindings().cloned().collect();
    let references = arguments.references(&skip, None);
    let tenant = options.per_tenant.given(Axis::Tenant).map(|tenant| quote!(#tenant,));
    let given = function.beside_block().given(function, usize::from(tenant.is_some()));
    let cache = options.cache.as_ref().map(|cache| {
        let (start, end) = ends(cache);
        let cache = quote_spanned!(end=> (#cache));
        quote_spanned!(start=> &#cache,)
    });
    let bind = (tenant.is_some() || cache.is_some()).then(|| arguments.bind());
    let call = quote!(#name #given(#tenant #cache #(#references),*));
    match bind.filter(|bind| !bind.is_empty()) {
        None => call,
        Some(bind) => quote!({ #bind #call }),
    }
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

/// The rows that the arguments name.
fn rows(options: &Options, function: &Function) -> Option<TokenStream> {
    let rows = options.changes.iter().filter(|change| change.names_rows() && !change.names_result());
    let rows: TokenStream = rows.map(bump).collect();
    let bind = function.bind();
    (!rows.is_empty()).then(|| quote!(.with(|__cache_bumps| { #bind #rows })))
}

/// What only the result names.
fn after(changes: &[Dependency]) -> TokenStream {
    let changes: TokenStream = changes.iter().filter(|change| change.names_result()).map(bump).collect();
    if changes.is_empty() {
        return quote!(|_, _| ());
    }
    quote!(|__cache_bumps, ret| { #changes })
}

/// Bumps rows.
fn bump(change: &Dependency) -> TokenStream {
    let model = &change.model;
    let (span, bumps, bump) = (ends(model).1, variable("__cache_bumps"), Ident::new("bump", ends(model).1));
    match &change.extent {
        Extent::Row(parts) => {
            let row = row(model, parts);
            quote_spanned!(span=> #row.#bump(#bumps);)
        }
        Extent::Rows(expr) => each_row(model, expr, |row| quote_spanned!(span=> #row.#bump(#bumps);)),
        Extent::Model | Extent::Across => TokenStream::new(),
    }
}

fn on(options: &Options, function: &Function) -> TokenStream {
    let Some((option, on)) = &options.on else { return quote!(__cache::On::Always) };
    let (probe, returns) = (private("Probe", option), &function.returns);
    let errors = quote_spanned!(option.span()=> #probe::<#returns>::new().__cache_on());
    match on {
        On::Always => quote!(__cache::On::Always),
        On::Ok => quote!(#errors.on_ok()),
        On::If(predicate) => quote!(#errors.on(#predicate)),
    }
}
