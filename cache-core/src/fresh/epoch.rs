//! Epochs in the process: one cell per tag in use, one counter that orders everything.
//!
//! A bump writes the next count into the cells of its tags. A load notes the count before it starts. What it loaded
//! is fresh while no cell of its tags is newer than that. Cells are held from before the load until the entry is
//! gone, without a break: a bump that finds no cell has found nobody who could store something old (I1).

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::known::{Changing, Known, Learned, Proof};
use crate::clock::{Instant, Ticks};
use crate::key::tag::{Tag, TagHasher};
use crate::sync::{Arc, AtomicBool, AtomicU64, AtomicUsize, Mutex, Ordering, lock};

/// Orders bumps and loads. One for the process, so that cells of different caches can be compared with one start.
#[derive(Debug)]
pub(crate) struct Counter {
    pub(crate) count: AtomicU64,
    /// Held while a bump writes its cells, so that the count is published after them.
    pub(crate) bumping: Mutex<()>,
}

/// A moment between bumps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Moment(pub(crate) u64);

impl Counter {
    /// Now. All bumps up to this moment can be seen in their cells by whoever has read it.
    #[inline]
    pub(crate) fn now(&self) -> Moment {
        Moment(self.count.load(Ordering::Acquire))
    }
}

type Shard = Mutex<HashMap<Tag, Arc<Cell>, BuildHasherDefault<TagHasher>>>;

/// The cells of all tags that some entry or load depends on.
#[derive(Clone)]
pub(crate) struct EpochTable {
    shards: Arc<Vec<Shard>>,
    counter: &'static Counter,
    /// How far what is heard of other processes can be trusted.
    pub(crate) proof: Arc<Proof>,
}

struct Cell {
    tag: Tag,
    /// The count of the last bump; 0 if there was none while the cell was held.
    bumped: AtomicU64,
    /// How many `Epoch`s hold the cell. Rises from 0 only under the lock of its shard.
    holders: AtomicUsize,
    table: EpochTable,
    /// Of the tag's epoch in the shared tier; nothing until it is asked for or announced.
    known: OnceLock<Box<Known>>,
    /// Whether it is [kept](super::recent::Recent) beyond what depends on it.
    kept: AtomicBool,
}

/// Holds the cell of a tag.
pub(crate) struct Epoch(Arc<Cell>);

impl EpochTable {
    /// Beside other processes, as far as they are heard.
    pub(crate) fn new(proof: Proof, counter: &'static Counter, shards: usize) -> Self {
        let shards = (0..shards).map(|_| Shard::default()).collect();
        EpochTable { shards: Arc::new(shards), counter, proof: Arc::new(proof) }
    }

    #[inline]
    pub(crate) fn now(&self) -> Moment {
        self.counter.now()
    }

    fn shard(&self, tag: Tag) -> &Shard {
        // Tags are digests: any of their bits will do, but for those that the map of the shard uses.
        &self.shards[(tag.0 >> 64) as usize % self.shards.len()]
    }

    /// Holds the cell of a tag, new if nobody else does.
    pub(crate) fn hold(&self, tag: Tag) -> Epoch {
        let mut shard = lock(self.shard(tag));
        let cell = shard.entry(tag).or_insert_with(|| {
            Arc::new(Cell {
                tag,
                bumped: AtomicU64::new(0),
                holders: AtomicUsize::new(0),
                table: self.clone(),
                known: OnceLock::new(),
                kept: AtomicBool::new(false),
            })
        });
        cell.holders.fetch_add(1, Ordering::Relaxed);
        Epoch(Arc::clone(cell))
    }

    /// Invalidates what depends on any of the tags. Reads that start after it returns see it.
    pub(crate) fn bump(&self, tags: impl IntoIterator<Item = Tag>) {
        self.count(|next| {
            for tag in tags {
                if let Some(cell) = lock(self.shard(tag)).get(&tag) {
                    cell.bump(next, None);
                }
            }
        });
    }

    /// Other processes may have invalidated these: what depends on them is served when their epochs have been read again.
    pub(crate) fn suspect(&self, tags: impl IntoIterator<Item = Tag>) {
        self.count(|next| {
            for tag in tags {
                if let Some(cell) = lock(self.shard(tag)).get(&tag) {
                    cell.known().suspected.store(next, Ordering::Release);
                }
            }
        });
    }

    /// Other processes are heard, again or for the first time: what was bumped before may have been missed.
    pub(crate) fn gap(&self) {
        self.count(|next| self.proof.set_gap(next));
    }

    /// Writes the next count, and publishes it.
    fn count(&self, write: impl FnOnce(u64)) {
        let _bumping = lock(&self.counter.bumping);
        let next = self.counter.count.load(Ordering::Relaxed) + 1;
        write(next);
        // Published last: who reads this count sees the cells. In the other order an entry could be found unchanged
        // at the new count, remember that, and be served for ever.
        self.counter.count.store(next, Ordering::Release);
    }

    /// Rows whose cells were held too late for a load that began then, if no bump can have missed them: if `any`, which is
    /// bumped with each of them and was held before, is unchanged.
    pub(crate) fn accept_late(&self, rows: Vec<Epoch>, any: &Epoch, start: Moment) -> Option<Vec<Epoch>> {
        // A bump under way may have passed the rows before their cells were there, and not have come to `any` yet.
        drop(lock(&self.counter.bumping));
        any.unchanged_since(start).then_some(rows)
    }

    /// How many cells are held.
    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }
}

impl Cell {
    fn known(&self) -> &Known {
        self.known.get_or_init(Box::default)
    }

    /// Whether something was heard of the tag after that moment.
    fn heard_since(&self, moment: Moment) -> bool {
        let suspected = self.known().suspected.load(Ordering::Acquire);
        suspected.max(self.bumped.load(Ordering::Acquire)) > moment.0
    }

    /// The tag has changed; its epoch in the shared tier is this now, if that is known.
    fn bump(&self, count: u64, epoch: Option<u128>) {
        match self.known.get() {
            // Together, so that nobody takes the old epoch for a stamp after the bump.
            Some(known) => {
                let mut known = known.epoch.lock();
                known.set(epoch);
                self.bumped.store(count, Ordering::Release);
            }
            None => self.bumped.store(count, Ordering::Relaxed),
        }
    }
}

impl Epoch {
    pub(crate) fn tag(&self) -> Tag {
        self.0.tag
    }

    /// A read that began then has found this epoch in the shared tier. What it says is taken unless something was heard of
    /// the tag since (I10): an answer that was overtaken would bring an old epoch back.
    pub(crate) fn learn(&self, read: u128, since: Moment, at: Instant) -> Learned {
        let (cell, known) = (&*self.0, self.0.known());
        let take = |mut epoch: Changing<'_>| match epoch.get() {
            Some(epoch) if epoch == read => Some(Learned::Proven),
            _ if cell.heard_since(since) => Some(Learned::Overtaken),
            None => {
                epoch.set(Some(read));
                Some(Learned::Proven)
            }
            Some(_) => None,
        };
        let mut learned = take(known.epoch.lock());
        if learned.is_none() {
            // It has changed, and what told of it was lost. Not under the lock of the cell: a bump takes them in the other order.
            cell.table.count(|next| {
                learned = take(known.epoch.lock());
                if learned.is_none() {
                    cell.bump(next, Some(read));
                }
            });
        }
        let learned = learned.unwrap_or(Learned::Proven);
        if learned == Learned::Proven {
            known.check(since, at);
        }
        learned
    }

    /// Its epoch in the shared tier, where that needn't be read: as far as this process has heard.
    pub(crate) fn known(&self) -> Option<u128> {
        let known = self.0.known.get()?;
        let epoch = known.epoch.look()?;
        known.verified(Moment(0), self.0.table.proof.gap()).then_some(epoch)
    }

    /// Whether its epoch in the shared tier was ever read since it was last bumped: then what begins now has a stamp.
    pub(crate) fn has_stamp(&self) -> bool {
        self.last_read().is_some()
    }

    /// Its epoch in the shared tier, as it was read last since it was last bumped.
    pub(crate) fn last_read(&self) -> Option<u128> {
        self.0.known.get().and_then(|known| known.epoch.look())
    }

    /// Says that its cell is kept, or isn't any more. Whether that is new.
    pub(super) fn set_kept(&self, kept: bool) -> bool {
        // A look first: mostly it is.
        self.0.kept.load(Ordering::Relaxed) != kept && self.0.kept.swap(kept, Ordering::Relaxed) != kept
    }

    /// Whether it is of this table, not of another cache's.
    pub(crate) fn is_of(&self, table: &EpochTable) -> bool {
        Arc::ptr_eq(&self.0.table.shards, &table.shards)
    }

    /// Whether a stamp is its epoch in the shared tier, as far as that is known.
    pub(crate) fn is_stamp(&self, stamp: u128) -> bool {
        self.0.known.get().is_some_and(|known| known.epoch.look() == Some(stamp))
    }

    /// Its epoch in the shared tier, for what was loaded since that moment, if it hasn't changed since.
    pub(crate) fn stamp(&self, start: Moment) -> Option<u128> {
        let epoch = self.0.known.get()?.epoch.lock();
        epoch.get().filter(|_| self.unchanged_since(start))
    }

    /// Whether it is unchanged since that moment, nothing makes it suspect, and nothing can have been missed.
    #[inline]
    pub(crate) fn verified_since(&self, start: Moment, gap: Moment) -> bool {
        self.unchanged_since(start)
            && match self.0.known.get() {
                Some(known) => known.verified(start, gap),
                None => start >= gap,
            }
    }

    /// [`verified_since`](Self::verified_since), after the last gap.
    pub(crate) fn is_verified_since(&self, start: Moment) -> bool {
        self.verified_since(start, self.0.table.proof.gap())
    }

    /// The time up to which all its bumps are known to have been heard, where another server is silent.
    pub(crate) fn heard_at(&self) -> Instant {
        self.0.table.proof.heard_of(self.0.tag)
    }

    /// When a read began that found it in the shared tier.
    pub(crate) fn checked_at(&self) -> Instant {
        self.0.known.get().map_or(Instant::from_ticks(0), |known| known.checked_at())
    }

    /// Whether the tag was last bumped at or before that moment.
    #[inline]
    pub(crate) fn unchanged_since(&self, start: Moment) -> bool {
        self.0.bumped.load(Ordering::Acquire) <= start.0
    }
}

/// The epochs that one thing depends on, each held.
#[derive(Clone, Default, Debug)]
pub(crate) struct EpochList {
    /// Those that a function's entries have in common: held once for all of them.
    shared: Option<std::sync::Arc<[Epoch]>>,
    own: SmallVec<[Epoch; 2]>,
}

impl EpochList {
    /// What entries of a function have in common, and what one depends on beside that.
    pub(crate) fn of_function(
        shared: &std::sync::Arc<[Epoch]>,
        own: impl ExactSizeIterator<Item = Epoch>,
    ) -> Self {
        // Of the very size: an entry keeps it.
        let mut list = EpochList {
            shared: Some(std::sync::Arc::clone(shared)),
            own: SmallVec::with_capacity(own.len()),
        };
        list.extend(own);
        list
    }

    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Epoch> + Clone {
        let shared: &[Epoch] = self.shared.as_deref().map_or(&[], |shared| shared);
        shared.iter().chain(&*self.own)
    }

    /// Whether none of them was bumped after that moment.
    #[inline]
    pub(crate) fn unchanged_since(&self, start: Moment) -> bool {
        self.iter().all(|epoch| epoch.unchanged_since(start))
    }

    /// Whether each of them is unchanged since that moment, as far as all that was heard, or missed, has been looked into.
    pub(crate) fn verified_since(&self, start: Moment) -> bool {
        self.iter().all(|epoch| epoch.is_verified_since(start))
    }

    /// Since when at the latest it is known of each of them that it was unchanged: heard of, or read in the shared tier.
    pub(crate) fn proven_at(&self) -> Instant {
        let proven = self.iter().map(|epoch| epoch.checked_at().max(epoch.heard_at()));
        proven.min().unwrap_or(Instant::from_ticks(0))
    }

    /// Since when at the latest each of them is known to have been read in the shared tier.
    pub(crate) fn checked_at(&self) -> Instant {
        self.iter().map(Epoch::checked_at).min().unwrap_or(Instant::from_ticks(0))
    }

    /// With others, each of which is there once; `among` says whether one is.
    pub(crate) fn join<'a>(
        &mut self,
        others: impl Iterator<Item = &'a Epoch>,
        among: impl Fn(&Epoch) -> bool,
    ) {
        self.own.retain(|epoch| !among(epoch));
        let shared: &[Epoch] = self.shared.as_deref().map_or(&[], |shared| shared);
        self.own.extend(others.filter(|epoch| !shared.contains(epoch)).cloned());
    }

    /// So many, of all that is in them; the others are given back.
    pub(crate) fn first(&self, count: usize) -> Self {
        let shared = self.shared.as_ref().map_or(0, |shared| shared.len());
        let own = self.own.iter().take(count.saturating_sub(shared)).cloned().collect();
        EpochList { shared: self.shared.clone(), own }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.shared.as_ref().map_or(0, |shared| shared.len()) + self.own.len()
    }

    /// From here on it stays as it is: gives back what it has more room for.
    pub(crate) fn settle(&mut self) {
        self.own.shrink_to_fit();
    }
}

impl FromIterator<Epoch> for EpochList {
    fn from_iter<I: IntoIterator<Item = Epoch>>(epochs: I) -> Self {
        EpochList { shared: None, own: epochs.into_iter().collect() }
    }
}

impl Extend<Epoch> for EpochList {
    fn extend<I: IntoIterator<Item = Epoch>>(&mut self, epochs: I) {
        self.own.extend(epochs);
    }
}

/// Whether what was loaded since a moment is fresh, at the price of one comparison where nothing has been bumped since
/// the last look.
#[derive(Debug)]
pub(crate) struct Freshness {
    start: Moment,
    /// When its epochs were last found unchanged.
    checked: AtomicU64,
}

impl Freshness {
    /// Of a load that began then.
    pub(crate) fn since(start: Moment) -> Self {
        Freshness { start, checked: AtomicU64::new(start.0) }
    }

    pub(crate) fn start(&self) -> Moment {
        self.start
    }

    /// Whether none of the epochs has changed since the start, as far as is known to who may lag behind other processes for
    /// so long: for ever, and he doesn't listen to them.
    #[inline]
    pub(crate) fn check(&self, epochs: &EpochList, table: &EpochTable, max_staleness: Ticks) -> bool {
        // The count is read before the cells: a bump publishes its count after its cells, so one whose cells are
        // missed here changes the count later, and the next look is a whole one.
        let now = table.now();
        self.checked.load(Ordering::Relaxed) == now.0 || self.look(epochs, table, max_staleness, now)
    }

    fn look(&self, epochs: &EpochList, table: &EpochTable, max_staleness: Ticks, now: Moment) -> bool {
        let gap = table.proof.gap();
        let fresh = match max_staleness {
            Ticks::FOREVER => epochs.unchanged_since(self.start),
            _ => epochs.iter().all(|epoch| epoch.verified_since(self.start, gap)),
        };
        if fresh {
            self.checked.store(now.0, Ordering::Relaxed);
        }
        fresh
    }
}

impl Clone for Epoch {
    fn clone(&self) -> Self {
        self.0.holders.fetch_add(1, Ordering::Relaxed);
        Epoch(Arc::clone(&self.0))
    }
}

// By its cell: caches of one namespace have their tags in common, and each has cells of its own.
impl PartialEq for Epoch {
    fn eq(&self, other: &Epoch) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Epoch {}

impl Hash for Epoch {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.tag().hash(state);
    }
}

impl Drop for Epoch {
    fn drop(&mut self) {
        if self.0.holders.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        let mut shard = lock(self.0.table.shard(self.0.tag));
        // Between the count and the lock somebody may have taken the cell up again, or dropped it and made another.
        let ours = shard.get(&self.0.tag).is_some_and(|cell| Arc::ptr_eq(cell, &self.0));
        if ours && self.0.holders.load(Ordering::Acquire) == 0 {
            shard.remove(&self.0.tag);
            if shard.len() * 4 < shard.capacity() && shard.capacity() > 64 {
                shard.shrink_to_fit();
            }
        }
    }
}

impl fmt::Debug for EpochTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EpochTable").field("cells", &self.len()).finish()
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Epoch").field(&self.0.tag).field(&self.0.bumped.load(Ordering::Relaxed)).finish()
    }
}
