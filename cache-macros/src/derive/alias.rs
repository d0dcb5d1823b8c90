//! `#[derive(Alias)] #[alias(name = "..", ..)]`.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{DeriveInput, Lit, LitStr, Token, bracketed};

use super::{named, options, refuse_generics};
use crate::duration;
use crate::errors::Errors;
use crate::options::{count, each, equals, name, text, value};

const KNOWN: &[&str] =
    &["name", "scope", "ttl", "max_ttl", "jitter", "max_entries", "max_loads", "load_wait", "mode", "crate"];

#[derive(Default)]
struct Options {
    /// Whether there is a name, be it a wrong one.
    is_named: bool,
    name: String,
    ttl: Option<(LitStr, Option<Duration>)>,
    max_ttl: Option<(LitStr, Duration)>,
    tenant: bool,
    user: bool,
    /// Calls on `Settings`.
    settings: Vec<TokenStream>,
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    refuse_generics(input, "Alias")?;
    let errors = Errors::new();
    let mut alias = Options::default();
    each(options(&input.attrs, "alias", &errors), KNOWN, &errors, |option, input| alias.read(option, input));
    if !alias.is_named {
        errors.at(&input.ident, "an alias needs a name: `#[alias(name = \"..\")]`");
    }
    if let (Some((literal, Some(ttl))), Some((_, max))) = (&alias.ttl, &alias.max_ttl)
        && ttl > max
    {
        errors.at(literal, "`ttl` is longer than `max_ttl`");
    }

    let ident = &input.ident;
    let (name, settings) = (&alias.name, &alias.settings);
    let scope =
        |scoped: bool| if scoped { quote!(::cache_core::Scoped) } else { quote!(::cache_core::Unscoped) };
    let (tenant, user) = (scope(alias.tenant), scope(alias.user));
    let named = named("alias", &quote!(#name), input);
    let register = errors.or(quote! {
        ::cache_core::private::inventory::submit! {
            ::cache_core::private::Declared::Alias(#named, <#ident as ::cache_core::Alias>::SETTINGS)
        }
    });
    Ok(quote! {
        #[automatically_derived]
        impl ::cache_core::Alias for #ident {
            const NAME: &'static str = #name;
            const SETTINGS: ::cache_core::Settings = ::cache_core::Settings::new()#(#settings)*;
            type Tenant = #tenant;
            type User = #user;
        }
        #register
    })
}

impl Options {
    fn read(&mut self, option: &Ident, input: ParseStream<'_>) -> syn::Result<bool> {
        match option.to_string().as_str() {
            "name" => {
                self.is_named = true;
                let literal = text(option, input, "prices")?;
                self.name = name(&literal)?;
                if self.name.contains(':') {
                    return Err(syn::Error::new(literal.span(), "the name of an alias has no `:`"));
                }
            }
            "scope" => {
                equals(option, input)?;
                self.scopes(input)?;
            }
            "ttl" => {
                let literal = text(option, input, "15m")?;
                let ttl = match literal.value().as_str() {
                    "forever" => None,
                    _ => Some(duration::parse(&literal)?),
                };
                let tokens = match ttl {
                    None => quote!(::cache_core::Ttl::Forever),
                    Some(ttl) => {
                        let ttl = duration::tokens(ttl);
                        quote!(::cache_core::Ttl::For(#ttl))
                    }
                };
                self.settings.push(quote!(.ttl(#tokens)));
                self.ttl = Some((literal, ttl));
            }
            "max_ttl" => {
                let literal = text(option, input, "1h")?;
                let ttl = duration::parse(&literal)?;
                let tokens = duration::tokens(ttl);
                self.settings.push(quote!(.max_ttl(::cache_core::Ttl::For(#tokens))));
                self.max_ttl = Some((literal, ttl));
            }
            "load_wait" => {
                let literal = text(option, input, "10s")?;
                let tokens = duration::tokens(duration::parse(&literal)?);
                self.settings.push(quote!(.load_wait(#tokens)));
            }
            "jitter" => {
                let literal: Lit = value(option, input)?;
                let share = match &literal {
                    Lit::Float(literal) => literal.base10_parse().ok(),
                    _ => None,
                };
                let share = share.filter(|share| (0.0..1.0_f64).contains(share)).ok_or_else(|| {
                    let message = "`jitter` is a part of the TTL, from `0.0` to below `1.0`, such as `0.1`";
                    syn::Error::new(literal.span(), message)
                })?;
                self.settings.push(quote!(.jitter(#share)));
            }
            "max_entries" | "max_loads" => {
                let number: usize = count(option, input)?;
                self.settings.push(quote!(.#option(#number)));
            }
            "mode" => {
                equals(option, input)?;
                let span = input.span();
                let mode = match input.parse::<Ident>() {
                    Ok(mode) if mode == "on" => quote!(On),
                    Ok(mode) if mode == "refresh" => quote!(Refresh),
                    Ok(mode) if mode == "off" => quote!(Off),
                    _ => return Err(syn::Error::new(span, "a mode is `on`, `refresh` or `off`")),
                };
                self.settings.push(quote!(.mode(::cache_core::Mode::#mode)));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `tenant`, `user` or `[tenant, user]`.
    fn scopes(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(syn::token::Bracket) {
            let content;
            bracketed!(content in input);
            while !content.is_empty() {
                self.scope(&content.parse()?)?;
                content.parse::<Option<Token![,]>>()?;
            }
            return Ok(());
        }
        self.scope(&input.parse()?)
    }

    fn scope(&mut self, scope: &Ident) -> syn::Result<()> {
        match scope.to_string().as_str() {
            "tenant" => self.tenant = true,
            "user" => self.user = true,
            _ => {
                return Err(syn::Error::new(scope.span(), "a scope is `tenant`, `user` or `[tenant, user]`"));
            }
        }
        Ok(())
    }
}
