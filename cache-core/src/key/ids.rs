//! Ids of rows, owned or borrowed, single or composite.

use std::marker::PhantomData;

use super::{CacheKey, KeyWriter};

/// What can stand for an id of type `Id`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an id of the model, whose id is `{Id}`",
    label = "expected `{Id}`, found `{Self}`",
    note = "the type of the id is what `#[model(id)]` or `id = ..` says; `NoId`: nothing, and only the whole model can be \
            named",
    note = "the rows of a list are `Model(each ids)`"
)]
pub trait IdOf<Id: ?Sized> {
    /// Writes it as the id would be written.
    fn write_id(&self, key: &mut KeyWriter);
}

macro_rules! ids {
    ($([$($generics:tt)*] $id:ty as $given:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IdOf<$id> for $given {
            /// Writes it as the id would be written.
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
    [] std::path::PathBuf as std::path::Path;
    [] std::path::PathBuf as &std::path::Path;
}

/// An id that is written as a part of another.
pub(crate) struct Written<'a, T: ?Sized, Id>(&'a T, PhantomData<Id>);

impl<'a, T: IdOf<Id> + ?Sized, Id> Written<'a, T, Id> {
    pub(crate) fn new(id: &'a T) -> Self {
        Written(id, PhantomData)
    }
}

impl<T: IdOf<Id> + ?Sized, Id> CacheKey for Written<'_, T, Id> {
    fn write_key(&self, key: &mut KeyWriter) {
        self.0.write_id(key);
    }
}

/// The canonical bytes of an id.
pub(crate) fn id_bytes<Id, T: IdOf<Id> + ?Sized>(id: &T) -> Box<[u8]> {
    let mut writer = KeyWriter::new();
    id.write_id(&mut writer);
    writer.finish()
}

macro_rules! parts {
    ($($parts:ident: $($part:ident)*;)*) => {$(
        /// An id of so many parts.
        #[diagnostic::on_unimplemented(
            message = "the id of the model is `{Self}`, and another number of parts is given",
            label = "an id is `{Self}`",
            note = "the parts are what `#[model(id)]` or `id = ..` says, in that order"
        )]
        pub trait $parts {
            $(
                /// A part.
                type $part: CacheKey;
            )*
        }

        #[diagnostic::do_not_recommend]
        impl<$($part: CacheKey),*> $parts for ($($part,)*) {
            $(type $part = $part;)*
        }
    )*};
}

parts! {
    TwoParts: A B;
    ThreeParts: A B C;
    FourParts: A B C D;
}
