//! An argument, and what its pattern binds.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Pat, Receiver, ReceiverKind, Type, TypeGroup, TypeParen, TypeReference};

use crate::lints;

/// An argument: what the wrapper calls it, and what the author does.
#[derive(Clone)]
pub(crate) struct Argument {
    /// The author's name, for callers and for attributes under ours; a made one where a pattern binds several.
    pub(crate) name: Ident,
    pub(crate) pattern: Pat,
    pub(crate) ty: Type,
    /// The names that the pattern binds: the parts of the key. The name itself for a plain argument.
    pub(crate) bindings: Vec<Ident>,
    pub(crate) plain: bool,
}

impl Argument {
    /// `self`, as the author declared it.
    pub(super) fn receiver(receiver: &Receiver) -> Argument {
        let name = Ident::new("self", receiver.self_token.span);
        let this = Ident::new("Self", receiver.self_token.span);
        let ty: Type = match &receiver.kind {
            ReceiverKind::Reference(and, lifetime, mutability) => {
                syn::parse_quote!(#and #lifetime #mutability #this)
            }
            ReceiverKind::Typed(_, ty) => (**ty).clone(),
            _ => syn::parse_quote!(#this),
        };
        let pattern = Pat::Verbatim(name.to_token_stream());
        Argument { bindings: vec![name.clone()], name, pattern, ty, plain: true }
    }

    pub(super) fn new(position: usize, pattern: Pat, ty: Type) -> Argument {
        match &pattern {
            Pat::Ident(ident) if ident.subpat.is_none() => {
                let name = ident.ident.clone();
                Argument { bindings: vec![name.clone()], name, pattern, ty, plain: true }
            }
            _ => {
                let mut bindings = Bindings(Vec::new());
                bindings.visit_pat(&pattern);
                let name = match &bindings.0[..] {
                    [one] => one.clone(),
                    _ => format_ident!("__cache_pattern_{position}", span = pattern.span()),
                };
                Argument { bindings: bindings.0, name, pattern, ty, plain: false }
            }
        }
    }

    /// Whether it is a name and nothing else: no `mut`, no `ref`.
    pub(super) fn is_name(&self) -> bool {
        match &self.pattern {
            Pat::Ident(ident) => self.plain && ident.mutability.is_none() && ident.by_ref.is_none(),
            _ => self.plain,
        }
    }

    /// `let Path(id) = &argument;`
    pub(crate) fn bind(&self) -> TokenStream {
        let (pattern, name, quiet) = (self.by_reference(), &self.name, lints::statements());
        quote_spanned!(self.pattern.span()=> #quiet let #pattern = &#name;)
    }

    /// The pattern, matching a reference to what the author's matches: no `mut`, no `ref`, no `&`.
    pub(crate) fn by_reference(&self) -> Pat {
        let mut pattern = self.pattern.clone();
        ByReference.visit_pat_mut(&mut pattern);
        pattern
    }

    /// Whether the body may change what it refers to.
    pub(crate) fn is_mutable(&self) -> bool {
        let mut ty = &self.ty;
        while let Type::Paren(TypeParen { elem, .. }) | Type::Group(TypeGroup { elem, .. }) = ty {
            ty = elem;
        }
        matches!(ty, Type::Reference(TypeReference { mutability: Some(_), .. }))
    }

    /// Whether its type can't be one that derives `NoKey`: a type of the language or of `std`, which have no such
    /// implementation. Of all others the compiler decides.
    pub(crate) fn is_certainly_keyed(&self) -> bool {
        const KEYED: [&str; 23] = [
            "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool",
            "char", "str", "String", "Option", "Vec", "BTreeMap", "BTreeSet", "Duration", "IpAddr",
            "NonZero",
        ];
        let mut ty = &self.ty;
        loop {
            match ty {
                Type::Reference(reference) => ty = &reference.elem,
                Type::Paren(paren) => ty = &paren.elem,
                Type::Group(group) => ty = &group.elem,
                Type::Slice(_) | Type::Array(_) | Type::Tuple(_) => return true,
                Type::Path(path) => {
                    let last = path.path.segments.last();
                    return last.is_some_and(|last| KEYED.iter().any(|keyed| last.ident == keyed));
                }
                _ => return false,
            }
        }
    }
}

struct Bindings(Vec<Ident>);

impl Visit<'_> for Bindings {
    fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
        self.0.push(pattern.ident.clone());
        syn::visit::visit_pat_ident(self, pattern);
    }
}

struct ByReference;

impl VisitMut for ByReference {
    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        if let Pat::Reference(reference) = pattern {
            *pattern = (*reference.pat).clone();
            return self.visit_pat_mut(pattern);
        }
        if let Pat::Ident(ident) = pattern {
            ident.by_ref = None;
            ident.mutability = None;
        }
        syn::visit_mut::visit_pat_mut(self, pattern);
    }
}
