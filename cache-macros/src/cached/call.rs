//! A call, ready to be made: its key and scope, how its result is stored, and what it depends on.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::arguments::{Arguments, Part};
use super::expand::Expansion;
use super::late::rows;
use crate::dependency::{Extent, row};
use crate::function::Function;
use crate::lints;
use crate::paths::{ends, private, variable};
use crate::scope::Axis;
use crate::syntax::mentions;

impl Expansion<'_> {
    /// The function as its callers know it: one call.
    pub(super) fn wrapper(&self) -> TokenStream {
        let (site, body) = (self.site_call(), self.function.body());
        let arguments = Arguments::all(self.function);
        let (key, shape, declare) = (self.key(&arguments, true), self.shape(), self.declare(&arguments));
        let (aliases, quiet) = (&self.aliases, lints::statements());
        let run = if self.function.is_async() { quote!(run) } else { quote!(run_sync) };
        self.function.wrapper(&quote! {{
            #quiet
            use ::cache_core::private::probes::*;
            #aliases
            let __cache_how = ::cache_core::private::asked(#site);
            #quiet
            let __cache_call = #key;
            #quiet
            let __cache_shape = #shape;
            ::cache_core::private::#run(
                __cache_how,
                __cache_call,
                __cache_shape,
                move |__cache_dependencies: &mut ::cache_core::private::Dependencies| {
                    #declare
                    #body
                },
            )
        }})
    }

    /// Which arguments, whether they are in the key or not, are transactions.
    pub(super) fn transactions_of(&self, function: &Function) -> TokenStream {
        let arguments = function.arguments.iter().filter(|argument| !argument.is_certainly_keyed());
        let values = arguments.flat_map(|argument| {
            argument.bindings.iter().map(|name| if argument.plain { quote!(&#name) } else { quote!(#name) })
        });
        let transactions = values.map(|value| {
            quote! {
                let __cache_argument = ::cache_core::private::Argument(::core::option::Option::Some(#value));
                __cache_call.transaction(__cache_argument.__cache_unit(), __cache_argument.__cache_is_open());
            }
        });
        transactions.collect()
    }

    /// The call, with its key and scope, while the arguments are there.
    pub(super) fn key(&self, arguments: &Arguments<'_>, is_whole: bool) -> TokenStream {
        let (site, bind) = (self.site_call(), arguments.bind());
        let (lets, names) = arguments.parts(&self.parts);
        let (tenant, user) = self.scopes(&names);
        let tenant = tenant.map(|tenant| quote!(__cache_call.tenant(&#tenant);));
        let user = user.map(|user| quote!(__cache_call.user(&#user);));
        let ([by_tenant, by_user], call) = (self.by_type(), variable("__cache_call"));
        let parts = self.parts.iter().zip(&names).zip(0_u8..).map(|((part, argument), position)| {
            if self.options.key.is_some() {
                return self.replaced(part, argument);
            }
            let found = |axis: Axis, by_type| match by_type {
                true => axis.probe(argument),
                false => quote!(::cache_core::private::NotAScope),
            };
            let is_scope = match by_tenant || by_user {
                true => {
                    let (tenant, user) = (found(Axis::Tenant, by_tenant), found(Axis::User, by_user));
                    quote!(::cache_core::private::is_scope(&__cache_call, #tenant, #user))
                }
                false => quote!(false),
            };
            quote_spanned!(argument.span()=> #argument.__cache_part(#is_scope, &mut #call, #position);)
        });
        let parts: Vec<_> = parts.collect();
        let replacement = self.replacement();
        let parameters = self.parameters.iter().zip(self.first_parameter()..).map(|(parameter, position)| {
            let name = &parameter.name;
            match parameter.is_const {
                true => quote!(__cache_call.argument(#position, &#name);),
                false => quote_spanned!(name.span()=> #call.type_parameter::<#name>(#position);),
            }
        });
        let cache = self.options.cache.as_ref().map(|cache| {
            let (start, end) = ends(cache);
            let cache = quote_spanned!(end=> (#cache));
            let cache = quote_spanned!(start=> &#cache);
            quote_spanned!(start=> #call.cache(#cache);)
        });
        let transactions = is_whole.then(|| self.transactions_of(self.function));
        let when = is_whole.then(|| self.when());
        quote! {{
            #bind
            #lets
            let mut __cache_call = ::cache_core::private::Call::new(#site);
            #cache
            #tenant
            #user
            #(#parts)*
            #replacement
            #(#parameters)*
            #transactions
            #when
            __cache_call
        }}
    }

    /// Asks on a call whether to use the cache.
    pub(super) fn when(&self) -> Option<TokenStream> {
        self.options.when.as_ref().map(|when| {
            let ((start, _), name) = (ends(when), variable("__cache_when"));
            let when = quote_spanned!(start=> let #name: bool = #when;);
            quote! {
                if let ::cache_core::private::How::Cached = __cache_how {
                    #when
                    __cache_call.when(__cache_when);
                }
            }
        })
    }

    /// `key = (expr, ..)`: an argument must occur in it, be the scope, or be `NoKey`.
    fn replaced(&self, part: &Part<'_>, argument: &Ident) -> TokenStream {
        let used = self.options.key.iter().flat_map(|(_, parts)| parts);
        let used = quote!(#(#used),*);
        if mentions(&used, part.name) {
            return TokenStream::new();
        }
        let [by_tenant, by_user] = self.by_type();
        let tenant =
            if by_tenant { Axis::Tenant.probe(argument) } else { quote!(::cache_core::private::NotAScope) };
        let user =
            if by_user { Axis::User.probe(argument) } else { quote!(::cache_core::private::NotAScope) };
        quote_spanned!(argument.span()=> ::cache_core::private::accounted(#argument.__cache_left_out(), #tenant, #user);)
    }

    /// What replaces the arguments in the key.
    fn replacement(&self) -> TokenStream {
        let parts = self.options.key.iter().flat_map(|(_, parts)| parts).zip(0_u8..);
        let parts = parts.map(|(part, position)| {
            let ((start, end), call) = (ends(part), variable("__cache_call"));
            let part = quote_spanned!(end=> (#part));
            let part = quote_spanned!(start=> &#part);
            quote_spanned!(start=> #call.argument(#position, #part);)
        });
        parts.collect()
    }

    /// The position of the first type parameter in the key.
    fn first_parameter(&self) -> u8 {
        let parts = self.options.key.as_ref().map_or(self.parts.len(), |(_, parts)| parts.len());
        u8::try_from(parts).unwrap_or(u8::MAX)
    }

    /// What the parts of the key are called, in their order.
    pub(super) fn part_names(&self) -> Vec<String> {
        let parts = match &self.options.key {
            None => self
                .parts
                .iter()
                .map(|part| part.name.to_string().trim_start_matches("r#").to_owned())
                .collect(),
            Some((_, parts)) => {
                let text = |part: &syn::Expr| quote!(#part).to_string().replace(' ', "");
                parts.iter().map(text).collect::<Vec<_>>()
            }
        };
        parts.into_iter().chain(self.parameters.iter().map(|parameter| parameter.name.to_string())).collect()
    }

    /// Whether the tenant and the user are found among the arguments.
    fn by_type(&self) -> [bool; 2] {
        let (alias, global) = (self.options.alias.as_ref(), self.options.global.is_some());
        [&self.options.per_tenant, &self.options.per_user].map(|scope| scope.is_found_by_type(alias, global))
    }

    /// The tenant and the user of a call, as expressions.
    fn scopes(&self, parts: &[Ident]) -> (Option<TokenStream>, Option<TokenStream>) {
        let (alias, global) = (self.alias.as_ref(), self.options.global.is_some());
        let tenant = self.options.per_tenant.tokens(Axis::Tenant, alias, global, parts);
        (tenant, self.options.per_user.tokens(Axis::User, alias, global, parts))
    }

    /// How the return type is stored, spanned at it: what it can't do is reported there.
    pub(super) fn shape(&self) -> TokenStream {
        let (returns, options) = (self.returns, self.options);
        let local = options.local.is_some() || options.pure.is_some();
        let (start, end) = ends(returns);
        let (probe, how) =
            (private("Probe", returns), if local { "__cache_local" } else { "__cache_shared" });
        let how = Ident::new(how, start);
        let probe = quote_spanned!(end=> #probe::<#returns>::new());
        let shape = quote_spanned!(start=> #probe.#how());
        let store_if = options.store_if.as_ref().map(|store_if| quote!(.store_if(#store_if)));
        let expires_in = options.expires_in.as_ref().map(|(_, expires_in)| quote!(.expires_in(#expires_in)));
        let rows = self.rows_of_the_result();
        let at = options.none_ttl.as_ref().map_or_else(Span::call_site, |(literal, _)| literal.span());
        let made = Ident::new("__cache_shape", at);
        let none_ttl = options.none_ttl.is_some().then(|| {
            let none_ttl = Ident::new("none_ttl", at);
            quote_spanned!(at=> let #made = #made.#none_ttl();)
        });
        let err_ttl = options.err_ttl.is_some().then(|| {
            let err_ttl = Ident::new("__cache_err_ttl", start);
            quote_spanned!(start=> #probe.#err_ttl();)
        });
        quote! {{
            let #made = #shape;
            #none_ttl
            #err_ttl
            #made
                .errors(::cache_core::private::Probe::<#returns>::new().__cache_errors())
                #store_if #expires_in #rows
        }}
    }

    /// Declares what the value depends on.
    pub(super) fn declare(&self, arguments: &Arguments<'_>) -> TokenStream {
        let (lets, names) = arguments.parts(&self.parts);
        let (tenant, user) = self.scopes(&names);
        if tenant.is_none() && user.is_none() && self.dependencies.is_empty() {
            return TokenStream::new();
        }
        let (bind, lets) = (arguments.bind(), self.by_type().contains(&true).then_some(lets));
        let tenant = tenant.unwrap_or_else(|| quote!(::cache_core::private::NoScope));
        let user = user.map(|user| quote!(__cache_dependencies.user(&#user);));
        let dependencies = self.dependencies.iter().map(|dependency| {
            let (model, span) = (&dependency.model, ends(&dependency.model).1);
            let (list, scope) = (variable("__cache_dependencies"), variable("__cache_scope"));
            match &dependency.extent {
                Extent::Across => {
                    let depend = private("depend_across", model);
                    quote_spanned!(span=> #depend::<#model>(#list);)
                }
                _ if dependency.names_result() => {
                    let depend = private("depend_late", model);
                    quote_spanned!(span=> #depend::<#model, _, _>(#list, &#scope);)
                }
                Extent::Row(parts) => {
                    let (depend, row) = (private("depend_row", model), row(model, parts));
                    quote_spanned!(span=> #depend::<#model, _, _>(#list, &#scope, &#row);)
                }
                Extent::Rows(..) => {
                    let (depend, rows) = (private("depend_rows", model), rows(dependency));
                    quote_spanned!(span=> #depend::<#model, _, _>(#list, &#scope, &#rows);)
                }
                Extent::Model => {
                    let depend = private("depend", model);
                    quote_spanned!(span=> #depend::<#model, _, _>(#list, &#scope);)
                }
            }
        });
        let quiet = lints::statements();
        quote! {
            #quiet
            let () = {
            #bind
            #lets
            // A `match` keeps temporaries of the author's expression alive, a `let` doesn't.
            match #tenant {
                __cache_scope => {
                    __cache_dependencies.tenant(&__cache_scope);
                    #user
                    #(#dependencies)*
                }
            }
            };
        }
    }
}
