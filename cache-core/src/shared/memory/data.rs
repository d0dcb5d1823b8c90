//! What lies on the servers.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::super::tier::{Epoch, Lease, NodeId, TagId};

/// How many parts the tags and keys are spread over. A part lies on one server, and moves as a whole.
const SLOTS: usize = 64;

/// All servers' data, their time, and which lies where.
pub(super) struct Data {
    kept: Kept,
    advanced: Duration,
    owners: [NodeId; SLOTS],
    nodes: u64,
    /// What replicas have for certain.
    replicated: HashMap<TagId, Replicated>,
    /// The servers whose replicas don't answer.
    alone: HashSet<NodeId>,
}

/// The data at some time.
#[derive(Clone, Default)]
pub(super) struct Kept {
    entries: HashMap<String, Until<Vec<u8>>>,
    /// `None`: what is there is no epoch.
    epochs: HashMap<TagId, Until<Option<Epoch>>>,
    leases: HashMap<String, Until<Holder>>,
    /// How many epochs were replicated before.
    replicated: u64,
}

#[derive(Clone)]
struct Until<T> {
    value: T,
    /// `None`: for ever.
    end: Option<Instant>,
}

/// The epoch of a tag, or the lack of one, as a replica got it.
struct Replicated {
    number: u64,
    epoch: Option<Until<Option<Epoch>>>,
}

#[derive(Clone)]
struct Holder {
    token: u128,
    expected: Duration,
}

impl<T> Until<T> {
    fn lives(&self, now: Instant) -> bool {
        self.end.is_none_or(|end| now < end)
    }
}

impl Data {
    pub(super) fn new(nodes: u64) -> Self {
        assert!(nodes > 0, "a tier has at least one server");
        let owners = std::array::from_fn(|slot| NodeId(slot as u64 % nodes));
        Data {
            kept: Kept::default(),
            advanced: Duration::ZERO,
            owners,
            nodes,
            replicated: HashMap::new(),
            alone: HashSet::new(),
        }
    }

    pub(super) fn advance(&mut self, duration: Duration) {
        self.advanced += duration;
    }

    fn now(&self) -> Instant {
        Instant::now() + self.advanced
    }

    /// Until when what begins now lasts for so long.
    fn end(&self, ttl: Duration) -> Option<Instant> {
        self.now().checked_add(ttl)
    }

    pub(super) fn owners(&self) -> [NodeId; SLOTS] {
        self.owners
    }

    pub(super) fn owner(&self, tag: TagId) -> NodeId {
        owner(&self.owners, tag)
    }

    pub(super) fn nodes(&self) -> Vec<NodeId> {
        let mut nodes = self.owners.to_vec();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    pub(super) fn read(&self, key: &str) -> Option<Vec<u8>> {
        let now = self.now();
        self.kept.entries.get(key).filter(|entry| entry.lives(now)).map(|entry| entry.value.clone())
    }

    pub(super) fn keys(&self) -> Vec<String> {
        let now = self.now();
        let mut keys: Vec<String> = self
            .kept
            .entries
            .iter()
            .filter(|(_, entry)| entry.lives(now))
            .map(|(key, _)| key.clone())
            .collect();
        keys.sort_unstable();
        keys
    }

    pub(super) fn epoch(&self, tag: TagId) -> Option<Epoch> {
        let now = self.now();
        self.kept.epochs.get(&tag).filter(|epoch| epoch.lives(now)).and_then(|epoch| epoch.value)
    }

    pub(super) fn init(&mut self, tag: TagId, epoch: Epoch, ttl: Duration) -> Option<Epoch> {
        let (now, end) = (self.now(), self.end(ttl));
        let there = self.kept.epochs.entry(tag).or_insert_with(|| Until { value: Some(epoch), end });
        if !there.lives(now) {
            *there = Until { value: Some(epoch), end };
        }
        there.value
    }

    pub(super) fn renew(&mut self, tag: TagId, ttl: Duration) {
        let (now, end) = (self.now(), self.end(ttl));
        let Some(there) = self.kept.epochs.get_mut(&tag).filter(|epoch| epoch.lives(now)) else { return };
        if there.end.is_some_and(|end| end - now < ttl / 2) {
            there.end = end;
        }
    }

    /// Replaces an epoch, if there is one; it lives on for as long as it would have.
    pub(super) fn replace(&mut self, tag: TagId, epoch: Epoch) {
        let now = self.now();
        if let Some(there) = self.kept.epochs.get_mut(&tag).filter(|epoch| epoch.lives(now)) {
            there.value = Some(epoch);
        }
    }

    /// A replica gets the epoch, or the lack of one. Says whether there is a replica.
    pub(super) fn replicate(&mut self, tag: TagId) -> bool {
        if self.alone.contains(&self.owner(tag)) {
            return false;
        }
        self.kept.replicated += 1;
        let epoch = self.kept.epochs.get(&tag).cloned();
        self.replicated.insert(tag, Replicated { number: self.kept.replicated, epoch });
        true
    }

    /// Whether replicas of a server answer, from here on.
    pub(super) fn replicas_answer(&mut self, node: NodeId, answer: bool) {
        match answer {
            true => self.alone.remove(&node),
            false => self.alone.insert(node),
        };
    }

    pub(super) fn store(&mut self, key: String, entry: Vec<u8>, ttl: Duration) {
        let end = self.end(ttl);
        self.kept.entries.insert(key, Until { value: entry, end });
    }

    pub(super) fn remove(&mut self, key: &str) -> bool {
        self.kept.entries.remove(key).is_some()
    }

    pub(super) fn lease(&mut self, key: String, token: u128, ttl: Duration, expected: Duration) -> Lease {
        let (now, end) = (self.now(), self.end(ttl));
        match self.kept.leases.get(&key).filter(|lease| lease.lives(now)) {
            Some(lease) if lease.value.token != token => Lease::Taken { expected: lease.value.expected },
            _ => {
                self.kept.leases.insert(key, Until { value: Holder { token, expected }, end });
                Lease::Granted
            }
        }
    }

    pub(super) fn keep(&mut self, key: &str, token: u128, ttl: Duration) -> bool {
        let (now, end) = (self.now(), self.end(ttl));
        match self.kept.leases.get_mut(key) {
            Some(lease) if lease.lives(now) && lease.value.token == token => {
                lease.end = end;
                true
            }
            _ => false,
        }
    }

    pub(super) fn release(&mut self, key: &str, token: u128) {
        if self.kept.leases.get(key).is_some_and(|lease| lease.value.token == token) {
            self.kept.leases.remove(key);
        }
    }

    pub(super) fn evict_epoch(&mut self, tag: TagId) -> bool {
        self.kept.epochs.remove(&tag).is_some()
    }

    pub(super) fn evict_lease(&mut self, key: &str) -> bool {
        self.kept.leases.remove(key).is_some()
    }

    pub(super) fn spoil_epoch(&mut self, tag: TagId) {
        let end = self.kept.epochs.get(&tag).and_then(|epoch| epoch.end);
        self.kept.epochs.insert(tag, Until { value: None, end });
    }

    pub(super) fn kept(&self) -> Kept {
        self.kept.clone()
    }

    /// Puts a server back to what it held then.
    pub(super) fn put_back(&mut self, node: NodeId, old: &Kept) {
        let owners = &self.owners;
        let of_key = |key: &str| owners[slot_of_key(key)] == node;
        let of_tag = |tag: TagId| owner(owners, tag) == node;
        put_back(&mut self.kept.entries, &old.entries, |key| of_key(key));
        put_back(&mut self.kept.epochs, &old.epochs, |tag| of_tag(*tag));
        put_back(&mut self.kept.leases, &old.leases, |key| of_key(key));
    }

    /// What replicas of a server have got for certain since that time is what it holds.
    pub(super) fn put_replicated(&mut self, node: NodeId, since: &Kept) {
        for (tag, Replicated { number, epoch }) in &self.replicated {
            if owner(&self.owners, *tag) != node || *number <= since.replicated {
                continue;
            }
            match epoch {
                Some(epoch) => self.kept.epochs.insert(*tag, epoch.clone()),
                None => self.kept.epochs.remove(tag),
            };
        }
    }

    /// Another server takes over from this one, with the same data.
    pub(super) fn succeed(&mut self, node: NodeId) -> NodeId {
        let successor = NodeId(self.nodes);
        self.nodes += 1;
        self.owners.iter_mut().filter(|owner| **owner == node).for_each(|owner| *owner = successor);
        successor
    }

    /// The tag, and all that share its slot, lie on that server from now on.
    pub(super) fn move_slot(&mut self, tag: TagId, to: NodeId) {
        self.owners[slot(tag)] = to;
    }
}

/// Who has a tag, by these.
pub(super) fn owner(owners: &[NodeId; SLOTS], tag: TagId) -> NodeId {
    owners[slot(tag)]
}

pub(super) type Owners = [NodeId; SLOTS];

fn slot(tag: TagId) -> usize {
    (tag.0 % SLOTS as u128) as usize
}

fn slot_of_key(key: &str) -> usize {
    key.bytes().fold(0, |sum: usize, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte))) % SLOTS
}

fn put_back<K: Clone + Eq + std::hash::Hash, V: Clone>(
    now: &mut HashMap<K, V>,
    then: &HashMap<K, V>,
    concerned: impl Fn(&K) -> bool,
) {
    now.retain(|key, _| !concerned(key));
    now.extend(
        then.iter().filter(|(key, _)| concerned(key)).map(|(key, value)| (key.clone(), value.clone())),
    );
}
