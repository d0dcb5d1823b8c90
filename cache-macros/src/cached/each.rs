//! `each = ids`: an argument that stands for many keys, each of which is an entry of its own.
//!
//! Key, entry, what is stored and what it depends on are those of a function of one id, which nobody wrote: [`one`]. The
//! wrapper looks for each id, and runs the author's body with those that are missing.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{GenericArgument, PathArguments, Type};

use super::expand::Expansion;
use super::parse::Options;
use crate::arguments::Arguments;
use crate::dependency::Extent;
use crate::errors::Errors;
use crate::function::{Argument, Function};
use crate::lints;
use crate::options::among;
use crate::paths::{ends, private};
use crate::syntax::head;

/// How the ids are given.
enum Ids<'a> {
    /// `&[T]`
    Slice(&'a Type),
    /// `&Vec<T>`
    Borrowed(&'a Type),
    /// `Vec<T>`
    Owned(&'a Type),
}

impl<'a> Ids<'a> {
    fn of(ty: &'a Type) -> Option<Self> {
        match ty {
            Type::Reference(reference) if reference.mutability.is_none() => match &*reference.elem {
                Type::Slice(slice) => Some(Ids::Slice(&slice.elem)),
                ty => element(ty).map(Ids::Borrowed),
            },
            ty => element(ty).map(Ids::Owned),
        }
    }

    fn one(&self) -> &'a Type {
        match self {
            Ids::Slice(ty) | Ids::Borrowed(ty) | Ids::Owned(ty) => ty,
        }
    }
}

/// `T` of a `Vec<T>`.
fn element(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Vec")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}

fn ids<'a>(options: &Options, function: &'a Function) -> Option<(&'a Argument, Ids<'a>)> {
    let each = options.each.as_ref()?;
    let argument = function.arguments.iter().find(|argument| argument.plain && argument.name == *each)?;
    Some((argument, Ids::of(&argument.ty)?))
}

pub(super) fn check(options: &Options, function: &Function, errors: &Errors) {
    let Some(each) = &options.each else { return };
    match function.arguments.iter().find(|argument| argument.plain && argument.name == *each) {
        None => {
            let plain = function.arguments.iter().filter(|argument| argument.plain);
            let names: Vec<_> = plain.map(|argument| argument.name.to_string()).collect();
            let among = among(each, "arguments", &names);
            errors.at(each, format_args!("`each` is an argument with many ids, and there is no `{each}`{among}"));
        }
        Some(argument) if Ids::of(&argument.ty).is_none() => errors.at(
            &argument.ty,
            format_args!("`each = {each}`: the ids are `&[T]`, `Vec<T>` or `&Vec<T>`, for the body gets those that are missing"),
        ),
        Some(_) => {}
    }
    if let Some(skipped) = options.skip.iter().find(|skipped| *skipped == each) {
        errors.at(
            skipped,
            format_args!("`each = {each}` is what tells the entries apart, it can't be skipped"),
        );
    }
    if let Some((literal, _)) = &options.err_ttl {
        errors.at(literal, "an error is of no one id: with `each` it can't be stored");
    }
}

/// Whether a dependency is on the row of each id by itself.
pub(super) fn is_each(options: &Options, extent: &Extent) -> bool {
    let (Some(each), Extent::Rows(rows)) = (&options.each, extent) else { return false };
    matches!(&**rows, syn::Expr::Path(path) if path.path.is_ident(each))
}

/// The function of one id.
pub(super) fn one(options: &Options, function: &Function) -> Option<Function> {
    let (argument, ids) = ids(options, function)?;
    let (name, ty) = (argument.name.clone(), ids.one().clone());
    let mut one = function.clone();
    for argument in one.arguments.iter_mut().filter(|argument| argument.name == name) {
        argument.ty = ty.clone();
    }
    let (start, end) = ends(&function.returns);
    let (returns, many) = (&function.returns, private("Many", &function.returns));
    let value = Ident::new("Value", end);
    one.returns = syn::parse2(quote_spanned!(start=> <#returns as #many>::#value)).ok()?;
    Some(one)
}

impl Expansion<'_> {
    /// Beside the function, with `each`: its call as a whole.
    pub(super) fn whole_function(&self) -> Option<TokenStream> {
        let (name, site) = (self.whole_name(), self.site_name());
        self.options.each.as_ref().map(|_| {
            quote! {
                fn #name() -> ::cache_core::private::Call {
                    let mut __cache_call = ::cache_core::private::Call::new();
                    __cache_call.of(&#site);
                    __cache_call
                }
            }
        })
    }

    fn whole_name(&self) -> Ident {
        match &self.function.block {
            None => format_ident!("__whole"),
            Some(block) => format_ident!("__cache_whole_{}", block.suffix(self.function.name())),
        }
    }

    /// The function as its callers know it, of the expansion of one: one call.
    pub(super) fn wrapper_of_many(&self, function: &Function) -> TokenStream {
        let Some((argument, ids)) = ids(self.options, function) else { return TokenStream::new() };
        let (name, ty) = (&argument.name, ids.one());
        let arguments = Arguments::all(self.function);
        let call = self.call(&arguments, Some(name), None);
        let names = self.names();
        let (shape, declare) = (self.shape(), self.declare(&arguments));
        let (shadowing, quiet) = (lints::shadowing(), lints::arguments());
        let declare = match declare.is_empty() {
            true => quote!(|_, _| ()),
            false => quote! {
                |#quiet #name: &#ty, __cache_tags: &mut __cache::Dependencies| { #declare }
            },
        };
        let (whole, when) = (self.whole_name(), self.when());
        let whole = match &self.function.block {
            None => {
                let companion = &self.companion;
                quote!(#companion::#whole())
            }
            Some(_) => quote!(#whole()),
        };
        let whole = match &when {
            None => whole,
            Some(when) => {
                let bind = self.bind(&arguments);
                quote!({
                    let mut __cache_whole = #whole;
                    { #bind __cache_whole #when; }
                    __cache_whole
                })
            }
        };
        let others = function.arguments.iter().filter(|other| other.name != *name && other.name != "self");
        let again = others.map(|other| {
            let (other, again) = (&other.name, Ident::new("again", head(&other.ty)));
            let quiet = lints::arguments();
            quote_spanned!(again.span()=>
                #quiet let #other = ::cache_core::private::#again(&#other);)
        });
        let given = match ids {
            Ids::Slice(_) => quote!(&__cache_missing[..]),
            Ids::Borrowed(_) => quote!(&__cache_missing),
            Ids::Owned(_) => quote!(__cache_missing),
        };
        let body = function.body();
        let body = match function.is_async() {
            true => quote!(async move { #shadowing let #name = #given; #body.await }),
            false => quote!({ #shadowing let #name = #given; (#body)() }),
        };
        // What is no map is reported there.
        let run = private(&self.asynchronous("run_many").to_string(), &function.returns);
        function.wrapper(
            &names,
            &quote! {
                #run(
                    #whole,
                    &#name[..],
                    #shape,
                    |#shadowing #name: &#ty| __cache::Call::take(#call),
                    #declare,
                    |__cache_missing: ::std::vec::Vec<#ty>| {
                        #(#again)*
                        #body
                    },
                )
            },
        )
    }
}
