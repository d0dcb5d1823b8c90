//! What a function is, for the registry and the runtime.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::expand::Expansion;
use super::parse::Ttl;
use crate::dependency::Dependency;
use crate::duration;
use crate::location::location;
use crate::paths::ends;

impl Expansion<'_> {
    /// What the runtime keeps of the function.
    pub(super) fn site(&self) -> TokenStream {
        let (name, function) = (self.site_name(), self.described(false));
        // A free function's has them from around it.
        let aliases = self.function.block.is_some().then_some(&self.aliases);
        quote! {
            static #name: ::cache_core::private::Site = ::cache_core::private::Site::new({ #aliases #function });
        }
    }

    /// Tells the registry.
    pub(super) fn registration(&self) -> TokenStream {
        let name = self.site_name();
        quote! {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(&#name.function)
            }
        }
    }

    /// The function with its type parameters given, where it has any.
    pub(super) fn instance(&self) -> Option<TokenStream> {
        let block = self.function.block.as_ref();
        let is_generic = match block {
            None => !self.function.parameters().is_empty(),
            Some(block) => !block.is_trait() && block.generics.type_params().next().is_some(),
        };
        let own = block.is_some() && self.function.turbofish().is_some();
        (is_generic && !own).then(|| self.described(true))
    }

    /// What it is; without what only an instance can name, unless it is one.
    fn described(&self, is_instance: bool) -> TokenStream {
        let options = self.options;
        let name = match &options.name {
            Some(name) => quote!(#name),
            None => self.function.path(),
        };
        let alias = match &self.alias {
            Some(alias) => quote_spanned!(ends(alias).1=>
                (<#alias as ::cache_core::Alias>::NAME, <#alias as ::cache_core::Alias>::SETTINGS)),
            None => {
                let alias = quote!(<::cache_core::DefaultAlias as ::cache_core::Alias>);
                quote!((#alias::NAME, #alias::SETTINGS))
            }
        };
        let arguments = self.part_names();
        let dependencies = self.dependencies.iter();
        let dependencies =
            dependencies.filter(|dependency| is_instance || self.function.is_nameable(&dependency.model));
        let dependencies = dependencies.map(Dependency::registered);
        let (arguments, dependencies) = match is_instance {
            true => (quote!(const { &[#(#arguments),*] }), quote!(const { &[#(#dependencies),*] })),
            false => (quote!(&[#(#arguments),*]), quote!(&[#(#dependencies),*])),
        };
        let ttl = match (&options.ttl, &options.pure) {
            (Some((_, Ttl::For(ttl))), _) => {
                let ttl = duration::tokens(*ttl);
                Some(quote!(::cache_core::Ttl::For(#ttl)))
            }
            (Some((_, Ttl::Forever)), _) | (None, Some(_)) => Some(quote!(::cache_core::Ttl::Forever)),
            (None, None) => None,
        };
        let ttl = optional(ttl);
        let none_ttl = optional(options.none_ttl.as_ref().map(|(_, ttl)| duration::tokens(*ttl)));
        let err_ttl = optional(options.err_ttl.as_ref().map(|(_, ttl)| duration::tokens(*ttl)));
        let local = options.local.is_some() || options.pure.is_some();
        let allow_stale = options.allow_stale.is_some() || options.expires_in.is_some();
        let version = options.version.as_ref().map_or(0, |(_, version)| *version);
        let (path, tokens) = (self.function.path(), &options.tokens);
        let location = location(&quote!(#path #tokens), &self.function.item);
        quote! {
            ::cache_core::private::Function::new(
                #name,
                #alias,
                #location,
                #arguments,
                #dependencies,
                ::cache_core::private::Rules::new(#ttl, #none_ttl, #err_ttl, #local, #allow_stale),
                #version,
            )
        }
    }
}

fn optional(tokens: Option<TokenStream>) -> TokenStream {
    match tokens {
        Some(tokens) => quote!(::core::option::Option::Some(#tokens)),
        None => quote!(::core::option::Option::None),
    }
}
