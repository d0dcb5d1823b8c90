//! The user's function, taken apart: its arguments, what they bind, its attributes.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Attribute, FnArg, GenericParam, ItemFn, Pat, ReturnType, Type};

use crate::errors::Errors;
use crate::syntax::impl_traits;

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
    /// What callers see, and attributes under ours: the name that a pattern binds, if it is one.
    pub(crate) outer: Ident,
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
        if let syn::Safety::Unsafe(unsafety) = &signature.safety {
            errors.at(
                unsafety,
                format_args!("an `unsafe fn` can't be {attribute}: put what is unsafe into one of its own"),
            );
        }
        if let ReturnType::Type(_, ty) = &signature.output {
            for ty in impl_traits(ty) {
                errors.at(ty, format_args!("a function that is {attribute} must name its return type"));
            }
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
        for ty in self.arguments.iter().flat_map(|argument| impl_traits(&argument.ty)) {
            errors
                .at(ty, format_args!("a function that is {attribute} must name the types of its arguments"));
        }
    }

    /// Whether it is a function that could be cached, whatever else is wrong.
    pub(crate) fn is_ordinary(&self) -> bool {
        let all_typed = self.arguments.len() == self.item.sig.inputs.len();
        let types = self.arguments.iter().map(|argument| &argument.ty).chain([&self.returns]);
        let no_parameters = self.item.sig.generics.type_params().next().is_none()
            && self.item.sig.generics.const_params().next().is_none();
        all_typed && no_parameters && types.map(impl_traits).all(|found| found.is_empty())
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

    /// The same by their outer names.
    pub(crate) fn outer_names(&self) -> TokenStream {
        let names = self.arguments.iter().map(|argument| &argument.outer);
        quote!(#(#names),*)
    }

    /// The signature with plain argument names, beside which patterns can be bound.
    pub(crate) fn plain_signature(&self) -> syn::Signature {
        self.named_signature(|argument| &argument.name)
    }

    /// The signature with outer names: the wrapper's. Like the author's in all that a caller can see.
    pub(crate) fn outer_signature(&self) -> syn::Signature {
        self.named_signature(|argument| &argument.outer)
    }

    fn named_signature(&self, name: fn(&Argument) -> &Ident) -> syn::Signature {
        let mut signature = self.item.sig.clone();
        let inputs = signature.inputs.iter_mut().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        });
        for (input, argument) in inputs.zip(&self.arguments) {
            let name = name(argument);
            *input.pat = syn::parse_quote!(#name);
        }
        signature
    }

    /// Binds by reference what patterns bind, for expressions and keys, where arguments have their outer names.
    pub(crate) fn bind(&self) -> TokenStream {
        let patterns = self.arguments.iter().filter(|argument| !argument.plain);
        patterns.map(|argument| argument.bind(&argument.outer)).collect()
    }

    /// The attributes that hold for all that is generated: `cfg`, and what silences or raises lints.
    pub(crate) fn shared_attributes(&self) -> Vec<Attribute> {
        let shared = ["cfg", "allow", "warn", "deny", "forbid"];
        let is_shared = |attribute: &&Attribute| shared.iter().any(|name| attribute.path().is_ident(name));
        self.attributes().iter().filter(is_shared).cloned().collect()
    }

    /// The author's attributes, for the wrapper. A lint that is expected comes in one of the parts that the function is
    /// taken into, not in all: it is allowed in all.
    pub(crate) fn attributes(&self) -> Vec<Attribute> {
        let mut attributes = self.item.attrs.clone();
        for attribute in &mut attributes {
            if attribute.path().is_ident("expect")
                && let syn::Meta::List(list) = &mut attribute.meta
            {
                list.path = syn::parse_quote!(allow);
            }
        }
        attributes
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
                let outer = name.clone();
                Argument { bindings: vec![name.clone()], name, outer, pattern, ty, plain: true }
            }
            _ => {
                let name = format_ident!("__cache_pattern_{position}", span = pattern.span());
                let mut bindings = Bindings(Vec::new());
                bindings.visit_pat(&pattern);
                let outer = match &bindings.0[..] {
                    [one] => one.clone(),
                    _ => name.clone(),
                };
                Argument { bindings: bindings.0, name, outer, pattern, ty, plain: false }
            }
        }
    }

    /// `let Path(id) = &argument;`
    pub(crate) fn bind(&self, name: &Ident) -> TokenStream {
        let pattern = self.by_reference();
        quote_spanned!(self.pattern.span()=> #[allow(unused_variables)] let #pattern = &#name;)
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
