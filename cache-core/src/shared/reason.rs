//! Why a value didn't come out of the shared tier.

/// Why what was found under a key, if anything, is a miss.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Reason {
    /// There is nothing.
    Absent,
    /// Its time is over.
    Expired,
    /// A stamp isn't the epoch of its tag.
    Epoch,
    /// It was written for another shape of the type, though under the same key.
    Fingerprint,
    /// A codec or a compression that this program doesn't have, or a value that the codec can't read as the type.
    Codec,
    /// Encrypted by a key that this program wasn't given.
    UnknownKey,
    /// Encrypted by a key that is no longer used.
    RetiredKey,
    /// Not encrypted, where all entries are.
    Unencrypted,
    /// Of another version of the envelope.
    Version,
    /// Not what was written: see there.
    Corrupt(Corrupt),
}

/// What is wrong with bytes that should be an entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Corrupt {
    /// Shorter than what any entry begins with.
    Short,
    /// Something else.
    Magic,
    /// Of another length than its header says.
    Length,
    /// More tags, or more bytes, than are accepted.
    TooLarge,
    /// A field of the header has a value that it can't have.
    Header,
    /// Not what was sealed under this key.
    Seal,
    /// The payload doesn't decompress to what the header says.
    Compression,
}

/// What misses are counted by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Miss {
    Absent,
    Expired,
    Epoch,
    Fingerprint,
    Codec,
    Key,
    Corrupt,
}

impl Reason {
    /// The counter that it belongs to.
    pub(crate) fn miss(self) -> Miss {
        match self {
            Reason::Absent => Miss::Absent,
            Reason::Expired => Miss::Expired,
            Reason::Epoch => Miss::Epoch,
            Reason::Fingerprint => Miss::Fingerprint,
            Reason::Codec | Reason::Version => Miss::Codec,
            Reason::UnknownKey | Reason::RetiredKey | Reason::Unencrypted => Miss::Key,
            Reason::Corrupt(_) => Miss::Corrupt,
        }
    }
}

impl From<Corrupt> for Reason {
    fn from(corrupt: Corrupt) -> Reason {
        Reason::Corrupt(corrupt)
    }
}
