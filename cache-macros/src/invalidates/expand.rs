//! What is generated: the author's function inside of a wrapper that bumps when it is over. Can't fail.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

use super::parse::{On, Options};
use crate::allow;
use crate::arguments::{Arguments, Looked};
use crate::dependency::{Dependency, Extent, aliased, each_row, row};
use crate::function::Function;
use crate::paths::{ends, private, variable};
use crate::scope::{Axis, Scope};
use crate::{lints, location};

/// The writer in the function's place, and what stands beside it.
pub(crate) fn expand(options: &Options, function: &Function) -> (TokenStream, TokenStream) {
    let (changes, aliases) = aliased(function, &options.changes);
    let (bumps, rows, body) = (bumps(options, function), rows(function, &changes), function.body());
    let write = if function.is_async() { quote!(write) } else { quote!(write_sync) };
    let (written, given) = (beside_name(function, "written"), function.beside_block().given(function, 0));
    // What the wrapper names, or else nothing.
    let models = rows.as_ref().map(|_| &aliases);
    let wrapper = function.wrapper(
        &quote!(use ::cache_core::private as __cache; #models),
        &quote!(__cache::#write(#bumps #rows, #written #given(), #body)),
    );
    let bumps = bumps_function(options, function, &changes, &aliases);
    let written = written_function(options, function, &changes, &aliases);
    let instance = instance_function(options, function, &changes, &aliases);
    (wrapper, quote!(#bumps #written #instance))
}

/// For `register!(fn save<Product>)`: a type of the function's name, as a cached function has.
fn instance_function(
    options: &Options,
    function: &Function,
    changes: &[Dependency],
    aliases: &TokenStream,
) -> Option<TokenStream> {
    if function.block.is_some() || function.parameters().is_empty() {
        return None;
    }
    let (name, visibility, shared) = (function.name(), &function.item.vis, function.shared_attributes());
    let (types, items) = (lints::types(), lints::items());
    let writer = described(options, function, changes, true);
    let generics = &function.item.sig.generics;
    let (_, _, bounds) = generics.split_for_impl();
    Some(quote! {
        #(#shared)*
        #[doc(hidden)]
        #types
        #visibility enum #name {}
        #(#shared)*
        #items
        const _: () = {
            #aliases
            impl #name {
                #[doc(hidden)]
                pub fn __cache_instance #generics () -> ::cache_core::private::Writer #bounds { #writer }
            }
        };
    })
}

/// The name of what stands beside the function.
fn beside_name(function: &Function, what: &str) -> Ident {
    match &function.block {
        None => format_ident!("__cache_{what}_{}", function.name(), span = Span::call_site()),
        Some(block) => format_ident!("__cache_{what}_{}", block.suffix(function.name())),
    }
}

/// Beside the function: what is known before the body runs, from references to the arguments. What is wrong with their
/// types is reported there, once.
fn bumps_function(
    options: &Options,
    function: &Function,
    changes: &[Dependency],
    aliases: &TokenStream,
) -> TokenStream {
    let (name, writer) = (beside_name(function, "bumps"), writer(options, function, changes));
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
    let changes = changes.iter().filter(|change| change.names_result() || !change.names_rows());
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
    let (generics, bounds) = beside.generics(function, None, given.clone().into_iter().collect());
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
            #aliases
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
    let (name, arguments) = (beside_name(function, "bumps"), Arguments::all(function));
    let skip: Vec<_> = function.bindings().cloned().collect();
    let references = arguments.references(&skip, None);
    let tenant = options.per_tenant.given(Axis::Tenant).map(|tenant| quote!(#tenant,));
    let given = function.beside_block().given(function, usize::from(tenant.is_some()));
    let cache = options.cache.as_ref().map(|cache| {
        let (start, end) = ends(cache);
        let cache = quote_spanned!(end=> (#cache));
        quote_spanned!(start=> &#cache,)
    });
    let bind = arguments.bind(&quote!(#tenant #cache));
    if bind.is_empty() {
        return quote!(#name #given(#tenant #cache #(#references),*));
    }
    // Before the patterns: one may bind the name of its own argument.
    let named: Vec<_> = (0..references.len()).map(|at| format_ident!("__cache_given_{at}")).collect();
    quote!({
        #(let #named = #references;)*
        #bind
        #name #given(#tenant #cache #(#named),*)
    })
}

/// Registers the writer.
fn writer(options: &Options, function: &Function, changes: &[Dependency]) -> TokenStream {
    let writer = described(options, function, changes, false);
    quote! {
        static WRITER: ::cache_core::private::Writer = #writer;
        ::cache_core::private::inventory::submit! { ::cache_core::private::Declared::Writer(&WRITER) }
    }
}

/// The writer with the type parameters of its block given, where that has any.
pub(super) fn instance(options: &Options, function: &Function) -> Option<TokenStream> {
    let block = function.block.as_ref().filter(|block| !block.is_trait())?;
    let is_generic = block.generics.type_params().next().is_some() && function.turbofish().is_none();
    is_generic.then(|| {
        let (changes, aliases) = aliased(function, &options.changes);
        let (writer, cfgs) = (described(options, function, &changes, true), function.cfgs());
        quote!(#(#cfgs)* { #aliases #writer })
    })
}

/// What it is; without what only an instance can name, unless it is one.
fn described(
    options: &Options,
    function: &Function,
    changes: &[Dependency],
    is_instance: bool,
) -> TokenStream {
    let path = function.path();
    let changes = changes.iter().map(|change| change.registered(function, is_instance));
    let changes = match is_instance {
        true => quote!(const { &[#(#changes),*] }),
        false => quote!(&[#(#changes),*]),
    };
    let location = location::of_function(&TokenStream::new(), function);
    let candidates = || Axis::Tenant.candidates(function, is_instance);
    let tenant = match &options.per_tenant {
        Scope::Unsaid => Scope::Argument(function.name().clone()).asked(false, candidates),
        said => said.asked(false, candidates),
    };
    let on = match &options.on {
        None | Some((_, On::Always)) => None,
        Some((_, On::Ok)) => Some(quote!(.on(::cache_core::private::AfterErrors::Never))),
        Some((_, On::If(_))) => Some(quote!(.on(::cache_core::private::AfterErrors::Sometimes))),
    };
    let allow = allow::tokens(options.allow.as_deref().unwrap_or_default());
    let probes = is_instance.then(|| {
        quote!(
            use ::cache_core::private::probes::*;
        )
    });
    quote! {{
        #probes
        ::cache_core::private::Writer::new(#path, #location, #changes).tenant(#tenant)#on #allow
    }}
}

/// The rows that the arguments name.
fn rows(function: &Function, changes: &[Dependency]) -> Option<TokenStream> {
    let rows = changes.iter().filter(|change| change.names_rows() && !change.names_result());
    let ids = rows.clone().map(Dependency::id_tokens).collect();
    let (rows, bind): (TokenStream, _) = (rows.map(bump).collect(), Arguments::all(function).bind(&ids));
    (!rows.is_empty()).then(|| quote!(.with(|__cache_bumps| { #bind #rows })))
}

/// Beside the function: which results count as having written, and what they alone name.
fn written_function(
    options: &Options,
    function: &Function,
    changes: &[Dependency],
    aliases: &TokenStream,
) -> TokenStream {
    let (name, beside) = (beside_name(function, "written"), function.beside_block());
    let returns = beside.of(&function.returns);
    let (generics, bounds) = beside.generics(function, None, Vec::new());
    let named: TokenStream = changes.iter().filter(|change| change.names_result()).map(bump).collect();
    let named = (!named.is_empty()).then(|| quote!(.rows(|__cache_bumps, ret| { #named })));
    let (on, names) = (on(options, &returns), lints::names());
    let (shared, quiet) = (function.shared_attributes(), lints::items());
    quote! {
        #(#shared)*
        #[doc(hidden)]
        #quiet
        fn #name #generics () -> ::cache_core::private::Written<#returns, impl ::cache_core::private::Kind<#returns>>
        #bounds
        {
            #names
            #aliases
            let __cache_on = #on;
            __cache::Written::<#returns, _>::new(__cache::Probe::<#returns>::new().__cache_kind(), __cache_on) #named
        }
    }
}

/// Bumps rows.
fn bump(change: &Dependency) -> TokenStream {
    let (model, bumps) = (&change.model, variable("__cache_bumps").into_token_stream());
    match &change.extent {
        Extent::Row(parts) => row(model, &bumps, parts),
        Extent::Rows(expr) => each_row(model, &bumps, expr),
        Extent::Model | Extent::Across => TokenStream::new(),
    }
}

fn on(options: &Options, returns: &Type) -> TokenStream {
    let Some((option, on)) = &options.on else { return quote!(__cache::On::Always) };
    let probe = private("Probe", option);
    let errors = quote_spanned!(option.span()=> #probe::<#returns>::new().__cache_on());
    match on {
        On::Always => quote!(__cache::On::Always),
        On::Ok => quote!(#errors.on_ok()),
        On::If(predicate) => quote!(#errors.on(#predicate)),
    }
}
