//! Collects mistakes, so that all of them are reported in one compile.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The mistakes found so far. Must be asked for with [`check`](Errors::check): dropping it unasked is a bug.
#[derive(Default)]
pub(crate) struct Errors {
    found: RefCell<Option<Vec<syn::Error>>>,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Errors { found: RefCell::new(Some(Vec::new())) }
    }

    /// A mistake at these tokens.
    pub(crate) fn at(&self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&self, error: syn::Error) {
        if let Some(found) = &mut *self.found.borrow_mut() {
            found.push(error);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().as_ref().is_none_or(Vec::is_empty)
    }

    /// Keeps a value, or the mistake in its place.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// All of them as one, or none: where nothing can be generated after a mistake.
    pub(crate) fn check(self) -> syn::Result<()> {
        let mut found = self.found.take().unwrap_or_default().into_iter();
        let Some(mut first) = found.next() else { return Ok(()) };
        found.for_each(|error| first.combine(error));
        Err(first)
    }

    /// What is generated, and the mistakes.
    pub(crate) fn beside(self, tokens: TokenStream) -> TokenStream {
        let errors = self.check().err().map(syn::Error::into_compile_error);
        quote!(#tokens #errors)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.found.borrow().is_some() {
            panic!("mistakes were collected and not reported");
        }
    }
}
