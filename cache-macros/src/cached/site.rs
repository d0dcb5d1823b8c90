//! What a function is, for the registry and the runtime.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::expand::Expansion;
use super::parse::Ttl;
use crate::duration;

impl Expansion<'_> {
    /// `f::__cache_site`.
    pub(super) fn site(&self) -> TokenStream {
        let options = self.options;
        let name = match &options.name {
            Some(name) => quote!(#name),
            None => {
                let function = self.function.name().to_string();
                let function = function.trim_start_matches("r#");
                quote!(::core::concat!(::core::module_path!(), "::", #function))
            }
        };
        let alias = match &self.alias {
            Some(alias) => quote_spanned!(alias.span()=>
                (<#alias as ::cache_core::Alias>::NAME, <#alias as ::cache_core::Alias>::SETTINGS)),
            None => {
                let alias = quote!(<::cache_core::DefaultAlias as ::cache_core::Alias>);
                quote!((#alias::NAME, #alias::SETTINGS))
            }
        };
        let arguments =
            self.parts.iter().map(|part| part.name.to_string().trim_start_matches("r#").to_owned());
        let dependencies = options.dependencies().iter().zip(&self.models.names);
        let dependencies = dependencies.map(|(dependency, model)| dependency.registered(model));
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
        let version = options.version.unwrap_or(0);
        quote! {
            fn __cache_site() -> &'static ::cache_core::private::Site {
                static SITE: ::cache_core::private::Site =
                    ::cache_core::private::Site::new(::cache_core::private::Function::new(
                        #name,
                        #alias,
                        ::cache_core::private::Location {
                            file: ::core::file!(), line: ::core::line!(), column: ::core::column!(),
                        },
                        &[#(#arguments),*],
                        &[#(#dependencies),*],
                        ::cache_core::private::Rules::new(#ttl, #none_ttl, #err_ttl, #local, #allow_stale),
                        #version,
                    ));
                ::cache_core::private::inventory::submit! {
                    ::cache_core::private::Declared::Function(&SITE.function)
                }
                &SITE
            }
        }
    }
}

fn optional(tokens: Option<TokenStream>) -> TokenStream {
    match tokens {
        Some(tokens) => quote!(::core::option::Option::Some(#tokens)),
        None => quote!(::core::option::Option::None),
    }
}
