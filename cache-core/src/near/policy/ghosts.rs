//! What the policy remembers of entries that it has evicted.

/// Hashes and times of evicted entries, about two for each entry that stays.
#[derive(Default)]
pub(super) struct Ghosts {
    /// A ghost is a fingerprint (16 bits) and a tick (16 bits), which stands for
    /// `1 << shift` insertions. Each bucket has its newest first; zero is empty.
    buckets: Vec<[u32; Ghosts::WAYS]>,
    shift: u32,
}

impl Ghosts {
    const WAYS: usize = 16;

    fn bucket(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.buckets.len() as u128) >> 64) as usize
    }

    /// Never zero, so that no ghost looks empty.
    fn fingerprint(hash: u64) -> u32 {
        (hash as u32) << 16 | 1 << 16
    }

    fn age(&self, ghost: u32, now: u32) -> u32 {
        u32::from(((now >> self.shift) as u16).wrapping_sub(ghost as u16)) << self.shift
    }

    /// Removes a ghost and returns how long ago it was put.
    pub(super) fn take(&mut self, hash: u64, now: u32) -> Option<u32> {
        let (index, fingerprint) = (self.bucket(hash), Self::fingerprint(hash));
        let bucket = self.buckets.get_mut(index)?;
        let ghost = bucket.iter_mut().find(|ghost| **ghost & !0xFFFF == fingerprint)?;
        let ghost = std::mem::take(ghost);
        Some(self.age(ghost, now))
    }

    pub(super) fn put(&mut self, hash: u64, time: u32, now: u32, entries: usize) {
        if self.buckets.len() * Self::WAYS < entries * 2 {
            self.resize(entries + entries / 16, now);
        }
        let index = self.bucket(hash);
        let ghost = Self::fingerprint(hash) | (time >> self.shift) & 0xFFFF;
        let bucket = &mut self.buckets[index];
        let end = bucket.iter().position(|&ghost| ghost == 0).unwrap_or(Self::WAYS - 1);
        bucket.copy_within(..end, 1);
        bucket[0] = ghost;
    }

    /// Makes room for two ghosts to an entry. Some get lost, as there is too
    /// little of their hashes left to tell where they belong.
    pub(super) fn resize(&mut self, entries: usize, now: u32) {
        let old = std::mem::take(self);
        let len = (entries * 2).div_ceil(Self::WAYS);
        // A tick is at most a thousandth of the time a ghost stays.
        self.shift = (entries / 512).checked_ilog2().unwrap_or(0).min(14);
        let shift = self.shift;
        let moved = |ghost: u32| match ghost {
            0 => 0,
            _ => ghost & !0xFFFF | (now.wrapping_sub(old.age(ghost, now)) >> shift) & 0xFFFF,
        };
        let source = |index| old.buckets.get(index * old.buckets.len() / len);
        self.buckets =
            (0..len).map(|index| source(index).map_or([0; Self::WAYS], |b| b.map(moved))).collect();
    }

    /// How many it has room for.
    #[cfg(all(test, not(miri)))]
    pub(super) fn room(&self) -> usize {
        self.buckets.len() * Self::WAYS
    }
}
