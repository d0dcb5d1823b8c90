//! The user's function, taken apart: its arguments, what they bind, its attributes.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Attribute, FnArg, GenericParam, ItemFn, Pat, ReturnType, Type};

use crate::errors::Errors;

/// A free function.
pub(crate) struct Function {
    pub(crate) item: ItemFn,
    pub(crate) arguments: Vec<Argument>,
    /// What it returns; `()` if it says nothing.
    pub(crate) returns: Type,
}

/// An argument: what the wrapper calls it, and what the author does.
pub(crate) struct Argument {
    /// The author's name, or a made one where a pattern stands.
    pub(crate) name: Ident,
    pub(crate) pattern: Pat,
    pub(crate) ty: Type,
    /// The names that the pattern binds: the parts of the key. The name itself for a plain argument.
    pub(crate) bindings: Vec<Ident>,
    pub(crate) plain: bool,
}

impl Function {
    /// Takes a function apart. `attribute` is what the messages call the attribute.
    pub(crate) fn new(item: ItemFn, attribute: &str, errors: &Errors) -> Function {
        let signature = &item.sig;
        if let Some(constness) = &signature.constness {
            errors.at(constness, format_args!("a `const fn` can't be {attribute}: it runs while compiling"));
        }
        if let Some(abi) = &signature.abi {
            errors.at(
                abi,
                format_args!("an `extern` function can't be {attribute}: wrap it in one of its own"),
            );
        }
        if let ReturnType::Type(_, ty) = &signature.output
            && let Type::ImplTrait(ty) = &**ty
        {
            errors.at(ty, format_args!("a function that is {attribute} must name its return type"));
        }
        let mut arguments = Vec::new();
        for (position, input) in signature.inputs.iter().enumerate() {
            match input {
                FnArg::Receiver(receiver) => errors.at(
                    receiver,
                    format_args!(
                        "a method can't be {attribute}: its type isn't known here; move the body into a free function"
                    ),
                ),
                FnArg::Typed(argument) => {
                    arguments.push(Argument::new(position, (*argument.pat).clone(), (*argument.ty).clone()));
                }
            }
        }
        let returns = match &signature.output {
            ReturnType::Default => syn::parse_quote_spanned!(signature.ident.span()=> ()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        Function { arguments, returns, item }
    }

    pub(crate) fn name(&self) -> &Ident {
        &self.item.sig.ident
    }

    pub(crate) fn is_async(&self) -> bool {
        self.item.sig.asyncness.is_some()
    }

    /// Says what it doesn't take: type parameters, and `impl Trait` for arguments.
    pub(crate) fn refuse_type_parameters(&self, attribute: &str, errors: &Errors) {
        for parameter in &self.item.sig.generics.params {
            if !matches!(parameter, GenericParam::Lifetime(_)) {
                errors.at(
                    parameter,
                    format_args!(
                        "a function that is {attribute} takes no type parameters: they are not part of the key; name the \
                         type"
                    ),
                );
            }
        }
        for argument in &self.arguments {
            if let Type::ImplTrait(ty) = &argument.ty {
                errors.at(
                    ty,
                    format_args!("a function that is {attribute} must name the types of its arguments"),
                );
            }
        }
    }

    /// The names of all arguments that the author can refer to.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = &Ident> {
        self.arguments.iter().flat_map(|argument| &argument.bindings)
    }

    /// The arguments of the wrapper, as its caller gives them to the body.
    pub(crate) fn names(&self) -> TokenStream {
        let names = self.arguments.iter().map(|argument| &argument.name);
        quote!(#(#names),*)
    }

    /// The signature with plain argument names: the wrapper's. Like the author's in all that a caller can see.
    pub(crate) fn plain_signature(&self) -> syn::Signature {
        let mut signature = self.item.sig.clone();
        let inputs = signature.inputs.iter_mut().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        });
        for (input, argument) in inputs.zip(&self.arguments) {
            let name = &argument.name;
            *input.pat = syn::parse_quote!(#name);
        }
        signature
    }

    /// Binds by reference what patterns bind, for expressions and keys.
    pub(crate) fn bind(&self) -> TokenStream {
        self.arguments.iter().filter(|argument| !argument.plain).map(Argument::bind).collect()
    }

    /// The attributes that hold for all that is generated: `cfg`, and what silences or raises lints.
    pub(crate) fn shared_attributes(&self) -> impl Iterator<Item = &Attribute> {
        let shared = ["cfg", "allow", "expect", "warn", "deny"];
        self.item
            .attrs
            .iter()
            .filter(move |attribute| shared.iter().any(|name| attribute.path().is_ident(name)))
    }

    /// `cfg` alone.
    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        self.item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"))
    }
}

impl Argument {
    fn new(position: usize, pattern: Pat, ty: Type) -> Argument {
        match &pattern {
            Pat::Ident(ident) if ident.subpat.is_none() => {
                let name = ident.ident.clone();
                Argument { bindings: vec![name.clone()], name, pattern, ty, plain: true }
            }
            _ => {
                let name = format_ident!("__cache_argument_{position}", span = pattern.span());
                let mut bindings = Bindings(Vec::new());
                bindings.visit_pat(&pattern);
                Argument { bindings: bindings.0, name, pattern, ty, plain: false }
            }
        }
    }

    /// `let Path(id) = &argument;`
    pub(crate) fn bind(&self) -> TokenStream {
        let (pattern, name) = (self.by_reference(), &self.name);
        quote_spanned!(self.pattern.span()=> let #pattern = &#name;)
    }

    /// The pattern, matching a reference to what the author's matches: no `mut`, no `ref`, no `&`.
    pub(crate) fn by_reference(&self) -> Pat {
        let mut pattern = self.pattern.clone();
        ByReference.visit_pat_mut(&mut pattern);
        pattern
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

/// A type with its lifetimes left to the compiler, for use outside of the signature that names them.
pub(crate) fn without_lifetimes(ty: &Type) -> Type {
    struct Elide;
    impl VisitMut for Elide {
        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            if lifetime.ident != "static" {
                lifetime.ident = Ident::new("_", lifetime.ident.span());
            }
        }
    }
    let mut ty = ty.clone();
    Elide.visit_type_mut(&mut ty);
    ty
}

/// Whether tokens mention a name: not as a field or method (`ret.id`), nor as a segment of a path.
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
