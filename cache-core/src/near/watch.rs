//! Watches: whether an entry has been invalidated, for tests.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::key::NearKey;
use crate::fresh::epoch::{Epoch, EpochList, Moment};
use crate::sync::lock;

/// Whether an entry has been invalidated since it was watched: `f::entry(args).watch()`.
///
/// It need not be stored: what counts is whether something that it depends on was invalidated. What the entry learns
/// to depend on when it is loaded meanwhile, through calls inside of its load or from its result, is watched from then on.
pub struct Watch(Arc<Watched>);

struct Watched {
    key: NearKey,
    text: String,
    since: Moment,
    epochs: Mutex<Vec<Epoch>>,
}

impl Watch {
    /// Whether it has been invalidated.
    pub fn is_gone(&self) -> bool {
        !lock(&self.0.epochs).iter().all(|epoch| epoch.unchanged_since(self.0.since))
    }

    /// Fails if it has not been invalidated.
    ///
    /// # Panics
    ///
    /// Then.
    #[track_caller]
    pub fn assert_gone(&self) {
        assert!(self.is_gone(), "`{}` was not invalidated, and should have been", self.0.text);
    }

    /// Fails if it has been invalidated.
    ///
    /// # Panics
    ///
    /// Then.
    #[track_caller]
    pub fn assert_kept(&self) {
        assert!(!self.is_gone(), "`{}` was invalidated, and should not have been", self.0.text);
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("key", &self.0.text).field("gone", &self.is_gone()).finish()
    }
}

/// The watches of a cache.
#[derive(Default)]
pub(crate) struct Watches {
    any: AtomicBool,
    watched: Mutex<Vec<Weak<Watched>>>,
}

impl Watches {
    /// Watches an entry, whose key reads so, from a moment on. Its cells are held since before that: a bump in between
    /// counts as one before the watch.
    pub(crate) fn watch(&self, key: NearKey, text: String, since: Moment, epochs: Vec<Epoch>) -> Watch {
        let watched = Arc::new(Watched { key, text, since, epochs: Mutex::new(epochs) });
        self.any.store(true, Ordering::Relaxed);
        let mut all = lock(&self.watched);
        all.retain(|watched| watched.strong_count() > 0);
        all.push(Arc::downgrade(&watched));
        Watch(watched)
    }

    /// An entry has been loaded, and depends on these.
    pub(crate) fn learn(&self, key: &NearKey, epochs: &EpochList) {
        if !self.any.load(Ordering::Relaxed) {
            return;
        }
        for watched in lock(&self.watched).iter().filter_map(Weak::upgrade) {
            if watched.key == *key {
                let mut known = lock(&watched.epochs);
                for epoch in epochs.iter() {
                    if !known.contains(epoch) {
                        known.push(epoch.clone());
                    }
                }
            }
        }
    }
}
