//! A call: the wrapper in the function's place, and beside it what makes the key.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::expand::Expansion;
use super::late::rows;
use crate::arguments::{Arguments, Looked, Part};
use crate::dependency::{Extent, row};
use crate::lints;
use crate::paths::{ends, private, variable};
use crate::scope::{Axis, Scope};
use crate::syntax::mentions;

impl Expansion<'_> {
    /// The function as its callers know it: one call.
    pub(super) fn wrapper(&self) -> TokenStream {
        let arguments = Arguments::all(self.function);
        let names = self.names();
        let (call, shape) = (self.call(&arguments, None, self.when()), self.shape());
        let run = match self.options.behind().filter(|_| self.function.owns_all()) {
            // What its body lacks for that is reported at the option that asks for it.
            Some(option) => Ident::new("run_behind", option.span().resolved_at(Span::call_site())),
            None => self.asynchronous("run"),
        };
        let (body, declare) = (self.function.body(), self.declare(&arguments));
        let prepare = match declare.is_empty() {
            true => quote!(__cache::Bare(#body)),
            false => quote! {
                move |__cache_tags: &mut __cache::Dependencies| {
                    #declare
                    #body
                }
            },
        };
        // The call is lent: it is large, and moved on a miss only.
        let run = quote!(__cache::#run(#call, || #shape, #prepare));
        match self.function.is_async() {
            // A statement of its own, so that the future doesn't keep the call.
            true => {
                let run = quote!(#names let __cache_run = #run;);
                self.function.wrapper(&run, &quote!(__cache_run))
            }
            false => self.function.wrapper(&names, &run),
        }
    }

    /// What the runtime calls it, for async functions and for sync ones.
    pub(super) fn asynchronous(&self, name: &str) -> Ident {
        match self.function.is_async() {
            true => format_ident!("{name}"),
            false => format_ident!("{name}_sync"),
        }
    }

    /// Beside the function: its key and scope, from references to the arguments. What is wrong with their types, and with
    /// the scope that they give, is reported there, once.
    pub(super) fn call_function(&self) -> TokenStream {
        let skip = &self.options.skip;
        let looked = Looked::all(self.function, skip);
        let beside = self.function.beside_block();
        let parameters = looked.iter().map(|looked| looked.parameter(&beside.of(&looked.argument.ty)));
        let take_apart = looked.iter().map(Looked::take_apart);
        let open = looked.iter().filter(|looked| !looked.argument.is_certainly_keyed());
        let open: Vec<_> =
            open.flat_map(|looked| looked.argument.bindings.iter().map(|name| looked.value(name))).collect();
        let parts: Vec<_> = looked.iter().flat_map(|looked| looked.parts(skip)).collect();
        let written = parts.iter().zip(0_u8..).map(|(part, position)| match &self.options.key {
            None => self.part(part, position),
            Some((_, replacement)) => self.replaced(part, replacement),
        });
        let transactions = open
            .iter()
            .map(|value| quote!(__cache_call.transaction(#value.__cache_unit(), #value.__cache_is_open());));
        // What replaces the arguments is written by the caller, and type parameters after it.
        let type_parameters = self.options.key.is_none().then(|| self.type_parameters(parts.len()));
        let (tenant, user) = (self.scope(Axis::Tenant, &open), self.scope(Axis::User, &open));
        let visible = self.visible();
        let (name, site, registration) = (self.call_name(), self.site_name(), self.registration());
        let (names, aliases) = self.names_beside();
        let (generics, mut bounds) =
            beside.generics(self.function, Some(syn::parse_quote!('__cache_call)), self.scope_parameters());
        if self.parameters.iter().any(|parameter| parameter.name == "Self") {
            // That a trait lacks it is reported by the method.
            let predicates = bounds.get_or_insert_with(|| syn::parse_quote!(where));
            predicates.predicates.push(syn::parse_quote!(__CacheSelf: ::cache_core::KeyName));
        }
        let scopes = self.scope_arguments();
        quote! {
            #[inline]
            fn #name #generics (
                __cache_call: &'__cache_call mut ::cache_core::private::Call, #(#scopes,)* #(#parameters),*
            ) -> &'__cache_call mut ::cache_core::private::Call #bounds {
                #names
                #aliases
                #registration
                #(#take_apart)*
                __cache_call.of(&#site);
                #tenant
                #user
                #visible
                #(#written)*
                #type_parameters
                #(#transactions)*
                __cache_call
            }
        }
    }

    /// What the function beside is called, from the wrapper.
    fn call_name(&self) -> Ident {
        match &self.function.block {
            None => format_ident!("__call"),
            Some(block) => {
                let name = format!("__cache_call_{}", block.suffix(self.function.name()));
                // That a trait has no name is reported there.
                Ident::new(&name, if block.is_trait() { block.span } else { Span::call_site() })
            }
        }
    }

    /// A call of it, lent, with all that the author's expressions say of a call. `each` is a reference already.
    pub(super) fn call(
        &self,
        arguments: &Arguments<'_>,
        each: Option<&Ident>,
        when: Option<TokenStream>,
    ) -> TokenStream {
        let (name, given) = (self.call_name(), arguments.references(&self.options.skip, each));
        let path = match &self.function.block {
            None => {
                let companion = &self.companion;
                quote!(#companion::#name)
            }
            Some(_) => quote!(#name),
        };
        let types = self.function.beside_block().given(self.function, self.scope_parameters().len());
        let (scopes, said) = (self.given_scopes(), self.said_of_the_call());
        let Some(bind) = self.bind(arguments) else {
            return quote!(#path #types(&mut __cache::Call::new(), #(#scopes,)* #(#given),*) #said #when);
        };
        // Before the patterns: one may bind the name of its own argument.
        let named = (0..given.len()).map(|at| format_ident!("__cache_given_{at}"));
        let named: Vec<_> = named.collect();
        // What is matched lives as long as the statement around it.
        quote! {
            match &mut __cache::Call::new() {
                __cache_call => {
                    #(let #named = #given;)*
                    #bind
                    #path #types(__cache_call, #(#scopes,)* #(#named),*) #said #when
                }
            }
        }
    }

    /// What the author's expressions say, in their order in the key.
    fn said_of_the_call(&self) -> TokenStream {
        let cache = self.options.cache.iter().map(|cache| (cache, "cache", quote!()));
        let parts = self.options.key.iter().flat_map(|(_, parts)| parts).zip(0_u8..);
        let parts = parts.map(|(part, position)| (part, "part", quote!(#position,)));
        let said = cache.chain(parts).map(|(expression, method, position)| {
            let (start, end) = ends(expression);
            let (expression, method) = (quote_spanned!(end=> (#expression)), Ident::new(method, start));
            let expression = quote_spanned!(start=> &#expression);
            quote_spanned!(start=> .#method(#position #expression))
        });
        let said: TokenStream = said.collect();
        let Some((_, parts)) = &self.options.key else { return said };
        let parameters = self.numbered_parameters(parts.len()).map(|(parameter, position)| {
            let name = &parameter.name;
            match parameter.is_const {
                true => quote!(.part(#position, &#name)),
                false => quote!(.type_part::<#name>(#position)),
            }
        });
        let parameters: TokenStream = parameters.collect();
        quote!(#said #parameters)
    }

    /// Asks whether to use the cache.
    pub(super) fn when(&self) -> Option<TokenStream> {
        self.options.when.as_ref().map(|when| {
            let ((start, _), name) = (ends(when), variable("__cache_when"));
            let when = quote_spanned!(start=> let #name: bool = #when;);
            let quiet = lints::statements();
            quote!(.when(|| { #quiet #when __cache_when }))
        })
    }

    /// Binds what patterns bind, if an expression of the author names it.
    pub(super) fn bind(&self, arguments: &Arguments<'_>) -> Option<TokenStream> {
        let options = self.options;
        let parts = options.key.iter().flat_map(|(_, parts)| parts);
        let said = options.when.iter().chain(&options.cache).chain(parts);
        let (tenant, user) = (options.per_tenant.expression(), options.per_user.expression());
        Some(arguments.bind(&quote!(#(#said),* #tenant #user))).filter(|bind| !bind.is_empty())
    }

    /// A part of the key: unless its type is left out, or it is there as the scope.
    fn part(&self, part: &Part<'_>, position: u8) -> TokenStream {
        let (value, call) = (&part.value, variable("__cache_call"));
        if part.argument.is_certainly_keyed() {
            return quote_spanned!(value.span()=> #call.argument(#position, #value););
        }
        let [tenant, user] = self.found(value);
        let is_scope = match self.by_type().contains(&true) {
            true => quote!(__cache::is_scope(__cache_call, #tenant, #user)),
            false => quote!(false),
        };
        quote_spanned!(value.span()=> #value.__cache_part(#is_scope, #call, #position);)
    }

    /// `key = (expr, ..)`: an argument must occur in it, be the scope, or be `NoKey`.
    fn replaced(&self, part: &Part<'_>, replacement: &[syn::Expr]) -> TokenStream {
        if mentions(&quote!(#(#replacement),*), part.name) {
            return TokenStream::new();
        }
        let (mut value, [tenant, user]) = (quote_spanned!(part.value.span()=> ), self.found(&part.value));
        let name = &part.value;
        value.extend(match part.argument.is_certainly_keyed() {
            true => quote_spanned!(name.span()=> ::cache_core::private::Argument::of(#name)),
            false => quote!(#name),
        });
        quote_spanned!(name.span()=> ::cache_core::private::accounted(#value.__cache_left_out(), #tenant, #user);)
    }

    /// What a part is found to be as a tenant, and as a user.
    fn found(&self, value: &Ident) -> [TokenStream; 2] {
        let [by_tenant, by_user] = self.by_type();
        [(Axis::Tenant, by_tenant), (Axis::User, by_user)].map(|(axis, by_type)| match by_type {
            true => axis.probe(value),
            false => quote!(__cache::NotAScope),
        })
    }

    /// Type parameters and constants, and their positions in the key.
    fn numbered_parameters(&self, first: usize) -> impl Iterator<Item = (&crate::function::Parameter, u8)> {
        self.parameters.iter().zip(u8::try_from(first).unwrap_or(u8::MAX)..)
    }

    /// Writes them, beside the function.
    fn type_parameters(&self, first: usize) -> TokenStream {
        let (beside, call) = (self.function.beside_block(), variable("__cache_call"));
        let written = self.numbered_parameters(first).map(|(parameter, position)| {
            let name = beside.parameter(&parameter.name);
            match parameter.is_const {
                true => quote!(__cache_call.argument(#position, &#name);),
                false => quote_spanned!(name.span()=> #call.type_parameter::<#name>(#position);),
            }
        });
        written.collect()
    }

    /// What the parts of the key are called, in their order.
    pub(super) fn part_names(&self) -> Vec<String> {
        let parts = match &self.options.key {
            None => {
                let names = self.function.bindings().filter(|name| !self.options.skip.contains(name));
                names.map(|name| name.to_string().trim_start_matches("r#").to_owned()).collect()
            }
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
        self.said_scopes().map(|(_, scope)| scope.is_found_by_type(alias, global))
    }

    fn said_scopes(&self) -> [(Axis, &Scope); 2] {
        [(Axis::Tenant, &self.options.per_tenant), (Axis::User, &self.options.per_user)]
    }

    /// Scopes that the author's expressions give: what they are, in the call of the function beside.
    fn given_scopes(&self) -> Vec<TokenStream> {
        let given = self.said_scopes().into_iter().filter_map(|(axis, scope)| {
            let given = scope.given(axis)?;
            let sees = match axis {
                Axis::Tenant => self
                    .seen()
                    .map(|model| {
                        let (sees, span) = (Ident::new("sees", ends(model).1), ends(model).1);
                        quote_spanned!(span=> .#sees::<#model, _>())
                    })
                    .collect(),
                Axis::User => TokenStream::new(),
            };
            Some(quote!(#given #sees))
        });
        given.collect()
    }

    /// Its type parameters for them.
    fn scope_parameters(&self) -> Vec<Ident> {
        let given = self.said_scopes().into_iter().filter(|(_, scope)| scope.is_given());
        given.map(|(axis, _)| axis.parameter()).collect()
    }

    /// Its arguments for them.
    fn scope_arguments(&self) -> Vec<TokenStream> {
        let given = self.said_scopes().into_iter().filter(|(_, scope)| scope.is_given());
        given
            .map(|(axis, _)| {
                let (name, ty, parameter) = (axis.variable(), axis.ty(), axis.parameter());
                quote!(#name: ::cache_core::private::#ty<'_, #parameter>)
            })
            .collect()
    }

    /// Finds a scope, and writes it, if there is one.
    fn scope(&self, axis: Axis, open: &[Ident]) -> Option<TokenStream> {
        let scope = match axis {
            Axis::Tenant => &self.options.per_tenant,
            Axis::User => &self.options.per_user,
        };
        let (variable, method) = (axis.variable(), axis.method());
        let beside = self.function.beside_block();
        let alias = self.alias.as_ref().map(|alias| beside.path(alias));
        let found = match scope.is_given() {
            true => None,
            false => {
                let alias = alias.as_ref().zip(self.options.alias.as_ref());
                let found = scope.found(axis, alias, self.options.global.is_some(), open)?;
                Some(quote!(let #variable = #found;))
            }
        };
        Some(quote!(#found __cache_call.#method(&#variable);))
    }

    /// The models that are seen in a tenant.
    fn seen(&self) -> impl Iterator<Item = &syn::Path> {
        let dependencies = self.dependencies.iter();
        dependencies
            .filter(|dependency| !matches!(dependency.extent, Extent::Across))
            .map(|dependency| &dependency.model)
    }

    /// Asks whether they are seen in the tenant of a call. Where an expression gives it, its type isn't known beside the
    /// function: then the caller asks.
    fn visible(&self) -> TokenStream {
        if self.options.per_tenant.is_given() {
            return TokenStream::new();
        }
        let (alias, global) = (self.options.alias.is_some(), self.options.global.is_some());
        let tenant = match self.options.per_tenant.is_there(alias, global) {
            true => Axis::Tenant.variable().into_token_stream(),
            false => quote!(__cache::NoScope),
        };
        let beside = self.function.beside_block();
        let visible = self.seen().map(|model| {
            let (visible, named) = (private("visible", model), beside.path(model));
            quote_spanned!(ends(model).1=> #visible::<#named, _, _>(&#tenant);)
        });
        visible.collect()
    }

    /// How the return type is stored.
    pub(super) fn shape(&self) -> TokenStream {
        let (mut name, given) = (self.shape_name(), self.function.beside_block().given(self.function, 0));
        // With `each`, the compiler finds what is no map here once more: at one place, it is one error.
        let (start, end) = match self.options.each {
            Some(_) => ends(self.returns),
            None => (self.companion.span(), Span::call_site()),
        };
        let called = quote_spanned!(end=> ());
        match &self.function.block {
            None => {
                let mut companion = self.companion.clone();
                companion.set_span(start);
                name.set_span(end);
                quote_spanned!(start=> #companion::#name #given #called)
            }
            Some(_) => {
                name.set_span(start);
                quote!(#name #given #called)
            }
        }
    }

    /// What a function that calls what stands beside names.
    pub(super) fn names(&self) -> TokenStream {
        let models = &self.models;
        quote!(use ::cache_core::private as __cache; #models)
    }

    fn shape_name(&self) -> Ident {
        match &self.function.block {
            None => format_ident!("__shape"),
            Some(block) => format_ident!("__cache_shape_{}", block.suffix(self.function.name())),
        }
    }

    /// Beside the function: how its return type is stored, spanned at it. What it can't do is reported there, once.
    pub(super) fn shape_function(&self) -> TokenStream {
        let (options, beside) = (self.options, self.function.beside_block());
        let returns = beside.of(self.returns);
        let local = options.local.is_some() || options.pure.is_some();
        let (start, end) = ends(self.returns);
        let how = Ident::new(if local { "__cache_local" } else { "__cache_shared" }, start);
        let probe = private("Probe", self.returns);
        let probe = quote_spanned!(end=> #probe::<#returns>::new());
        let shape = quote_spanned!(start=> #probe.#how());
        let err_ttl = options.err_ttl.as_ref().map(|_| self.errors_can_be_stored());
        let stale_if_error = options.policies.stale_if_error.as_ref().map(|_| {
            let on = Ident::new("__cache_on", start);
            quote_spanned!(start=> let _ = #probe.#on();)
        });
        let store_if = options.store_if.as_ref().map(|store_if| quote!(.store_if(#store_if)));
        let expires_in = options.expires_in.as_ref().map(|(_, expires_in)| quote!(.expires_in(#expires_in)));
        let at = options.none_ttl.as_ref().map_or_else(Span::call_site, |(literal, _)| literal.span());
        let made = Ident::new("__cache_shape", at);
        let none_ttl = options.none_ttl.is_some().then(|| {
            let none_ttl = Ident::new("none_ttl", at);
            quote_spanned!(at=> let #made = #made.#none_ttl();)
        });
        let rows = self.rows_of_the_result();
        let (generics, bounds) = beside.generics(self.function, None, Vec::new());
        let (name, (names, aliases)) = (self.shape_name(), self.names_beside());
        let kind = quote_spanned!(start=> impl ::cache_core::private::Kind<#returns);
        let ty = quote_spanned!(start=> ::cache_core::private::Shape<#returns, #kind);
        let close = quote_spanned!(end=> >>);
        quote! {
            fn #name #generics () -> #ty #close
            #bounds
            {
                #names
                #aliases
                let #made = #shape;
                #none_ttl
                #err_ttl
                #stale_if_error
                #made.errors(#probe.__cache_errors()) #store_if #expires_in #rows
            }
        }
    }

    /// What a function beside a method needs to name; one beside a free function has it from around it.
    fn names_beside(&self) -> (Option<TokenStream>, Option<&TokenStream>) {
        let is_method = self.function.block.is_some();
        (is_method.then(lints::names), is_method.then_some(&self.aliases))
    }

    /// `err_ttl`, spanned at the return type.
    fn errors_can_be_stored(&self) -> TokenStream {
        let returns = self.function.beside_block().of(self.returns);
        let ((start, end), probe) = (ends(self.returns), private("Probe", self.returns));
        let err_ttl = Ident::new("__cache_err_ttl", start);
        let probe = quote_spanned!(end=> #probe::<#returns>::new());
        quote_spanned!(start=> #probe.#err_ttl();)
    }

    /// Declares what the value depends on.
    pub(super) fn declare(&self, arguments: &Arguments<'_>) -> TokenStream {
        if self.dependencies.is_empty() {
            return TokenStream::new();
        }
        let ids = self.dependencies.iter().filter(|dependency| !dependency.names_result());
        let bind = arguments.bind(&ids.map(|dependency| dependency.id_tokens()).collect());
        let dependencies = self.dependencies.iter().map(|dependency| {
            let (model, span) = (&dependency.model, ends(&dependency.model).1);
            let list = variable("__cache_tags").into_token_stream();
            match &dependency.extent {
                Extent::Across => {
                    let depend = private("depend_across", model);
                    quote_spanned!(span=> #depend::<#model>(#list);)
                }
                _ if dependency.names_result() => {
                    let depend = private("depend_late", model);
                    quote_spanned!(span=> #depend::<#model>(#list);)
                }
                Extent::Row(parts) => row(model, &list, parts),
                Extent::Rows(..) => {
                    let (depend, rows) = (private("depend_rows", model), rows(dependency));
                    quote_spanned!(span=> #depend::<#model>(#list, &#rows);)
                }
                Extent::Model => {
                    let depend = private("depend", model);
                    quote_spanned!(span=> #depend::<#model>(#list);)
                }
            }
        });
        let dependencies: TokenStream = dependencies.collect();
        match bind.is_empty() {
            true => dependencies,
            false => quote!({ #bind #dependencies }),
        }
    }
}
