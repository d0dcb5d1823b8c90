//! Questions about what the author wrote that no type answers.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{
    Expr, ExprClosure, ExprPath, FnArg, GenericArgument, Item, ItemFn, Lifetime, PatIdent, PathArguments,
    Type, TypeImplTrait, TypeParamBound, TypePath, TypeReference,
};

/// Whether tokens mention a variable: not a field or method (`ret.id`), nor a segment of a path.
pub(crate) fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    let (mut dots, mut colons) = (0, 0);
    tokens.clone().into_iter().any(|token| {
        let found = match &token {
            TokenTree::Ident(ident) => ident == name && dots != 1 && colons != 2,
            TokenTree::Group(group) => mentions(&group.stream(), name),
            TokenTree::Literal(literal) => {
                // `format!("{name}")`
                let text = literal.to_string();
                text.starts_with('"') && text.contains(&format!("{{{name}"))
            }
            TokenTree::Punct(_) => false,
        };
        let is = |wanted| matches!(&token, TokenTree::Punct(punct) if punct.as_char() == wanted);
        dots = if is('.') { dots + 1 } else { 0 };
        colons = if is(':') { colons + 1 } else { 0 };
        found
    })
}

/// The variables that a closure takes from around it: paths of one word that it doesn't bind itself.
pub(crate) fn captured(closure: &ExprClosure) -> Vec<Ident> {
    #[derive(Default)]
    struct Names {
        used: Vec<Ident>,
        bound: Vec<Ident>,
    }
    impl Visit<'_> for Names {
        fn visit_expr_path(&mut self, path: &ExprPath) {
            self.used.extend(path.path.get_ident().cloned());
        }

        fn visit_pat_ident(&mut self, pattern: &PatIdent) {
            self.bound.push(pattern.ident.clone());
            syn::visit::visit_pat_ident(self, pattern);
        }
    }
    let mut names = Names::default();
    names.visit_expr_closure(closure);
    names.used.retain(|name| !names.bound.contains(name));
    names.used
}

/// An expression out of the invisible groups around what a macro was given.
pub(crate) fn ungrouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => ungrouped(&group.expr),
        expr => expr,
    }
}

/// All `impl Trait` in a type.
pub(crate) fn impl_traits(ty: &Type) -> Vec<TypeImplTrait> {
    struct Found(Vec<TypeImplTrait>);
    impl Visit<'_> for Found {
        fn visit_type_impl_trait(&mut self, ty: &TypeImplTrait) {
            self.0.push(ty.clone());
        }
    }
    let mut found = Found(Vec::new());
    found.visit_type(ty);
    found.0
}

/// The output of a boxed future: `T` of `Pin<Box<dyn Future<Output = T> + ..>>`.
pub(crate) fn boxed_future(ty: &Type) -> Option<Type> {
    let pin = argument(ty, "Pin")?;
    let Type::TraitObject(object) = argument(&pin, "Box")? else { return None };
    object.bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last().filter(|last| last.ident == "Future")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(output) if output.ident == "Output" => Some(output.ty.clone()),
            _ => None,
        })
    })
}

/// `T` of `name<T>`.
fn argument(ty: &Type, name: &str) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) => Some(ty.clone()),
        _ => None,
    }
}

/// Whether a type, or what it refers to, goes by this name.
pub(crate) fn is_named(ty: &Type, name: &Ident) -> bool {
    match ty {
        Type::Reference(reference) => is_named(&reference.elem, name),
        Type::Paren(paren) => is_named(&paren.elem, name),
        Type::Group(group) => is_named(&group.elem, name),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == *name),
        _ => false,
    }
}

/// Whether there is nothing in a result: `()`, or `Result<(), E>`.
pub(crate) fn holds_nothing(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Group(group) => holds_nothing(&group.elem),
        ty => argument(ty, "Result").is_some_and(|value| holds_nothing(&value)),
    }
}

/// A reference in what is stored of a return type, which none can be made of again.
pub(crate) fn stored_reference(ty: &Type) -> Option<&TypeReference> {
    match ty {
        Type::Reference(reference) => Some(reference),
        Type::Paren(paren) => stored_reference(&paren.elem),
        Type::Group(group) => stored_reference(&group.elem),
        Type::Array(array) => stored_reference(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(stored_reference),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            let stored = match last.ident.to_string().as_str() {
                // Of a `Result` the value: its error never leaves the process.
                "Result" | "Option" | "Vec" | "Box" | "Arc" => 1,
                "HashMap" | "BTreeMap" => 2,
                _ => 0,
            };
            types.take(stored).find_map(stored_reference)
        }
        _ => None,
    }
}

/// Whether a function can only be a method.
pub(crate) fn is_method(function: &ItemFn) -> bool {
    has_receiver(function) || this_type(function).is_some()
}

pub(crate) fn has_receiver(function: &ItemFn) -> bool {
    matches!(function.sig.inputs.first(), Some(FnArg::Receiver(_)))
}

/// The first `Self` of a function that stands in a block, though not of what is defined within it.
pub(crate) fn this_type(function: &ItemFn) -> Option<Ident> {
    struct Found(Option<Ident>);
    impl Visit<'_> for Found {
        fn visit_ident(&mut self, ident: &Ident) {
            if ident == "Self" {
                self.0.get_or_insert_with(|| ident.clone());
            }
        }

        fn visit_item(&mut self, _: &Item) {}
    }
    let mut found = Found(None);
    found.visit_signature(&function.sig);
    found.visit_block(&function.block);
    found.0
}

/// The first borrow in a type that isn't `'static`: a reference or a lifetime.
pub(crate) fn borrow(ty: &Type) -> Option<TokenStream> {
    struct Found(Option<TokenStream>);
    impl Visit<'_> for Found {
        fn visit_type_reference(&mut self, reference: &TypeReference) {
            if reference.lifetime.is_none() {
                self.0.get_or_insert(reference.to_token_stream());
            }
            syn::visit::visit_type_reference(self, reference);
        }

        fn visit_lifetime(&mut self, lifetime: &Lifetime) {
            if lifetime.ident != "static" {
                self.0.get_or_insert(lifetime.to_token_stream());
            }
        }

        // One that is known to have a lifetime, and doesn't show it.
        fn visit_type_path(&mut self, path: &TypePath) {
            if let Some(last) = path.path.segments.last().filter(|last| last.ident == "Cow")
                && let PathArguments::AngleBracketed(arguments) = &last.arguments
                && !arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_)))
            {
                self.0.get_or_insert(path.to_token_stream());
            }
            syn::visit::visit_type_path(self, path);
        }

        // Lifetimes in `fn(&str)` and `Fn(&str)` are nobody's.
        fn visit_type_fn_ptr(&mut self, _: &syn::TypeFnPtr) {}
        fn visit_parenthesized_generic_arguments(&mut self, _: &syn::ParenthesizedGenericArguments) {}
    }
    let mut found = Found(None);
    found.visit_type(ty);
    found.0
}

/// The word that says what a type is: `Vec` of `&[std::vec::Vec<u8>]`.
pub(crate) fn head(ty: &Type) -> Span {
    match ty {
        Type::Reference(reference) => head(&reference.elem),
        Type::Paren(paren) => head(&paren.elem),
        Type::Group(group) => head(&group.elem),
        Type::Slice(slice) => head(&slice.elem),
        Type::Array(array) => head(&array.elem),
        Type::Path(path) => path.path.segments.last().map_or_else(|| path.span(), |last| last.ident.span()),
        ty => ty.span(),
    }
}

/// A type with its lifetimes left to the compiler, for use outside of the signature that names them.
pub(crate) fn without_lifetimes(ty: &Type) -> Type {
    struct Elide;
    impl VisitMut for Elide {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident != "static" {
                lifetime.ident = Ident::new("_", lifetime.ident.span());
            }
        }
    }
    let mut ty = ty.clone();
    Elide.visit_type_mut(&mut ty);
    ty
}

#[cfg(test)]
mod tests {
    use quote::format_ident;

    use super::*;

    #[test]
    fn variables_are_mentioned_and_fields_are_not() {
        let id = format_ident!("id");
        for yes in ["id", "f(id)", "id.x", "0..id", "format!(\"{id}\")", "&id", "x.y(id)", "x, id"] {
            assert!(mentions(&yes.parse().unwrap(), &id), "{yes}");
        }
        for no in ["ret.id", "x.id()", "idd", "\"id\"", "ret . id", "x::id()"] {
            assert!(!mentions(&no.parse().unwrap(), &id), "{no}");
        }
    }

    #[test]
    fn closures_capture_what_they_do_not_bind() {
        let closure = syn::parse_quote!(|v| {
            let id = v.id;
            id > n && v.m(Self::X, crate::limit)
        });
        assert_eq!(captured(&closure), ["n"]);
    }

    #[test]
    fn borrows_are_seen() {
        for yes in [
            "&str",
            "Option<&'a str>",
            "Cow<'_, str>",
            "Cow<str>",
            "Option<borrow::Cow<[u8]>>",
            "Result<Vec<&u8>, E>",
            "&'static &str",
        ] {
            assert!(borrow(&syn::parse_str(yes).unwrap()).is_some(), "{yes}");
        }
        for no in ["&'static str", "Arc<dyn Fn(&str) -> bool>", "fn(&str) -> &str", "Cow<'static, str>"] {
            assert!(borrow(&syn::parse_str(no).unwrap()).is_none(), "{no}");
        }
    }
}
