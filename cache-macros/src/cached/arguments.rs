//! The arguments of a call, as generated code has them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::function::{Argument, Function};
use crate::syntax::head;

/// A part of the key: a name that an argument binds.
pub(super) struct Part<'a> {
    pub(super) name: &'a Ident,
    pub(super) argument: &'a Argument,
    /// The argument's place among all.
    position: usize,
}

/// How an argument is there.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Given {
    /// As the author declared it.
    Plainly,
    /// As an option: `entry` leaves it out if its type is `NoKey`, and only the compiler knows that.
    Perhaps,
    /// Not at all.
    Not,
}

/// All arguments, each as it is given.
pub(super) struct Arguments<'a> {
    function: &'a Function,
    pub(super) given: Vec<Given>,
}

impl<'a> Part<'a> {
    pub(super) fn all(function: &'a Function, skip: &[Ident]) -> Vec<Self> {
        let arguments = function.arguments.iter().enumerate();
        let parts = arguments.flat_map(|(position, argument)| {
            let kept = argument.bindings.iter().filter(|name| !skip.contains(name));
            kept.map(move |name| Part { name, argument, position })
        });
        parts.collect()
    }
}

impl<'a> Arguments<'a> {
    pub(super) fn new(function: &'a Function, given: Vec<Given>) -> Self {
        Arguments { function, given }
    }

    /// As the function takes them.
    pub(super) fn all(function: &'a Function) -> Self {
        Arguments { function, given: vec![Given::Plainly; function.arguments.len()] }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a Argument, Given)> {
        self.function.arguments.iter().zip(self.given.iter().copied())
    }

    /// The parts of the key, as the runtime sees arguments, and what they are called.
    pub(super) fn parts(&self, parts: &[Part<'_>]) -> (TokenStream, Vec<Ident>) {
        // Spanned at the type: what can't be a part of a key is reported there.
        let named = |(at, part): (usize, &Part<'_>)| {
            format_ident!("__cache_argument_{at}", span = head(&part.argument.ty))
        };
        let names: Vec<_> = parts.iter().enumerate().map(named).collect();
        let parts = parts.iter().zip(&names).map(|(part, argument)| {
            let name = part.name;
            let value = match (self.given[part.position], part.argument.plain) {
                (Given::Plainly, true) => quote!(::core::option::Option::Some(&#name)),
                (Given::Plainly, false) => quote!(::core::option::Option::Some(#name)),
                (Given::Perhaps, true) => quote!(#name.as_ref()),
                (Given::Perhaps, false) => quote!(#name),
                (Given::Not, _) => unreachable!("a part of the key is given"),
            };
            quote!(let #argument = ::cache_core::private::Argument(#value);)
        });
        (parts.collect(), names)
    }

    /// Binds what patterns bind.
    pub(super) fn bind(&self) -> TokenStream {
        let patterns = self.iter().filter(|(argument, _)| !argument.plain);
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
        patterns.collect()
    }
}
