//! `per_tenant`, `per_user`, `global`: whose value it is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Expr, Token};

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

    /// Whether an argument is the scope, if one is.
    pub(crate) fn is_found_by_type(&self) -> bool {
        matches!(self, Scope::Unsaid | Scope::Argument(_))
    }

    /// The expression that it is computed by, if any.
    pub(crate) fn expression(&self) -> TokenStream {
        match self {
            Scope::Given(_, expr) => expr.to_token_stream(),
            _ => TokenStream::new(),
        }
    }

    /// The scope as an expression. `parts` are the arguments, each as an optional reference.
    pub(crate) fn tokens(
        &self,
        axis: Axis,
        alias: &TokenStream,
        global: bool,
        parts: &[TokenStream],
        span: Span,
        cache: &TokenStream,
    ) -> TokenStream {
        let (resolve, probe, wrap) = match axis {
            Axis::Tenant => (quote!(tenant), quote!(__cache_tenant), quote!(TenantArgument)),
            Axis::User => (quote!(user), quote!(__cache_user), quote!(UserArgument)),
        };
        let said = match self {
            Scope::Ambient(_) => return quote!(#cache::private::Ambient),
            Scope::Given(_, expr) => {
                return quote_spanned!(expr.span()=> #cache::private::#wrap(&(#expr)));
            }
            Scope::Unsaid if global => return quote!(#cache::private::NoScope),
            Scope::Unsaid => quote!(Unsaid),
            Scope::Argument(_) => quote!(Said),
        };
        let found = parts.iter().fold(quote!(#cache::private::NoScope), |found, part| {
            quote!(#cache::private::pick(#found, #cache::private::Probe::of_part(#part).#probe(#part)))
        });
        let span = self.option().map_or(span, Ident::span);
        quote_spanned!(span=> #cache::private::#resolve::<#alias, #cache::private::#said, _>(#found))
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Axis {
    Tenant,
    User,
}
