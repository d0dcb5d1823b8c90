//! What is generated: the wrapper, one call; and the companion type beside it. Can't fail.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::parse::{Options, Ttl};
use crate::dependency::{Extent, id};
use crate::duration;
use crate::function::{Argument, Function, mentions, without_lifetimes};
use crate::scope::Axis;

pub(crate) fn expand(options: &Options, function: &Function) -> TokenStream {
    Expansion::new(options, function).tokens()
}

struct Expansion<'a> {
    options: &'a Options,
    function: &'a Function,
    cache: TokenStream,
    alias: TokenStream,
    returns: &'a Type,
    /// The parts of the key, in order, without what is skipped.
    parts: Vec<Part<'a>>,
}

/// A part of the key: a name that an argument binds.
struct Part<'a> {
    name: &'a Ident,
    argument: &'a Argument,
}

/// How the arguments of an entry are there.
#[derive(Clone, Copy, PartialEq)]
enum Given {
    /// As the author declared it.
    Plainly,
    /// As an option: `entry` leaves it out if its type is `NoKey`, and only the compiler knows that.
    Perhaps,
    /// Not at all.
    Not,
}

impl<'a> Expansion<'a> {
    fn new(options: &'a Options, function: &'a Function) -> Self {
        let cache = quote!(::cache_core);
        let alias = match &options.alias {
            Some(alias) => quote!(#alias),
            None => quote!(#cache::DefaultAlias),
        };
        let parts = function.arguments.iter().flat_map(|argument| {
            let kept = argument.bindings.iter().filter(|name| !options.skip.contains(name));
            kept.map(move |name| Part { name, argument })
        });
        Expansion { options, function, cache, alias, returns: &function.returns, parts: parts.collect() }
    }

    fn tokens(&self) -> TokenStream {
        let wrapper = self.wrapper();
        let companion = self.companion();
        let assertions = self.assertions();
        let cfgs = self.function.cfgs();
        quote! {
            #wrapper
            #companion
            #(#cfgs)*
            const _: () = { #assertions };
        }
    }

    fn asyncness(&self) -> Option<TokenStream> {
        self.function.is_async().then(|| quote!(.await))
    }

    /// `run`, or `run_sync`.
    fn runtime(&self, name: &str) -> Ident {
        if self.function.is_async() { format_ident!("{name}") } else { format_ident!("{name}_sync") }
    }

    /// The function as its callers know it: one call.
    fn wrapper(&self) -> TokenStream {
        let cache = &self.cache;
        let (attributes, visibility) = (&self.function.item.attrs, &self.function.item.vis);
        let signature = self.function.plain_signature();
        let (run, awaited) = (self.runtime("run"), self.asyncness());
        let call = self.call(&self.all_given(), self.options.when.as_ref());
        let (shape, prepare) = (self.shape(), self.prepare());
        quote! {
            #(#attributes)*
            #visibility #signature {
                #cache::private::#run(#call, #shape, #prepare)#awaited
            }
        }
    }

    fn all_given(&self) -> Vec<Given> {
        vec![Given::Plainly; self.function.arguments.len()]
    }

    /// The key and the scope of a call, while its arguments are there.
    fn call(&self, given: &[Given], when: Option<&syn::Expr>) -> TokenStream {
        let (cache, name) = (&self.cache, self.function.name());
        let bind = self.bind(given);
        let (tenant, user) = self.scopes(given);
        let when = when.map(|when| quote_spanned!(when.span()=> __cache_call.when(#when);));
        let found = |scope: &crate::scope::Scope, probe: TokenStream| match scope.is_found_by_type() {
            true if self.options.global.is_none() => probe,
            _ => quote!(#cache::private::NotAScope),
        };
        let parts = self.parts.iter().enumerate().map(|(position, part)| {
            let position = u8::try_from(position).unwrap_or(u8::MAX);
            let value = self.part(part, given);
            // Spanned at the type: what can't be a part of a key is reported there.
            let probe = quote!(#cache::private::Probe::of_part(#value));
            let tenant = found(&self.options.per_tenant, quote!(#probe.__cache_tenant(#value)));
            let user = found(&self.options.per_user, quote!(#probe.__cache_user(#value)));
            quote_spanned!(part.argument.ty.span()=>
                #cache::private::part(#probe.__cache_part(), &mut __cache_call, #position, #value, #tenant, #user);)
        });
        quote! {{
            #[allow(unused_imports)]
            use #cache::private::Fallback as _;
            #bind
            let mut __cache_call = #cache::private::Call::new(#name::__cache_site());
            #when
            __cache_call.tenant(&#tenant);
            __cache_call.user(&#user);
            #(#parts)*
            __cache_call
        }}
    }

    /// An argument, or a binding of one, as an optional reference.
    fn part(&self, part: &Part<'_>, given: &[Given]) -> TokenStream {
        let position =
            self.function.arguments.iter().position(|argument| argument.name == part.argument.name);
        let given = position.map_or(Given::Plainly, |position| given[position]);
        let name = part.name;
        match (given, part.argument.plain) {
            (Given::Plainly, true) => quote!(::core::option::Option::Some(&#name)),
            (Given::Plainly, false) => quote!(::core::option::Option::Some(#name)),
            (Given::Perhaps, true) => quote!(#name.as_ref()),
            (Given::Perhaps, false) => quote!(#name),
            (Given::Not, _) => unreachable!("a part of the key is given"),
        }
    }

    /// Binds what patterns bind.
    fn bind(&self, given: &[Given]) -> TokenStream {
        let patterns = self.function.arguments.iter().zip(given).filter(|(argument, _)| !argument.plain);
        let patterns = patterns.filter_map(|(argument, given)| match given {
            Given::Plainly => Some(argument.bind()),
            Given::Not => None,
            Given::Perhaps => {
                let (pattern, name, bindings) = (argument.by_reference(), &argument.name, &argument.bindings);
                let none = bindings.iter().map(|_| quote!(::core::option::Option::None));
                Some(quote_spanned!(pattern.span()=>
                    let (#(#bindings,)*) = match &#name {
                        ::core::option::Option::Some(#pattern) => (#(::core::option::Option::Some(#bindings),)*),
                        ::core::option::Option::None => (#(#none,)*),
                    };))
            }
        });
        let patterns: TokenStream = patterns.collect();
        if patterns.is_empty() { patterns } else { quote!(#[allow(unused_variables)] #patterns) }
    }

    /// The tenant and the user of a call, as expressions.
    fn scopes(&self, given: &[Given]) -> (TokenStream, TokenStream) {
        let parts: Vec<_> = self.parts.iter().map(|part| self.part(part, given)).collect();
        let span = self.options.alias.as_ref().map_or_else(|| self.function.name().span(), Spanned::span);
        let global = self.options.global.is_some();
        let scope = |scope: &crate::scope::Scope, axis| {
            scope.tokens(axis, &self.alias, global, &parts, span, &self.cache)
        };
        (scope(&self.options.per_tenant, Axis::Tenant), scope(&self.options.per_user, Axis::User))
    }

    /// How the return type is stored: the one place with bounds, spanned at it.
    fn shape(&self) -> TokenStream {
        let (cache, returns) = (&self.cache, self.returns);
        let local = self.options.local.is_some() || self.options.pure.is_some();
        let how = if local { quote!(local) } else { quote!(shared) };
        let how = quote_spanned!(returns.span()=> #cache::private::#how::<#returns, _>);
        let store_if = self.options.store_if.as_ref().map(|store_if| {
            quote_spanned!(store_if.span()=>
                .store_if(#cache::private::store_if::<#returns, _>(__cache_kind, #store_if)))
        });
        let none_if = self.options.none_ttl.as_ref().map(|(literal, _)| {
            quote_spanned!(literal.span()=> .none_if(#cache::private::none_if::<#returns, _>(__cache_kind)))
        });
        let assert_error = self.options.err_ttl.as_ref().map(|(literal, _)| {
            quote_spanned!(literal.span()=> #cache::private::assert_error::<#returns, _>(__cache_kind);)
        });
        quote! {{
            #[allow(unused_imports)]
            use #cache::private::Fallback as _;
            let __cache_kind = #cache::private::Probe::<#returns>::new().__cache_kind();
            #assert_error
            #how(__cache_kind)
                .errors(#cache::private::Probe::<#returns>::new().__cache_errors())
                #store_if #none_if
        }}
    }

    /// The closure that declares what the value depends on, then gives the body.
    fn prepare(&self) -> TokenStream {
        let (cache, name) = (&self.cache, self.function.name());
        let declare = self.declare(&self.all_given());
        let names = self.function.names();
        let body = if self.function.is_async() {
            quote!(#name::__cache_body(#names))
        } else {
            quote!(move || #name::__cache_body(#names))
        };
        quote! {
            move |__cache_dependencies: &mut #cache::private::Dependencies| {
                #declare
                #body
            }
        }
    }

    fn declare(&self, given: &[Given]) -> TokenStream {
        let cache = &self.cache;
        let bind = self.bind(given);
        let (tenant, user) = self.scopes(given);
        let dependencies = self.options.dependencies().iter().map(|dependency| {
            let model = &dependency.model;
            let span = model.span();
            match &dependency.extent {
                Extent::Across => quote_spanned!(span=> __cache_dependencies.on_model_across::<#model>();),
                Extent::Row(parts) => {
                    let id = id(parts, cache);
                    quote_spanned!(span=> __cache_dependencies.on_row::<#model, _, _, _>(&__cache_scope, #id);)
                }
                Extent::Model | Extent::Rows(..) => {
                    quote_spanned!(span=> __cache_dependencies.on_model::<#model, _, _>(&__cache_scope);)
                }
            }
        });
        quote! {
            {
                #[allow(unused_imports)]
                use #cache::private::Fallback as _;
                #bind
                // A `match` keeps temporaries of the author's expression alive, a `let` doesn't.
                match #tenant {
                    __cache_scope => {
                        __cache_dependencies.tenant(&__cache_scope);
                        __cache_dependencies.user(&#user);
                        #(#dependencies)*
                    }
                }
            }
        }
    }

    /// What the function is, for the registry and the runtime.
    fn site(&self) -> TokenStream {
        let (cache, alias, options) = (&self.cache, &self.alias, self.options);
        let name = match &options.name {
            Some((_, name)) => quote!(#name),
            None => {
                let function = self.function.name().to_string();
                let function = function.trim_start_matches("r#");
                quote!(::core::concat!(::core::module_path!(), "::", #function))
            }
        };
        let arguments = self.parts.iter().map(|part| part.name.to_string().trim_start_matches("r#").to_owned());
        let dependencies = options.dependencies().iter().map(|dependency| dependency.registered(cache));
        let optional = |tokens: Option<TokenStream>| match tokens {
            Some(tokens) => quote!(::core::option::Option::Some(#tokens)),
            None => quote!(::core::option::Option::None),
        };
        let ttl = match (&options.ttl, &options.pure) {
            (Some((_, Ttl::For(ttl))), _) => {
                let ttl = duration::tokens(*ttl);
                Some(quote!(#cache::Ttl::For(#ttl)))
            }
            (Some((_, Ttl::Forever)), _) | (None, Some(_)) => Some(quote!(#cache::Ttl::Forever)),
            (None, None) => None,
        };
        let ttl = optional(ttl);
        let none_ttl = optional(options.none_ttl.as_ref().map(|(_, ttl)| duration::tokens(*ttl)));
        let err_ttl = optional(options.err_ttl.as_ref().map(|(_, ttl)| duration::tokens(*ttl)));
        let local = options.local.is_some() || options.pure.is_some();
        let version = options.version.as_ref().map_or(0, |(_, version)| *version);
        let alias = quote_spanned!(alias.span()=> (<#alias as #cache::Alias>::NAME, <#alias as #cache::Alias>::SETTINGS));
        quote! {
            static SITE: #cache::private::Site = #cache::private::Site::new(#cache::private::Function::new(
                #name,
                #alias,
                #cache::private::Location {
                    file: ::core::file!(), line: ::core::line!(), column: ::core::column!(),
                },
                &[#(#arguments),*],
                &[#(#dependencies),*],
                #cache::private::Rules::new(#ttl, #none_ttl, #err_ttl, #local),
                #version,
            ));
            #cache::private::inventory::submit! { #cache::private::Declared::Function(&SITE.function) }
            &SITE
        }
    }

    /// The companion: an empty type of the function's name, with all that is about the function.
    fn companion(&self) -> TokenStream {
        let (cache, name) = (&self.cache, self.function.name());
        let visibility = &self.function.item.vis;
        let shared: Vec<_> = self.function.shared_attributes().collect();
        let cfgs: Vec<_> = self.function.cfgs().collect();
        let site = self.site();
        let body = self.body();
        let all = self.all_given();
        let (call, shape, prepare) = (self.call(&all, None), self.shape(), self.prepare());
        let awaited = self.asyncness();
        let (refresh, uncached) = (self.runtime("refresh"), self.runtime("body"));
        let signature = |name: &str| {
            let mut signature = self.function.plain_signature();
            signature.ident = Ident::new(name, self.function.name().span());
            signature
        };
        let (refresh_signature, uncached_signature) = (signature("refresh"), signature("uncached"));
        let asyncness = &self.function.item.sig.asyncness;
        let (ty, entries) = self.entries();
        let refresh_doc = format!("Runs `{name}` and replaces what is stored.");
        let uncached_doc = format!("Runs `{name}` without the cache.");
        let invalidate_doc = format!("Invalidates all entries of `{name}`.");
        quote! {
            #(#cfgs)*
            #ty
            #(#shared)*
            #[allow(dead_code, clippy::all)]
            impl #name {
                #[doc(hidden)]
                fn __cache_site() -> &'static #cache::private::Site {
                    #site
                }

                #body

                #[doc = #refresh_doc]
                #visibility #refresh_signature {
                    #cache::private::#refresh(#call, #shape, #prepare)#awaited
                }

                #[doc = #uncached_doc]
                #visibility #uncached_signature {
                    #cache::private::#uncached(#call, #prepare)#awaited
                }

                #[doc = #invalidate_doc]
                #visibility #asyncness fn invalidate_all() {
                    #cache::private::invalidate_all(#name::__cache_site())
                }
            }
            #entries
        }
    }

    /// The author's function, under a name of its own.
    fn body(&self) -> TokenStream {
        let mut signature = self.function.item.sig.clone();
        signature.ident = Ident::new("__cache_body", self.function.name().span());
        let block = &self.function.item.block;
        quote!(#[doc(hidden)] #signature #block)
    }

    /// The type itself, and `entry`.
    ///
    /// `entry` takes the keyed arguments. Whether one is keyed may depend on its type (`NoKey`): then there is an
    /// `entry` for each case, and the name of the companion stands for the case that the compiler finds to hold.
    fn entries(&self) -> (TokenStream, TokenStream) {
        let (name, visibility) = (self.function.name(), &self.function.item.vis);
        let given: Vec<_> = self.function.arguments.iter().map(|argument| self.given(argument)).collect();
        let open: Vec<_> = (0..given.len()).filter(|position| given[*position] == Given::Perhaps).collect();
        let inner = self.entry_function(&given);
        if open.is_empty() {
            let entry = self.entry(&given, &[]);
            let ty = quote! {
                #[doc(hidden)]
                #[allow(non_camel_case_types, missing_debug_implementations, clippy::all)]
                #visibility enum #name {}
            };
            return (ty, self.in_impl(&quote!(#name), &quote!(#inner #entry)));
        }
        let cases = format_ident!("__cache_companion_{}", name);
        let case = open.iter().enumerate().map(|(bit, position)| {
            let ty = without_lifetimes(&self.function.arguments[*position].ty);
            let cache = &self.cache;
            quote!(((#cache::private::Probe::<#ty>::__CACHE_KEYED as u32) << #bit))
        });
        let cache = &self.cache;
        let ty = quote! {
            #[doc(hidden)]
            #[allow(non_camel_case_types, missing_debug_implementations, clippy::all)]
            #visibility enum #cases<const CASE: u32> {}
        };
        let cfgs = self.function.cfgs();
        let ty = quote! {
            #ty
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #visibility type #name = #cases<{
                #[allow(unused_imports)]
                use #cache::private::Fallback as _;
                0 #(| #case)*
            }>;
        };
        let entries = (0..1_u32 << open.len()).map(|case| {
            let left_out: Vec<_> = open
                .iter()
                .enumerate()
                .filter(|(bit, _)| case & (1 << bit) == 0)
                .map(|(_, at)| *at)
                .collect();
            self.in_impl(&quote!(#cases<#case>), &self.entry(&given, &left_out))
        });
        let entries: TokenStream = entries.collect();
        let inner = self.in_impl(&quote!(#name), &inner);
        (ty, quote!(#inner #entries))
    }

    fn in_impl(&self, ty: &TokenStream, items: &TokenStream) -> TokenStream {
        let shared = self.function.shared_attributes();
        quote!(#(#shared)* #[allow(dead_code, clippy::all)] impl #ty { #items })
    }

    /// Whether `entry` takes an argument.
    fn given(&self, argument: &Argument) -> Given {
        let mut used = self.options.per_tenant.expression();
        used.extend(self.options.per_user.expression());
        for dependency in self.options.dependencies() {
            used.extend(dependency.id_tokens());
        }
        if argument.bindings.iter().any(|name| mentions(&used, name)) {
            return Given::Plainly;
        }
        if argument.bindings.iter().all(|name| self.options.skip.contains(name)) {
            return Given::Not;
        }
        if argument.is_certainly_keyed() { Given::Plainly } else { Given::Perhaps }
    }

    /// `entry`, whose arguments of unknown kind are options.
    fn entry_function(&self, given: &[Given]) -> TokenStream {
        let (cache, returns) = (&self.cache, self.returns);
        let generics = &self.function.item.sig.generics;
        let bounds = &generics.where_clause;
        let arguments = self.function.arguments.iter().zip(given).filter_map(|(argument, given)| {
            let (name, ty) = (&argument.name, &argument.ty);
            match given {
                Given::Plainly => Some(quote!(#name: #ty)),
                Given::Perhaps => Some(quote!(#name: ::core::option::Option<#ty>)),
                Given::Not => None,
            }
        });
        let (ty, entry) = self.entry_type();
        let (call, shape, declare) = (self.call(given, None), self.shape(), self.declare(given));
        quote! {
            #[doc(hidden)]
            #[allow(unused_variables)]
            fn __cache_entry #generics (#(#arguments),*) -> #cache::#ty<#returns> #bounds {
                #cache::private::#entry(#call, #shape, |__cache_dependencies| #declare)
            }
        }
    }

    /// `Entry` and the function that makes it.
    fn entry_type(&self) -> (Ident, Ident) {
        match self.function.is_async() {
            true => (format_ident!("Entry"), format_ident!("entry")),
            false => (format_ident!("SyncEntry"), format_ident!("sync_entry")),
        }
    }

    /// `entry` as its callers know it, without the arguments that are left out.
    fn entry(&self, given: &[Given], left_out: &[usize]) -> TokenStream {
        let (cache, name, returns) = (&self.cache, self.function.name(), self.returns);
        let visibility = &self.function.item.vis;
        let generics = &self.function.item.sig.generics;
        let bounds = &generics.where_clause;
        let (mut declared, mut passed) = (Vec::new(), Vec::new());
        for (position, (argument, given)) in self.function.arguments.iter().zip(given).enumerate() {
            let (argument, ty) = (&argument.name, &argument.ty);
            if left_out.contains(&position) {
                passed.push(quote!(::core::option::Option::None));
                continue;
            }
            match given {
                Given::Not => continue,
                Given::Plainly => passed.push(quote!(#argument)),
                Given::Perhaps => passed.push(quote!(::core::option::Option::Some(#argument))),
            }
            declared.push(quote!(#argument: #ty));
        }
        let (ty, _) = self.entry_type();
        let doc =
            format!("The entry of a call of `{name}` with these arguments, whether it is stored or not.");
        quote! {
            #[doc = #doc]
            #visibility fn entry #generics (#(#declared),*) -> #cache::#ty<#returns> #bounds {
                #name::__cache_entry(#(#passed),*)
            }
        }
    }

    /// What is checked of constants: that a long-lived alias is used with dependencies.
    fn assertions(&self) -> TokenStream {
        let (cache, alias, options) = (&self.cache, &self.alias, self.options);
        let said = options.ttl.is_some() || options.allow_stale.is_some() || options.pure.is_some();
        let Some(path) = options.alias.as_ref().filter(|_| !said && options.dependencies().is_empty()) else {
            return TokenStream::new();
        };
        let message = format!(
            "`{}` takes a TTL of more than 4 hours from its alias, and has no `invalidate_on`: nothing would ever replace a \
             stale value; name what it depends on, give it a shorter `ttl`, or say `allow_stale`",
            self.function.name()
        );
        quote_spanned! {path.span()=>
            ::core::assert!(<#alias as #cache::Alias>::SETTINGS.default_ttl().is_short(), #message);
        }
    }
}
