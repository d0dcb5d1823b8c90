//! `f::entry(..)`, and the companion type that it is on.
//!
//! `entry` takes the keyed arguments. Whether one is keyed may depend on its type (`NoKey`): then there is an `entry`
//! for each case, and the name of the companion stands for the case that the compiler finds to hold.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::FnArg;

use super::expand::Expansion;
use crate::arguments::{Arguments, Given};
use crate::function::Argument;
use crate::lints;
use crate::paths::ends;
use crate::syntax::{mentions, without_lifetimes};

impl Expansion<'_> {
    /// The companion's type, and the items that give it `entry`.
    pub(super) fn companion_type(&self) -> (TokenStream, TokenStream) {
        self.companion_type_of(|arguments| self.entry_body(arguments))
    }

    /// `body` makes an entry of the arguments as they are given.
    pub(super) fn companion_type_of(
        &self,
        body: impl Fn(&Arguments<'_>) -> TokenStream,
    ) -> (TokenStream, TokenStream) {
        let arguments = Arguments::new(self.function, self.given());
        let open: Vec<_> =
            (0..arguments.given.len()).filter(|at| arguments.given[*at] == Given::Perhaps).collect();
        let (name, visibility) = (&self.companion, &self.function.item.vis);
        let (cfgs, quiet) = (self.function.cfgs().collect::<Vec<_>>(), lints::types());
        let body = body(&arguments);
        if open.is_empty() {
            let ty = quote! {
                #(#cfgs)*
                #[doc(hidden)]
                #quiet
                #visibility enum #name {}
            };
            let entry = self.entry_function(&arguments, &[], &body);
            return (ty, quote!(impl #name { #entry }));
        }
        let cases = format_ident!("__cache_companion_{}", name);
        let case = open.iter().enumerate().map(|(bit, at)| {
            let ty = without_lifetimes(&self.function.arguments[*at].ty);
            quote!(((__cache::Probe::<#ty>::__CACHE_KEYED as u32) << #bit))
        });
        let names = lints::names();
        let ty = quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #quiet
            #visibility enum #cases<const CASE: u32> {}
            #(#cfgs)*
            #[doc(hidden)]
            #quiet
            #visibility type #name = #cases<{
                #names
                0 #(| #case)*
            }>;
        };
        let turbofish = self.function.turbofish();
        let entries = (0..1_u32 << open.len()).map(|case| {
            let left_out = open.iter().enumerate().filter(|(bit, _)| case & (1 << bit) == 0);
            let left_out: Vec<_> = left_out.map(|(_, at)| *at).collect();
            let passed = self.passed(&arguments, &left_out);
            let body = quote!(#name::__cache_entry #turbofish(#(#passed),*));
            let entry = self.entry_function(&arguments, &left_out, &body);
            quote!(impl #cases<#case> { #entry })
        });
        let entries: TokenStream = entries.collect();
        let inner = self.inner_function(&arguments, &body);
        (ty, quote!(impl #name { #inner } #entries))
    }

    /// `method_entry`, in a block: it takes all arguments but skipped ones, for no type of its own can stand for the
    /// cases there.
    pub(super) fn entry_method(&self) -> TokenStream {
        let given = self.function.arguments.iter().map(|argument| match self.is_given(argument) {
            Given::Perhaps => Given::Plainly,
            given => given,
        });
        let arguments = Arguments::new(self.function, given.collect());
        let body = self.entry_body(&arguments);
        let quiet = lints::items();
        let names = self.names();
        let body = quote!(#names #body);
        let entry = self.entry_function(&arguments, &[], &body);
        quote!(#quiet #entry)
    }

    /// Which arguments `entry` takes. Each that is open doubles the cases: from the ninth on they are taken.
    fn given(&self) -> Vec<Given> {
        let mut open = 0;
        let given = self.function.arguments.iter().map(|argument| match self.is_given(argument) {
            Given::Perhaps if open == 8 => Given::Plainly,
            Given::Perhaps => {
                open += 1;
                Given::Perhaps
            }
            given => given,
        });
        given.collect()
    }

    fn is_given(&self, argument: &Argument) -> Given {
        let mut used = self.options.per_tenant.expression();
        used.extend(self.options.per_user.expression());
        let others = self.options.key.iter().flat_map(|(_, parts)| parts).chain(&self.options.cache);
        used.extend(quote!(#(#others),*));
        for dependency in self.options.dependencies() {
            used.extend(dependency.id_tokens());
        }
        if argument.bindings.iter().any(|name| mentions(&used, name)) {
            return Given::Plainly;
        }
        if argument.bindings.iter().all(|name| self.options.skip.contains(name)) {
            return Given::Not;
        }
        // Of a type parameter no type outside of the function can say what it is.
        let is_open = !argument.is_certainly_keyed() && self.function.is_nameable(&argument.ty);
        if is_open { Given::Perhaps } else { Given::Plainly }
    }

    fn entry_body(&self, arguments: &Arguments<'_>) -> TokenStream {
        let (call, shape, declare) =
            (self.call(arguments, None, None), self.shape(), self.declare(arguments));
        let entry = if self.function.is_async() { quote!(entry) } else { quote!(sync_entry) };
        let declare = match declare.is_empty() {
            true => quote!(__cache::nothing),
            false => quote!(|__cache_tags| { #declare }),
        };
        quote!(__cache::#entry(#call, #shape, #declare))
    }

    /// `entry` as its callers know it, without the arguments that are left out.
    fn entry_function(
        &self,
        arguments: &Arguments<'_>,
        left_out: &[usize],
        body: &TokenStream,
    ) -> TokenStream {
        let declared = arguments.iter().zip(&self.function.item.sig.inputs).enumerate();
        let declared = declared.filter_map(|(at, ((argument, given), input))| {
            let (name, ty) = (&argument.name, &argument.ty);
            let declared = match input {
                FnArg::Receiver(_) => quote!(#input),
                FnArg::Typed(_) => quote!(#name: #ty),
            };
            (given != Given::Not && !left_out.contains(&at)).then_some(declared)
        });
        let doc = format!(
            "The entry of a call of `{}` with these arguments, whether it is stored or not.",
            self.function.name()
        );
        let (name, visibility) = (self.called("entry"), self.visibility());
        let function = self.returning_entry(&name, &quote!(#(#declared),*), body);
        quote!(#[doc = #doc] #visibility #function)
    }

    /// `entry` with an option in place of each argument that may be left out.
    fn inner_function(&self, arguments: &Arguments<'_>, body: &TokenStream) -> TokenStream {
        let declared = arguments.iter().filter_map(|(argument, given)| {
            let (name, ty) = (&argument.name, &argument.ty);
            match given {
                Given::Plainly => Some(quote!(#name: #ty)),
                Given::Perhaps => Some(quote!(#name: ::core::option::Option<#ty>)),
                Given::Not => None,
            }
        });
        self.returning_entry(&format_ident!("__cache_entry"), &quote!(#(#declared),*), body)
    }

    fn returning_entry(&self, name: &Ident, declared: &TokenStream, body: &TokenStream) -> TokenStream {
        let (returns, mut generics) = (self.returns, self.function.item.sig.generics.clone());
        if self.parameters.iter().any(|parameter| parameter.name == "Self") {
            // Of a trait: that it lacks the bound is reported once, by the method itself.
            generics.make_where_clause().predicates.push(syn::parse_quote!(Self: ::cache_core::KeyName));
        }
        let ((start, end), bounds) = (ends(returns), &generics.where_clause);
        let ty = Ident::new(if self.function.is_async() { "Entry" } else { "SyncEntry" }, start);
        let (entry, close) = (quote_spanned!(start=> ::cache_core::#ty<#returns), quote_spanned!(end=> >));
        quote!(fn #name #generics (#declared) -> #entry #close #bounds { #body })
    }

    /// What an `entry` passes on.
    fn passed(&self, arguments: &Arguments<'_>, left_out: &[usize]) -> Vec<TokenStream> {
        let passed = arguments.iter().enumerate().filter_map(|(at, (argument, given))| {
            let name = &argument.name;
            match given {
                Given::Not => None,
                Given::Plainly => Some(quote!(#name)),
                Given::Perhaps if left_out.contains(&at) => Some(quote!(::core::option::Option::None)),
                Given::Perhaps => Some(quote!(::core::option::Option::Some(#name))),
            }
        });
        passed.collect()
    }
}
