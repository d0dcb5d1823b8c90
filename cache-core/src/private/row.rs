//! Rows of models, named by their ids.

use std::marker::PhantomData;

use super::visible::AnyModel;
use crate::declare::Model;
use crate::key::KeyWriter;
use crate::key::ids::{FourParts, IdOf, ThreeParts, TwoParts, Written, id_bytes};

/// A row of a model, by the canonical bytes of its id.
#[derive(Debug)]
pub struct Row<M>(pub(crate) Box<[u8]>, PhantomData<M>);

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
        impl<M> Row<M> {
            /// `M(a, b)`, likewise.
            #[expect(non_snake_case, reason = "one name serves as type and variable")]
            pub fn $row<$($given: IdOf<<M::Id as $parts>::$part> + ?Sized),*>($($given: &$given),*) -> Self
            where
                M: Model<Id: $parts> + AnyModel<M::Scope>,
            {
                let mut writer = KeyWriter::new();
                writer.tuple(|items| {
                    $(items.item(&Written::<_, <M::Id as $parts>::$part>::new($given));)*
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
