//! Aliases: named caches, as types.

use super::Settings;

/// A named cache: what its functions share unless they say otherwise.
///
/// Derived: `#[derive(Alias)] #[alias(name = "prices", ttl = "15m")] struct Prices;`. The name is unique in the
/// program; two aliases of one name are refused at start.
///
/// ```
/// use cache_core::{Alias, cached};
///
/// /// Prices change at night.
/// #[derive(Alias)]
/// #[alias(name = "prices", ttl = "1h", max_entries = 50_000)]
/// struct Prices;
///
/// #[cached(alias = Prices)]
/// fn price(article: u64) -> u64 { article * 3 }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an alias",
    label = "expected a type with `#[derive(Alias)]`",
    note = "derive it: `#[derive(cache_core::Alias)] #[alias(name = \"..\", ttl = \"..\")] struct {Self};`"
)]
pub trait Alias: 'static {
    /// The name: lower-case letters, digits, `_`, `-` and `.`.
    const NAME: &'static str;
    /// What the functions of this alias share.
    const SETTINGS: Settings;
    /// Whether every function is scoped by a tenant: [`Scoped`] or [`Unscoped`].
    type Tenant: AliasScope;
    /// Whether every function is scoped by a user.
    type User: AliasScope;

    /// All of it, for the attributes of its functions.
    #[doc(hidden)]
    const FACTS: AliasFacts = AliasFacts {
        name: Self::NAME,
        settings: Self::SETTINGS,
        per_tenant: <Self::Tenant as AliasScope>::IS_SCOPED,
        per_user: <Self::User as AliasScope>::IS_SCOPED,
    };
}

/// An alias, as its type states it.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AliasFacts {
    pub name: &'static str,
    pub settings: Settings,
    pub per_tenant: bool,
    pub per_user: bool,
}

/// The alias of functions that name none: 5 minutes, 10,000 entries, no scope.
#[derive(Debug)]
pub enum DefaultAlias {}

#[diagnostic::do_not_recommend]
impl Alias for DefaultAlias {
    const NAME: &'static str = "default";
    const SETTINGS: Settings = Settings::new();
    type Tenant = Unscoped;
    type User = Unscoped;
}

/// [`Scoped`] or [`Unscoped`].
pub trait AliasScope: sealed::Sealed {
    #[doc(hidden)]
    const IS_SCOPED: bool;
}

/// Every function of the alias is scoped, or says `global`.
#[derive(Debug)]
pub enum Scoped {}

/// A function of the alias is scoped if it says so.
#[derive(Debug)]
pub enum Unscoped {}

impl AliasScope for Scoped {
    const IS_SCOPED: bool = true;
}

impl AliasScope for Unscoped {
    const IS_SCOPED: bool = false;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Scoped {}
    impl Sealed for super::Unscoped {}
}
