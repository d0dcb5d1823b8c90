//! Types as parts of keys: what tells `Repo<Product>` from `Repo<Order>`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use super::{CacheKey, KeyWriter};

/// A type that is itself part of a key: the type parameter of a cached function, or of the block that it stands in.
///
/// Derived with [`Model`](crate::Model) (the model's name) and with [`CacheKey`] and [`Tenant`](crate::Tenant) (module
/// and type). The name is the same in each version of the program, unlike `type_name`, and unique in it. Implemented
/// for integers, text, options, sequences and other types that are keys.
///
/// ```
/// use cache_core::{KeyName, KeyWriter, Model, cached};
///
/// #[derive(Model)]
/// #[model(name = "shop.product", id = u64)]
/// struct Product;
///
/// /// By hand: a name that no other type has.
/// struct Order;
///
/// impl KeyName for Order {
///     fn write_key_name(key: &mut KeyWriter) {
///         key.text("shop.order");
///     }
/// }
///
/// #[cached(ttl = "1m")]
/// fn count<T: KeyName>(year: u16) -> u64 { u64::from(year) }
///
/// assert!(count::entry::<Product>(2026).key().ends_with(":year=2026:T=shop.product"));
/// assert!(count::entry::<Order>(2026).key().ends_with(":year=2026:T=shop.order"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no name for keys",
    label = "not a part of a key",
    note = "type parameters are part of the key: give this one the bound `cache_core::KeyName`, or leave it out with \
            `skip(..)` where the value doesn't depend on it",
    note = "a type has a name if it derives `Model`, `CacheKey` or `Tenant`"
)]
pub trait KeyName {
    /// Writes the name into a key.
    fn write_key_name(key: &mut KeyWriter);
}

/// The name of a type, as a part of a larger one.
#[derive(Debug)]
pub struct NameOf<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: ?Sized> NameOf<T> {
    /// Of a type.
    #[expect(clippy::new_without_default, reason = "named in generated code only")]
    pub const fn new() -> Self {
        NameOf(PhantomData)
    }
}

impl<T: KeyName + ?Sized> CacheKey for NameOf<T> {
    fn write_key(&self, key: &mut KeyWriter) {
        T::write_key_name(key);
    }
}

macro_rules! plain {
    ($($ty:ident)*) => {
        /// Names that no other type may have.
        pub(crate) const PLAIN: &[&str] = &["()", $(stringify!($ty)),*];

        $(impl KeyName for $ty {
            fn write_key_name(key: &mut KeyWriter) {
                key.text(stringify!($ty));
            }
        })*
    };
}

plain!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char str String);

macro_rules! generic {
    ($($name:literal [$($parameter:ident $(: $sized:tt)?)*] $ty:ty;)*) => {$(
        impl<$($parameter: KeyName $(+ $sized Sized)?),*> KeyName for $ty {
            fn write_key_name(key: &mut KeyWriter) {
                key.variant($name, |key| key.tuple(|items| { $(items.item(&NameOf::<$parameter>::new());)* }));
            }
        }
    )*};
}

generic! {
    "Option" [T] Option<T>;
    "Result" [T E] Result<T, E>;
    "Vec" [T] Vec<T>;
    "slice" [T] [T];
    "ref" [T: ?] &T;
    "Box" [T: ?] Box<T>;
    "Rc" [T: ?] Rc<T>;
    "Arc" [T: ?] Arc<T>;
    "BTreeMap" [K V] BTreeMap<K, V>;
    "BTreeSet" [T] BTreeSet<T>;
    "HashMap" [K V] HashMap<K, V>;
    "HashSet" [T] HashSet<T>;
    "tuple1" [A] (A,);
    "tuple2" [A B] (A, B);
    "tuple3" [A B C] (A, B, C);
    "tuple4" [A B C D] (A, B, C, D);
}

impl KeyName for () {
    fn write_key_name(key: &mut KeyWriter) {
        key.text("()");
    }
}

impl<T: KeyName, const N: usize> KeyName for [T; N] {
    fn write_key_name(key: &mut KeyWriter) {
        key.variant("array", |key| {
            key.tuple(|items| {
                items.item(&NameOf::<T>::new());
                items.item(&N);
            });
        });
    }
}
