//! Rows that only the result names: `M(ret.id)`, `M(each ret.ids)`.
//!
//! Their cells can't be held before the load, so a bump may find none. What is held before is `any` of their model,
//! which changes with each write to it: if it is unchanged when the cells of the rows are held at last, no write was
//! missed, and the rows take its place (I1).
//!
//! In the shared tier it is the same: the stamps of the rows are taken when the load is over, and count if a later answer
//! says that `any` is unchanged. A bump changes a model before its rows, so who has read the new epoch of a row, of a write
//! that the load was too early for, finds the model changed.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use smallvec::SmallVec;

use super::fetch::max_staleness;
use super::stamps::{ATTEMPTS, Read};
use crate::bound::{Bound, Remote};
use crate::fresh::epoch::{Epoch, EpochTable, Moment};
use crate::fresh::nested::Origin;
use crate::key::tag::{ModelTags, TagHasher};

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
    /// For each, the rows that the result names, held since it is there: nothing where `any` stands for them.
    rows: Vec<Option<Vec<Epoch>>>,
}

impl Provisional {
    pub(crate) fn hold(models: Vec<Late>, namespace: &str, epochs: &EpochTable) -> Self {
        let any = models.iter().map(|late| epochs.hold(late.tags(namespace).any(&late.path))).collect();
        Provisional { models, any, rows: Vec::new() }
    }

    /// The result is there: holds the rows that it names.
    pub(crate) fn name(&mut self, found: &Found, origin: &Origin) {
        let found = found.0.iter().map(Ids::few).chain(std::iter::repeat(None));
        let rows = self.models.iter().zip(found).map(|(late, ids)| {
            let tags = late.tags(&origin.namespace);
            Some(ids?.iter().map(|id| origin.epochs.hold(tags.row(&late.path, id))).collect())
        });
        self.rows = rows.collect();
    }

    /// What a load that began then depends on, now that its result is there.
    pub(crate) fn settle(&mut self, start: Moment, epochs: &EpochTable) -> Vec<Epoch> {
        let rows = std::mem::take(&mut self.rows).into_iter().chain(std::iter::repeat_with(|| None));
        let all = self.any.iter().zip(rows).flat_map(|(any, rows)| {
            rows.and_then(|rows| epochs.accept_late(rows, any, start)).unwrap_or_else(|| vec![any.clone()])
        });
        all.collect()
    }

    /// The named rows, each with `any` of its model.
    fn named(&self) -> impl Iterator<Item = (&Epoch, &[Epoch])> {
        self.any.iter().zip(&self.rows).filter_map(|(any, rows)| Some((any, rows.as_deref()?)))
    }
}

/// Takes the stamps of the rows that some results name; where they can't be had, the model stands for them. Each with the
/// moment at which its load began.
pub(super) async fn stamp(bound: &Bound, named: &mut [(&mut Provisional, Moment)]) {
    let Some(remote) = &bound.core.remote else { return };
    if !take(remote, bound, named).await {
        named.iter_mut().for_each(|(provisional, _)| provisional.rows.clear());
        return;
    }
    for (provisional, start) in named {
        for rows in &mut provisional.rows {
            // One that changed meanwhile is no stamp for this load, and would keep it from being stored: its model does, if it
            // has changed for that.
            rows.take_if(|rows| !rows.iter().all(|row| row.has_stamp() && row.unchanged_since(*start)));
        }
    }
}

/// Says whether the rows have stamps that count.
async fn take(remote: &Remote, bound: &Bound, named: &[(&mut Provisional, Moment)]) -> bool {
    let (core, deadline) = (&bound.core, bound.alias.settings.deadline);
    let heard = core.epochs.proof.heard().later(max_staleness(bound)) >= core.clock.now();
    let (mut models, mut rows) = (Epochs::default(), Epochs::default());
    for (provisional, start) in named {
        for (any, named) in provisional.named().filter(|(any, _)| any.unchanged_since(*start)) {
            models.insert(any.clone());
            rows.extend(named.iter().filter(|row| !heard || row.known().is_none()).cloned());
        }
    }
    let (models, rows): (Vec<_>, Vec<_>) = (models.into_iter().collect(), rows.into_iter().collect());
    if models.is_empty() {
        return true;
    }
    let mut attempts = 0..=ATTEMPTS;
    while !rows.is_empty() {
        match (remote.init(core, deadline, &rows).await, attempts.next()) {
            (Some(true), _) => break,
            (Some(false), Some(_)) => {}
            (None, _) | (_, None) => return false,
        }
    }
    // Only now: what is said of the models must not be older than what was said of their rows.
    for _ in attempts {
        match remote.read(core, deadline, None, &models).await {
            Read::Known { missing, .. } => return missing.is_empty(),
            Read::Overtaken => {}
            Read::None => return false,
        }
    }
    false
}

type Epochs = HashSet<Epoch, BuildHasherDefault<TagHasher>>;

impl Late {
    fn tags<'a>(&self, namespace: &'a str) -> ModelTags<'a> {
        ModelTags { namespace, model: self.model }
    }
}
