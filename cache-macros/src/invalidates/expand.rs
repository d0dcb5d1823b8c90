//! What is generated: the author's function inside of a wrapper that bumps when it is over. Can't fail.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::{On, Options};
use crate::dependency::{Dependency, Extent, id, rows};
use crate::function::{Function, mentions};
use crate::scope::Axis;

pub(crate) fn expand(options: &Options, function: &Function) -> TokenStream {
    let cache = quote!(::cache_core);
    let (attributes, visibility) = (&function.item.attrs, &function.item.vis);
    let signature = function.plain_signature();
    let returns = &function.returns;
    let writer = writer(options, function, &cache);
    let before = before(options, function, &cache);
    let after = after(options, &cache);
    let on = on(options, function, &cache);
    let names = function.names();

    let mut body = function.item.clone();
    body.vis = syn::Visibility::Inherited;
    body.attrs = function.shared_attributes().cloned().collect();
    body.sig.ident = Ident::new("__cache_body", function.name().span());

    let (write, body_call, awaited) = if function.is_async() {
        (quote!(write), quote!(__cache_body(#names)), Some(quote!(.await)))
    } else {
        (quote!(write_sync), quote!(move || __cache_body(#names)), None)
    };
    quote! {
        #(#attributes)*
        #visibility #signature {
            #[allow(clippy::all)]
            #body
            #[allow(unused_imports)]
            use #cache::private::Fallback as _;
            let __cache_kind = #cache::private::Probe::<#returns>::new().__cache_kind();
            let __cache_bumps = { #writer #before };
            #cache::private::#write::<#returns, _, _>(__cache_bumps, __cache_kind, #on, #body_call, #after)#awaited
        }
    }
}

/// Registers the writer.
fn writer(options: &Options, function: &Function, cache: &TokenStream) -> TokenStream {
    let name = function.name().to_string();
    let name = name.trim_start_matches("r#");
    let changes = options.changes.iter().map(|change| change.registered(cache));
    quote! {
        static WRITER: #cache::private::Writer = #cache::private::Writer::new(
            ::core::concat!(::core::module_path!(), "::", #name),
            #cache::private::Location { file: ::core::file!(), line: ::core::line!(), column: ::core::column!() },
            &[#(#changes),*],
        );
        #cache::private::inventory::submit! { #cache::private::Declared::Writer(&WRITER) }
    }
}

fn names_result(change: &Dependency) -> bool {
    mentions(&change.id_tokens(), &format_ident!("ret"))
}

/// What is known before the body runs.
fn before(options: &Options, function: &Function, cache: &TokenStream) -> TokenStream {
    let bind = function.bind();
    let parts: Vec<_> = function
        .arguments
        .iter()
        .flat_map(|argument| argument.bindings.iter().map(move |name| (name, argument.plain)))
        .map(|(name, plain)| if plain { quote!(Some(&#name)) } else { quote!(Some(#name)) })
        .map(|part| quote!(::core::option::Option::#part))
        .collect();
    let tenant = match options.per_tenant.option() {
        // An argument whose type is a tenant scopes the writer, if there is exactly one; otherwise it is wider.
        None => {
            let found = parts.iter().fold(quote!(#cache::private::NoScope), |found, part| {
                quote!(#cache::private::pick(#found, #cache::private::Probe::of_part(#part).__cache_tenant(#part)))
            });
            quote!(#found)
        }
        Some(option) => {
            let alias = quote!(#cache::DefaultAlias);
            options.per_tenant.tokens(Axis::Tenant, &alias, false, &parts, option.span(), cache)
        }
    };
    let changes = options.changes.iter().map(|change| {
        if names_result(change) {
            let model = &change.model;
            quote_spanned!(model.span()=> __cache_bumps.on_row_later::<#model>();)
        } else {
            bump(change, cache)
        }
    });
    quote! {
        #[allow(unused_variables)]
        #bind
        let mut __cache_bumps = #cache::private::Bumps::new(&WRITER);
        __cache_bumps.tenant(&#tenant);
        #(#changes)*
        __cache_bumps
    }
}

/// What only the result names.
fn after(options: &Options, cache: &TokenStream) -> TokenStream {
    let changes =
        options.changes.iter().filter(|change| names_result(change)).map(|change| bump(change, cache));
    quote!(|__cache_bumps, ret| {
        let _ = (&__cache_bumps, &ret);
        #(#changes)*
    })
}

fn bump(change: &Dependency, cache: &TokenStream) -> TokenStream {
    let model = &change.model;
    let span = model.span();
    match &change.extent {
        Extent::Model => quote_spanned!(span=> __cache_bumps.on_model::<#model>();),
        Extent::Across => quote_spanned!(span=> __cache_bumps.on_model_across::<#model>();),
        Extent::Row(parts) => {
            let id = id(parts, cache);
            quote_spanned!(span=> __cache_bumps.on_row::<#model, _>(#id);)
        }
        Extent::Rows(_, expr) => {
            let rows = rows(expr);
            quote_spanned!(span=> for __cache_id in #rows { __cache_bumps.on_row::<#model, _>(&__cache_id); })
        }
    }
}

fn on(options: &Options, function: &Function, cache: &TokenStream) -> TokenStream {
    let returns = &function.returns;
    match &options.on {
        None | Some((_, On::Always)) => quote!(#cache::private::On::Always),
        Some((_, On::Ok)) => quote!(#cache::private::On::Ok),
        Some((_, On::If(predicate))) => quote_spanned! {predicate.span()=>
            #cache::private::on_error::<#returns, _>(__cache_kind, #predicate)
        },
    }
}
