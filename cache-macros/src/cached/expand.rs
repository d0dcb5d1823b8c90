//! What is generated: in the function's place a wrapper, one call; beside it its companion; and what both share. Can't
//! fail.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Path, Type};

use super::arguments::Part;
use super::each;
use super::parse::{Companion, Options};
use crate::dependency::{Dependency, Extent, alias, aliased};
use crate::function::{Function, Parameter};
use crate::lints;
use crate::methods::{Block, Expanded};
use crate::paths::ends;
use crate::syntax::mentions;

pub(crate) fn expand(options: &Options, function: &Function) -> TokenStream {
    let one = each::one(options, function);
    let expansion = Expansion::new(options, one.as_ref().unwrap_or(function));
    let (ty, entries) = expansion.companion_type();
    let (wrapper, calls) = expansion.wrapper_and_calls(function);
    let (site, instance, assertion) = (expansion.site(), expansion.instance(), expansion.assertion());
    let (name, shared, cfgs) = (&expansion.companion, function.shared_attributes(), function.cfgs());
    let (aliases, quiet) = (&expansion.aliases, lints::items());
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
        impl #name { #calls }
        #(#cfgs)*
        #quiet
        const _: () = {
            use ::cache_core::private::probes::*;
            #aliases
            impl #name {
                fn __cache_site() -> &'static ::cache_core::private::Site { #site }
                #instance
            }
            #entries
            #assertion
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
    let site = expansion.site();
    let assertion = expansion.assertion().map(|assertion| {
        let (aliases, quiet) = (&expansion.aliases, lints::items());
        quote!(#(#cfgs)* #quiet const _: () = { #aliases #assertion };)
    });
    let site_name = format_ident!("__cache_site_{}", block.suffix(function.name()));
    let (aliases, quiet) = (&expansion.aliases, lints::items());
    let beside = quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #quiet
        fn #site_name() -> &'static ::cache_core::private::Site { #aliases #site }
        #assertion
    };
    let companion = expansion.has_companion(block).then(|| {
        let entry = expansion.entry_method();
        quote! {
            #(#shared)*
            #entry
            #calls
        }
    });
    let instance = expansion.instance();
    let instance = instance.map(|instance| quote!(#(#cfgs)* { #aliases #instance }));
    Expanded { wrapper, companion: companion.unwrap_or_default(), beside, instance }
}

/// After a mistake: the author's function as it is, and a companion that nothing calls, so that those who name it are
/// not told that it is missing.
pub(crate) fn fallback(options: &Options, function: &Function) -> TokenStream {
    let item = &function.item;
    if !function.is_ordinary() || function.arguments.iter().any(|argument| argument.name == "self") {
        return quote!(#item);
    }
    let one = each::one(options, function);
    let expansion = Expansion::new(options, one.as_ref().unwrap_or(function));
    let (stub, quiet) = (quote!(::core::unreachable!()), lints::items());
    let call = if function.is_async() { quote!(async { #stub }) } else { stub.clone() };
    let (ty, entries) = expansion.companion_type_of(|_| stub.clone());
    let whole = Expansion::new(options, function);
    let (name, calls) = (&expansion.companion, whole.calls_of(|_| call.clone(), &stub));
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
    /// The parts of the key, in order, without what is skipped.
    pub(super) parts: Vec<Part<'a>>,
    /// Its type parameters, likewise.
    pub(super) parameters: Vec<Parameter>,
    pub(super) alias: Option<Path>,
    pub(super) dependencies: Vec<Dependency>,
    /// What stands for the types that the author names.
    pub(super) aliases: TokenStream,
    /// The companion's type; or what its functions' names begin with, of a method.
    pub(super) companion: Ident,
}

impl<'a> Expansion<'a> {
    fn new(options: &'a Options, function: &'a Function) -> Self {
        let mut parameters = function.parameters();
        parameters.retain(|parameter| !options.skip.contains(&parameter.name));
        let companion = match &options.companion {
            Companion::Unsaid => function.name().clone(),
            Companion::Named(name) => name.clone(),
            Companion::None => format_ident!("__cache_{}", function.name()),
        };
        let (mut dependencies, mut aliases) = aliased(function, options.dependencies());
        for dependency in &mut dependencies {
            if each::is_each(options, &dependency.extent)
                && let Extent::Rows(id) = &dependency.extent
            {
                dependency.extent = Extent::Row(vec![(**id).clone()]);
            }
        }
        let alias = options.alias.as_ref().map(|path| alias(function, path, "__CacheAlias", &mut aliases));
        Expansion {
            options,
            function,
            returns: &function.returns,
            parts: Part::all(function, &options.skip),
            parameters,
            alias,
            dependencies,
            aliases,
            companion,
        }
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
    pub(super) fn site_call(&self) -> TokenStream {
        match &self.function.block {
            None => {
                let name = &self.companion;
                quote!(#name::__cache_site())
            }
            Some(block) => {
                let name = format_ident!("__cache_site_{}", block.suffix(self.function.name()));
                quote!(#name())
            }
        }
    }

    fn has_companion(&self, block: &Block) -> bool {
        !matches!(self.options.companion, Companion::None) && block.has_room()
    }

    /// What the companion does with a whole call.
    fn calls(&self) -> TokenStream {
        let (callee, names, site) = (self.function.callee(), self.function.names(), self.site_call());
        let ask = if self.function.is_async() { quote!(ask) } else { quote!(ask_sync) };
        let call =
            if self.function.is_async() { quote!(#callee(#names)) } else { quote!(|| #callee(#names)) };
        let cache = match &self.options.cache {
            None => quote!(::core::option::Option::None),
            Some(cache) if self.needs_arguments(cache) => {
                quote!(::core::option::Option::Some(__cache_handle))
            }
            Some(cache) => quote!(::core::option::Option::Some(&#cache)),
        };
        self.calls_of(
            |how| quote!(::cache_core::private::#ask(#site, ::cache_core::private::How::#how, #call)),
            &quote!(::cache_core::private::invalidate_all(#site, #cache)),
        )
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
        let asyncness = self.function.is_async().then(|| quote!(async));
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
            #visibility #asyncness fn #all(#handle) -> ::cache_core::Invalidated #sized { #invalidate_all }
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

    /// What is checked of constants: that a long-lived alias is used with dependencies.
    fn assertion(&self) -> Option<TokenStream> {
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
            ::core::assert!(<#alias as ::cache_core::Alias>::SETTINGS.default_ttl().is_short(), #message);
        })
    }
}
