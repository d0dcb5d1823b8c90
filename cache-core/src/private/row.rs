//! Rows of models, named by their ids.

use std::marker::PhantomData;

use super::visible::AnyModel;
use crate::declare::Model;
use crate::key::KeyWriter;
use crate::key::ids::{FourParts, IdOf, ThreeParts, TwoParts, Written, id_bytes};
use crate::path::call::Dependencies;
use crate::path::late::{Found, Ids};
use crate::path::write::Bumps;

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

    /// Of a cached function: what it depends on.
    pub fn tag(&self, dependencies: &mut Dependencies)
    where
        M: Model + AnyModel<M::Scope>,
    {
        dependencies.row::<M>(&self.0);
    }

    /// Of a writer: what it changes.
    pub fn bump(&self, bumps: &mut Bumps)
    where
        M: Model + AnyModel<M::Scope>,
    {
        bumps.row::<M>(&self.0);
    }
}

/// Rows of a model: `M(each ids)`.
#[derive(Debug)]
pub struct Rows<M>(pub(crate) Ids, PhantomData<M>);

impl<M> Rows<M> {
    #[expect(clippy::new_without_default, reason = "named in generated code only")]
    pub fn new() -> Self {
        Rows(Ids::default(), PhantomData)
    }

    /// Answers `false` where there are so many that the others don't matter.
    pub fn add(&mut self, row: Row<M>) -> bool {
        self.0.add(row.0)
    }

    /// What a cached function depends on.
    pub fn tag(&self, dependencies: &mut Dependencies)
    where
        M: Model + AnyModel<M::Scope>,
    {
        dependencies.rows::<M>(&self.0);
    }
}

impl Found {
    /// `M(ret.id)`, `M(each ret.ids)`: in the order of the attribute.
    pub fn add<M>(&mut self, rows: Rows<M>) {
        self.0.push(rows.0);
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
