//! Which types can be part of a key, and how each is written.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, LinkedList, VecDeque};
use std::ffi::OsStr;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::KeyWriter;

/// A type whose values can be part of a cache key.
///
/// Implemented for integers, `bool`, `char`, text, paths, `Duration`, IP addresses, options, sequences, tuples, sorted
/// maps and sets, and pointers to them; by [features](crate#features), for types of other crates; derived with
/// `#[derive(CacheKey)]` for structs and enums of such types.
/// Not for floats (`NaN`, `-0.0`) nor for maps without order: turn them into something with one spelling, an
/// integer number of cents or a `BTreeMap`, or leave them out with `skip(..)`. Nor for what may change while the function
/// runs, a cell or a `&mut`.
///
/// Different values of a type must write different parts. Equal values should write equal parts, or they are
/// cached twice.
///
/// ```
/// use cache_core::CacheKey;
///
/// #[derive(CacheKey)]
/// struct Filter { category: Option<i64>, text: String, order: Order }
///
/// #[derive(CacheKey)]
/// enum Order { Price, Name { descending: bool } }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be part of a cache key",
    label = "not a part of a key",
    note = "derive `cache_core::CacheKey` on it; or, for an argument, leave it out with `skip(..)`; what never belongs into \
            a key (a pool, a client) can derive `cache_core::NoKey`",
    note = "floats, unordered maps and sets have no single spelling: use an integer unit, a `BTreeMap` or a `BTreeSet`; what \
            may change behind `&mut` or in a cell has none that lasts"
)]
pub trait CacheKey {
    /// Writes this value into a key.
    fn write_key(&self, key: &mut KeyWriter);
}

macro_rules! integers {
    ($($method:ident as $wide:ty: $($ty:ty)*);*) => {$($(
        impl CacheKey for $ty {
            #[inline]
            fn write_key(&self, key: &mut KeyWriter) {
                key.$method(*self as $wide);
            }
        }

        impl CacheKey for NonZero<$ty> {
            #[inline]
            fn write_key(&self, key: &mut KeyWriter) {
                self.get().write_key(key);
            }
        }
    )*)*};
}

integers!(uint as u128: u8 u16 u32 u64 u128 usize; int as i128: i8 i16 i32 i64 i128 isize);

impl CacheKey for bool {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        key.bool(*self);
    }
}

/// As the text of that one character.
impl CacheKey for char {
    fn write_key(&self, key: &mut KeyWriter) {
        key.text(self.encode_utf8(&mut [0; 4]));
    }
}

impl CacheKey for str {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        key.text(self);
    }
}

impl CacheKey for String {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        key.text(self);
    }
}

/// As an empty tuple.
impl CacheKey for () {
    fn write_key(&self, key: &mut KeyWriter) {
        key.tuple(|_| ());
    }
}

/// It holds nothing: `Id<Product>(u64, PhantomData<Product>)` is told from `Id<Order>` by the argument that it is.
impl<T: ?Sized> CacheKey for PhantomData<T> {
    fn write_key(&self, key: &mut KeyWriter) {
        key.tuple(|_| ());
    }
}

/// As seconds and nanoseconds.
impl CacheKey for Duration {
    fn write_key(&self, key: &mut KeyWriter) {
        (self.as_secs(), self.subsec_nanos()).write_key(key);
    }
}

/// By its components, as paths are compared: `a//b` is `a/b`.
impl CacheKey for Path {
    fn write_key(&self, key: &mut KeyWriter) {
        key.sequence(self.components().map(|component| Component(component.as_os_str())));
    }
}

impl CacheKey for PathBuf {
    fn write_key(&self, key: &mut KeyWriter) {
        self.as_path().write_key(key);
    }
}

/// As text, where it is text.
struct Component<'a>(&'a OsStr);

impl CacheKey for Component<'_> {
    fn write_key(&self, key: &mut KeyWriter) {
        match self.0.to_str() {
            Some(text) => key.text(text),
            None => key.bytes(self.0.as_encoded_bytes()),
        }
    }
}

/// As a variant, so that an IPv4 address differs from an IPv6 address that embeds it.
impl CacheKey for IpAddr {
    fn write_key(&self, key: &mut KeyWriter) {
        match self {
            IpAddr::V4(address) => key.variant("v4", |key| address.write_key(key)),
            IpAddr::V6(address) => key.variant("v6", |key| address.write_key(key)),
        }
    }
}

impl CacheKey for Ipv4Addr {
    fn write_key(&self, key: &mut KeyWriter) {
        key.bytes(&self.octets());
    }
}

impl CacheKey for Ipv6Addr {
    fn write_key(&self, key: &mut KeyWriter) {
        key.bytes(&self.octets());
    }
}

impl<T: CacheKey> CacheKey for Option<T> {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        key.option(self.as_ref());
    }
}

macro_rules! pointers {
    ($($ty:ty),*) => {$(
        impl<T: CacheKey + ?Sized> CacheKey for $ty {
            #[inline]
            fn write_key(&self, key: &mut KeyWriter) {
                (**self).write_key(key);
            }
        }
    )*};
}

pointers!(&T, Box<T>, Rc<T>, Arc<T>);

impl<T: CacheKey + ToOwned + ?Sized> CacheKey for Cow<'_, T> {
    fn write_key(&self, key: &mut KeyWriter) {
        (**self).write_key(key);
    }
}

macro_rules! sequences {
    ($([$($generics:tt)*] $ty:ty),*) => {$(
        impl<$($generics)*> CacheKey for $ty {
            fn write_key(&self, key: &mut KeyWriter) {
                key.sequence(self.iter());
            }
        }
    )*};
}

sequences!([T: CacheKey] [T], [T: CacheKey] Vec<T>, [T: CacheKey, const N: usize] [T; N], [T: CacheKey] VecDeque<T>,
    [T: CacheKey] LinkedList<T>, [T: CacheKey] BTreeSet<T>);

impl<K: CacheKey, V: CacheKey> CacheKey for BTreeMap<K, V> {
    fn write_key(&self, key: &mut KeyWriter) {
        key.map(self.iter());
    }
}

macro_rules! tuples {
    ($($($name:ident)*;)*) => {$(
        impl<$($name: CacheKey),*> CacheKey for ($($name,)*) {
            #[expect(non_snake_case, reason = "one name serves as type and variable")]
            fn write_key(&self, key: &mut KeyWriter) {
                let ($($name,)*) = self;
                key.tuple(|items| { $(items.item($name);)* });
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}
