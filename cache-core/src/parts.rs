//! What the benchmarks measure and the fuzzer feeds by itself: parts of a call, as they are. No API: it changes without
//! notice.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Ticks};
use crate::fresh::COUNTER;
use crate::fresh::epoch::{EpochList, EpochTable, Freshness};
use crate::fresh::known::Proof;
use crate::key::tag::Tag;
use crate::key::{CacheKey, KeyWriter};
use crate::near::Loads;
use crate::near::entry::{Grace, Header, Stored};
use crate::near::flight::{Callers, Stamps, Turn};
use crate::near::key::{NearKey, NearKeyRef};
use crate::near::store::{NearCache, Put};
use crate::path::load::next_order;

/// A key while it is written.
#[derive(Debug)]
pub struct Writing(KeyWriter);

impl Writing {
    #[expect(clippy::new_without_default, reason = "made by benchmarks alone")]
    #[inline]
    pub fn new() -> Self {
        Writing(KeyWriter::new())
    }

    #[inline]
    pub fn argument(&mut self, position: u8, value: impl CacheKey) {
        self.0.argument(position);
        value.write_key(&mut self.0);
    }

    #[inline]
    pub fn seal(&mut self) -> &[u8] {
        self.0.seal().bytes
    }

    pub fn finish(mut self) -> Key {
        Key(NearKeyRef::of(0, self.0.seal()).to_owned())
    }
}

/// A key of a function.
#[derive(Debug)]
pub struct Key(NearKey);

/// The cells of tags. All tables of a process have one counter.
#[derive(Debug)]
pub struct Epochs(EpochTable);

/// What a load depends on, and whether it is fresh.
#[derive(Debug)]
pub struct Loaded(EpochList, Freshness);

impl Epochs {
    #[expect(clippy::new_without_default, reason = "made by benchmarks alone")]
    pub fn new() -> Self {
        Epochs(EpochTable::new(Proof::default(), &COUNTER, 16))
    }

    pub fn bump(&self, tag: u128) {
        self.0.bump([Tag(tag)]);
    }

    /// Of a load that begins now.
    pub fn load(&self, tags: impl IntoIterator<Item = u128>) -> Loaded {
        let epochs = tags.into_iter().map(|tag| self.0.hold(Tag(tag))).collect();
        Loaded(epochs, Freshness::since(self.0.now()))
    }

    #[inline]
    pub fn check(&self, loaded: &Loaded) -> bool {
        loaded.1.check(&loaded.0, &self.0, Ticks::of(Duration::from_secs(1)))
    }
}

/// The near store of an alias.
#[derive(Debug)]
pub struct Near(NearCache);

impl Near {
    pub fn new(capacity: u64) -> Self {
        Near(NearCache::new(capacity))
    }

    /// For an hour, whatever is invalidated.
    pub fn put(&self, key: &Key, value: u64) -> bool {
        let now = Clock::default().now();
        let header = Header {
            order: next_order(),
            deadline: now.plus(Duration::from_secs(3600)),
            epochs: EpochList::default(),
            complete: true,
            proven: true,
            grace: Grace::default(),
        };
        let entry: Arc<Stored> = Arc::new(Stored::new(COUNTER.now(), header, value));
        self.0.put(&key.0, &entry, 1, now) == Put::Stored
    }

    /// Whether it is there. It has been asked for once more then.
    #[inline]
    pub fn get(&self, key: &Key) -> bool {
        let Some(inside) = self.0.enter() else { return false };
        self.0.get(key.0.as_ref(), &inside).inspect(|entry| entry.visits.note()).is_some()
    }
}

/// The loads of an alias that are under way.
#[derive(Debug)]
pub struct Flights(Loads);

impl Flights {
    #[expect(clippy::new_without_default, reason = "made by benchmarks alone")]
    pub fn new() -> Self {
        Flights(Loads::new())
    }

    /// Boards, as the leader, and lands: a load that takes no time. Not if another leads.
    pub fn fly(&self, key: &Key) -> bool {
        let start = COUNTER.now();
        let Turn::Lead(leader) = self.0.board(&key.0, start) else { return false };
        leader
            .land(Stamps { start, after: Callers::NONE, epochs: EpochList::default(), complete: true }, None);
        true
    }
}

/// Reads what anybody may have written to the shared tier: neither panics, nor takes more time or memory than that is worth.
pub fn read_stored(bytes: &[u8]) {
    crate::shared::fuzz::read(bytes);
}
