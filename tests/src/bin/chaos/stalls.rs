//! Whether this process got time of the machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use super::clock::now;

const STEP: Duration = Duration::from_millis(10);
/// Later than a step by more than this is a stall.
const LATE: Duration = Duration::from_millis(20);

/// Watches a thread that does nothing but wake up.
pub struct Stalls(Arc<AtomicU64>);

impl Stalls {
    pub fn watch() -> Stalls {
        let last = Arc::new(AtomicU64::new(0));
        let there = Arc::clone(&last);
        thread::spawn(move || {
            loop {
                let before = now();
                thread::sleep(STEP);
                let late = Duration::from_nanos(now() - before).saturating_sub(STEP);
                if late > LATE {
                    there.store(now(), SeqCst);
                }
            }
        });
        Stalls(last)
    }

    /// Whether there was one since then, or there may be one now.
    pub fn since(&self, then: u64) -> bool {
        // A stall that isn't over yet is noted a step later at the latest.
        thread::sleep(2 * STEP);
        self.0.load(SeqCst) >= then
    }
}
