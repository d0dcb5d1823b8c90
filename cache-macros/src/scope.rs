//! `per_tenant`, `per_user`, `global`: whose value it is.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::ParseStream;
use syn::{Expr, Path, Token};

use crate::paths::{ends, private};

/// What an attribute says of one scope.
#[derive(Default)]
pub(crate) enum Scope {
    #[default]
    Unsaid,
    /// `per_tenant`: the argument of such a type.
    Argument(Ident),
    /// `per_tenant = ambient`.
    Ambient(Ident),
    /// `per_tenant = expr`.
    Given(Ident, Box<Expr>),
}

impl Scope {
    /// What stands behind `per_tenant`.
    pub(crate) fn parse(option: &Ident, input: ParseStream<'_>) -> syn::Result<Scope> {
        if !input.peek(Token![=]) {
            return Ok(Scope::Argument(option.clone()));
        }
        input.parse::<Token![=]>()?;
        let expr: Expr = input.parse()?;
        if let Expr::Path(path) = &expr
            && path.path.is_ident("ambient")
        {
            return Ok(Scope::Ambient(option.clone()));
        }
        Ok(Scope::Given(option.clone(), Box::new(expr)))
    }

    pub(crate) fn option(&self) -> Option<&Ident> {
        match self {
            Scope::Unsaid => None,
            Scope::Argument(option) | Scope::Ambient(option) | Scope::Given(option, _) => Some(option),
        }
    }

    /// Whether an argument is the scope, if one is. Not without an alias that could ask for it.
    pub(crate) fn is_found_by_type(&self, alias: Option<&Path>, global: bool) -> bool {
        match self {
            Scope::Unsaid => alias.is_some() && !global,
            Scope::Argument(_) => true,
            Scope::Ambient(_) | Scope::Given(..) => false,
        }
    }

    /// The expression that it is computed by, if any.
    pub(crate) fn expression(&self) -> TokenStream {
        match self {
            Scope::Given(_, expr) => expr.to_token_stream(),
            _ => TokenStream::new(),
        }
    }

    /// The scope as an expression, if there is one. `parts` are the arguments.
    pub(crate) fn tokens(
        &self,
        axis: Axis,
        alias: Option<&Path>,
        global: bool,
        parts: &[Ident],
    ) -> Option<TokenStream> {
        let (name, resolve, associated) = match axis {
            Axis::Tenant => ("tenant", "resolve_tenant", "Tenant"),
            Axis::User => ("user", "resolve_user", "User"),
        };
        let tokens = match (self, alias) {
            (Scope::Ambient(_), _) => quote!(::cache_core::private::Ambient),
            (Scope::Given(_, expr), _) => {
                let (start, end) = ends(expr);
                let scope = private(name, expr);
                let expr = quote_spanned!(end=> (#expr));
                let expr = quote_spanned!(start=> &#expr);
                quote_spanned!(start=> #scope(#expr))
            }
            (Scope::Argument(option), _) => {
                let (found, resolve) = (axis.found(parts), private(resolve, option));
                quote_spanned!(option.span()=> #resolve::<::cache_core::Scoped, _>(#found))
            }
            (Scope::Unsaid, Some(alias)) if !global => {
                let (found, resolve) = (axis.found(parts), private(resolve, alias));
                let start = ends(alias).1;
                let associated = Ident::new(associated, start);
                let asked = quote_spanned!(start=> <#alias as ::cache_core::Alias>::#associated);
                quote_spanned!(start=> #resolve::<#asked, _>(#found))
            }
            (Scope::Unsaid, _) => return None,
        };
        Some(tokens)
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Axis {
    Tenant,
    User,
}

impl Axis {
    /// Asks whether a part is such a scope.
    pub(crate) fn probe(self, part: &Ident) -> TokenStream {
        match self {
            Axis::Tenant => quote!(#part.__cache_tenant()),
            Axis::User => quote!(#part.__cache_user()),
        }
    }

    /// What is found among the parts.
    pub(crate) fn found(self, parts: &[Ident]) -> TokenStream {
        parts.iter().fold(quote!(::cache_core::private::NoArgument), |found, part| {
            let probe = self.probe(part);
            quote!(::cache_core::private::pick(#found, #probe))
        })
    }
}
