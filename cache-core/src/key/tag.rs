//! Tags: what can change, by a 128-bit name that every process computes alike.

use xxhash_rust::xxh3::xxh3_64;

/// Names something that can change: a row, a model, a tenant, an alias, a function, a part of a function's keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Tag(pub(crate) u128);

impl std::fmt::Debug for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tag({:032x})", self.0)
    }
}

/// Into how many buckets the keys of a function fall: one entry is invalidated by invalidating its bucket, so that
/// no entry needs an epoch of its own.
const BUCKETS: u64 = 1024;
/// Odd, so that each bucket differs from all others, and in bits from end to end.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// The buckets of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buckets(Tag);

impl Buckets {
    pub(crate) fn of(namespace: &str, function: &str) -> Buckets {
        Buckets(Tag::of(b'b', &[namespace.as_bytes(), function.as_bytes()]))
    }

    /// The entries whose keys fall into the bucket of this one.
    pub(crate) fn tag(self, key: &[u8]) -> Tag {
        let bucket = u128::from(xxh3_64(key) % BUCKETS);
        Tag(self.0.0 ^ bucket.wrapping_mul(SPREAD))
    }
}

impl Tag {
    /// Everything in a namespace.
    pub(crate) fn namespace(namespace: &str) -> Tag {
        Tag::of(b'n', &[namespace.as_bytes()])
    }

    /// All entries of an alias.
    pub(crate) fn alias(namespace: &str, alias: &str) -> Tag {
        Tag::of(b'a', &[namespace.as_bytes(), alias.as_bytes()])
    }

    /// All entries of a function.
    pub(crate) fn function(namespace: &str, function: &str) -> Tag {
        Tag::of(b'f', &[namespace.as_bytes(), function.as_bytes()])
    }

    /// All entries of a tenant, at any level of its hierarchy.
    pub(crate) fn tenant(namespace: &str, path: &[u8]) -> Tag {
        Tag::of(b't', &[namespace.as_bytes(), path])
    }

    /// All entries of an alias in a tenant.
    pub(crate) fn tenant_alias(namespace: &str, path: &[u8], alias: &str) -> Tag {
        Tag::of(b'A', &[namespace.as_bytes(), path, alias.as_bytes()])
    }

    /// All entries of a function in a tenant.
    pub(crate) fn tenant_function(namespace: &str, path: &[u8], function: &str) -> Tag {
        Tag::of(b'F', &[namespace.as_bytes(), path, function.as_bytes()])
    }

    /// All entries of a user in a tenant (an empty path for all of them).
    pub(crate) fn user(namespace: &str, path: &[u8], user: &[u8]) -> Tag {
        Tag::of(b'u', &[namespace.as_bytes(), path, user])
    }

    /// A row of a model in a tenant (an empty path for a model that belongs to none).
    fn row(namespace: &str, path: &[u8], model: &str, id: &[u8]) -> Tag {
        Tag::of(b'r', &[namespace.as_bytes(), path, model.as_bytes(), id])
    }

    /// `any(T, M)`: changes with every write to the model in the tenant.
    fn any(namespace: &str, path: &[u8], model: &str) -> Tag {
        Tag::of(b'y', &[namespace.as_bytes(), path, model.as_bytes()])
    }

    /// `all(T, M)`: changes with every write to the whole model in the tenant.
    fn all(namespace: &str, path: &[u8], model: &str) -> Tag {
        Tag::of(b'l', &[namespace.as_bytes(), path, model.as_bytes()])
    }

    /// `any(M)`: changes with every write to the model, in whatever tenant.
    fn any_everywhere(namespace: &str, model: &str) -> Tag {
        Tag::of(b'Y', &[namespace.as_bytes(), model.as_bytes()])
    }

    /// `all(M)`: changes with every write to the whole model across all tenants.
    fn all_everywhere(namespace: &str, model: &str) -> Tag {
        Tag::of(b'L', &[namespace.as_bytes(), model.as_bytes()])
    }

    /// Each part goes in with its length, so that no two lists of parts hash the same bytes.
    fn of(kind: u8, parts: &[&[u8]]) -> Tag {
        // Put together first: a hash of pieces takes several times as long.
        const ROOM: usize = 192;
        let length = 1 + parts.iter().map(|part| 8 + part.len()).sum::<usize>();
        let (mut few, mut many);
        let bytes = if length <= ROOM {
            few = [0; ROOM];
            &mut few[..length]
        } else {
            many = vec![0; length];
            &mut many[..]
        };
        bytes[0] = kind;
        let mut rest = &mut bytes[1..];
        for part in parts {
            let (size, after) = rest.split_at_mut(8);
            size.copy_from_slice(&(part.len() as u64).to_le_bytes());
            let (copy, after) = after.split_at_mut(part.len());
            copy.copy_from_slice(part);
            rest = after;
        }
        let digest = blake3::hash(bytes);
        Tag(u128::from_le_bytes(*digest.as_bytes().first_chunk().expect("a digest has 32 bytes")))
    }
}

/// The tags of a model: what its readers hold, and what its writers change. A reader and a writer meet in at least one
/// of them whenever what is written may be among what was read.
///
/// |             | read                     | written                       |
/// |-------------|--------------------------|-------------------------------|
/// | `M(id)`     | row, all, all everywhere | row, any, any everywhere      |
/// | `M`         | any, all everywhere      | all, any, any everywhere      |
/// | `across(M)` | any and all everywhere   | any and all everywhere        |
///
/// `path` is that of the tenant at the model's level; empty for a model that belongs to none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModelTags<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) model: &'a str,
}

impl ModelTags<'_> {
    pub(crate) fn read_row(self, path: &[u8], id: &[u8]) -> [Tag; 3] {
        [self.row(path, id), self.all(path), self.all_everywhere()]
    }

    /// Of rows that are not known yet; besides, [`any`](Self::any) or each [`row`](Self::row).
    pub(crate) fn read_late(self, path: &[u8]) -> [Tag; 2] {
        [self.all(path), self.all_everywhere()]
    }

    pub(crate) fn read(self, path: &[u8]) -> [Tag; 2] {
        [self.any(path), self.all_everywhere()]
    }

    pub(crate) fn read_across(self) -> [Tag; 2] {
        [self.any_everywhere(), self.all_everywhere()]
    }

    /// The row itself first. Instead of very many rows, [`all`](Self::all) of them.
    pub(crate) fn write_row(self, path: &[u8], id: &[u8]) -> [Tag; 3] {
        [self.row(path, id), self.any(path), self.any_everywhere()]
    }

    pub(crate) fn write(self, path: &[u8]) -> [Tag; 3] {
        [self.all(path), self.any(path), self.any_everywhere()]
    }

    pub(crate) fn write_across(self) -> [Tag; 2] {
        [self.all_everywhere(), self.any_everywhere()]
    }

    /// All rows in the tenant.
    pub(crate) fn all(self, path: &[u8]) -> Tag {
        Tag::all(self.namespace, path, self.model)
    }

    /// One row.
    pub(crate) fn row(self, path: &[u8], id: &[u8]) -> Tag {
        Tag::row(self.namespace, path, self.model, id)
    }

    /// Whatever is written in the tenant.
    pub(crate) fn any(self, path: &[u8]) -> Tag {
        Tag::any(self.namespace, path, self.model)
    }

    pub(crate) fn any_everywhere(self) -> Tag {
        Tag::any_everywhere(self.namespace, self.model)
    }

    fn all_everywhere(self) -> Tag {
        Tag::all_everywhere(self.namespace, self.model)
    }
}

/// Takes a tag for its own hash, for a digest is as good a hash as any.
#[derive(Default)]
pub(crate) struct TagHasher(u64);

impl std::hash::Hasher for TagHasher {
    fn write_u128(&mut self, tag: u128) {
        self.0 = tag as u64;
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only tags are hashed with this")
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
