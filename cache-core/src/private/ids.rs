//! Ids of rows, owned or borrowed, single or composite.

use crate::key::{CacheKey, KeyWriter};

/// What can stand for an id of type `Id`. Generated code passes a reference to the user's expression.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an id of the model, whose id is `{Id}`",
    label = "expected `{Id}`, found `{Self}`",
    note = "the type of the id is what `#[model(id)]` or `id = ..` says"
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

/// A composite id: `M(a, b)`.
#[derive(Debug)]
pub struct Composite<T>(pub T);

macro_rules! composites {
    ($($($id:ident $given:ident)*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($id: CacheKey, $given: IdOf<$id> + ?Sized),*> IdOf<($($id,)*)> for Composite<($(&$given,)*)> {
            #[expect(non_snake_case, reason = "one name serves as type and variable")]
            fn write_id(&self, key: &mut KeyWriter) {
                let ($($given,)*) = self.0;
                key.tuple(|items| { $(items.item(&Written::<_, $id>($given, std::marker::PhantomData));)* });
            }
        }
    )*};
}

composites! {
    A X B Y;
    A X B Y C Z;
    A X B Y C Z D W;
}

/// An id that is written as a part of another.
struct Written<'a, T: ?Sized, Id>(&'a T, std::marker::PhantomData<Id>);

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
