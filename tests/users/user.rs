//! A user's crate under every lint that a strict author may turn on: nothing that the attributes and derives make may
//! warn. Compiled in both editions; whoever adds an option uses it here.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![deny(future_incompatible, keyword_idents, let_underscore, nonstandard_style, refining_impl_trait, unused)]
#![deny(rust_2018_compatibility, rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility)]
#![deny(
    ambiguous_negative_literals,
    explicit_outlives_requirements,
    ffi_unwind_calls,
    let_underscore_drop,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_code,
    unstable_features,
    unused_crate_dependencies,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![expect(clippy::redundant_pub_crate, reason = "the opposite of `unreachable_pub`")]
#![deny(
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::absolute_paths,
    clippy::clone_on_ref_ptr,
    clippy::default_numeric_fallback,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::impl_trait_in_params,
    clippy::indexing_slicing,
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::map_err_ignore,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::mod_module_files,
    clippy::multiple_inherent_impl,
    clippy::panic,
    clippy::partial_pub_fields,
    clippy::pattern_type_mismatch,
    clippy::print_stdout,
    clippy::ref_patterns,
    clippy::same_name_method,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::std_instead_of_core,
    clippy::str_to_string,
    clippy::undocumented_unsafe_blocks,
    clippy::unreachable,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::wildcard_enum_match_arm
)]

pub mod methods;
mod private;
pub mod public;

/// Uses what is private.
#[inline]
pub async fn run() -> usize {
    private::run().await
}
