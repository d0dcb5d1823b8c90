//! What stands beside a block of methods for one of them, and so can't say `Self`, nor use the type parameters of the block
//! without declaring them again. Beside a free function it is as the author wrote it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprPath, GenericParam, Generics, Path, Type, TypePath, WhereClause};

use crate::function::{Function, Parameter};
use crate::methods::Block;

pub(crate) struct Beside<'a>(Option<&'a Block>);

impl Function {
    pub(crate) fn beside_block(&self) -> Beside<'_> {
        Beside(self.block.as_ref())
    }
}

impl Beside<'_> {
    /// A type that the author wrote.
    pub(crate) fn of(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        if let Some(mut unselfed) = self.without_self() {
            unselfed.visit_type_mut(&mut ty);
        }
        ty
    }

    /// A model or an alias.
    pub(crate) fn path(&self, path: &Path) -> TokenStream {
        self.of(&Type::Path(TypePath { attrs: Vec::new(), qself: None, path: path.clone() }))
            .into_token_stream()
    }

    /// A type parameter, `Self` in a trait among them.
    pub(crate) fn parameter(&self, name: &Ident) -> Ident {
        match name == "Self" {
            true => Ident::new("__CacheSelf", name.span()),
            false => name.clone(),
        }
    }

    /// The type parameters of a function there: the block's and its own, and some more, lifetimes first.
    pub(crate) fn generics(
        &self,
        function: &Function,
        lifetime: Option<syn::LifetimeParam>,
        more: Vec<Ident>,
    ) -> (TokenStream, Option<WhereClause>) {
        let own = &function.item.sig.generics;
        let of_block = self.0.map(|block| block.generics.clone()).unwrap_or_default();
        let mut generics = Generics::default();
        let lifetime = lifetime.into_iter().map(GenericParam::Lifetime);
        let declared = lifetime.chain(of_block.params).chain(own.params.iter().cloned());
        let (lifetimes, others): (Vec<_>, Vec<_>) =
            declared.partition(|parameter| matches!(parameter, GenericParam::Lifetime(_)));
        let this = self.0.and_then(Block::this_parameter).map(GenericParam::Type);
        generics
            .params
            .extend(lifetimes.into_iter().chain(this).chain(others.into_iter().map(without_default)));
        generics
            .params
            .extend(more.into_iter().map(|name| -> GenericParam { syn::parse_quote!(#name: ?Sized) }));
        let predicates = of_block.where_clause.into_iter().chain(own.where_clause.clone());
        for clause in predicates {
            generics.make_where_clause().predicates.extend(clause.predicates);
        }
        if let Some(mut unselfed) = self.without_self() {
            unselfed.visit_generics_mut(&mut generics);
        }
        let bounds = generics.where_clause.take();
        (generics.to_token_stream(), bounds)
    }

    /// What is given for them in a call of it.
    pub(crate) fn given(&self, function: &Function, more: usize) -> Option<TokenStream> {
        let of_block = self.0.map(|block| block.generics.clone()).unwrap_or_default();
        let this = self.0.filter(|block| block.is_trait()).map(|block| Ident::new("Self", block.span));
        let own = of_block.params.iter().chain(&function.item.sig.generics.params).filter_map(Parameter::new);
        let named = this.into_iter().chain(own.map(|parameter| parameter.name)).map(|name| quote!(#name));
        let given: Vec<_> = named.chain((0..more).map(|_| quote!(_))).collect();
        (given.len() > more).then(|| quote!(::<#(#given),*>))
    }

    fn without_self(&self) -> Option<WithoutSelf> {
        self.0.map(|block| WithoutSelf(block.this()))
    }
}

fn without_default(mut parameter: GenericParam) -> GenericParam {
    match &mut parameter {
        GenericParam::Type(parameter) => parameter.default = None,
        GenericParam::Const(parameter) => parameter.default = None,
        GenericParam::Lifetime(_) => {}
    }
    parameter
}

/// Puts the type in place of `Self`.
struct WithoutSelf(Type);

impl WithoutSelf {
    /// What follows `Self` in a path, if it begins so.
    fn rest<'a>(&self, path: &'a Path) -> Option<Vec<&'a syn::PathSegment>> {
        let mut segments = path.segments.iter();
        (segments.next()?.ident == "Self").then(|| segments.collect())
    }
}

impl VisitMut for WithoutSelf {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        syn::visit_mut::visit_type_mut(self, ty);
        let Type::Path(TypePath { qself: None, path, .. }) = ty else { return };
        let (Some(rest), this) = (self.rest(path), &self.0) else { return };
        *ty = match rest.is_empty() {
            true => this.clone(),
            false => Type::Path(syn::parse_quote!(<#this>::#(#rest)::*)),
        };
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        syn::visit_mut::visit_expr_mut(self, expr);
        let Expr::Path(ExprPath { qself: None, path, .. }) = expr else { return };
        let (Some(rest), this) = (self.rest(path), &self.0) else { return };
        if !rest.is_empty() {
            *expr = syn::parse_quote!(<#this>::#(#rest)::*);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn self_is_the_type_of_the_block() {
        let mut unselfed = WithoutSelf(syn::parse_quote!(Repo<T>));
        let of = |ty: &str, unselfed: &mut WithoutSelf| {
            let mut ty: Type = syn::parse_str(ty).unwrap();
            unselfed.visit_type_mut(&mut ty);
            ty.to_token_stream().to_string().replace(' ', "")
        };
        for (written, there) in [
            ("&Self", "&Repo<T>"),
            ("Arc<Self>", "Arc<Repo<T>>"),
            ("Self::Item", "<Repo<T>>::Item"),
            ("<Self as Source>::Item", "<Repo<T>asSource>::Item"),
            ("[u8; Self::N]", "[u8;<Repo<T>>::N]"),
            ("a::Self_", "a::Self_"),
        ] {
            assert_eq!(of(written, &mut unselfed), there);
        }
    }
}
