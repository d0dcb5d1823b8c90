//! The arguments of a call, as generated code has them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::function::{Argument, Function};
use crate::syntax::{head, mentions};

/// An argument, as what stands beside the function sees it: a reference, or what the runtime makes of one where its type
/// decides what it is, and it may be left out.
pub(crate) struct Looked<'a> {
    pub(crate) argument: &'a Argument,
    /// Its name there.
    variable: Ident,
}

/// A part of the key: a name that an argument binds.
pub(crate) struct Part<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) argument: &'a Argument,
    /// What holds it, beside the function.
    pub(crate) value: Ident,
}

/// How an argument is there.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Given {
    /// As the author declared it.
    Plainly,
    /// As an option: `entry` leaves it out if its type is `NoKey`, and only the compiler knows that.
    Perhaps,
    /// Not at all.
    Not,
}

/// All arguments, each as it is given.
pub(crate) struct Arguments<'a> {
    function: &'a Function,
    pub(crate) given: Vec<Given>,
}

impl<'a> Looked<'a> {
    /// Those that are looked at: not one that is skipped and can't be a transaction.
    pub(crate) fn all(function: &'a Function, skip: &[Ident]) -> Vec<Self> {
        let looked =
            function.arguments.iter().enumerate().filter(|(_, argument)| argument.is_looked_at(skip));
        // Spanned at the type: what can't be a part of a key is reported there.
        let looked = looked.map(|(position, argument)| Looked {
            argument,
            variable: format_ident!("__cache_argument_{position}", span = head(&argument.ty)),
        });
        looked.collect()
    }

    /// Those that may be a scope or a transaction.
    pub(crate) fn open(function: &'a Function) -> Vec<Self> {
        let mut looked = Looked::all(function, &[]);
        looked.retain(|looked| !looked.argument.is_certainly_keyed());
        looked
    }

    /// It as a parameter.
    pub(crate) fn parameter(&self, ty: &Type) -> TokenStream {
        let name = &self.variable;
        match self.argument.is_certainly_keyed() {
            true => quote!(#name: &#ty),
            false => quote!(#name: ::cache_core::private::Argument<'_, #ty>),
        }
    }

    /// Binds what its pattern binds.
    pub(crate) fn take_apart(&self) -> TokenStream {
        if self.argument.plain {
            return TokenStream::new();
        }
        let (name, bindings, pattern) =
            (&self.variable, &self.argument.bindings, self.argument.by_reference());
        if self.argument.is_certainly_keyed() {
            return quote_spanned!(pattern.span()=> let #pattern = #name;);
        }
        let none = bindings.iter().map(|_| quote!(::cache_core::private::Argument::none()));
        quote_spanned!(pattern.span()=>
            let (#(#bindings,)*) = match #name.0 {
                ::core::option::Option::Some(#pattern) => (#(::cache_core::private::Argument::of(#bindings),)*),
                ::core::option::Option::None => (#(#none,)*),
            };)
    }

    /// What it binds that isn't skipped.
    pub(crate) fn parts(&self, skip: &[Ident]) -> Vec<Part<'a>> {
        let kept = self.argument.bindings.iter().filter(|name| !skip.contains(name));
        let parts = kept.map(|name| Part { name, argument: self.argument, value: self.value(name) });
        parts.collect()
    }

    /// What holds one of its bindings, spanned at the type.
    pub(crate) fn value(&self, name: &Ident) -> Ident {
        match self.argument.plain {
            true => self.variable.clone(),
            false => Ident::new(&name.to_string(), head(&self.argument.ty).resolved_at(name.span())),
        }
    }
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(function: &'a Function, given: Vec<Given>) -> Self {
        Arguments { function, given }
    }

    /// As the function takes them.
    pub(crate) fn all(function: &'a Function) -> Self {
        Arguments { function, given: vec![Given::Plainly; function.arguments.len()] }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a Argument, Given)> {
        self.function.arguments.iter().zip(self.given.iter().copied())
    }

    /// References to them, for what stands beside the function. `borrowed` is one already.
    pub(crate) fn references(&self, skip: &[Ident], borrowed: Option<&Ident>) -> Vec<TokenStream> {
        let references = self.iter().filter(|(argument, _)| argument.is_looked_at(skip));
        let references = references.map(|(argument, given)| {
            let name = &argument.name;
            let reference = match borrowed == Some(name) {
                true => quote!(#name),
                false => quote!(&#name),
            };
            match (argument.is_certainly_keyed(), given) {
                (true, _) => reference,
                (false, Given::Plainly) => quote!(__cache::of(#reference)),
                (false, Given::Perhaps) => quote!(__cache::Argument(#name.as_ref())),
                (false, Given::Not) => quote!(__cache::Argument::none()),
            }
        });
        references.collect()
    }

    /// Binds what patterns bind, for the author's expressions: they name nothing that may be left out.
    pub(crate) fn bind(&self, named: &TokenStream) -> TokenStream {
        let patterns = self.iter().filter(|(argument, given)| !argument.plain && *given == Given::Plainly);
        let patterns =
            patterns.filter(|(argument, _)| argument.bindings.iter().any(|name| mentions(named, name)));
        patterns.map(|(argument, _)| argument.bind()).collect()
    }
}

impl Argument {
    fn is_looked_at(&self, skip: &[Ident]) -> bool {
        !self.is_certainly_keyed() || self.bindings.iter().any(|name| !skip.contains(name))
    }
}
