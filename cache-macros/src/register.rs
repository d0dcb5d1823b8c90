//! `register!(Repo<Product>)`, `register!(fn count<Product>)`.

use crate::{lints, paths};
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Path, PathArguments, Token, Type, TypePath};

pub(crate) fn register(input: TokenStream) -> syn::Result<TokenStream> {
    let parser = |input: ParseStream<'_>| {
        let mut path = None;
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            path = Some(input.call(Path::parse_mod_style)?);
            input.parse::<Token![;]>()?;
        }
        let tokens = match input.parse::<Option<Token![fn]>>()? {
            None => instance_of_block(&input.parse()?),
            Some(_) => instance_of_function(input.parse()?)?,
        };
        Ok(paths::renamed(tokens, path.as_ref()))
    };
    parser.parse2(input)
}

fn instance_of_block(block: &Type) -> TokenStream {
    let instance = quote!(#block).to_string().replace(' ', "");
    let parts = (1..8_u8)
        .map(|part| quote!(.chain(::cache_core::private::Instances::<#block, #part>::__CACHE_FUNCTIONS)));
    submit(
        &instance,
        &quote! {
            <#block as ::cache_core::private::Instance<0>>::FUNCTIONS.iter()#(#parts)*.copied()
        },
    )
}

fn instance_of_function(mut function: TypePath) -> syn::Result<TokenStream> {
    let instance = quote!(#function).to_string().replace(' ', "");
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
    Ok(submit(&instance, &quote!(::core::iter::once(#function::__cache_instance::#given()))))
}

fn submit(instance: &str, functions: &TokenStream) -> TokenStream {
    let quiet = lints::items();
    quote! {
        const _: () = {
            #quiet
            use ::cache_core::private::NoInstance as _;
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Instance(
                    || #functions.map(|function| function.instance(#instance)).collect()
                )
            }
        };
    }
}
