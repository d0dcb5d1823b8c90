//! Rows that only the result names: `M(ret.id)`, `M(each ret.ids)`.
//!
//! Their cells can't be held before the load, so a bump may find none. What is held before is `any` of their model,
//! which changes with each write to it: if it is unchanged when the cells of the rows are held at last, no write was
//! missed, and the rows take its place (I1).

use smallvec::SmallVec;

use crate::fresh::epoch::{Epoch, EpochTable, Moment};
use crate::fresh::nested::Origin;
use crate::key::tag::ModelTags;

/// In place of more rows than this, an entry depends on their model.
const MOST_ROWS: usize = 64;

/// Rows, by the canonical bytes of their ids: each once.
#[derive(Default, Debug)]
pub(crate) struct Ids(Vec<Box<[u8]>>);

impl Ids {
    pub(crate) fn add(&mut self, id: Box<[u8]>) {
        if !self.is_full() && !self.0.contains(&id) {
            self.0.push(id);
        }
    }

    /// Whether there are so many that the others don't matter.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() > MOST_ROWS
    }

    /// None stands for the model, where there are too many, and where there are none: what would be among them is not
    /// known then.
    pub(crate) fn few(&self) -> Option<&[Box<[u8]>]> {
        (1..=MOST_ROWS).contains(&self.0.len()).then_some(&self.0)
    }
}

/// A model whose rows the result will name, in the tenant of a call.
#[derive(Clone, Debug)]
pub(crate) struct Late {
    pub(crate) model: &'static str,
    pub(crate) path: SmallVec<[u8; 56]>,
}

/// The rows that a result names: for each `Late` in turn, as far as there are any.
#[derive(Default, Debug)]
pub struct Found(pub(crate) Vec<Ids>);

/// The models whose rows the result will name, and `any` of each, held since before the load.
#[derive(Default, Debug)]
pub(crate) struct Provisional {
    pub(crate) models: Vec<Late>,
    pub(crate) any: Vec<Epoch>,
}

impl Provisional {
    pub(crate) fn hold(models: Vec<Late>, namespace: &str, epochs: &EpochTable) -> Self {
        let any = models.iter().map(|late| epochs.hold(late.tags(namespace).any(&late.path))).collect();
        Provisional { models, any }
    }

    /// What a load that began then depends on, now that its result is there.
    pub(crate) fn rows(&self, found: &Found, start: Moment, origin: &Origin) -> Vec<Epoch> {
        let found = found.0.iter().map(Ids::few).chain(std::iter::repeat(None));
        let all = self.models.iter().zip(&self.any).zip(found).flat_map(|((late, any), ids)| {
            let tags = late.tags(&origin.namespace);
            let rows = ids.map(|ids| ids.iter().map(|id| tags.row(&late.path, id)));
            rows.and_then(|rows| origin.epochs.hold_late(rows, any, start))
                .unwrap_or_else(|| vec![any.clone()])
        });
        all.collect()
    }
}

impl Late {
    fn tags<'a>(&self, namespace: &'a str) -> ModelTags<'a> {
        ModelTags { namespace, model: self.model }
    }
}
