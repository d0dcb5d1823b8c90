//! What is generated: in the function's place a wrapper, one call; beside it its companion; and what both share. Can't
//! fail.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Path, Type};

use super::each;
use super::parse::{Companion, Options};
use crate::dependency::{Dependency, Extent, alias, aliased};
use crate::function::{Function, Parameter, without_ours};
use crate::lints;
use crate::methods::{Block, Expanded, Instance};
use crate::paths::ends;
use crate::syntax::mentions;

pub(crate) fn expand(options: &Options, function: &Function) -> TokenStream {
    let one = each::one(options, function);
    let expansion = Expansion::new(options, one.as_ref().unwrap_or(function));
    let (ty, entries) = expansion.companion_type();
    let (wrapper, calls) = expansion.wrapper_and_calls(function);
    let (site, instance, assertions) = (expansion.site(), expansion.instance(), expansion.assertions());
    let (call, shape, whole) =
        (expansion.call_function(), expansion.shape_function(), expansion.whole_function());
    let (name, shared, aliases) = (&expansion.companion, function.shared_attributes(), &expansion.aliases);
    let (quiet, names) = (lints::items(), lints::names());
    let instance = instance.map(|instance| {
        let generics = &function.item.sig.generics;
        let (_, _, bounds) = generics.split_for_impl();
        quote! {
            /// For `register!`.
            #[doc(hidden)]
            pub fn __cache_instance #generics () -> ::cache_core::private::Function #bounds { #instance }
        }
    });
    quote! {
        #wrapper
        #ty
        #(#shared)*
        #quiet
        const _: () = {
            #names
            #aliases
            #site
            impl #name {
                #call
                #shape
                #whole
                #calls
                #instance
            }
            #entries
            #assertions
        };
    }
}

/// The same for a method. Its companion is functions of the block, `method_entry` and so on; what has no room there
/// stands beside it.
pub(crate) fn expand_method(options: &Options, function: &Function, block: &Block) -> Expanded {
    let one = each::one(options, function);
    let expansion = Expansion::new(options, one.as_ref().unwrap_or(function));
    let (wrapper, calls) = expansion.wrapper_and_calls(function);
    let (cfgs, shared): (Vec<_>, _) = (function.cfgs().collect(), function.shared_attributes());
    let (site, call, whole) = (expansion.site(), expansion.call_function(), expansion.whole_function());
    let quiet = lints::items();
    let aliases = &expansion.aliases;
    let assertions = expansion.assertions();
    let assertions =
        assertions.map(|assertions| quote!(#(#cfgs)* #quiet const _: () = { #aliases #assertions };));
    let beside = quote! {
        #(#cfgs)*
        #quiet
        #site
        #(#cfgs)*
        #quiet
        #call
        #assertions
    };
    let [shape, whole] = [Some(expansion.shape_function()), whole]
        .map(|function| function.map(|function| quote!(#(#cfgs)* #quiet #function)));
    let companion = expansion.has_companion(block).then(|| {
        let entry = expansion.entry_method();
        quote! {
            #(#shared)*
            #entry
            #calls
        }
    });
    let instance = expansion.instance();
    let instance = instance.map(|instance| Instance::Function(quote!(#(#cfgs)* { #aliases #instance })));
    Expanded {
        wrapper,
        companion: companion.unwrap_or_default(),
        beside: quote!(#beside #shape #whole),
        instance,
        companion_name: options.companion_name(function),
    }
}

/// After a mistake: the author's function as it is, and a companion that nothing calls, so that those who name it are
/// not told that it is missing.
pub(crate) fn fallback(options: &Options, function: &Function) -> TokenStream {
    let item = without_ours(&function.item);
    if !function.is_ordinary() {
        return item;
    }
    let one = each::one(options, function);
    let expansion = Expansion::new(options, one.as_ref().unwrap_or(function));
    let quiet = lints::items();
    let (whole, returns) = (Expansion::new(options, function), &function.returns);
    let stub = quote!(::core::unreachable!());
    let call = match function.is_async() {
        true => quote!(async { ::cache_core::private::returned::<#returns>() }),
        false => stub.clone(),
    };
    let (ty, entries) = expansion.companion_type_of(|_| stub.clone());
    let calls = whole.calls_of(|_| call.clone(), &stub);
    let name = &expansion.companion;
    quote! {
        #item
        #ty
        #quiet
        impl #name { #calls }
        #quiet
        const _: () = { #entries };
    }
}

/// What all that is generated shares.
pub(super) struct Expansion<'a> {
    pub(super) options: &'a Options,
    pub(super) function: &'a Function,
    pub(super) returns: &'a Type,
    /// Its type parameters, without what is skipped.
    pub(super) parameters: Vec<Parameter>,
    pub(super) alias: Option<Path>,
    pub(super) dependencies: Vec<Dependency>,
    /// What stands for the models that the author names.
    pub(super) models: TokenStream,
    /// That, and what stands for the alias.
    pub(super) aliases: TokenStream,
    /// The companion's type; or what its functions' names begin with, of a method.
    pub(super) companion: Ident,
}

impl<'a> Expansion<'a> {
    fn new(options: &'a Options, function: &'a Function) -> Self {
        let mut parameters = function.parameters();
        parameters.retain(|parameter| !options.skip.contains(&parameter.name));
        let companion =
            options.companion_name(function).unwrap_or_else(|| format_ident!("__cache_{}", function.name()));
        let (mut dependencies, models) = aliased(function, options.dependencies());
        for dependency in &mut dependencies {
            if each::is_each(options, &dependency.extent)
                && let Extent::Rows(id) = &dependency.extent
            {
                dependency.extent = Extent::Row(vec![(**id).clone()]);
            }
        }
        let mut aliases = models.clone();
        let alias = options.alias.as_ref().map(|path| alias(function, path, "__CacheAlias", &mut aliases));
        let returns = &function.returns;
        Expansion { options, function, returns, parameters, alias, dependencies, models, aliases, companion }
    }

    /// The author's function, and what the companion does with a whole call of it; this is the function, or the one of
    /// each id.
    fn wrapper_and_calls(&self, function: &Function) -> (TokenStream, TokenStream) {
        match self.options.each {
            None => (self.wrapper(), self.calls()),
            Some(_) => (self.wrapper_of_many(function), Expansion::new(self.options, function).calls()),
        }
    }

    /// Where the runtime keeps what it knows of the function.
    pub(super) fn site_name(&self) -> Ident {
        match &self.function.block {
            None => format_ident!("__CACHE_SITE"),
            Some(block) => format_ident!("__CACHE_SITE_{}", block.suffix(self.function.name())),
        }
    }

    fn has_companion(&self, block: &Block) -> bool {
        !matches!(self.options.companion, Companion::None) && block.has_room()
    }

    /// What the companion does with a whole call.
    fn calls(&self) -> TokenStream {
        let (callee, names, site) = (self.function.callee(), self.function.names(), self.site_name());
        let cache = match &self.options.cache {
            None => quote!(::core::option::Option::None),
            Some(cache) if self.needs_arguments(cache) => {
                quote!(::core::option::Option::Some(::core::clone::Clone::clone(__cache_handle)))
            }
            Some(cache) => quote!(::core::option::Option::Some(::cache_core::Cache::clone(&#cache))),
        };
        let (ask, invalidate_all) = (self.asynchronous("ask"), self.asynchronous("invalidate_all"));
        let ask = |how| match self.function.is_async() {
            true => {
                quote!(::cache_core::private::#ask(&#site, ::cache_core::private::How::#how, #callee(#names)))
            }
            false => {
                quote!(::cache_core::private::#ask(#site.asking(::cache_core::private::How::#how), #callee(#names)))
            }
        };
        self.calls_of(ask, &quote!(::cache_core::private::#invalidate_all(&#site, #cache)))
    }

    /// Whether the cache's handle is found among the arguments.
    fn needs_arguments(&self, cache: &syn::Expr) -> bool {
        let cache = quote!(#cache);
        self.function.bindings().any(|name| mentions(&cache, name))
    }

    fn calls_of(&self, ask: impl Fn(Ident) -> TokenStream, invalidate_all: &TokenStream) -> TokenStream {
        let (name, block) = (self.function.name(), self.function.block.as_ref());
        let visibility = self.visibility();
        let quiet = block.map(|_| {
            let (shared, quiet) = (self.function.shared_attributes(), lints::items());
            quote!(#(#shared)* #quiet)
        });
        let invalidated = match self.function.is_async() {
            true => quote!(::cache_core::private::InvalidateAll),
            false => quote!(::cache_core::Invalidated),
        };
        let (refresh, uncached, all) =
            (self.called("refresh"), self.called("uncached"), self.called("invalidate_all"));
        let refresh = self.function.beside(&refresh.to_string(), &ask(format_ident!("Refresh")));
        let uncached = self.function.beside(&uncached.to_string(), &ask(format_ident!("Uncached")));
        let refresh_doc = format!("Runs `{name}` and replaces what is stored.");
        let uncached_doc = format!("Runs `{name}` without the cache.");
        let invalidate_doc = format!("Invalidates all entries of `{name}`.");
        let handle = self.options.cache.as_ref().filter(|cache| self.needs_arguments(cache));
        let handle = handle.map(|_| quote!(__cache_handle: &::cache_core::Cache));
        // Otherwise nothing could be a `dyn` of the trait.
        let sized = block.filter(|block| block.is_trait()).map(|_| quote!(where Self: ::core::marker::Sized));
        quote! {
            #[doc = #refresh_doc]
            #quiet
            #visibility #refresh

            #[doc = #uncached_doc]
            #quiet
            #visibility #uncached

            #[doc = #invalidate_doc]
            #quiet
            #visibility fn #all(#handle) -> #invalidated #sized { #invalidate_all }
        }
    }

    /// What the companion calls something: by itself on a type of its own, after the method's name in a block.
    pub(super) fn called(&self, what: &str) -> Ident {
        match self.function.block {
            None => Ident::new(what, self.function.name().span()),
            Some(_) => format_ident!("{}_{}", self.companion, what),
        }
    }

    pub(super) fn visibility(&self) -> TokenStream {
        let visibility = &self.function.item.vis;
        self.function.block.as_ref().map_or_else(|| quote!(#visibility), |block| block.visibility(visibility))
    }

    /// What is checked of constants, each by itself.
    fn assertions(&self) -> Option<TokenStream> {
        let (lives, size) = (self.lives_short(), self.has_a_size());
        (lives.is_some() || size.is_some()).then(|| quote!(#lives #size))
    }

    /// That a long-lived alias is used with dependencies.
    fn lives_short(&self) -> Option<TokenStream> {
        let options = self.options;
        let said = options.ttl.is_some()
            || options.expires_in.is_some()
            || options.allow_stale.is_some()
            || options.pure.is_some();
        let alias = self.alias.as_ref().filter(|_| !said && options.dependencies().is_empty())?;
        let message = format!(
            "`{}` takes a TTL of more than 4 hours from its alias, and has no `invalidate_on`: nothing would ever replace a \
             stale value; name what it depends on, give it a shorter `ttl`, or say `allow_stale`",
            self.function.name()
        );
        Some(quote_spanned! {ends(alias).1=>
            const _: () =
                ::core::assert!(<#alias as ::cache_core::Alias>::SETTINGS.default_ttl().is_short(), #message);
        })
    }

    /// That an alias is bounded by bytes only where values can be measured.
    fn has_a_size(&self) -> Option<TokenStream> {
        let (alias, stays) =
            (self.alias.as_ref()?, self.options.local.as_ref().or(self.options.pure.as_ref())?);
        let message = format!(
            "`{}` is `{stays}`, so that nothing tells how large its values are, and its alias is bounded by `max_bytes`; give it \
             an alias with `max_entries`, or leave out `{stays}`",
            self.function.name()
        );
        Some(quote_spanned! {stays.span()=>
            const _: () =
                ::core::assert!(!<#alias as ::cache_core::Alias>::SETTINGS.is_bounded_by_bytes(), #message);
        })
    }
}
