//! Ids of rows, owned or borrowed, single or composite.

use std::marker::PhantomData;

use super::visible::AnyModel;
use crate::declare::Model;
use crate::key::{CacheKey, KeyWriter};

/// What can stand for an id of type `Id`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an id of the model, whose id is `{Id}`",
    label = "expected `{Id}`, found `{Self}`",
    note = "the type of the id is what `#[model(id)]` or `id = ..` says; `NoId`: nothing, and only the whole model can be \
            named"
)]
pub trait IdOf<Id: ?Sized> {
    fn write_id(&self, key: &mut KeyWriter);
}

macro_rules! ids {
    ($([$($generics:tt)*] $id:ty as $given:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IdOf<$id> for $given {
            fn write_id(&self, key: &mut KeyWriter) {
                self.write_key(key);
            }
        }
    )*};
}

ids! {
    [T: CacheKey] T as T;
    [T: CacheKey] T as &T;
    [T: CacheKey] T as &&T;
    [T: CacheKey] T as std::sync::Arc<T>;
    [] String as str;
    [] String as &str;
    [] String as &&str;
    [] String as std::sync::Arc<str>;
    [] String as Box<str>;
    [] String as std::borrow::Cow<'_, str>;
}

/// An id that is written as a part of another.
struct Written<'a, T: ?Sized, Id>(&'a T, PhantomData<Id>);

impl<T: IdOf<Id> + ?Sized, Id> CacheKey for Written<'_, T, Id> {
    fn write_key(&self, key: &mut KeyWriter) {
        self.0.write_id(key);
    }
}

/// A row of a model, by the canonical bytes of its id.
#[derive(Debug)]
pub struct Row<M>(pub(crate) Box<[u8]>, PhantomData<M>);

/// The canonical bytes of an id.
pub(crate) fn id_bytes<Id, T: IdOf<Id> + ?Sized>(id: &T) -> Box<[u8]> {
    let mut writer = KeyWriter::new();
    id.write_id(&mut writer);
    writer.finish()
}

impl<M> Row<M> {
    /// `M(id)`.
    pub fn of<T: IdOf<M::Id> + ?Sized>(id: &T) -> Self
    where
        M: Model + AnyModel<M::Scope>,
    {
        Row(id_bytes::<M::Id, T>(id), PhantomData)
    }
}

macro_rules! composites {
    ($($row:ident $parts:ident: $($part:ident $given:ident)*;)*) => {$(
        /// An id of so many parts.
        #[diagnostic::on_unimplemented(
            message = "the id of the model is `{Self}`, and another number of parts is given",
            label = "an id is `{Self}`",
            note = "the parts are what `#[model(id)]` or `id = ..` says, in that order"
        )]
        pub trait $parts {
            $(type $part: CacheKey;)*
        }

        #[diagnostic::do_not_recommend]
        impl<$($part: CacheKey),*> $parts for ($($part,)*) {
            $(type $part = $part;)*
        }

        impl<M> Row<M> {
            /// `M(a, b)`, likewise.
            #[expect(non_snake_case, reason = "one name serves as type and variable")]
            pub fn $row<$($given: IdOf<<M::Id as $parts>::$part> + ?Sized),*>($($given: &$given),*) -> Self
            where
                M: Model<Id: $parts> + AnyModel<M::Scope>,
            {
                let mut writer = KeyWriter::new();
                writer.tuple(|items| {
                    $(items.item(&Written::<_, <M::Id as $parts>::$part>($given, PhantomData));)*
                });
                Row(writer.finish(), PhantomData)
            }
        }
    )*};
}

composites! {
    of2 TwoParts: A X B Y;
    of3 ThreeParts: A X B Y C Z;
    of4 FourParts: A X B Y C Z D W;
}
