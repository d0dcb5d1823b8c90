//! Two things timed by turns: what slows the machine for a while slows both.

use std::time::{Duration, Instant};

use crate::statistics::median;
use crate::threads::{Slice, at_once};

/// Something that is timed: one pass over a number of calls.
pub(crate) type Pass<'a> = &'a (dyn Fn() + Sync);

/// How long, and how often.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// How long one side runs until it is the other's turn.
    pub(crate) slice: Duration,
    /// How many slices each side gets.
    pub(crate) rounds: usize,
}

/// Nanoseconds that one of the calls of a pass takes on one thread, while as many run as there shall be: the median of
/// each side's slices.
pub(crate) fn interleaved(sides: [Pass<'_>; 2], calls: usize, threads: usize, effort: Effort) -> [f64; 2] {
    let passes = sides.map(|side| passes_in(side, effort.slice));
    let mut slices = [Vec::new(), Vec::new()];
    // On a busy machine threads seldom have a core each: what came out apart is tried again, as often as all together.
    let mut tries_left = 2 * effort.rounds;
    for round in 0..effort.rounds {
        // Who begins alternates, so that neither always runs after the other.
        for side in [round % 2, 1 - round % 2] {
            let slice = || at_once(threads, &|| time(passes[side], sides[side]));
            slices[side].push(slice());
            while tries_left > 0 && !slices[side].last().is_some_and(|slice| slice.together) {
                tries_left -= 1;
                slices[side].push(slice());
            }
        }
    }
    let median_of = |side: usize| median_slice(&slices[side], effort.rounds) / (passes[side] * calls) as f64;
    [median_of(0), median_of(1)]
}

/// Of those that ran together, if they are not too few.
fn median_slice(slices: &[Slice], rounds: usize) -> f64 {
    let together: Vec<_> =
        slices.iter().filter(|slice| slice.together).map(|slice| slice.nanoseconds).collect();
    if together.len() * 4 >= rounds {
        return median(together);
    }
    eprintln!("warning: what follows was measured on a busy machine, where threads seldom ran at once");
    median(slices.iter().map(|slice| slice.nanoseconds).collect())
}

/// How many passes fill a slice.
fn passes_in(pass: Pass<'_>, slice: Duration) -> usize {
    let mut passes = 1;
    loop {
        let taken = time(passes, pass);
        if taken * 2 >= slice {
            return ((passes as f64 * slice.as_secs_f64() / taken.as_secs_f64()) as usize).max(1);
        }
        passes *= 2;
    }
}

fn time(passes: usize, pass: Pass<'_>) -> Duration {
    let start = Instant::now();
    for _ in 0..passes {
        pass();
    }
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn each_side_gets_its_own_time() {
        let slow = || thread::sleep(Duration::from_millis(2));
        let fast = || thread::sleep(Duration::from_micros(100));
        let effort = Effort { slice: Duration::from_millis(4), rounds: 3 };
        let [slow, fast] = interleaved([&slow, &fast], 1, 1, effort);
        assert!(slow > fast, "{slow} {fast}");
    }
}
