//! What the processes of a run share: a file that each of them maps. For each row the versions that were written, and what became
//! of each; for each process what it has counted.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

/// Rows of the source of truth: as many for each process.
pub const ROWS: usize = 255;
/// Processes that read and write.
pub const WORKERS: usize = 3;
/// How many of a row's last versions are remembered.
const SLOTS: usize = 256;
/// How many times of failover are.
const WINDOWS: usize = 256;
/// Staleness is counted in quarters of a millisecond.
pub const BUCKET: Duration = Duration::from_micros(250);
const BUCKETS: usize = 8192;

/// All of it. Zeroes at the start.
#[repr(C)]
pub struct Memory {
    /// What the processes are to do: see [`Phase`].
    phase: AtomicU64,
    /// What every process has counted.
    pub workers: [Counts; WORKERS],
    /// Every row.
    pub rows: [Row; ROWS],
    pub(super) windows: [Window; WINDOWS],
}

/// What the processes are to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Write and read.
    Run,
    /// Read, and wait until all that was written is confirmed.
    Settle,
    /// Read all rows once more, each way, and say when that is done.
    Sweep,
}

/// A row, as the oracle knows it.
#[repr(C)]
pub struct Row {
    /// The last version that was drawn. Drawn under the lock of the writer's transaction: commits are in this order.
    pub(super) drawn: AtomicU64,
    /// The newest version whose invalidation is confirmed.
    pub(super) confirmed: AtomicU64,
    /// The newest version whose writer died before its invalidation was confirmed.
    pub(super) died: AtomicU64,
    /// How often its plain pushed value was loaded.
    pub loads: AtomicU64,
    pub(super) slots: [Slot; SLOTS],
}

/// What became of a version.
#[repr(C)]
pub struct Slot {
    pub(super) version: AtomicU64,
    pub(super) state: AtomicU64,
    pub(super) owner: AtomicU64,
    pub(super) committed_at: AtomicU64,
    pub(super) confirmed_at: AtomicU64,
    /// Until when an older version was served, where that is excepted; nothing if it never was.
    pub(super) stale_until: AtomicU64,
}

/// What became of a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum State {
    Begun = 1,
    Committed,
    Confirmed,
    RolledBack,
    Died,
}

/// A time in which primaries didn't stay primaries (I1).
#[repr(C)]
pub struct Window {
    pub(super) from: AtomicU64,
    /// Nothing while it lasts.
    pub(super) to: AtomicU64,
    /// What happened: a number of the conductor's.
    pub(super) kind: AtomicU64,
    pub(super) confirmed: AtomicU64,
    pub(super) lost: AtomicU64,
    pub(super) longest: AtomicU64,
}

/// A window, as it was at its end.
#[derive(Clone, Copy, Debug)]
pub struct Failover {
    pub kind: u64,
    pub confirmed: u64,
    pub lost: u64,
    pub longest: Duration,
}

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a process has counted, in all its lives.
        #[repr(C)]
        pub struct Counts {
            $($(#[$doc])* pub $name: AtomicU64,)*
            /// Stale reads under push, by how old what they lacked was.
            stale: [AtomicU64; BUCKETS],
        }

        /// The sum of all processes' counts.
        #[derive(Clone, Default, Debug)]
        pub struct Total {
            $(pub $name: u64,)*
            pub stale: Vec<u64>,
        }

        impl Total {
            fn add(&mut self, counts: &Counts) {
                $(self.$name += counts.$name.load(SeqCst);)*
                self.stale.resize(BUCKETS, 0);
                for (sum, count) in self.stale.iter_mut().zip(&counts.stale) {
                    *sum += count.load(SeqCst);
                }
            }

            /// With what another part of the run counted.
            pub fn append(&mut self, other: &Total) {
                let longest = [self.longest_stale, self.longest_beyond_deadline, self.longest_of_one];
                $(self.$name += other.$name;)*
                self.stale.resize(BUCKETS, 0);
                for (sum, count) in self.stale.iter_mut().zip(&other.stale) {
                    *sum += count;
                }
                for (sum, own, other) in [
                    (&mut self.longest_stale, longest[0], other.longest_stale),
                    (&mut self.longest_beyond_deadline, longest[1], other.longest_beyond_deadline),
                    (&mut self.longest_of_one, longest[2], other.longest_of_one),
                ] {
                    *sum = own.max(other);
                }
            }
        }
    };
}

counts! {
    /// Calls whose values were looked at.
    reads_checked,
    /// Of these, under each coherence.
    reads_pushed,
    reads_verified,
    reads_off,
    /// Versions in what they returned.
    versions_checked,
    /// Versions older than promised.
    stale_beyond_promise,
    /// Versions that were never committed.
    uncommitted_read,
    /// Errors and panics of calls whose bodies made none.
    foreign_errors,
    /// Errors that bodies made.
    body_errors,
    /// Calls that were dropped on their way.
    calls_dropped,
    /// Writes that were committed.
    writes,
    /// Invalidations that were confirmed.
    invalidations,
    /// Of these, rows whose model was invalidated as a whole.
    invalidations_of_models,
    /// Rows that were served old in the end, when nothing was written any more.
    invalidations_lost,
    /// Invalidations that wait to be confirmed, now.
    waiting,
    /// In which sweep this process has been through.
    swept,
    /// The longest time that a call took beyond its deadline and its bodies, in microseconds.
    longest_beyond_deadline,
    /// The same, of calls that call no others.
    longest_of_one,
    /// The oldest of what a stale read under push lacked, in microseconds.
    longest_stale,
}

impl Counts {
    /// Counts one.
    pub fn add(count: &AtomicU64) {
        count.fetch_add(1, SeqCst);
    }

    /// A stale read under push: so old was what it lacked.
    pub fn stale(&self, age: Duration) {
        let bucket = age.as_micros() / BUCKET.as_micros();
        self.stale[usize::try_from(bucket).unwrap_or(BUCKETS).min(BUCKETS - 1)].fetch_add(1, SeqCst);
    }
}

impl Total {
    /// The age that a part of the stale reads doesn't exceed.
    pub fn staleness(&self, part: f64) -> Duration {
        let all: u64 = self.stale.iter().sum();
        let mut left = (all as f64 * part).ceil() as u64;
        for (bucket, count) in self.stale.iter().enumerate() {
            left = left.saturating_sub(*count);
            if left == 0 && all > 0 {
                return BUCKET * (u32::try_from(bucket).expect("there are few buckets") + 1);
            }
        }
        Duration::ZERO
    }
}

impl Memory {
    /// Makes one, or maps the one that is there.
    ///
    /// It stays mapped until the process ends.
    pub fn map(file: &Path) -> &'static Memory {
        let file = File::options().read(true).write(true).create(true).truncate(false).open(file);
        let file = file.expect("the memory that the processes share can be opened");
        file.set_len(size_of::<Memory>() as u64).expect("there is room for it");
        map(&file)
    }

    /// What the processes are to do.
    pub fn phase(&self) -> Phase {
        match self.phase.load(SeqCst) {
            0 => Phase::Run,
            1 => Phase::Settle,
            _ => Phase::Sweep,
        }
    }

    /// Tells all processes.
    pub fn set_phase(&self, phase: Phase) {
        self.phase.store(phase as u64, SeqCst);
    }

    /// The sum of all processes' counts.
    pub fn total(&self) -> Total {
        let mut total = Total::default();
        self.workers.iter().for_each(|counts| total.add(counts));
        let longest = |count: fn(&Counts) -> &AtomicU64| {
            self.workers.iter().map(|counts| count(counts).load(SeqCst)).max()
        };
        total.longest_stale = longest(|counts| &counts.longest_stale).unwrap_or(0);
        total.longest_beyond_deadline = longest(|counts| &counts.longest_beyond_deadline).unwrap_or(0);
        total.longest_of_one = longest(|counts| &counts.longest_of_one).unwrap_or(0);
        total
    }
}

#[expect(unsafe_code, reason = "there is no safe form of shared memory")]
fn map(file: &File) -> &'static Memory {
    // SAFETY: the file is as long as `Memory`, which consists of atomic integers alone: any bytes are one, and other processes
    // may write them. Nobody makes the file shorter, and it is never unmapped.
    unsafe {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let at = libc::mmap(
            std::ptr::null_mut(),
            size_of::<Memory>(),
            protection,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            0,
        );
        assert_ne!(at, libc::MAP_FAILED, "the memory that the processes share can be mapped");
        &*at.cast::<Memory>()
    }
}
