//! What is known of a tag's epoch in the shared tier, and how far what is heard of other processes can be trusted.
//!
//! Only a checked read fills it: one before which the moment was noted, and after which nothing was heard of the tag
//! since then (I10). Announcements and bumps of our own only ever take away.

use std::collections::HashMap;

use super::epoch::Moment;
use crate::clock::Instant;
use crate::key::tag::Tag;
use crate::sync::{AtomicU64, Mutex, MutexGuard, Ordering, fence, lock};

/// What is known of a tag's epoch in the shared tier.
#[derive(Default)]
pub(crate) struct Known {
    /// As a checked read found it last. Kept when the tag becomes suspect, for comparison.
    pub(super) epoch: Shown,
    /// The count of the last announcement.
    pub(super) suspected: AtomicU64,
    /// The moment before the last read that found it.
    pub(super) checked: AtomicU64,
    /// When that was.
    checked_at: AtomicU64,
}

/// An epoch, which all who hit look at and few change: they look without a lock, for to take one is to write where others look.
#[derive(Default)]
pub(super) struct Shown {
    /// Held while it is changed.
    changing: Mutex<()>,
    /// Counts the changes, four at a time; besides, whether one is under way, and whether there is an epoch.
    version: AtomicU64,
    halves: [AtomicU64; 2],
}

/// While this is changed, if it is.
pub(super) struct Changing<'a> {
    shown: &'a Shown,
    _changing: MutexGuard<'a, ()>,
}

const IS_CHANGING: u64 = 1;
const IS_THERE: u64 = 2;

impl Shown {
    /// As it is, while nobody else changes it.
    pub(super) fn lock(&self) -> Changing<'_> {
        Changing { shown: self, _changing: lock(&self.changing) }
    }

    /// As it is or has just been.
    pub(super) fn look(&self) -> Option<u128> {
        let version = self.version.load(Ordering::Acquire);
        if version & IS_CHANGING == 0 {
            let epoch = self.read(version);
            // Both halves are of that version if it is still there after they were read.
            fence(Ordering::Acquire);
            if self.version.load(Ordering::Relaxed) == version {
                return epoch;
            }
        }
        self.lock().get()
    }

    /// What the halves are, in that version.
    fn read(&self, version: u64) -> Option<u128> {
        let [low, high] = [0, 1].map(|half: usize| self.halves[half].load(Ordering::Relaxed));
        (version & IS_THERE != 0).then_some(u128::from(high) << 64 | u128::from(low))
    }
}

impl Changing<'_> {
    pub(super) fn get(&self) -> Option<u128> {
        self.shown.read(self.shown.version.load(Ordering::Relaxed))
    }

    pub(super) fn set(&mut self, epoch: Option<u128>) {
        let Shown { version, halves, .. } = self.shown;
        let next = (version.load(Ordering::Relaxed) & !(IS_CHANGING | IS_THERE)) + 4;
        version.store(next | IS_CHANGING, Ordering::Relaxed);
        // Who sees a half of what follows sees this.
        fence(Ordering::Release);
        let bits = epoch.unwrap_or(0);
        halves[0].store(bits as u64, Ordering::Relaxed);
        halves[1].store((bits >> 64) as u64, Ordering::Relaxed);
        version.store(if epoch.is_some() { next | IS_THERE } else { next }, Ordering::Release);
    }
}

/// What a read of a tag's epoch came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Learned {
    /// It is the tag's epoch as far as this process has heard, and a stamp for what is loaded from here on.
    Proven,
    /// Something was heard of the tag since the read began: the answer may be older than that.
    Overtaken,
}

impl Known {
    /// A read that began then has found it.
    pub(super) fn check(&self, since: Moment, at: Instant) {
        self.checked.fetch_max(since.0, Ordering::Release);
        self.checked_at.fetch_max(at.ticks(), Ordering::Relaxed);
    }

    /// Whether what began then is not older than the last announcement, nor than the last gap.
    #[inline]
    pub(super) fn verified(&self, start: Moment, gap: Moment) -> bool {
        let checked = self.checked.load(Ordering::Acquire).max(start.0);
        checked >= self.suspected.load(Ordering::Acquire) && checked >= gap.0
    }

    /// When the last read began that found it.
    pub(super) fn checked_at(&self) -> Instant {
        Instant::from_ticks(self.checked_at.load(Ordering::Relaxed))
    }
}

/// How far what is heard of other processes' bumps can be trusted.
///
/// Where there are no other processes all of them have always been heard.
pub(crate) struct Proof {
    /// The time up to which all bumps are known to have been heard: of the server that has been silent for longest.
    heard: AtomicU64,
    /// What began before this moment has to be checked: bumps may have been missed.
    gap: AtomicU64,
    /// Each server's, and when it was last heard again.
    nodes: Mutex<HashMap<u64, Node>>,
    /// The server on which a tag lies.
    locate: Option<Locate>,
}

/// Which server a tag lies on.
pub(crate) type Locate = Box<dyn Fn(Tag) -> u64 + Send + Sync>;

struct Node {
    heard: Instant,
    /// `None` while its stream is lost.
    since: Option<Instant>,
}

impl Default for Proof {
    fn default() -> Self {
        let (gap, nodes) = (AtomicU64::new(0), Mutex::default());
        Proof { heard: AtomicU64::new(u64::MAX), gap, nodes, locate: None }
    }
}

impl Proof {
    /// There are other processes, and nothing has been heard yet.
    pub(crate) fn of_others(locate: Locate) -> Self {
        Proof { heard: AtomicU64::new(0), locate: Some(locate), ..Proof::default() }
    }

    /// The time up to which all bumps are known to have been heard.
    #[inline]
    pub(crate) fn heard(&self) -> Instant {
        Instant::from_ticks(self.heard.load(Ordering::Acquire))
    }

    /// The time up to which all bumps of a tag are known to have been heard: by the server on which it lies now. If it has just
    /// moved there it is suspect, which is to be looked at after this.
    pub(crate) fn heard_of(&self, tag: Tag) -> Instant {
        let Some(locate) = &self.locate else { return self.heard() };
        // Not under the lock, which listeners take.
        let node = locate(tag);
        lock(&self.nodes).get(&node).map_or(Instant::from_ticks(0), |node| node.heard)
    }

    /// What began before this moment has to be checked.
    #[inline]
    pub(crate) fn gap(&self) -> Moment {
        Moment(self.gap.load(Ordering::Acquire))
    }

    /// From `moment` on everything is heard again.
    pub(super) fn set_gap(&self, moment: u64) {
        self.gap.store(moment, Ordering::Release);
    }

    /// All that a server announced up to that time has been heard.
    pub(crate) fn proven(&self, node: u64, sent: Instant) {
        let mut nodes = lock(&self.nodes);
        // A proof from before the stream broke says nothing of what was missed since.
        if let Some(Node { heard, since: Some(since) }) = nodes.get_mut(&node)
            && sent >= *since
        {
            *heard = sent.max(*heard);
        }
        self.publish(&nodes);
    }

    /// The stream of a server is lost.
    pub(crate) fn lost(&self, node: u64) {
        let mut nodes = lock(&self.nodes);
        nodes.entry(node).or_insert(Node { heard: Instant::from_ticks(0), since: None }).since = None;
        self.publish(&nodes);
    }

    /// A stream is alive, from that time on.
    pub(crate) fn alive(&self, node: u64, at: Instant) {
        let mut nodes = lock(&self.nodes);
        nodes.entry(node).or_insert(Node { heard: Instant::from_ticks(0), since: None }).since = Some(at);
        self.publish(&nodes);
    }

    /// Another server has taken over: this one's silence says nothing any more.
    pub(crate) fn forget(&self, node: u64) {
        let mut nodes = lock(&self.nodes);
        nodes.remove(&node);
        self.publish(&nodes);
    }

    /// As long as none is silent it needn't be asked which tags lie where.
    fn publish(&self, nodes: &HashMap<u64, Node>) {
        let least = nodes.values().map(|node| node.heard.ticks()).min().unwrap_or(0);
        self.heard.store(least, Ordering::Release);
    }
}
