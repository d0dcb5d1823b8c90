//! Seeded traces: sequences of keys, whose length and number follow the entries that a cache has room for.

use fastrand::Rng;

/// A sequence of keys, by what it is like.
pub(super) struct Trace {
    pub(super) name: &'static str,
    keys: fn(usize) -> Vec<u64>,
}

impl Trace {
    /// The keys for caches of so many entries.
    pub(super) fn keys(&self, entries: usize) -> Vec<u64> {
        (self.keys)(entries)
    }
}

pub(super) const TRACES: [Trace; 14] = [
    Trace { name: "zipf 0.7", keys: |n| zipf(n, 0.7, 10) },
    Trace { name: "zipf 0.9", keys: |n| zipf(n, 0.9, 10) },
    Trace { name: "zipf 1.1", keys: |n| zipf(n, 1.1, 10) },
    Trace { name: "zipf 0.9, many keys", keys: |n| zipf(n, 0.9, 100) },
    Trace { name: "zipf 0.9 with scans", keys: |n| scanned(n, 0.9) },
    Trace { name: "zipf 0.7, every other key a scan's", keys: |n| mixed(zipf(n, 0.7, 10), SCAN..) },
    Trace { name: "loop 1.1", keys: |n| cycle(n, 1.1).take(requests(n)).collect() },
    Trace { name: "loop 2", keys: |n| cycle(n, 2.0).take(requests(n)).collect() },
    Trace { name: "loop 1.5, every other key zipf 0.9", keys: |n| mixed(zipf(n, 0.9, 10), cycle(n, 1.5)) },
    Trace { name: "loop 2 and zipf 0.9 by turns", keys: |n| phases(n, 2.0) },
    Trace { name: "zipf 1.1, ranks dealt anew", keys: |n| dealt(n, 1.1) },
    Trace { name: "zipf 1.0, ranks moving on", keys: |n| moving_on(n, 1.0) },
    Trace { name: "window 0.9", keys: |n| window(n, 0.9) },
    Trace { name: "window 1.5", keys: |n| window(n, 1.5) },
];

const SEED: u64 = 7;

/// Keys from here on are asked for by nothing else.
const SCAN: u64 = 1 << 40;
const LOOP: u64 = 2 << 40;

fn requests(entries: usize) -> usize {
    (100 * entries).clamp(200_000, 1_000_000)
}

/// The numbers below `spread` times the entries, drawn as often as one over their rank to the power of the exponent.
fn zipf(entries: usize, exponent: f64, spread: usize) -> Vec<u64> {
    let sums: Vec<f64> = (1..=entries * spread)
        .scan(0.0, |sum, rank| {
            *sum += (rank as f64).powf(-exponent);
            Some(*sum)
        })
        .collect();
    let (total, mut random) = (sums[sums.len() - 1], Rng::with_seed(SEED));
    let mut draw = || {
        let point = random.f64() * total;
        sums.partition_point(|sum| *sum < point) as u64
    };
    (0..requests(entries)).map(|_| draw()).collect()
}

/// Zipf, and after every 20,000 keys twice as many as there are entries, each asked for once.
fn scanned(entries: usize, exponent: f64) -> Vec<u64> {
    let mut scan = SCAN..;
    let zipf = zipf(entries, exponent, 10);
    zipf.chunks(20_000)
        .flat_map(|some| [some.to_vec(), scan.by_ref().take(2 * entries).collect()].concat())
        .collect()
}

/// The keys of both in turn.
fn mixed(one: Vec<u64>, other: impl Iterator<Item = u64>) -> Vec<u64> {
    one.into_iter().zip(other).flat_map(|(one, other)| [one, other]).collect()
}

/// The same keys over and over, `factor` times as many as there are entries.
fn cycle(entries: usize, factor: f64) -> impl Iterator<Item = u64> {
    (LOOP..LOOP + (entries as f64 * factor) as u64).cycle()
}

/// Zipf and a loop by turns, each for ten times as many keys as there are entries.
fn phases(entries: usize, factor: f64) -> Vec<u64> {
    let (turn, mut cycle) = (10 * entries, cycle(entries, factor));
    let zipf = zipf(entries, 0.9, 10);
    zipf.chunks(turn).flat_map(|some| [some.to_vec(), cycle.by_ref().take(turn).collect()].concat()).collect()
}

/// Zipf whose ranks fall to other keys after every twenty times as many as there are entries.
fn dealt(entries: usize, exponent: f64) -> Vec<u64> {
    let mut random = Rng::with_seed(!SEED);
    let mut keys: Vec<u64> = (0..entries as u64 * 10).collect();
    let mut trace = zipf(entries, exponent, 10);
    for some in trace.chunks_mut(20 * entries) {
        random.shuffle(&mut keys);
        some.iter_mut().for_each(|rank| *rank = keys[*rank as usize]);
    }
    trace
}

/// Zipf whose ranks all move on by one key after every 50.
fn moving_on(entries: usize, exponent: f64) -> Vec<u64> {
    (0..).zip(zipf(entries, exponent, 10)).map(|(at, rank)| rank + at / 50).collect()
}

/// Any key of a window, `factor` times as wide as there are entries, that moves on by one key after every 10.
fn window(entries: usize, factor: f64) -> Vec<u64> {
    let (width, mut random) = ((entries as f64 * factor) as u64, Rng::with_seed(SEED));
    (0..requests(entries) as u64).map(|at| at / 10 + random.u64(..width)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_the_same_in_each_run_and_none_is_another() {
        let all: Vec<_> = TRACES.iter().map(|trace| trace.keys(100)).collect();
        assert!(TRACES.iter().zip(&all).all(|(trace, keys)| trace.keys(100) == *keys));
        assert!(all.iter().enumerate().all(|(at, keys)| !all[..at].contains(keys)));
        assert!(all.iter().all(|keys| (200_000..=400_000).contains(&keys.len())));
    }
}
