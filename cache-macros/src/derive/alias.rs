//! `#[derive(Alias)] #[alias(name = "..", ..)]`.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{DeriveInput, LitBool, LitStr, bracketed};

use super::{named, read, refuse_generics, register};
use crate::errors::Errors;
use crate::options::{Known, Word, list, name};
use crate::{allow, duration};

const KNOWN: Known = Known {
    forms: &[
        "name = \"prices\"",
        "scope = [tenant, user]",
        "ttl = \"15m\"",
        "max_ttl = \"1h\"",
        "jitter = 0.1",
        "max_entries = 10_000",
        "max_bytes = \"64MiB\"",
        "max_loads = 256",
        "load_wait = \"10s\"",
        "coherence = verify",
        "max_staleness = \"1s\"",
        "deadline = \"50ms\"",
        "codec = rmp",
        "compress = zstd",
        "compress_threshold = \"4KiB\"",
        "encrypt = true",
        "durability = replicated",
        "verify_rate = 0.001",
        "mode = off",
        "allow(unused_alias)",
        "crate = app::cache_core",
    ],
    elsewhere: &[
        (
            &["size", "max_size", "capacity", "max_capacity", "limit", "entries"],
            "how many entries there are is `max_entries = 10_000`",
        ),
        (
            &["bytes", "memory", "max_memory", "max_size_bytes", "weight", "max_weight"],
            "how many bytes the entries take is `max_bytes = \"64MiB\"`",
        ),
        (
            &["time", "time_to_live", "timeout", "expire", "expires", "max_age", "lifetime", "duration"],
            "how long values live is `ttl = \"15m\"`",
        ),
        (
            &["tenant", "user", "per_tenant", "per_user", "scopes"],
            "how the functions are scoped is `scope = tenant`, `user` or `[tenant, user]`",
        ),
        (
            &["compression", "compressor", "lz4", "zstd"],
            "how values are compressed is `compress = lz4`, `zstd` or `off`",
        ),
        (
            &["compress_above", "compress_min", "min_compress_len", "compression_threshold"],
            "from which size on values are compressed is `compress_threshold = \"4KiB\"`",
        ),
        (
            &["serializer", "serialize", "format", "bincode", "rmp", "messagepack"],
            "what values are written with is `codec = bincode` or `rmp`",
        ),
        (&["encrypted", "encryption", "sensitive"], "that entries must be encrypted is `encrypt = true`"),
        (
            &["replicated", "wait", "replicas"],
            "that invalidations wait for a replica is `durability = replicated`",
        ),
        (
            &["verify", "verification", "verify_sample", "sample", "sample_rate", "sampling"],
            "what share of the hits is verified is `verify_rate = 0.001`",
        ),
        (&["enabled", "off", "on", "disabled"], "whether it is used is `mode = on`, `refresh` or `off`"),
        (
            &[
                "invalidate_on",
                "skip",
                "key",
                "pure",
                "local",
                "none_ttl",
                "err_ttl",
                "allow_stale",
                "global",
                "version",
            ],
            "that is said of each function, in `#[cached(..)]`",
        ),
    ],
};

#[derive(Default)]
struct Options {
    name: String,
    ttl: Option<(LitStr, Option<Duration>)>,
    max_ttl: Option<Duration>,
    max_entries: Option<Ident>,
    max_bytes: Option<Ident>,
    tenant: bool,
    user: bool,
    allow: Vec<Ident>,
    /// Calls on `Settings`.
    settings: Vec<TokenStream>,
}

pub(crate) fn derive(input: &DeriveInput, errors: &Errors) -> TokenStream {
    refuse_generics(input, "Alias", errors);
    let mut alias = Options::default();
    let seen = read(&input.attrs, "alias", &KNOWN, errors, |option, input| alias.read(option, input, errors));
    if !seen.has("name") {
        errors.at(&input.ident, "an alias needs a name: `#[alias(name = \"..\")]`");
    }
    // `"forever"` is as long as may be.
    if let (Some((literal, Some(ttl))), Some(max)) = (&alias.ttl, &alias.max_ttl)
        && ttl > max
    {
        errors.at(literal, "`ttl` is longer than `max_ttl`");
    }
    if let (Some(_), Some(max_bytes)) = (&alias.max_entries, &alias.max_bytes) {
        errors.at(
            max_bytes,
            "`max_bytes` is in place of `max_entries`, which is given too: leave out one of them",
        );
    }
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }

    let ident = &input.ident;
    let (name, settings) = (&alias.name, &alias.settings);
    let scope =
        |scoped: bool| if scoped { quote!(::cache_core::Scoped) } else { quote!(::cache_core::Unscoped) };
    let (tenant, user) = (scope(alias.tenant), scope(alias.user));
    let named = named("alias", name, &alias.allow, input);
    let register = register(&quote!(Alias(#named, <#ident as ::cache_core::Alias>::FACTS)), errors);
    quote! {
        #[automatically_derived]
        impl ::cache_core::Alias for #ident {
            const NAME: &'static str = #name;
            const SETTINGS: ::cache_core::Settings = ::cache_core::Settings::new()#(#settings)*;
            type Tenant = #tenant;
            type User = #user;
        }
        #register
    }
}

impl Options {
    fn read(&mut self, option: &Word, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        match option.to_string().as_str() {
            "name" => {
                let literal = option.text(input)?;
                self.name = name(&literal)?;
                if self.name.contains(|letter: char| letter == ':' || letter.is_uppercase()) {
                    let message =
                        "the name of an alias is in lower case and without `:`, for settings go by it";
                    return Err(syn::Error::new(literal.span(), message));
                }
            }
            "scope" => {
                option.equals(input)?;
                self.scopes(option, input, errors)?;
            }
            "ttl" => {
                let literal = option.duration(input)?;
                let ttl = duration::parse_or(&literal, "forever")?;
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
                let ttl = duration::parse(&option.duration(input)?)?;
                let tokens = duration::tokens(ttl);
                self.settings.push(quote!(.max_ttl(::cache_core::Ttl::For(#tokens))));
                self.max_ttl = Some(ttl);
            }
            "load_wait" | "max_staleness" | "deadline" => {
                let tokens = duration::tokens(duration::parse(&option.duration(input)?)?);
                let method = option.ident();
                self.settings.push(quote!(.#method(#tokens)));
            }
            "coherence" => {
                self.choice(option, input, "Coherence", &["push", "verify", "off"])?;
            }
            "codec" => self.choice(option, input, "Codec", &["bincode", "rmp"])?,
            "compress" => self.choice(option, input, "Compression", &["lz4", "zstd", "off"])?,
            "durability" => self.choice(option, input, "Durability", &["primary", "replicated"])?,
            "mode" => self.choice(option, input, "Mode", &["on", "refresh", "off"])?,
            "encrypt" => {
                let encrypt: LitBool = option.value(input, "`true` or `false`")?;
                self.settings.push(quote!(.encrypt(#encrypt)));
            }
            "jitter" => {
                let what = "a part of the TTL, from `0.0` to below `1.0`";
                let share = option.share(input, what, |share| (0.0..1.0).contains(&share))?;
                self.settings.push(quote!(.jitter(#share)));
            }
            "verify_rate" => {
                let share = option.share_of_hits(input)?;
                self.settings.push(quote!(.verify_rate(::cache_core::Rate::new(#share))));
            }
            "max_entries" | "max_loads" => {
                let (number, method): (usize, _) = (option.count(input)?, option.ident());
                self.settings.push(quote!(.#method(#number)));
                if method == "max_entries" {
                    self.max_entries = Some(method.clone());
                }
            }
            "max_bytes" | "compress_threshold" => {
                let (bytes, method) = (option.bytes(input)?, option.ident());
                self.settings.push(quote!(.#method(::cache_core::ByteSize::new(#bytes))));
                if method == "max_bytes" {
                    self.max_bytes = Some(method.clone());
                }
            }
            "allow" => self.allow = allow::parse(option, input, allow::OF_ALIASES, errors)?,
            _ => unreachable!("an option that isn't read"),
        }
        Ok(())
    }

    /// One of a few words, with or without quotes: a variant of `kind` in capitals.
    fn choice(
        &mut self,
        option: &Word,
        input: ParseStream<'_>,
        kind: &str,
        words: &[&str],
    ) -> syn::Result<()> {
        option.equals(input)?;
        let at = input.span();
        let found = match input.parse::<LitStr>() {
            Ok(text) => Some(text.value()),
            Err(_) => input.call(Ident::parse_any).ok().map(|word| word.to_string()),
        };
        let Some(word) = words.iter().find(|word| found.as_deref() == Some(word)) else {
            let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            let (last, others) = quoted.split_last().expect("there are several");
            return Err(option.misread(at, &format!("{} or {last}", others.join(", "))));
        };
        let variant = word[..1].to_uppercase() + &word[1..];
        let (kind, variant) = (Ident::new(kind, at), Ident::new(&variant, at));
        let method = option.ident();
        self.settings.push(quote!(.#method(::cache_core::#kind::#variant)));
        Ok(())
    }

    /// `tenant`, `user` or `[tenant, user]`.
    fn scopes(&mut self, option: &Word, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        if !input.peek(syn::token::Bracket) {
            return self.scope(option, input);
        }
        let content;
        bracketed!(content in input);
        if content.is_empty() {
            return Err(syn::Error::new(option.span(), "`scope` lists nothing: leave it out"));
        }
        list(&content, errors, |input| self.scope(option, input));
        Ok(())
    }

    fn scope(&mut self, option: &Word, input: ParseStream<'_>) -> syn::Result<()> {
        let (at, scope) = (input.span(), input.parse::<Ident>());
        let asked = match &scope {
            Ok(scope) if scope == "tenant" => &mut self.tenant,
            Ok(scope) if scope == "user" => &mut self.user,
            _ => return Err(option.misread(at, "`tenant`, `user` or both")),
        };
        match std::mem::replace(asked, true) {
            true => Err(syn::Error::new(at, "a scope is listed twice")),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::each;

    /// What the messages show is itself right.
    #[test]
    fn each_form_is_read() {
        for form in KNOWN.forms.iter().filter(|form| !form.starts_with("crate")) {
            let (errors, mut options) = (Errors::new(), Options::default());
            each(form.parse().unwrap(), &KNOWN, &errors, |option, input| {
                options.read(option, input, &errors)
            });
            assert!(errors.check().is_ok(), "{form}");
        }
    }
}
