//! The thousand keys that all hits are of.

use crate::shuffle::shuffled;

/// How many keys there are, and hits in a pass over them.
pub(super) const COUNT: usize = 1000;

/// One of them: each cache takes what it needs.
pub(super) struct Key {
    pub(super) id: u64,
    pub(super) name: String,
}

/// All keys, in the order in which they are asked for: again and again the same random one.
pub(super) fn in_order() -> Vec<Key> {
    shuffled(COUNT).into_iter().map(|id| Key { id: id.into(), name: format!("product-{id:06}") }).collect()
}
