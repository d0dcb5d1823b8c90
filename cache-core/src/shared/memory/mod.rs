//! A shared tier in memory, which fails on demand.
//!
//! [`MemoryTier`] keeps the contract of [`SharedTier`] for several caches of one process. It is for tests: of this crate, and
//! of programs that want to see what they do when the tier doesn't. Nothing in it sleeps: whatever waits goes on when a
//! test says so.
//!
//! ```
//! use cache_core::shared::memory::{MemoryTier, Request};
//! use cache_core::Durability;
//! use cache_core::shared::{Bump, Epoch, SharedTier, TagId};
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let tier = MemoryTier::new();
//! let other = tier.connect(); // another process
//! let (tag, hour) = (TagId(5), Duration::from_secs(3600));
//!
//! // A bump that happens, and whose answer is lost.
//! let (old, new) = (Epoch::draw(), Epoch::draw());
//! other.init(&[Bump { tag, epoch: old }], hour).await.unwrap();
//! let fault = tier.on(Request::Bump).lose_answer();
//! assert!(tier.bump(&[Bump { tag, epoch: new }], Durability::Primary).await.is_err());
//! assert_eq!(other.read(None, &[tag]).await.unwrap().epochs, [Some(new)]);
//! drop(fault);
//!
//! // An entry that is stored while another process reads.
//! let paused = tier.on(Request::Read).pause_answer();
//! let (read, ()) = tokio::join!(tier.read(Some("a"), &[]), async {
//!     paused.reached(1).await; // it has read
//!     other.store("a", b"new", hour).await.unwrap();
//!     paused.release();
//! });
//! assert_eq!(read.unwrap().entry, None);
//! # }
//! ```
//!
//! # Faults
//!
//! | what goes wrong | how |
//! |---|---|
//! | an operation is slow on its way there, or its answer on the way back | [`on(..)`](MemoryTier::on)`.`[`pause`](On::pause), [`pause_answer`](On::pause_answer) |
//! | it is late: it happens after its caller has given up | [`pause`](On::pause), drop the operation, [`release`](Fault::release) |
//! | it fails, at once or after some of its tags | [`fail`](On::fail), [`fail_midway`](On::fail_midway) |
//! | it happens, and its answer is lost | [`lose_answer`](On::lose_answer) |
//! | it never ends | [`hang`](On::hang) |
//! | announcements are late, or come in another order | [`streams()`](MemoryTier::streams)`.`[`hold`](Streams::hold), [`deliver`](Held::deliver) |
//! | tags are announced that didn't change | [`announce`](Streams::announce) |
//! | a stream is lost, and alive again | [`cut`](Streams::cut), [`restore`](Streams::restore) |
//! | a stream is silent, and later it is known that it was lost | [`hold`](Streams::hold), then [`cut`](Streams::cut) |
//! | probes aren't answered | [`hold_proofs`](Streams::hold_proofs) |
//! | an entry, an epoch, a lease, or everything is evicted | [`evict_entry`](MemoryTier::evict_entry), [`evict_epoch`](MemoryTier::evict_epoch), [`evict_lease`](MemoryTier::evict_lease), [`servers()`](MemoryTier::servers)`.`[`evict`](Servers::evict) |
//! | what lies there isn't an epoch, or not the entry that was stored | [`spoil_epoch`](MemoryTier::spoil_epoch); [`keys`](MemoryTier::keys) and [`store`](SharedTier::store) |
//! | time runs out | [`advance`](MemoryTier::advance) |
//! | a server starts again, empty or with old data | [`restart`](Servers::restart), [`restart_with`](Servers::restart_with) |
//! | a replica takes over that lags | [`promote`](Servers::promote) |
//! | no replica confirms a bump | [`replicas_answer`](Servers::replicas_answer) |
//! | a tag moves to another server | [`move_tag`](MemoryTier::move_tag) |
//!
//! A fault of operations or streams is one connection's, and lasts until its handle is dropped. What happens to servers is seen
//! by all.

mod counts;
mod data;
mod fault;
mod line;
mod operation;
mod server;
mod stream;
#[cfg(test)]
mod tests;
mod trip;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

pub use self::counts::Counts;
use self::data::{Data, Owners};
use self::fault::Rule;
pub use self::fault::{Fault, On, Request, Requests};
use self::line::{Ear, Hold};
pub use self::server::{Servers, Snapshot};
pub use self::stream::{Held, Streams};
use self::trip::Load;
#[cfg(doc)]
use super::tier::SharedTier;
use super::tier::{Epoch, NodeId, TagId, TierError};
use crate::sync::lock;

/// A connection to a shared tier in memory. A clone is the same connection; [`connect`](Self::connect) makes another one to the
/// same servers, as another process would have. See [the module](self) for what can go wrong with it.
#[derive(Clone)]
pub struct MemoryTier {
    hub: Arc<Hub>,
    connection: u64,
}

impl MemoryTier {
    /// A tier of one server.
    #[must_use]
    pub fn new() -> Self {
        Self::with_nodes(1)
    }

    /// A tier of so many servers, over which tags and keys are spread.
    ///
    /// # Panics
    ///
    /// If there is to be none.
    #[must_use]
    pub fn with_nodes(nodes: u64) -> Self {
        let data = Data::new(nodes);
        let world = World {
            known: data.owners(),
            data,
            numbers: 0,
            rules: BTreeMap::new(),
            ears: BTreeMap::new(),
            holds: BTreeMap::new(),
            cut: BTreeSet::new(),
            counts: HashMap::new(),
            answers: Vec::new(),
            watchers: Vec::new(),
            ears_changed: false,
        };
        MemoryTier { hub: Arc::new(Hub(Mutex::new(world))), connection: 0 }
    }

    /// Another connection to the same servers, with faults, streams and counts of its own.
    #[must_use]
    pub fn connect(&self) -> MemoryTier {
        MemoryTier { hub: Arc::clone(&self.hub), connection: self.hub.change(World::number) }
    }

    /// Operations of this connection, to which something is to happen: `tier.on(Request::Bump).fail()`. Of several faults an
    /// operation meets all that there are when it is first polled, the oldest first.
    pub fn on(&self, requests: impl Into<Requests>) -> On {
        On::new(Arc::clone(&self.hub), self.connection, requests.into())
    }

    /// The streams of this connection's listeners, of those too that begin later.
    #[must_use]
    pub fn streams(&self) -> Streams {
        Streams { hub: Arc::clone(&self.hub), connection: self.connection, node: None }
    }

    /// The servers, all of them.
    #[must_use]
    pub fn servers(&self) -> Servers {
        Servers { hub: Arc::clone(&self.hub), node: None }
    }

    /// Lets time pass on the servers, besides the time that passes by itself.
    pub fn advance(&self, duration: Duration) {
        self.hub.change(|world| world.data.advance(duration));
    }

    /// What was asked through this connection so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.hub.look(|world| world.counts.get(&self.connection).copied().unwrap_or_default())
    }

    /// Waits until that holds of [`counts`](Self::counts).
    pub async fn until(&self, condition: impl Fn(Counts) -> bool + Send + Sync) {
        let counts = |world: &World| world.counts.get(&self.connection).copied().unwrap_or_default();
        self.hub.until(|world| condition(counts(world)).then_some(())).await;
    }

    /// The keys of all entries, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.hub.look(|world| world.data.keys())
    }

    /// An entry, past all faults.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<Vec<u8>> {
        self.hub.look(|world| world.data.read(key))
    }

    /// The epoch of a tag, past all faults.
    #[must_use]
    pub fn epoch(&self, tag: TagId) -> Option<Epoch> {
        self.hub.look(|world| world.data.epoch(tag))
    }

    /// Evicts an entry. Says whether it was there.
    pub fn evict_entry(&self, key: &str) -> bool {
        self.hub.change(|world| world.data.remove(key))
    }

    /// Evicts the epoch of a tag. Says whether it was there.
    pub fn evict_epoch(&self, tag: TagId) -> bool {
        self.hub.change(|world| world.data.evict_epoch(tag))
    }

    /// Evicts who loads a key. Says whether it was there.
    pub fn evict_lease(&self, key: &str) -> bool {
        self.hub.change(|world| world.data.evict_lease(key))
    }

    /// Puts something in the place of a tag's epoch that is none.
    pub fn spoil_epoch(&self, tag: TagId) {
        self.hub.change(|world| world.data.spoil_epoch(tag));
    }

    /// Moves a tag, and others with it, to another server.
    ///
    /// # Panics
    ///
    /// If there is no such server.
    pub fn move_tag(&self, tag: TagId, to: NodeId) {
        self.hub.change(|world| {
            assert!(world.data.nodes().contains(&to), "no server {to:?}");
            world.data.move_slot(tag, to);
            world.say_all_suspect();
        });
        self.hub.change(World::learn_owners);
    }
}

/// What all connections share.
struct Hub(Mutex<World>);

/// The servers, what lies between them and the connections, and what goes wrong there.
struct World {
    data: Data,
    /// Which server has which tags, as far as connections know.
    known: Owners,
    numbers: u64,
    rules: BTreeMap<u64, Rule>,
    ears: BTreeMap<u64, Ear>,
    holds: BTreeMap<u64, Hold>,
    /// The connections whose streams of a server are cut.
    cut: BTreeSet<(u64, NodeId)>,
    counts: HashMap<u64, Counts>,
    answers: Vec<(Box<dyn Load>, Option<TierError>)>,
    watchers: Vec<Waker>,
    ears_changed: bool,
}

impl Hub {
    fn look<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&lock(&self.0))
    }

    /// Changes the world. Then, without its lock, tells listeners, answers operations, and wakes who waits.
    fn change<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let (result, outboxes, answers, watchers) = {
            let mut world = lock(&self.0);
            let result = change(&mut world);
            let outboxes =
                if std::mem::take(&mut world.ears_changed) { world.outboxes() } else { Vec::new() };
            (result, outboxes, std::mem::take(&mut world.answers), std::mem::take(&mut world.watchers))
        };
        // In this order: when a bump is confirmed, listeners have been told.
        outboxes.iter().for_each(|outbox| outbox.tell());
        answers.into_iter().filter_map(|(load, error)| load.answer(error)).for_each(Waker::wake);
        watchers.into_iter().for_each(Waker::wake);
        result
    }

    /// Waits until there is something to see.
    async fn until<R>(&self, look: impl Fn(&World) -> Option<R>) -> R {
        poll_fn(|cx| {
            let mut world = lock(&self.0);
            match look(&world) {
                Some(result) => Poll::Ready(result),
                None => {
                    world.watchers.push(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl World {
    /// Never given before.
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn counts(&mut self, connection: u64) -> &mut Counts {
        self.counts.entry(connection).or_default()
    }

    /// Connections notice which server has which tags, after listeners were told.
    fn learn_owners(&mut self) {
        self.known = self.data.owners();
    }
}

impl Default for MemoryTier {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTier").field("connection", &self.connection).finish_non_exhaustive()
    }
}
