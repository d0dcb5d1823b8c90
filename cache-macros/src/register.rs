//! `register!(Repo<Product>)`, `register!(fn count<Product>)`.

use crate::syntax::head;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Path, PathArguments, Token, Type, TypePath};

use crate::text::text;
use crate::{lints, paths};

pub(crate) fn register(input: TokenStream) -> syn::Result<TokenStream> {
    let parser = |input: ParseStream<'_>| {
        let mut path = None;
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            path = Some(input.call(Path::parse_mod_style)?);
            input.parse::<Token![;]>()?;
        }
        if input.is_empty() {
            return Err(syn::Error::new(Span::call_site(), EXAMPLE));
        }
        let at = input.span();
        let tokens = match input.parse::<Option<Token![fn]>>()? {
            None => instance_of_block(&input.parse().map_err(|_| syn::Error::new(at, EXAMPLE))?)?,
            Some(_) => instance_of_function(input.parse()?)?,
        };
        if !input.is_empty() {
            return Err(input.error("`register!` takes one type or function"));
        }
        Ok(paths::renamed(tokens, path.as_ref()))
    };
    parser.parse2(input)
}

const EXAMPLE: &str = "name an instance: `register!(Repo<Product>)`, `register!(fn count<Product>)`";

fn instance_of_block(block: &Type) -> syn::Result<TokenStream> {
    let name = text(block);
    if let Type::Path(TypePath { qself: None, path, .. }) = block
        && let Some(last) = path.segments.last()
        && last.ident.to_string().starts_with(|letter: char| letter.is_lowercase())
        && !last.arguments.is_empty()
    {
        let message = format!("a function is registered with `fn` before it: `register!(fn {name})`");
        return Err(syn::Error::new_spanned(block, message));
    }
    let parts =
        (1..8_u8).map(|part| quote!(::cache_core::private::Instances::<#block, #part>::__CACHE_DECLARED));
    Ok(submit(&quote! {
        ::cache_core::private::instance_of_block(
            #name,
            &[<#block as ::cache_core::private::Instance<0>>::DECLARED, #(#parts),*],
        )
    }))
}

fn instance_of_function(mut function: TypePath) -> syn::Result<TokenStream> {
    let name = text(&function);
    let last = function
        .path
        .segments
        .last_mut()
        .map(|last| std::mem::replace(&mut last.arguments, PathArguments::None));
    let Some(PathArguments::AngleBracketed(mut given)) = last else {
        let message = "name the types that are given to the function: `register!(fn count<Product>)`";
        return Err(syn::Error::new_spanned(function, message));
    };
    given.colon2_token = None;
    let made = Ident::new("__cache_instance", head(&Type::Path(function.clone())));
    Ok(submit(&quote! {
        ::cache_core::private::instance_of_function(#name, #function::#made::#given())
    }))
}

fn submit(instance: &TokenStream) -> TokenStream {
    let quiet = lints::items();
    quote! {
        const _: () = {
            #quiet
            use ::cache_core::private::{NoInstance as _, NoParameters as _};
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Instance(|| #instance)
            }
        };
    }
}
