//! Hashing a state, which is most of the work: once for each step that leads to it.

use std::hash::{Hash, Hasher};

use crate::state::{Caller, State};

/// All in one go: a state is hashed once for each step that leads to it.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let State { source, server, older, confirmed, lost, budget, drawn, broken, .. } = self;
        let processes = self.processes();
        let mut bytes = Bytes { bytes: [0; 1536], length: 0 };
        (source, server, older, processes, confirmed, lost, budget, drawn, broken).hash(&mut bytes);
        hasher.write(&bytes.bytes[..bytes.length]);
    }
}

/// Frames that don't run are equal.
impl Hash for Caller {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.depth.hash(hasher);
        if self.depth > 0 {
            (self.running(), self.need, self.age).hash(hasher);
        }
    }
}

/// A hasher that only collects.
struct Bytes {
    bytes: [u8; 1536],
    length: usize,
}

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.bytes[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }

    fn write_u8(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    /// Which of an enum's variants, and how many of an array: all are few.
    fn write_isize(&mut self, number: isize) {
        self.write_u8(number as u8);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u8(number as u8);
    }

    fn finish(&self) -> u64 {
        unreachable!("it only collects")
    }
}
