//! Rows of models, named by their ids.

use std::marker::PhantomData;

use super::visible::AnyModel;
use crate::declare::Model;
use crate::key::KeyWriter;
use crate::key::ids::{FourParts, IdOf, ThreeParts, TwoParts, Written};
use crate::path::call::Dependencies;
use crate::path::late::{Found, Ids};
use crate::path::write::Bumps;

/// What is told of rows, by the canonical bytes of their ids.
pub trait ToldOfRows {
    fn row<M: Model>(&mut self, id: &[u8]);

    /// Whether there are so many that the others don't matter.
    fn is_full(&self) -> bool {
        false
    }
}

/// Of a cached function: what its value depends on.
impl ToldOfRows for Dependencies {
    fn row<M: Model>(&mut self, id: &[u8]) {
        Dependencies::row::<M>(self, id);
    }
}

/// Of a writer: what it changes.
impl ToldOfRows for Bumps {
    fn row<M: Model>(&mut self, id: &[u8]) {
        Bumps::row::<M>(self, id);
    }
}

/// Rows of a model, to be counted first: those of a list, or of a result.
#[derive(Debug)]
pub struct Rows<O>(pub(crate) Ids, PhantomData<O>);

impl<O> Rows<O> {
    #[expect(clippy::new_without_default, reason = "named in generated code only")]
    pub fn new() -> Self {
        Rows(Ids::default(), PhantomData)
    }
}

impl<O> ToldOfRows for Rows<O> {
    fn row<M: Model>(&mut self, id: &[u8]) {
        self.0.add(id.into());
    }

    fn is_full(&self) -> bool {
        self.0.is_full()
    }
}

impl Found {
    /// `M(ret.id)`, `M(each ret.ids)`: in the order of the attribute.
    pub fn add<M>(&mut self, rows: Rows<M>) {
        self.0.push(rows.0);
    }
}

/// `M(id)`.
pub fn row<M, T>(to: &mut impl ToldOfRows, id: &T)
where
    M: Model + AnyModel<M::Scope>,
    T: IdOf<M::Id> + ?Sized,
{
    let mut writer = KeyWriter::new();
    id.write_id(&mut writer);
    to.row::<M>(writer.seal().bytes);
}

macro_rules! composites {
    ($($row:ident $parts:ident: $($part:ident $given:ident)*;)*) => {$(
        /// `M(a, b)`, likewise.
        #[expect(non_snake_case, reason = "one name serves as type and variable")]
        pub fn $row<M, $($given),*>(to: &mut impl ToldOfRows, $($given: &$given),*)
        where
            M: Model<Id: $parts> + AnyModel<M::Scope>,
            $($given: IdOf<<M::Id as $parts>::$part> + ?Sized),*
        {
            let mut writer = KeyWriter::new();
            writer.tuple(|items| {
                $(items.item(&Written::<_, <M::Id as $parts>::$part>::new($given));)*
            });
            to.row::<M>(writer.seal().bytes);
        }
    )*};
}

composites! {
    row2 TwoParts: A X B Y;
    row3 ThreeParts: A X B Y C Z;
    row4 FourParts: A X B Y C Z D W;
}
