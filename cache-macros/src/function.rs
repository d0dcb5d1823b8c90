//! The user's function, taken apart: its arguments, its attributes, the block that it stands in.

mod argument;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{
    AttrStyle, Attribute, Expr, FnArg, GenericParam, Generics, Item, ItemFn, Path, ReturnType, Stmt,
    TraitItemFn, Type,
};

pub(crate) use self::argument::Argument;
use crate::errors::Errors;
use crate::lints;
use crate::methods::Block;
use crate::syntax::{
    borrow, boxed_future, has_receiver, impl_traits, mentions, this_type, without_lifetimes,
};

/// A function or method.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) item: ItemFn,
    /// Its arguments; the first is `self` if it has a receiver.
    pub(crate) arguments: Vec<Argument>,
    /// What it returns, and its future if it is async; `()` if it says nothing.
    pub(crate) returns: Type,
    /// The block that it stands in, if any.
    pub(crate) block: Option<Block>,
    /// Whether it returns a boxed future, as what `#[async_trait]` makes of an async method does.
    boxed: bool,
}

impl Function {
    /// Takes a function apart. `attribute` is what the messages call the attribute.
    pub(crate) fn new(item: ItemFn, block: Option<Block>, attribute: &str, errors: &Errors) -> Function {
        let signature = &item.sig;
        if let Some(constness) = &signature.constness {
            errors.at(constness, format_args!("a `const fn` can't be {attribute}, for it may run while compiling: wrap it in one of its own"));
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
        for attribute in item.attrs.iter().filter(|attribute| is_ours(attribute)) {
            errors.at(attribute, ONE_OF_BOTH);
        }
        if let (None, false, Some(this)) = (&block, has_receiver(&item), this_type(&item)) {
            errors.at(this, format_args!("{}, which says what `Self` is", needs_methods(attribute)));
        }
        if let ReturnType::Type(_, ty) = &signature.output {
            for ty in impl_traits(ty) {
                errors.at(ty, format_args!("a function that is {attribute} must name its return type"));
            }
        }
        let mut arguments = Vec::new();
        for (position, input) in signature.inputs.iter().enumerate() {
            match input {
                FnArg::Receiver(receiver) if block.is_none() => errors
                    .at(receiver, format_args!("{}, which says what `self` is", needs_methods(attribute))),
                FnArg::Receiver(receiver) => arguments.push(Argument::receiver(receiver)),
                FnArg::Typed(argument) => {
                    arguments.push(Argument::new(position, (*argument.pat).clone(), (*argument.ty).clone()));
                }
            }
        }
        let mut returns = match &signature.output {
            ReturnType::Default => syn::parse_quote_spanned!(signature.ident.span()=> ()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let output =
            boxed_future(&returns).filter(|_| signature.asyncness.is_none() && boxes(&item.block).is_some());
        let boxed = output.is_some();
        if let Some(output) = output {
            returns = output;
        }
        Function { arguments, returns, item, block, boxed }
    }

    pub(crate) fn name(&self) -> &Ident {
        &self.item.sig.ident
    }

    pub(crate) fn is_async(&self) -> bool {
        self.item.sig.asyncness.is_some() || self.boxed
    }

    /// Says what it doesn't take: `impl Trait` for arguments, which is a type parameter without a name.
    pub(crate) fn refuse_impl_trait(&self, attribute: &str, errors: &Errors) {
        for ty in self.arguments.iter().flat_map(|argument| impl_traits(&argument.ty)) {
            errors.at(
                ty,
                format_args!(
                    "a function that is {attribute} must name the types of its arguments: a type, or a type parameter"
                ),
            );
        }
    }

    /// Of an argument that isn't always there, what is generated would know as little as the caller.
    pub(crate) fn refuse_cfg_on_arguments(&self, errors: &Errors) {
        for argument in &self.item.sig.inputs {
            let (syn::FnArg::Typed(syn::PatType { attrs, .. })
            | syn::FnArg::Receiver(syn::Receiver { attrs, .. })) = argument;
            if let Some(cfg) = attrs.iter().find(|attribute| attribute.path().is_ident("cfg")) {
                errors.at(cfg, "an argument is there or not by `#[cfg]`: write a function for each case, with its own attribute");
            }
        }
    }

    /// Whether it is a function that could be cached, whatever else is wrong.
    pub(crate) fn is_ordinary(&self) -> bool {
        let all_typed = self.arguments.len() == self.item.sig.inputs.len();
        let types = self.arguments.iter().map(|argument| &argument.ty).chain([&self.returns]);
        all_typed && types.map(impl_traits).all(|found| found.is_empty())
    }

    /// Whether its future owns all that it needs, as the types of its arguments are written: no reference or lifetime, nor a
    /// type parameter, which may hold one.
    pub(crate) fn owns_all(&self) -> bool {
        let own = |argument: &Argument| {
            let is_own = borrow(&argument.ty).is_none();
            let this = mentions(&argument.ty.to_token_stream(), &format_ident!("Self"));
            is_own && !(this && self.block.as_ref().is_some_and(Block::borrows))
        };
        self.is_async()
            && self.parameters().iter().all(|parameter| parameter.is_const)
            && self.arguments.iter().all(own)
    }

    /// The type parameters and constants that its value may depend on, those of its block first; in a trait, `Self`.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let block = self.block.as_ref();
        let this = block
            .filter(|block| block.is_trait())
            .map(|block| Parameter { name: Ident::new("Self", block.span), is_const: false });
        let own = |generics: &Generics| generics.params.iter().filter_map(Parameter::new).collect::<Vec<_>>();
        let of_block = block.map(|block| own(&block.generics)).unwrap_or_default();
        this.into_iter().chain(of_block).chain(own(&self.item.sig.generics)).collect()
    }

    /// Whether something that the author wrote can be named outside of the function: no type parameter, no `Self`.
    pub(crate) fn is_nameable(&self, tokens: &impl ToTokens) -> bool {
        let tokens = tokens.to_token_stream();
        let parameters = self.parameters();
        let mut hidden = parameters.iter().map(|parameter| &parameter.name);
        let this = self.block.is_some() && mentions(&tokens, &format_ident!("Self"));
        !this && !hidden.any(|name| mentions(&tokens, name))
    }

    /// A type as a constant beside the function names it, or one within an instance of its block: not one that mentions what
    /// is a parameter there.
    pub(crate) fn type_outside(&self, ty: &Type, is_instance: bool) -> Option<Type> {
        let ty = without_lifetimes(ty);
        if is_instance {
            return Some(ty);
        }
        let is_trait = self.block.as_ref().is_some_and(Block::is_trait);
        if is_trait && mentions(&ty.to_token_stream(), &format_ident!("Self")) || !impl_traits(&ty).is_empty()
        {
            return None;
        }
        Some(self.beside_block().of(&ty)).map(|ty| without_lifetimes(&ty)).filter(|ty| self.is_nameable(ty))
    }

    /// `::<T, N>`: its own type parameters, given on.
    pub(crate) fn turbofish(&self) -> Option<TokenStream> {
        let own: Vec<_> =
            self.item.sig.generics.params.iter().filter_map(Parameter::new).map(|own| own.name).collect();
        (!own.is_empty()).then(|| quote!(::<#(#own),*>))
    }

    /// How it is called from beside it.
    pub(crate) fn callee(&self) -> TokenStream {
        let (name, turbofish) = (self.name(), self.turbofish());
        match &self.block {
            None => quote!(#name #turbofish),
            Some(block) => {
                let this = block.callee();
                quote!(#this::#name #turbofish)
            }
        }
    }

    /// What it is called in keys, as an expression: `module::function`, `module::Type::method`.
    pub(crate) fn path(&self) -> TokenStream {
        let name = self.name().to_string();
        let name = name.trim_start_matches("r#");
        let name = match &self.block {
            None => name.to_owned(),
            Some(block) => format!("{}::{name}", block.name),
        };
        quote!(::core::concat!(::core::module_path!(), "::", #name))
    }

    /// The author's body, to be run later: a future, or a closure.
    pub(crate) fn body(&self) -> TokenStream {
        let returns = &self.returns;
        let patterns = self.arguments.iter().filter(|argument| !argument.is_name());
        let patterns = patterns.map(|Argument { pattern, name, .. }| {
            let shadowing = lints::shadowing();
            quote!(#shadowing let #pattern = #name;)
        });
        if self.boxed {
            // Already a future of its own.
            let future = boxes(&self.item.block).map(|(_, _, future)| future);
            return quote!({ #(#patterns)* #future });
        }
        let statements = &self.item.block.stmts;
        if !self.is_async() {
            return quote!(move || -> #returns { #(#patterns)* #(#statements)* });
        }
        quote! {
            async move {
                // Says what is returned, as the signature of a function does.
                if false {
                    return __cache::returned::<#returns>();
                }
                #(#patterns)*
                #(#statements)*
            }
        }
    }

    /// What stands in the function's place: `call` gives its value, or the future of it, where `items` are in scope.
    pub(crate) fn wrapper(&self, items: &TokenStream, call: &TokenStream) -> TokenStream {
        let (attributes, visibility, signature) = (self.attributes(), &self.item.vis, self.plain_signature());
        let body = match boxes(&self.item.block).filter(|_| self.boxed) {
            Some((before, boxing, _)) => quote!(#(#before)* #boxing(async move { #items #call.await })),
            None if self.is_async() => quote!(#items #call.await),
            None => quote!(#items #call),
        };
        quote! {
            #(#attributes)*
            #visibility #signature {
                #body
            }
        }
    }

    /// A function with this one's signature that calls it in another way: `call` gives its value, or the future of it.
    pub(crate) fn beside(&self, name: &str, call: &TokenStream) -> TokenStream {
        let mut signature = self.plain_signature();
        signature.ident = Ident::new(name, signature.ident.span());
        for (input, argument) in signature.inputs.iter_mut().zip(&self.arguments) {
            if let FnArg::Typed(input) = input {
                let name = self.beside_name(argument);
                *input.pat = syn::parse_quote!(#name);
            }
        }
        let body = match boxes(&self.item.block).filter(|_| self.boxed) {
            Some((_, boxing, _)) => quote!(#boxing(#call)),
            // Under `#[async_trait]` the function's future has a lifetime that no signature can name.
            None if self.is_async() && self.block.as_ref().is_some_and(Block::is_of_trait) => {
                quote!(#call.await)
            }
            None => call.clone(),
        };
        if signature.asyncness.is_some() && !self.block.as_ref().is_some_and(Block::is_of_trait) {
            // Not another future around the function's own.
            signature.asyncness = None;
            let returns = &self.returns;
            signature.output = syn::parse_quote!(-> impl ::core::future::Future<Output = #returns>);
        }
        quote!(#signature { #body })
    }

    /// The names that arguments bind, each with its argument.
    pub(crate) fn bound(&self) -> impl Iterator<Item = (&Ident, &Argument)> {
        self.arguments.iter().flat_map(|argument| argument.bindings.iter().map(move |name| (name, argument)))
    }

    /// The names of all arguments that the author can refer to.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = &Ident> {
        self.arguments.iter().flat_map(|argument| &argument.bindings)
    }

    /// The arguments of a function beside this one, given on to it.
    pub(crate) fn names(&self) -> TokenStream {
        let names = self.arguments.iter().map(|argument| self.beside_name(argument));
        quote!(#(#names),*)
    }

    /// What an argument is called in a function beside this one, where it must not hide the function.
    fn beside_name(&self, argument: &Argument) -> Ident {
        match &argument.name == self.name() {
            true => format_ident!("__cache_{}", argument.name),
            false => argument.name.clone(),
        }
    }

    /// The signature with plain argument names: the wrapper's. Like the author's in all that a caller can see.
    pub(crate) fn plain_signature(&self) -> syn::Signature {
        let mut signature = self.item.sig.clone();
        for (input, argument) in signature.inputs.iter_mut().zip(&self.arguments) {
            if let FnArg::Typed(input) = input {
                let name = &argument.name;
                *input.pat = syn::parse_quote!(#name);
            }
        }
        signature
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
            // `#![..]` in the body goes on the whole, too.
            attribute.style = AttrStyle::Outer;
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

/// The function that an attribute goes on. Where it is something else, says what.
pub(crate) fn item(tokens: TokenStream, attribute: &str) -> syn::Result<ItemFn> {
    let error = match syn::parse2(tokens.clone()) {
        Ok(item) => return Ok(item),
        Err(error) => error,
    };
    if let Ok(method) = syn::parse2::<TraitItemFn>(tokens.clone()) {
        let message =
            format!("`#[{attribute}]` goes on a function with a body: here, on that of each implementation");
        return Err(syn::Error::new_spanned(method.sig.ident, message));
    }
    let other = match syn::parse2(tokens) {
        Ok(Item::Impl(_) | Item::Trait(_)) => {
            let message = format!(
                "`#[{attribute}]` goes on methods, one by one, and `#[cache_core::methods]` on their block"
            );
            return Err(syn::Error::new(error.span(), message));
        }
        Ok(Item::Struct(_)) => "a struct",
        Ok(Item::Enum(_)) => "an enum",
        Ok(Item::Mod(_)) => "a module",
        Ok(Item::Const(_) | Item::Static(_)) => "a constant",
        Ok(_) => "this",
        Err(_) => "an expression: give it a function of its own",
    };
    Err(syn::Error::new(error.span(), format!("`#[{attribute}]` goes on a function, not on {other}")))
}

/// A function without our attributes: after a mistake they would say it again.
pub(crate) fn without_ours(item: &ItemFn) -> TokenStream {
    let mut item = item.clone();
    item.attrs.retain(|attribute| !is_ours(attribute));
    item.into_token_stream()
}

/// What is said of a function, or a method, that has more than one of them.
pub(crate) const ONE_OF_BOTH: &str = "a function has one of `#[cached]` and `#[invalidates]`, once";

/// Whether an attribute is `#[cached]` or `#[invalidates]`, however it is named.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == "cached" || last.ident == "invalidates")
}

fn needs_methods(attribute: &str) -> String {
    format!("a method that is {attribute} needs `#[cache_core::methods]` on the block that it stands in")
}

/// A type parameter or a constant.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) is_const: bool,
}

impl Parameter {
    pub(crate) fn new(parameter: &GenericParam) -> Option<Parameter> {
        match parameter {
            GenericParam::Type(ty) => Some(Parameter { name: ty.ident.clone(), is_const: false }),
            GenericParam::Const(constant) => Some(Parameter { name: constant.ident.clone(), is_const: true }),
            _ => None,
        }
    }
}

/// A body that ends in `Box::pin(future)`: what comes before, `Box::pin`, the future.
fn boxes(block: &syn::Block) -> Option<(&[Stmt], &Path, &Expr)> {
    let (Stmt::Expr(Expr::Call(call), None), before) = block.stmts.split_last()? else { return None };
    let (Expr::Path(boxing), [future]) = (&*call.func, &call.args.iter().collect::<Vec<_>>()[..]) else {
        return None;
    };
    let mut is_pin = boxing.path.segments.iter().rev().map(|segment| &segment.ident).zip(["pin", "Box"]);
    is_pin.all(|(found, wanted)| found == wanted).then_some((before, &boxing.path, *future))
}
