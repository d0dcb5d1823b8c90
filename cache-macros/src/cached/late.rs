//! Rows that are named by an iterator, or by the result alone.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::expand::Expansion;
use crate::dependency::{Dependency, Extent, each_row, row};
use crate::paths::{ends, private, variable};

impl Expansion<'_> {
    /// What the shape finds in a value.
    pub(super) fn rows_of_the_result(&self) -> Option<TokenStream> {
        let late = self.dependencies.iter().filter(|dependency| dependency.names_result());
        let late: Vec<_> = late.map(rows).collect();
        if late.is_empty() {
            return None;
        }
        Some(quote! {
            .rows(|__cache_found, __cache_value| {
                if let ::core::option::Option::Some(ret) =
                    ::cache_core::private::Returned(__cache_value).__cache_ret()
                {
                    #(__cache_found.add(#late);)*
                }
            })
        })
    }
}

/// The rows that a dependency names.
pub(super) fn rows(dependency: &Dependency) -> TokenStream {
    let model = &dependency.model;
    let (rows, list) = (private("Rows", model), variable("__cache_rows"));
    let to = quote!(&mut #list);
    let told = match &dependency.extent {
        Extent::Row(parts) => row(model, &to, parts),
        Extent::Rows(expr) => each_row(model, &to, expr),
        Extent::Model | Extent::Across => TokenStream::new(),
    };
    quote_spanned!(ends(model).1=> {
        let mut #list = #rows::<#model>::new();
        #told
        #list
    })
}
