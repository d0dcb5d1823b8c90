//! The epochs that entries of a function have in common: held once for all of them.
//!
//! Each entry would write into each of their cells otherwise when it comes and when it goes, where all threads do the same.

use std::fmt;
use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;

use super::epoch::{Epoch, EpochTable};
use crate::key::tag::{ModelTags, Tag};

/// The epochs of a function's entries, by the models of whose rows they depend, where no tenant makes a difference.
pub(crate) struct Common {
    function: Arc<[Epoch]>,
    /// Of so many sets of models: nearly all functions have one.
    of_models: [OnceLock<OfModels>; 4],
}

struct OfModels {
    models: SmallVec<[&'static str; 2]>,
    /// The function's first.
    epochs: Arc<[Epoch]>,
}

impl Common {
    /// Namespace, alias and function.
    pub(crate) fn new(function: [Epoch; 3]) -> Self {
        Common { function: Arc::new(function), of_models: Default::default() }
    }

    /// What entries have in common that depend on rows of these models, named in this order. Tags for which there is no room are
    /// left for the entry itself.
    pub(crate) fn hold(
        &self,
        namespace: &str,
        models: &[&'static str],
        table: &EpochTable,
        left: &mut impl Extend<Tag>,
    ) -> &Arc<[Epoch]> {
        if models.is_empty() {
            return &self.function;
        }
        let tags = || models.iter().flat_map(|model| ModelTags { namespace, model }.read_late(&[]));
        let begin = || {
            let of_models = tags().map(|tag| table.hold(tag));
            OfModels {
                models: models.into(),
                epochs: self.function.iter().cloned().chain(of_models).collect(),
            }
        };
        let mut places = self.of_models.iter().map(|place| place.get_or_init(begin));
        // The first that is free is these models' from here on.
        match places.find(|there| *there.models == *models) {
            Some(there) => &there.epochs,
            None => {
                left.extend(tags());
                &self.function
            }
        }
    }
}

impl fmt::Debug for Common {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Common").field("function", &self.function).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fresh::COUNTER;
    use crate::fresh::known::Proof;

    fn common(table: &EpochTable) -> Common {
        let own = ["namespace", "alias", "function"].map(|name| table.hold(Tag::alias("test", name)));
        Common::new(own)
    }

    /// All that an entry depends on by these models, and how many cells are held for all of them.
    fn tags(common: &Common, models: &[&'static str], table: &EpochTable) -> (Vec<Tag>, usize) {
        let mut left = Vec::new();
        let shared: Vec<Tag> = common.hold("test", models, table, &mut left).iter().map(Epoch::tag).collect();
        let held = shared.len();
        (shared.into_iter().chain(left).collect(), held)
    }

    /// A lease is called by them, in each process: which sets of models came first there makes no difference.
    #[test]
    fn where_there_is_no_room_the_order_is_the_same() {
        let table = EpochTable::new(Proof::default(), &COUNTER, 4);
        let models: [&[&'static str]; 5] = [&["a"], &["b"], &["a", "b"], &["b", "a"], &["c", "a"]];
        let (one, other) = (common(&table), common(&table));
        let there: Vec<_> = models.iter().map(|models| tags(&one, models, &table)).collect();
        let mut here: Vec<_> = models.iter().rev().map(|models| tags(&other, models, &table)).collect();
        here.reverse();
        let of = |all: &[(Vec<Tag>, usize)]| all.iter().map(|(tags, _)| tags.clone()).collect::<Vec<_>>();
        assert_eq!(of(&there), of(&here));
        let held = |all: &[(Vec<Tag>, usize)]| all.iter().map(|(_, held)| *held).collect::<Vec<_>>();
        assert_eq!((held(&there), held(&here)), (vec![5, 5, 7, 7, 3], vec![3, 5, 7, 7, 7]));
        // The function's own, where it depends on no rows.
        assert_eq!(tags(&one, &[], &table).1, 3);
    }
}
