//! The whole world at one moment: the source, the shared tier, the processes, and what has been promised.
//!
//! All is small numbers in arrays, so that a state is cheap to copy, to compare and to hash.

pub use crate::process::*;

/// A tag, by its number.
pub type Tag = u8;
/// A set of tags, one bit each.
pub type Tags = u8;
/// A cached entry's key, by its number.
pub type Key = u8;
/// A row of the source, by its number.
pub type Row = u8;
/// How often a row was written: the value that is cached.
pub type Version = u8;
/// What a process counts by: only the order counts, see `canonical`.
pub type Count = u8;
/// What an epoch is called. `NONE` if there is none, or none is known.
pub type Nonce = u8;
/// Ticks of the clock since something, up to `OLD`.
pub type Age = u8;

/// Processes.
pub const PROCESSES: usize = 3;
/// Calls that run at a time in a process, at most.
pub const CALLERS: usize = 2;
/// Calls inside of each other, at most.
pub const DEPTH: usize = 2;
/// Tags, at most.
pub const TAGS: usize = 3;
/// Keys, at most.
pub const KEYS: usize = 2;
/// Rows, at most.
pub const ROWS: usize = 2;
/// Servers, at most.
pub const NODES: usize = 2;
/// Announcements under way on one connection, at most.
pub const UNDER_WAY: usize = 6;

/// No epoch, or none known.
pub const NONE: Nonce = 0;
/// `max_staleness`, in ticks.
pub const MAX_STALENESS: Age = 1;
/// So old that it doesn't matter how old, where followers subtract the age of their call.
pub const OLD: Age = MAX_STALENESS + 2;
/// A row that a value hasn't read.
pub const UNREAD: Version = Version::MAX;
/// The bit of a version that is not committed.
pub const DIRTY: Version = 0x80;

/// What a value has seen of each row: the oldest version of it that is anywhere in the value.
pub type Seen = [Version; ROWS];

/// The whole world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct State {
    /// The source of truth: how often each row was written.
    pub source: [Version; ROWS],
    /// The shared tier.
    pub server: Server,
    /// What a replica or a disk holds: the server at an earlier moment, which may come back.
    pub older: Server,
    /// The processes.
    pub processes: [Process; PROCESSES],
    /// How many of them there are.
    pub running: u8,
    /// What the shared tier has confirmed, by row: of this tick, of the tick before, and of all before that.
    pub confirmed: [[Version; 3]; ROWS],
    /// Writes whose invalidation died with their process, by row, a bit for each version.
    pub lost: [u8; ROWS],
    /// What may still happen.
    pub budget: Budget,
    /// The highest nonce in use of each tag.
    pub drawn: [Nonce; TAGS],
    /// The promise that was just broken.
    pub broken: Option<Promise>,
}

/// The shared tier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Server {
    /// The epoch of each tag.
    pub epochs: [Nonce; TAGS],
    /// The stored entries.
    pub entries: [Option<Stored>; KEYS],
    /// Who loads, by key: the number of a caller, from 1.
    pub leases: [u8; KEYS],
    /// The node that answers for each tag, and announces its bumps.
    pub home: [u8; TAGS],
}

/// A stored entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Stored {
    /// The value.
    pub seen: Seen,
    /// The epoch of each of its tags when its load began.
    pub stamps: [Nonce; TAGS],
    /// Whether its time to live is over, and only a policy may still serve it.
    pub over: bool,
}

/// What may still happen, and how often.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Budget {
    /// Writes.
    pub writes: u8,
    /// Epochs that are evicted or expire.
    pub evictions: u8,
    /// Entries that are evicted.
    pub entries: u8,
    /// Streams that break.
    pub gaps: u8,
    /// Bumps that fail, executed or not.
    pub failures: u8,
    /// Failovers to a replica that lags.
    pub failovers: u8,
    /// Restarts with old data.
    pub restarts: u8,
    /// Processes that crash and start again.
    pub crashes: u8,
    /// Slots that move to another node.
    pub moves: u8,
    /// Entries whose time to live is over.
    pub expiries: u8,
    /// Calls that are cancelled.
    pub cancels: u8,
    /// Reads that the server doesn't answer; after one the process takes it for dead.
    pub silences: u8,
    /// Announcements of tags that didn't change.
    pub renewals: u8,
}

/// A promise of the design.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Promise {
    /// No lost race.
    I1,
    /// Invalidation beats staleness policies.
    I3,
    /// One load: a lease is released by its owner only.
    I5,
    /// Unknown is not fresh.
    I6,
    /// Silence is noticed.
    I9,
    /// One rule for every way in.
    I10,
    /// No invalidation is lost in silence.
    I11,
}

/// The set of these tags.
pub fn set(tags: &[Tag]) -> Tags {
    tags.iter().fold(0, |set, tag| set | 1 << tag)
}

/// The tags of a set.
pub fn each(tags: Tags) -> impl Iterator<Item = Tag> {
    (0..TAGS as Tag).filter(move |tag| tags & 1 << tag != 0)
}

/// What two values have seen together: the older of each.
pub fn both(a: Seen, b: Seen) -> Seen {
    std::array::from_fn(|row| a[row].min(b[row]))
}

/// Whether a value has seen all that it must.
pub fn suffices(seen: Seen, need: Seen) -> bool {
    (0..ROWS).all(|row| seen[row] >= need[row])
}

impl State {
    /// The processes that there are.
    pub fn processes(&self) -> &[Process] {
        &self.processes[..usize::from(self.running)]
    }

    /// The processes that there are.
    pub fn processes_mut(&mut self) -> &mut [Process] {
        &mut self.processes[..usize::from(self.running)]
    }
}

impl Stored {
    /// Its tags, learned and nested ones too.
    pub fn tags(&self) -> Tags {
        (0..TAGS).filter(|&tag| self.stamps[tag] != NONE).fold(0, |set, tag| set | 1 << tag)
    }

    /// Whether its stamps are these epochs.
    pub fn matches(&self, epochs: &[Nonce; TAGS]) -> bool {
        (0..TAGS).all(|tag| self.stamps[tag] == NONE || self.stamps[tag] == epochs[tag])
    }
}

impl Budget {
    /// Each of its parts.
    pub fn each(&mut self, mut of: impl FnMut(&mut u8)) {
        let Budget { writes, evictions, entries, gaps, failures, .. } = self;
        for left in [writes, evictions, entries, gaps, failures] {
            of(left);
        }
        let Budget { failovers, restarts, crashes, moves, expiries, .. } = self;
        for left in [failovers, restarts, crashes, moves, expiries] {
            of(left);
        }
        let Budget { cancels, silences, renewals, .. } = self;
        for left in [cancels, silences, renewals] {
            of(left);
        }
    }
}
