//! Threads that do the same at once, each on a core of its own.

use std::fs;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What the threads took.
pub(crate) struct Slice {
    /// Of a thread, in the mean.
    pub(crate) nanoseconds: f64,
    /// Whether all ran all the time. If not, they weren't in each other's way as they would have been.
    pub(crate) together: bool,
}

/// Runs it on so many threads. If it is one, on this.
pub(crate) fn at_once(threads: usize, work: &(dyn Fn() -> Duration + Sync)) -> Slice {
    if threads == 1 {
        return Slice { nanoseconds: work().as_nanos() as f64, together: true };
    }
    let ready = AtomicUsize::new(0);
    let runs: Vec<Run> = thread::scope(|scope| {
        let run = || {
            // They begin together: whoever ran alone would be faster.
            ready.fetch_add(1, Ordering::AcqRel);
            while ready.load(Ordering::Acquire) < threads {
                spin_loop();
            }
            let scheduled = times_scheduled();
            let start = Instant::now();
            let took = work();
            Run { start, took, interrupted: times_scheduled() != scheduled }
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|thread| thread.join().expect("what is timed doesn't panic")).collect()
    });
    let total: Duration = runs.iter().map(|run| run.took).sum();
    Slice {
        nanoseconds: total.as_nanos() as f64 / threads as f64,
        together: !runs.iter().any(|run| run.interrupted) && overlap(&runs) > 0.9,
    }
}

struct Run {
    start: Instant,
    took: Duration,
    interrupted: bool,
}

/// The part of the whole time in which all of them ran.
fn overlap(runs: &[Run]) -> f64 {
    let starts = || runs.iter().map(|run| run.start);
    let ends = || runs.iter().map(|run| run.start + run.took);
    let (Some(first), Some(last)) = (starts().min(), ends().max()) else { return 1.0 };
    let (all_began, one_ended) = (starts().max().unwrap_or(first), ends().min().unwrap_or(last));
    one_ended.saturating_duration_since(all_began).as_secs_f64() / (last - first).as_secs_f64()
}

/// How often this thread was given a core, where the system says it.
fn times_scheduled() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split_whitespace().nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ran_one_after_the_other_did_not_run_together() {
        let start = Instant::now();
        let run = |after: u64, took: u64| Run {
            start: start + Duration::from_millis(after),
            took: Duration::from_millis(took),
            interrupted: false,
        };
        assert_eq!(overlap(&[run(0, 10), run(0, 10)]), 1.0);
        assert_eq!(overlap(&[run(0, 10), run(5, 5)]), 0.5);
        assert_eq!(overlap(&[run(0, 10), run(20, 10)]), 0.0);
    }

    #[test]
    fn each_thread_does_it() {
        let calls = AtomicUsize::new(0);
        let work = || {
            calls.fetch_add(1, Ordering::Relaxed);
            Duration::from_millis(2)
        };
        assert_eq!(at_once(3, &work).nanoseconds, 2e6);
        assert_eq!(calls.into_inner(), 3);
    }
}
