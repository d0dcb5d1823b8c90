//! Which argument is the scope: found by type, and checked with one error.

use std::marker::PhantomData;

use smallvec::SmallVec;

use crate::declare::{Scoped, Tenant, TenantPath, Unscoped, User, user_bytes};
use crate::fresh::context;
use crate::key::CacheKey;
use crate::path::call::{Call, CallScope, Missing};

type UserBytes = SmallVec<[u8; 24]>;

/// No scope.
#[derive(Clone, Copy, Debug)]
pub struct NoScope;

/// No argument that is one.
#[derive(Clone, Copy, Debug)]
pub struct NoArgument;

/// An argument that is no scope.
#[derive(Clone, Copy, Debug)]
pub struct NotAScope;

/// The tenant of a call, as an argument. With a function pointer in place of a bound on what it does: an argument that
/// is no tenant is reported once, where it is given.
#[derive(Debug)]
pub struct In<'a, T: ?Sized> {
    tenant: Option<&'a T>,
    path: fn(&T, &mut TenantPath),
}

/// The user of a call, as an argument.
#[derive(Debug)]
pub struct InUser<'a, T: ?Sized> {
    user: Option<&'a T>,
    bytes: fn(&T) -> UserBytes,
}

/// Two arguments that could be the scope.
#[derive(Debug)]
pub struct Both<A: ?Sized, B: ?Sized>(PhantomData<fn(&A)>, PhantomData<fn(&B)>);

/// The scope that surrounds a call.
#[derive(Clone, Copy, Debug)]
pub struct Ambient;

impl<'a, T: Tenant + ?Sized> In<'a, T> {
    #[inline]
    pub(super) const fn new(tenant: Option<&'a T>) -> Self {
        In { tenant, path: |tenant, path| tenant.write_tenant(path) }
    }
}

impl<'a, T: User + ?Sized> InUser<'a, T> {
    #[inline]
    pub(super) const fn new(user: Option<&'a T>) -> Self {
        InUser { user, bytes: |user| user_bytes(user) }
    }
}

/// `per_tenant = expr`.
#[inline]
pub fn tenant<T: Tenant + ?Sized>(tenant: &T) -> In<'_, T> {
    In::new(Some(tenant))
}

/// `per_user = expr`.
#[inline]
pub fn user<T: User + ?Sized>(user: &T) -> InUser<'_, T> {
    InUser::new(Some(user))
}

macro_rules! unscoped {
    ($($none:ident)*) => {$(
        impl CallScope for $none {
            #[inline]
            fn tenant(&self, _: &mut Option<TenantPath>) -> Result<(), Missing> {
                Ok(())
            }

            #[inline]
            fn user(&self) -> Result<Option<UserBytes>, Missing> {
                Ok(None)
            }
        }
    )*};
}

unscoped!(NoScope NoArgument);

impl<T: ?Sized> CallScope for In<'_, T> {
    #[inline]
    fn tenant(&self, path: &mut Option<TenantPath>) -> Result<(), Missing> {
        // Where it is to lie: it is large.
        self.tenant.map(|tenant| (self.path)(tenant, path.get_or_insert_default())).ok_or(Missing)
    }

    fn user(&self) -> Result<Option<UserBytes>, Missing> {
        Ok(None)
    }
}

impl<T: ?Sized> CallScope for InUser<'_, T> {
    fn tenant(&self, _: &mut Option<TenantPath>) -> Result<(), Missing> {
        Ok(())
    }

    #[inline]
    fn user(&self) -> Result<Option<UserBytes>, Missing> {
        self.user.map(|user| Some((self.bytes)(user))).ok_or(Missing)
    }
}

/// A writer with two is wider; of a cached function it is an error, and this keeps it the only one.
impl<A: ?Sized, B: ?Sized> CallScope for Both<A, B> {
    fn tenant(&self, _: &mut Option<TenantPath>) -> Result<(), Missing> {
        Err(Missing)
    }

    fn user(&self) -> Result<Option<UserBytes>, Missing> {
        Err(Missing)
    }
}

impl CallScope for Ambient {
    fn tenant(&self, path: &mut Option<TenantPath>) -> Result<(), Missing> {
        context::tenant().map(|ambient| *path = Some((*ambient).clone())).ok_or(Missing)
    }

    fn user(&self) -> Result<Option<UserBytes>, Missing> {
        context::user().map(|user| Some(SmallVec::from_slice(&user))).ok_or(Missing)
    }
}

/// A level of a tenant. Of a type that is no key nothing is said here: the tenant's own key says so.
#[derive(Debug)]
pub struct TenantLevel<'a, T: ?Sized>(pub &'a T);

impl<T: CacheKey + ?Sized> TenantLevel<'_, T> {
    pub fn __cache_level(self, path: &mut TenantPath, name: &str) {
        path.level(name, self.0);
    }
}

/// What holds where that isn't a key.
pub trait AnyLevel: Sized {
    fn __cache_level(self, _: &mut TenantPath, _: &str) {}
}

impl<T: ?Sized> AnyLevel for TenantLevel<'_, T> {}

// ---- which of the arguments

/// What a probe found in an argument.
pub trait Found {
    const IS_SCOPE: bool;
}

impl Found for NotAScope {
    const IS_SCOPE: bool = false;
}

impl<T: ?Sized> Found for In<'_, T> {
    const IS_SCOPE: bool = true;
}

impl<T: ?Sized> Found for InUser<'_, T> {
    const IS_SCOPE: bool = true;
}

/// Whether an argument is in the key already, as the tenant or the user.
#[inline]
pub fn is_scope<N: Found, U: Found>(call: &Call, _tenant: N, _user: U) -> bool {
    (N::IS_SCOPE && call.has_tenant()) || (U::IS_SCOPE && call.has_user())
}

/// Adds what a probe found in one more argument.
pub trait Pick<More> {
    type Picked;
    fn pick(self, more: More) -> Self::Picked;
}

impl<T> Pick<NotAScope> for T {
    type Picked = T;

    #[inline]
    fn pick(self, _: NotAScope) -> T {
        self
    }
}

macro_rules! picks {
    ($($scope:ident)*) => {$(
        impl<'a, T: ?Sized> Pick<$scope<'a, T>> for NoArgument {
            type Picked = $scope<'a, T>;

            #[inline]
            fn pick(self, more: $scope<'a, T>) -> $scope<'a, T> {
                more
            }
        }

        impl<A: ?Sized, B: ?Sized> Pick<$scope<'_, B>> for $scope<'_, A> {
            type Picked = Both<A, B>;

            fn pick(self, _: $scope<'_, B>) -> Both<A, B> {
                Both(PhantomData, PhantomData)
            }
        }

        impl<A: ?Sized, B: ?Sized, T: ?Sized> Pick<$scope<'_, T>> for Both<A, B> {
            type Picked = Both<A, B>;

            fn pick(self, _: $scope<'_, T>) -> Both<A, B> {
                self
            }
        }
    )*};
}

picks!(In InUser);

#[inline]
pub fn pick<A: Pick<B>, B>(found: A, more: B) -> A::Picked {
    found.pick(more)
}

// ---- what the alias and the attribute ask for

/// One argument is the tenant.
#[diagnostic::on_unimplemented(
    message = "no argument is a tenant",
    label = "asks for a tenant",
    note = "the argument whose type is a tenant is found by itself, unless it is in `skip(..)`: `#[derive(cache_core::Tenant)] \
            struct Org(i64);`",
    note = "otherwise say `per_tenant = expr`, or `per_tenant = ambient` for the tenant around the call; in a scoped alias \
            `global` is for values that belong to no tenant"
)]
pub trait OneTenant {}

/// One argument is the user.
#[diagnostic::on_unimplemented(
    message = "no argument is a user",
    label = "asks for a user",
    note = "the argument whose type is a user is found by itself, unless it is in `skip(..)`: `#[derive(cache_core::User)] \
            struct UserId(i64);`",
    note = "otherwise say `per_user = expr`, or `per_user = ambient` for the user around the call; in a scoped alias \
            `global` is for values that belong to no user"
)]
pub trait OneUser {}

/// Never holds: says what is wrong with two.
#[diagnostic::on_unimplemented(
    message = "two arguments could be the tenant: a `{Self}` and a `{Other}`",
    label = "which tenant?",
    note = "say whose value it is: `per_tenant = expr`"
)]
pub trait NoOtherTenant<Other: ?Sized> {}

/// Never holds.
#[diagnostic::on_unimplemented(
    message = "two arguments could be the user: a `{Self}` and a `{Other}`",
    label = "which user?",
    note = "say whose value it is: `per_user = expr`"
)]
pub trait NoOtherUser<Other: ?Sized> {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> OneTenant for In<'_, T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> OneUser for InUser<'_, T> {}
#[diagnostic::do_not_recommend]
impl OneTenant for NoScope {}
#[diagnostic::do_not_recommend]
impl OneUser for NoScope {}
impl<A: NoOtherTenant<B> + ?Sized, B: ?Sized> OneTenant for Both<A, B> {}
impl<A: NoOtherUser<B> + ?Sized, B: ?Sized> OneUser for Both<A, B> {}

/// What an alias with this scope asks of what was found.
pub trait Asks {
    type Of<F>;
    fn of<F>(found: F) -> Self::Of<F>;
}

impl Asks for Scoped {
    type Of<F> = F;

    #[inline]
    fn of<F>(found: F) -> F {
        found
    }
}

impl Asks for Unscoped {
    type Of<F> = NoScope;

    #[inline]
    fn of<F>(_: F) -> NoScope {
        NoScope
    }
}

/// The scope, from what was found among the arguments.
#[inline]
pub fn resolve_tenant<A: Asks, F>(found: F) -> A::Of<F>
where
    A::Of<F>: OneTenant,
{
    A::of(found)
}

#[inline]
pub fn resolve_user<A: Asks, F>(found: F) -> A::Of<F>
where
    A::Of<F>: OneUser,
{
    A::of(found)
}
