//! What the near store stands on, in forms that loom can see through.

/// An entry whose value calls the store when it is dropped.
pub(crate) mod entry {
    use crate::clock::Instant;
    use crate::near::key::NearKey;
    use crate::near::store::NearCache;
    use crate::near::visits::Visits;
    use crate::sync::{Arc, AtomicBool, AtomicUsize, Memory, Ordering};

    pub(crate) struct Stored {
        pub(crate) order: u64,
        pub(crate) visits: Visits,
        pub(crate) over: AtomicBool,
        /// Counts itself while it lives.
        pub(crate) living: Arc<AtomicUsize>,
        pub(crate) calls_back: Option<Arc<NearCache>>,
        /// Of its value.
        pub(crate) memory: Memory,
    }

    impl Stored {
        pub(crate) fn order(&self) -> u64 {
            self.order
        }

        pub(crate) fn is_over(&self, _: Instant) -> bool {
            self.over.load(Ordering::SeqCst)
        }
    }

    impl Drop for Stored {
        fn drop(&mut self) {
            self.memory.give_up();
            self.living.fetch_sub(1, Ordering::SeqCst);
            if let Some(cache) = self.calls_back.take() {
                cache.remove(NearKey::new(9, &[0; 8]).as_ref());
            }
        }
    }
}

/// First in, first out, but what was asked for gets a second round.
pub(crate) mod policy {
    use std::collections::VecDeque;

    use crate::near::key::At;

    #[derive(Clone, Copy, PartialEq, Debug)]
    pub(crate) struct Slot(pub(crate) u32);

    #[derive(Clone, Copy, Default)]
    pub(crate) struct Cursor(u32);

    pub(crate) struct Policy {
        capacity: usize,
        entries: VecDeque<At>,
        slots: u32,
        gone: u64,
    }

    impl Policy {
        pub(crate) fn new(capacity: u64) -> Self {
            Policy { capacity: capacity as usize, entries: VecDeque::new(), slots: 0, gone: 0 }
        }

        pub(crate) fn room_for(&self, weight: u64) -> Option<u32> {
            u32::try_from(weight).ok()
        }

        pub(crate) fn insert(&mut self, hash: u64, _: u32) -> Slot {
            self.slots += 1;
            self.entries.push_back(At { hash, slot: Slot(self.slots) });
            Slot(self.slots)
        }

        pub(crate) fn reweigh(&mut self, slot: Slot, _: u32) {
            assert!(self.entries.iter().any(|at| at.slot == slot), "it is there");
            self.gone += 1;
        }

        pub(crate) fn remove(&mut self, slot: Slot) {
            let at = self.entries.iter().position(|at| at.slot == slot).expect("it is there");
            self.entries.remove(at);
            self.gone += 1;
        }

        pub(crate) fn evict(&mut self, mut take_visit: impl FnMut(At) -> u8) -> Option<At> {
            while self.entries.len() > self.capacity {
                let oldest = self.entries.pop_front()?;
                if take_visit(oldest) == 0 {
                    self.gone += 1;
                    return Some(oldest);
                }
                self.entries.push_back(oldest);
            }
            None
        }

        pub(crate) fn next(&self, cursor: &mut Cursor) -> Option<At> {
            let next = self.entries.iter().filter(|at| at.slot.0 > cursor.0).min_by_key(|at| at.slot.0);
            *cursor = Cursor(next.map_or(0, |at| at.slot.0));
            next.copied()
        }

        pub(crate) fn len(&self) -> usize {
            self.entries.len()
        }

        pub(crate) fn take_gone(&mut self) -> u64 {
            std::mem::take(&mut self.gone)
        }

        /// Each weighs 1 in the models.
        pub(crate) fn weight(&self) -> u64 {
            self.entries.len() as u64
        }
    }
}
