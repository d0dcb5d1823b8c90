//! Scopes: whose value it is.

use std::any::TypeId;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::key::{CacheKey, KeyWriter};

/// Who a value belongs to: an organisation, a client, a shop.
///
/// A type of its own, not an integer: the argument whose type is a tenant scopes the function. Derived:
///
/// ```
/// use cache_core::Tenant;
///
/// #[derive(Tenant, Clone, Copy)]
/// struct Org(i64);
///
/// /// A hierarchy: `org=1/client=5`. Invalidating the tenant `Org(1)` reaches all of its clients.
/// #[derive(Tenant, Clone, Copy)]
/// struct Client {
///     #[tenant(parent)]
///     org: Org,
///     client: i64,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tenant",
    label = "expected a type with `#[derive(Tenant)]`",
    note = "primitives are not tenants: `#[derive(cache_core::Tenant)] struct Org(i64);`"
)]
pub trait Tenant {
    /// The tenant that this one lies in; [`Root`] for none.
    type Parent: ?Sized;

    /// What its levels are called: the derive says it.
    #[doc(hidden)]
    const LEVELS: Levels = Levels::UNKNOWN;

    /// Writes the levels of this tenant, the outermost first.
    fn write_tenant(&self, path: &mut TenantPath);
}

/// What the levels of a tenant are called, or a user.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Levels {
    outer: Option<&'static Levels>,
    own: &'static [&'static str],
}

impl Levels {
    /// Of a tenant whose trait is implemented by hand.
    pub const UNKNOWN: Levels = Levels { outer: None, own: &[] };

    /// Those of the tenant that it lies in, and its own.
    pub const fn new(outer: Option<&'static Levels>, own: &'static [&'static str]) -> Self {
        Levels { outer, own }
    }

    /// All of them, the outermost first; none where some are unknown.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let mut names = self.outer.map_or_else(Vec::new, |outer| outer.names());
        if self.own.is_empty() || self.outer.is_some() && names.is_empty() {
            return Vec::new();
        }
        names.extend(self.own);
        names
    }
}

/// The parent of a tenant that lies in no other.
#[derive(Debug)]
pub enum Root {}

/// Whom a value is for, within a tenant if there is one. Derived like [`Tenant`]:
/// `#[derive(User)] struct UserId(i64);`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user",
    label = "expected a type with `#[derive(User)]`",
    note = "primitives are not users: `#[derive(cache_core::User)] struct UserId(i64);`"
)]
pub trait User: CacheKey {
    /// What the user is called in keys.
    const NAME: &'static str;
}

/// Never a part of a key: a pool, a client, a clock. Arguments of such types are left out by themselves.
///
/// ```
/// use cache_core::{NoKey, cached};
///
/// #[derive(NoKey)]
/// struct Database { /* connections */ }
///
/// #[cached]
/// fn name(db: &Database, id: u64) -> String { format!("no. {id}") }
/// ```
pub trait NoKey {}

/// The levels of a tenant, from the outermost.
#[derive(Clone, Debug, Default)]
pub struct TenantPath {
    bytes: SmallVec<[u8; 64]>,
    /// Where each level ends.
    ends: SmallVec<[usize; 3]>,
    /// Which types end where: the levels that models can belong to.
    types: SmallVec<[(TypeId, usize); 2]>,
}

impl TenantPath {
    /// Adds a level: its name and its value.
    pub fn level<T: CacheKey + ?Sized>(&mut self, name: &str, value: &T) {
        let mut writer = KeyWriter::new();
        writer.tenant_level(name, value);
        match writer.inline_length() {
            Some(length) if length <= LONGEST => self.bytes.extend_from_slice(writer.seal().bytes),
            _ => {
                let level = shortened(writer, |writer, digest| writer.tenant_level(name, digest));
                self.bytes.extend_from_slice(&level);
            }
        }
        self.ends.push(self.bytes.len());
    }

    /// Says that the levels so far are the path of `T`: what `#[model(per_tenant = T)]` refers to.
    pub fn complete<T: 'static>(&mut self) {
        self.types.push((TypeId::of::<T>(), self.bytes.len()));
    }

    pub(crate) fn of<T: Tenant + ?Sized>(tenant: &T) -> TenantPath {
        let mut path = TenantPath::default();
        tenant.write_tenant(&mut path);
        path
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The path of each level, the outermost first.
    pub(crate) fn levels(&self) -> impl Iterator<Item = &[u8]> {
        self.ends.iter().map(|end| &self.bytes[..*end])
    }

    pub(crate) fn up_to(&self, level: TypeId) -> Option<&[u8]> {
        self.types.iter().find(|(ty, _)| *ty == level).map(|(_, end)| &self.bytes[..*end])
    }
}

/// What stands for a level that is too long.
struct Digest([u8; 32]);

impl CacheKey for Digest {
    fn write_key(&self, key: &mut KeyWriter) {
        key.digest(&self.0);
    }
}

/// The scope of one call, as its key holds it: what a caller's key must cover too (I7).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Scope {
    pub(crate) tenant: SmallVec<[u8; 24]>,
    pub(crate) user: SmallVec<[u8; 24]>,
}

impl Scope {
    /// Whether a key with this scope may hold what was computed from a value of the other: its tenant is the other's
    /// or lies in it, its user is the other's.
    pub(crate) fn covers(&self, other: &Scope) -> bool {
        // Levels are self-delimiting, so a path that begins with another's bytes begins with its levels.
        self.tenant.starts_with(&other.tenant) && (other.user.is_empty() || self.user == other.user)
    }
}

/// The user of a call, in canonical bytes.
pub(crate) fn user_bytes<U: User + ?Sized>(user: &U) -> SmallVec<[u8; 24]> {
    let mut writer = KeyWriter::new();
    writer.user(U::NAME, user);
    if writer.inline_length().is_some() {
        return SmallVec::from_slice(writer.seal().bytes);
    }
    SmallVec::from_slice(&shortened(writer, |writer, digest| writer.user(U::NAME, digest)))
}

/// A longer level of a scope is replaced by its digest, so that scopes have room in every key.
const LONGEST: usize = 120;

fn shortened(writer: KeyWriter, again: impl FnOnce(&mut KeyWriter, &Digest)) -> Box<[u8]> {
    let bytes = writer.finish();
    if bytes.len() <= LONGEST {
        return bytes;
    }
    let mut writer = KeyWriter::new();
    again(&mut writer, &Digest(*blake3::hash(&bytes).as_bytes()));
    writer.finish()
}

#[diagnostic::do_not_recommend]
impl<T: Tenant + ?Sized> Tenant for &T {
    // As for `Arc`.
    type Parent = T;
    const LEVELS: Levels = T::LEVELS;

    fn write_tenant(&self, path: &mut TenantPath) {
        (**self).write_tenant(path);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Tenant + ?Sized> Tenant for Arc<T> {
    // A pointer to a tenant lies in what it points at, as far as levels go.
    type Parent = T;
    const LEVELS: Levels = T::LEVELS;

    fn write_tenant(&self, path: &mut TenantPath) {
        (**self).write_tenant(path);
    }
}

#[diagnostic::do_not_recommend]
impl<T: User + ?Sized> User for &T {
    const NAME: &'static str = T::NAME;
}

#[diagnostic::do_not_recommend]
impl<T: User + ?Sized> User for Arc<T> {
    const NAME: &'static str = T::NAME;
}

impl<T: NoKey + ?Sized> NoKey for &T {}
impl<T: NoKey + ?Sized> NoKey for &mut T {}
impl<T: NoKey + ?Sized> NoKey for Box<T> {}
impl<T: NoKey + ?Sized> NoKey for Arc<T> {}
impl<T: NoKey + ?Sized> NoKey for std::rc::Rc<T> {}
impl<T: NoKey> NoKey for std::pin::Pin<T> {}
