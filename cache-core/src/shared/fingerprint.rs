//! The fingerprint of a stored type: of two versions of a program that store different shapes under one name, neither finds
//! what the other has stored.

use std::any::{TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;

use foldhash::fast::RandomState;
use serde::de::DeserializeOwned;

use super::shape::render;
use super::trace::{self, Why};
use crate::sync::lock;

/// The fingerprint of a type: equal in all processes, whatever compiled them; different as soon as a field or a variant, its
/// name, its place or what it holds is. Its first half is shown, as in `@3f9a0c12`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Fingerprint(pub(crate) u64);

/// A type that has none: what is stored of it can't be seen before it is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Untraceable {
    /// The type.
    pub(crate) stored: &'static str,
    /// The part of it that isn't seen.
    pub(crate) part: &'static str,
    pub(crate) why: Why,
}

/// What is known of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Traced {
    pub(crate) fingerprint: Fingerprint,
    /// Whether it says of all its parts what they are, so that they need no description beside them.
    pub(crate) plain: bool,
    /// What the fingerprint is made of.
    pub(crate) shape: String,
}

/// What tells the fingerprint of a type: [`fingerprint`], of it.
pub(crate) type OfType = fn() -> Result<Fingerprint, Untraceable>;

/// The fingerprint that it tells; 0 if there is none.
pub(crate) fn or_none(of_type: OfType) -> u64 {
    of_type().map_or(0, |fingerprint| fingerprint.0)
}

/// The fingerprint of a type. Traced once, then remembered.
pub(crate) fn fingerprint<T: DeserializeOwned + 'static>() -> Result<Fingerprint, Untraceable> {
    traced::<T>().map(|traced| traced.fingerprint)
}

/// What is known of a type. Traced once, then remembered.
pub(crate) fn traced<T: DeserializeOwned + 'static>() -> Result<&'static Traced, Untraceable> {
    type Known = HashMap<TypeId, Result<&'static Traced, Untraceable>, RandomState>;
    static TRACED: Mutex<Option<Known>> = Mutex::new(None);
    let known = TypeId::of::<T>();
    if let Some(traced) = lock(&TRACED).as_ref().and_then(|all| all.get(&known)) {
        return traced.clone();
    }
    // Not under the lock: what is traced is other people's code.
    let traced = trace::<T>().map(|traced| &*Box::leak(Box::new(traced)));
    lock(&TRACED).get_or_insert_default().entry(known).or_insert(traced).clone()
}

fn trace<T: DeserializeOwned>() -> Result<Traced, Untraceable> {
    let (root, nodes) = trace::trace::<T>().map_err(|(part, why)| {
        let stored = type_name::<T>();
        Untraceable { stored, part, why }
    })?;
    let (shape, plain) = render(&root, &nodes);
    Ok(Traced { fingerprint: Fingerprint::of(&shape), plain, shape })
}

impl Fingerprint {
    fn of(shape: &str) -> Fingerprint {
        let digest = blake3::hash(shape.as_bytes());
        let first = digest.as_bytes().first_chunk().expect("a digest has 32 bytes");
        // 0 says that there is none.
        Fingerprint(u64::from_be_bytes(*first).max(1))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0 >> 32)
    }
}

impl fmt::Display for Untraceable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Untraceable { stored, part, why } = self;
        write!(f, "`{stored}` has no fingerprint: ")?;
        if stored != part {
            write!(f, "in it, `{part}` ")?;
        }
        write!(
            f,
            "{why}; say `version = 1` in the attribute, and the next number whenever the type changes, or `local`"
        )
    }
}

impl std::error::Error for Untraceable {}
