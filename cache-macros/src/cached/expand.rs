//! What is generated: the wrapper, one call; the companion type beside it; and behind both, in a `const` without a
//! name, what they share. Can't fail.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

use super::arguments::Part;
use super::entry::Entry;
use super::parse::Options;
use crate::dependency::Models;
use crate::function::Function;
use crate::lints;
use crate::paths::ends;

pub(crate) fn expand(options: &Options, function: &Function) -> TokenStream {
    Expansion::new(options, function).tokens()
}

/// After a mistake: the author's function as it is, and a companion that nothing calls, so that those who name it are
/// not told that it is missing.
pub(crate) fn fallback(options: &Options, function: &Function) -> TokenStream {
    let item = &function.item;
    if !function.is_ordinary() {
        return quote!(#item);
    }
    let expansion = Expansion::new(options, function);
    let stub = quote!(::core::unreachable!());
    let Entry { ty, items } = expansion.entry(|_| stub.clone());
    let methods = expansion.methods(&stub, &stub, &stub);
    quote! {
        #item
        #ty
        #methods
        #[allow(unused)]
        const _: () = { #items };
    }
}

/// What all that is generated shares.
pub(super) struct Expansion<'a> {
    pub(super) options: &'a Options,
    pub(super) function: &'a Function,
    pub(super) returns: &'a Type,
    /// The parts of the key, in order, without what is skipped.
    pub(super) parts: Vec<Part<'a>>,
    /// What stands for the alias that the author names, if any.
    pub(super) alias: Option<Ident>,
    pub(super) models: Models,
}

impl<'a> Expansion<'a> {
    fn new(options: &'a Options, function: &'a Function) -> Self {
        Expansion {
            options,
            function,
            returns: &function.returns,
            parts: Part::all(function, &options.skip),
            alias: options.alias.as_ref().map(|alias| Ident::new("__CacheAlias", ends(alias).1)),
            models: Models::new(options.dependencies()),
        }
    }

    fn tokens(&self) -> TokenStream {
        let (wrapper, body) = (self.wrapper(), self.body());
        let invalidate_all = {
            let name = self.function.name();
            quote!(::cache_core::private::invalidate_all(#name::__cache_site()))
        };
        let methods = self.methods(&self.running("Refresh"), &self.running("Uncached"), &invalidate_all);
        let Entry { ty, items } = self.entry(|arguments| self.entry_body(arguments));
        let (site, run, assertion) = (self.site(), self.run(), self.assertion());
        let (name, models) = (self.function.name(), &self.models.aliases);
        let alias = self
            .options
            .alias
            .iter()
            .zip(&self.alias)
            .map(|(path, name)| quote_spanned!(name.span()=> type #name = #path;));
        let (cfgs, quiet) = (self.function.cfgs(), lints::generated());
        quote! {
            #wrapper
            #ty
            #body
            #methods
            #(#cfgs)*
            #quiet
            #[allow(dead_code, unused_parens, unused_variables)]
            const _: () = {
                use ::cache_core::private::{AnyArgument as _, Fallback as _, OfWrapper as _};
                #(#alias)*
                #models
                impl #name {
                    #site
                    #run
                }
                #items
                #assertion
            };
        }
    }

    /// The function as its callers know it: one call.
    fn wrapper(&self) -> TokenStream {
        let (attributes, visibility) = (self.function.attributes(), &self.function.item.vis);
        let (signature, run) = (self.function.outer_signature(), self.running("Cached"));
        quote! {
            #(#attributes)*
            #visibility #signature {
                #run
            }
        }
    }

    /// A call of the function, in one of three ways.
    fn running(&self, mode: &str) -> TokenStream {
        let (name, names, mode) =
            (self.function.name(), self.function.outer_names(), format_ident!("{mode}"));
        let awaited = self.function.is_async().then(|| quote!(.await));
        quote!(#name::__cache_run(::cache_core::private::Mode::#mode, #names)#awaited)
    }

    /// The author's function, under a name of its own.
    fn body(&self) -> TokenStream {
        let (mut signature, block) = (self.function.item.sig.clone(), &self.function.item.block);
        signature.ident = Ident::new("__cache_body", signature.ident.span());
        let (name, shared) = (self.function.name(), self.function.shared_attributes());
        let quiet = lints::body();
        quote! {
            #(#shared)*
            impl #name {
                #[doc(hidden)]
                #quiet
                #signature #block
            }
        }
    }

    /// What the companion does with a whole call.
    fn methods(
        &self,
        refresh: &TokenStream,
        uncached: &TokenStream,
        invalidate_all: &TokenStream,
    ) -> TokenStream {
        let (name, visibility) = (self.function.name(), &self.function.item.vis);
        let (shared, asyncness) = (self.function.shared_attributes(), &self.function.item.sig.asyncness);
        let signature = |name: &str| {
            let mut signature = self.function.outer_signature();
            signature.ident = Ident::new(name, signature.ident.span());
            signature
        };
        let quiet = lints::generated();
        let (refresh_signature, uncached_signature) = (signature("refresh"), signature("uncached"));
        let refresh_doc = format!("Runs `{name}` and replaces what is stored.");
        let uncached_doc = format!("Runs `{name}` without the cache.");
        let invalidate_doc = format!("Invalidates all entries of `{name}`.");
        quote! {
            #(#shared)*
            #quiet
            #[allow(dead_code, unused_variables)]
            impl #name {
                #[doc = #refresh_doc]
                #visibility #refresh_signature { #refresh }

                #[doc = #uncached_doc]
                #visibility #uncached_signature { #uncached }

                #[doc = #invalidate_doc]
                #visibility #asyncness fn invalidate_all() -> ::cache_core::Invalidated { #invalidate_all }
            }
        }
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
        Some(quote_spanned! {alias.span()=>
            ::core::assert!(<#alias as ::cache_core::Alias>::SETTINGS.default_ttl().is_short(), #message);
        })
    }
}
