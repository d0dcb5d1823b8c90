//! `per_tenant`, `per_user`, `global`: whose value it is.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Expr, Path, Token};

use crate::errors::Errors;
use crate::function::{Argument, Function};
use crate::options::Word;
use crate::paths::{ends, private};
use crate::syntax::{is_named, ungrouped};
use crate::text::{name_of, text};

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
    pub(crate) fn parse(option: &Word, input: ParseStream<'_>) -> syn::Result<Scope> {
        let is_behind = [input.peek(Token![=]), input.peek(Token![:]), input.peek(syn::token::Paren)];
        if !is_behind.contains(&true) {
            return Ok(Scope::Argument(option.ident().clone()));
        }
        option.equals(input)?;
        let expr: Expr = input.parse()?;
        match ungrouped(&expr) {
            Expr::Path(path) if path.path.is_ident("ambient") => Ok(Scope::Ambient(option.ident().clone())),
            Expr::Lit(_) => Err(option.misread(expr.span(), "an expression, or stands alone")),
            _ => Ok(Scope::Given(option.ident().clone(), Box::new(expr))),
        }
    }

    /// A type finds no argument: the option by itself does.
    pub(crate) fn check(&self, function: &Function, errors: &Errors) {
        let Scope::Given(option, expr) = self else { return };
        let Expr::Path(path) = ungrouped(expr) else { return };
        let Some(ty) = path.path.get_ident() else { return };
        let is_of_type = |argument: &&Argument| is_named(&argument.ty, ty) && !argument.bindings.contains(ty);
        if let Some(argument) = function.arguments.iter().find(is_of_type) {
            let found = "finds the argument of such a type by itself";
            errors.at(
                ty,
                format_args!(
                    "`{ty}` is a type: `{option}` {found}, or it is named, `{option} = {}`",
                    argument.name
                ),
            );
        }
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

    /// Whether an expression gives it.
    pub(crate) fn is_given(&self) -> bool {
        matches!(self, Scope::Given(..))
    }

    /// Whether there is one.
    pub(crate) fn is_there(&self, has_alias: bool, global: bool) -> bool {
        match self {
            Scope::Unsaid => has_alias && !global,
            _ => true,
        }
    }

    /// What the author's expression gives.
    pub(crate) fn given(&self, axis: Axis) -> Option<TokenStream> {
        let Scope::Given(_, expr) = self else { return None };
        let (start, end) = ends(expr);
        let scope = private(&axis.method().to_string(), expr);
        let expr = quote_spanned!(end=> (#expr));
        let expr = quote_spanned!(start=> &#expr);
        Some(quote_spanned!(start=> #scope(#expr)))
    }

    /// What it says, for the registry: `candidates` are the arguments that may be the scope, if it is one of them.
    pub(crate) fn asked(&self, by_alias: bool, candidates: impl FnOnce() -> TokenStream) -> TokenStream {
        let asked = quote!(::cache_core::private::Asked);
        match self {
            Scope::Ambient(_) => quote!(#asked::Ambient),
            Scope::Given(_, expr) => {
                let text = text(expr);
                quote!(#asked::Expression(#text))
            }
            Scope::Argument(_) => {
                let candidates = candidates();
                quote!(#asked::by_type(#candidates))
            }
            Scope::Unsaid if by_alias => {
                let candidates = candidates();
                quote!(#asked::by_alias(#candidates))
            }
            Scope::Unsaid => quote!(#asked::Nothing),
        }
    }

    /// The scope as an expression, where no expression of the author gives it. `parts` are the arguments that could be one;
    /// the alias comes with how the author names it.
    pub(crate) fn found(
        &self,
        axis: Axis,
        alias: Option<(&TokenStream, &Path)>,
        global: bool,
        parts: &[Ident],
    ) -> Option<TokenStream> {
        let resolve = format!("resolve_{}", axis.method());
        let tokens = match (self, alias) {
            (Scope::Given(..), _) => return None,
            (Scope::Ambient(_), _) => quote!(__cache::Ambient),
            (Scope::Argument(option), _) => {
                let (found, resolve) = (axis.found(parts), private(&resolve, option));
                quote_spanned!(option.span()=> #resolve::<::cache_core::Scoped, _>(#found))
            }
            (Scope::Unsaid, Some((alias, said))) if !global => {
                let (found, resolve) = (axis.found(parts), private(&resolve, said));
                let start = ends(said).1;
                let associated = Ident::new(axis.associated(), start);
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
    fn name(self) -> &'static str {
        match self {
            Axis::Tenant => "tenant",
            Axis::User => "user",
        }
    }

    /// What an alias says of it.
    fn associated(self) -> &'static str {
        match self {
            Axis::Tenant => "Tenant",
            Axis::User => "User",
        }
    }

    /// What writes it into a call, and makes one of an expression.
    pub(crate) fn method(self) -> Ident {
        format_ident!("{}", self.name())
    }

    /// What holds it, beside the function.
    pub(crate) fn variable(self) -> Ident {
        format_ident!("__cache_{}", self.name())
    }

    /// Its type there, where an expression gives it, of a type that is a parameter there.
    pub(crate) fn ty(self) -> Ident {
        match self {
            Axis::Tenant => format_ident!("In"),
            Axis::User => format_ident!("InUser"),
        }
    }

    pub(crate) fn parameter(self) -> Ident {
        format_ident!("__Cache{}", self.associated())
    }

    /// Which arguments may be such a scope, as far as their types are known beside the function, or in an instance of it;
    /// and whether there are others.
    pub(crate) fn candidates(self, function: &Function, is_instance: bool) -> TokenStream {
        let (mut candidates, mut open) = (Vec::new(), false);
        let constant = match self {
            Axis::Tenant => quote!(__CACHE_TENANT),
            Axis::User => quote!(__CACHE_USER),
        };
        for (name, argument) in function.bound().filter(|(_, argument)| !argument.is_certainly_keyed()) {
            // Of what a pattern takes out of an argument nobody but the compiler knows the type.
            match function.type_outside(&argument.ty, is_instance).filter(|_| argument.plain) {
                None => open = true,
                Some(ty) => {
                    let name = name_of(name);
                    candidates.push(quote!((#name, ::cache_core::private::Probe::<#ty>::#constant)));
                }
            }
        }
        let candidates = match is_instance {
            true => quote!(const { &[#(#candidates),*] }),
            false => quote!(&[#(#candidates),*]),
        };
        quote!(#candidates, #open)
    }

    /// Asks whether a part is such a scope.
    pub(crate) fn probe(self, part: &Ident) -> TokenStream {
        match self {
            Axis::Tenant => quote!(#part.__cache_tenant()),
            Axis::User => quote!(#part.__cache_user()),
        }
    }

    /// What is found among the parts.
    pub(crate) fn found(self, parts: &[Ident]) -> TokenStream {
        parts.iter().fold(quote!(__cache::NoArgument), |found, part| {
            let probe = self.probe(part);
            quote!(__cache::pick(#found, #probe))
        })
    }
}
