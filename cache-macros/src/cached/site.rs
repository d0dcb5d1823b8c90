//! What a function is, for the registry and the runtime.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ReturnType;

use super::expand::Expansion;
use super::parse::Ttl;
use crate::paths::ends;
use crate::scope::{Axis, Scope};
use crate::text::{self, name_of};
use crate::{allow, duration, location};

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
            Some(alias) => quote_spanned!(ends(alias).1=> <#alias as ::cache_core::Alias>::FACTS),
            None => quote!(<::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS),
        };
        let returns = match &self.function.item.sig.output {
            ReturnType::Type(_, many) if options.each.is_some() => many,
            _ => self.returns,
        };
        let signature = text::signature(&self.function.item.sig, returns);
        let arguments = self.part_names();
        let dependencies = self.dependencies.iter();
        let dependencies = dependencies.map(|dependency| dependency.registered(self.function, is_instance));
        let (arguments, dependencies) = match is_instance {
            true => (quote!(const { &[#(#arguments),*] }), quote!(const { &[#(#dependencies),*] })),
            false => (quote!(&[#(#arguments),*]), quote!(&[#(#dependencies),*])),
        };
        let rules = self.rules();
        let (path, tokens) = (self.function.path(), &options.tokens);
        let location = location::of_function(&quote!(#path #tokens), self.function);
        let location = match options.name {
            Some(_) => location::within_module(location),
            None => location,
        };
        let facts = self.facts(is_instance);
        let function = quote! {
            ::cache_core::private::Function::new(
                #name,
                #alias,
                #location,
                #signature,
                #arguments,
                #dependencies,
                #rules,
            )
        };
        // A free function has them around it.
        match facts.is_empty() || self.function.block.is_none() {
            true => quote!(#function #facts),
            false => quote!({ use ::cache_core::private::probes::*; #function #facts }),
        }
    }

    /// What it says about time and outcomes.
    fn rules(&self) -> TokenStream {
        let options = self.options;
        let ttl = match (&options.ttl, &options.pure) {
            (Some((_, Ttl::For(ttl))), _) => {
                let ttl = duration::tokens(*ttl);
                Some(quote!(.ttl(::cache_core::Ttl::For(#ttl))))
            }
            (Some((_, Ttl::Forever)), _) | (None, Some(_)) => Some(quote!(.ttl(::cache_core::Ttl::Forever))),
            (None, None) => None,
        };
        let after = |option: &Option<(_, _)>, method: &str| {
            option.as_ref().map(|(_, ttl)| {
                let (method, ttl) = (format_ident!("{method}"), duration::tokens(*ttl));
                quote!(.#method(#ttl))
            })
        };
        let (none_ttl, err_ttl) = (after(&options.none_ttl, "none_ttl"), after(&options.err_ttl, "err_ttl"));
        let policies = self.policies();
        let flags = [
            ("PURE", options.pure.is_some()),
            ("LOCAL", options.local.is_some()),
            ("ALLOW_STALE", options.allow_stale.is_some()),
            ("EXPIRES_IN", options.expires_in.is_some()),
            ("WHEN", options.when.is_some()),
            ("STORE_IF", options.store_if.is_some()),
            ("KEY", options.key.is_some()),
            ("CACHE", options.cache.is_some()),
        ];
        let rules = quote!(::cache_core::private::Rules);
        let flags = flags.iter().filter(|(_, is_given)| *is_given);
        let flags = flags.map(|(name, _)| format_ident!("{name}"));
        let flags = quote!(#rules::NONE #(| #rules::#flags)*);
        quote!(#rules::new(#flags) #ttl #none_ttl #err_ttl #policies)
    }

    /// What is done of an entry before its time runs out, and after.
    fn policies(&self) -> TokenStream {
        let policies = &self.options.policies;
        let durations = [&policies.stale_if_error, &policies.stale_while_revalidate, &policies.load_timeout];
        let durations = durations.into_iter().flatten().map(|(option, duration)| {
            let (method, duration) = (format_ident!("{option}"), duration::tokens(*duration));
            quote!(.#method(#duration))
        });
        let early = policies.early.as_ref().map(|(_, thousandths)| quote!(.early(#thousandths)));
        let verify_rate =
            self.options.verify_rate.as_ref().map(|(_, millionths)| quote!(.verify_rate(#millionths)));
        quote!(#(#durations)* #early #verify_rate)
    }

    /// What not every function has.
    fn facts(&self, is_instance: bool) -> TokenStream {
        let options = self.options;
        let version = options.version.as_ref().map(|(_, version)| quote!(.version(#version)));
        let each = options.each.as_ref().map(|each| {
            let each = name_of(each);
            quote!(.each(#each))
        });
        let allow = allow::tokens(&options.allow);
        let (left_out, scopes) = (self.left_out(is_instance), self.asked(is_instance));
        quote!(#version #left_out #scopes #each #allow)
    }

    /// Which arguments are not part of the key, as far as their types are known here.
    fn left_out(&self, is_instance: bool) -> Option<TokenStream> {
        if self.options.key.is_some() {
            return None;
        }
        let (mut left_out, mut open) = (Vec::new(), 0_u64);
        let parts = self.function.bound().filter(|(name, _)| !self.options.skip.contains(name));
        for (at, (_, argument)) in parts.enumerate().filter(|(_, (_, part))| !part.is_certainly_keyed()) {
            let whole = argument.plain || argument.bindings.len() == 1;
            match self.function.type_outside(&argument.ty, is_instance).filter(|_| whole) {
                None => open |= 1 << at,
                Some(ty) => left_out.push(quote! {
                    (!::cache_core::private::Probe::<#ty>::__CACHE_KEYED as u64) << #at
                }),
            }
        }
        (!left_out.is_empty() || open > 0).then(|| quote!(.left_out(0 #(| #left_out)*, #open)))
    }

    /// What it says of its scopes.
    fn asked(&self, is_instance: bool) -> Option<TokenStream> {
        let options = self.options;
        let by_alias = self.alias.is_some() && options.global.is_none();
        if !by_alias && options.per_tenant.option().is_none() && options.per_user.option().is_none() {
            return None;
        }
        let asked =
            |scope: &Scope, axis: Axis| scope.asked(by_alias, || axis.candidates(self.function, is_instance));
        let tenant = asked(&options.per_tenant, Axis::Tenant);
        let user = asked(&options.per_user, Axis::User);
        Some(quote!(.scopes(#tenant, #user)))
    }
}
