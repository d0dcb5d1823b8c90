//! The contract of a shared tier.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::Pattern;
use crate::declare::Durability;

/// Names something that can change: a tag, as all processes compute it alike.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TagId(pub u128);

/// What a tag's current state is called: a random number that is drawn for each attempt to change it, and never again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch(pub u128);

/// A server of the tier. A tag lies on one of them at a time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(pub u64);

/// An operation under way. It can be polled on any executor, or on none: what it needs of a runtime it uses on the one that
/// [`SharedTier::listen`] was given, or on the one that it is polled in, which gets on while it waits: who blocks his thread meanwhile
/// has [entered](Handle::enter) the other one, unless his thread is ending. Dropped, it may have happened or not.
pub type Operation<'a, T> = Pin<Box<dyn Future<Output = Result<T, TierError>> + Send + 'a>>;

/// The answer to a [read](SharedTier::read).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The bytes of the entry, if there is one and one was asked for.
    pub entry: Option<Vec<u8>>,
    /// The epoch of each tag, in the order in which they were given; `None` if there is none, or what is there is none.
    pub epochs: Vec<Option<Epoch>>,
}

/// A tag that is to change, and the epoch that it gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bump {
    /// What changes.
    pub tag: TagId,
    /// Drawn for this attempt: a retry draws another.
    pub epoch: Epoch,
}

/// Who loads a key that several processes miss.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lease {
    /// The caller, until its lease runs out or is released.
    Granted,
    /// Another, whose load is expected to take so long in all.
    Taken {
        /// As the holder said it.
        expected: Duration,
    },
}

/// Where a [search](SharedTier::find) goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// The server that is searched.
    pub node: NodeId,
    /// How far that has got, in its own words.
    pub position: u64,
}

/// A step of a [search](SharedTier::find).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Matches {
    /// The keys that were found in this step.
    pub keys: Vec<String>,
    /// Where the next one begins; `None` after the last.
    pub next: Option<Cursor>,
}

/// What a listener is told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suspects<'a> {
    /// These tags may have changed.
    Tags(&'a [TagId]),
    /// All tags may have, on that server or wherever.
    All,
}

/// Why an operation came to nothing. It may have happened all the same: the answer can have been lost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TierError {
    /// There is no connection.
    Unavailable(String),
    /// The server refused, in these words.
    Refused(String),
    /// A [bump](SharedTier::bump) that was to be replicated happened, and no replica has confirmed it: there is none, or none
    /// in time.
    Unreplicated(String),
}

/// What all processes of an application share: bytes by key, and epochs by tag.
///
/// # The contract
///
/// **Epochs.** Each tag has at most one. [`read`](Self::read) never answers with an epoch that was replaced before the read was
/// sent, by a [`bump`](Self::bump) that had been confirmed: epochs are read from where they are written, never from a copy that
/// lags behind. An epoch may vanish at any time (evicted, expired); what it was is never answered again, but for a server that
/// lost its newest state, of which the listener is told with [`Listener::restarted`] or [`Listener::promoted`].
///
/// **Order.** The epochs of one answer needn't be of one moment. Operations of one caller that don't wait for each other may
/// happen in any order, but for those that are documented to be atomic.
///
/// **Atomicity.** For each tag, `bump` announces and replaces in one step: nobody sees the new epoch without being told, or
/// is told, reads, and gets the old one. [`init`](Self::init) of a tag creates an epoch only where there is none.
///
/// **Announcements.** Who [listens](Self::listen) is told of each bump that was confirmed while its stream was alive. They may be
/// late, come more than once or in another order, and tell of tags that didn't change. They may be lost only with the stream; then
/// [`Listener::lost`] is called as soon as that is known, and [`Listener::proven`] is not called meanwhile.
///
/// **Proof of life.** [`Listener::proven`] says that all announcements up to a [probe](Listening::probe) have been told. The answer
/// must have come through the stream itself, behind them. A tag is proven by the server on which it [lies](Self::node): before
/// `node` names another one than before, listeners are told [`Suspects`] with that tag, and the old one takes no bumps of it any
/// more.
///
/// **Listeners** are called by whatever thread, also from within a call of the tier (`listen`, `probe`, an operation that is
/// polled): nobody calls the tier while he holds a lock that his listener takes. A listener hears [`Listener::heard`] or
/// [`Listener::lost`] of each server first, maybe before `listen` returns; [`Listener::promoted`] and [`Listener::restarted`]
/// come before the stream is heard again.
///
/// **Lost connections.** An operation that ends in an error, or is dropped, has happened or has not, or happens later. All but
/// `bump` may be sent again as they are. **`bump` must not**, nor may a client library do it behind the caller's back: an attempt
/// that is late would put an epoch back that was replaced. A retry is a new call with new epochs.
///
/// **Bytes.** An entry comes back as it was stored or not at all, as far as the tier knows; it is checked by who reads it.
pub trait SharedTier: Send + Sync + fmt::Debug + 'static {
    /// Begins to listen to announcements. Returns at once: it connects by itself, and again whenever it must, on that
    /// runtime. Ends when what it returns is dropped.
    fn listen(&self, runtime: &Handle, listener: Arc<dyn Listener>) -> Box<dyn Listening>;

    /// The server on which a tag lies now.
    fn node(&self, tag: TagId) -> NodeId;

    /// Reads an entry, if a key is given, and epochs: one round trip. The server is asked where nothing is, too: its answer says
    /// that it answers.
    fn read<'a>(&'a self, key: Option<&'a str>, tags: &'a [TagId]) -> Operation<'a, Answer>;

    /// Gives tags that have no epoch the one that is drawn for them, and reads back which they have: one round trip.
    /// They live for so long.
    fn init<'a>(&'a self, tags: &'a [Bump], ttl: Duration) -> Operation<'a, Vec<Option<Epoch>>>;

    /// Lets the epochs of these tags live for so long again, if less than half of that is left.
    fn renew<'a>(&'a self, tags: &'a [TagId], ttl: Duration) -> Operation<'a, ()>;

    /// Announces each tag and replaces its epoch, if it has one: for each tag in one step, and none before those that come
    /// before it are done, on whatever servers they lie. A model comes before its rows: who has read a row's epoch, and then
    /// finds the model's unchanged, has missed no write to the row. The new one lives for as long as
    /// the old one would have. Done for all when it is confirmed,
    /// for some if it fails.
    ///
    /// With [`Durability::Replicated`] it is confirmed when a replica of each of the servers has it, too: whichever of them is
    /// promoted knows it. Without one, or where none says so in time, it ends in [`TierError::Unreplicated`], and is done for
    /// all. A tier that has no replicas never confirms such a bump.
    fn bump<'a>(&'a self, bumps: &'a [Bump], durability: Durability) -> Operation<'a, ()>;

    /// Stores an entry for so long, in place of the one that is there.
    fn store<'a>(&'a self, key: &'a str, entry: &'a [u8], ttl: Duration) -> Operation<'a, ()>;

    /// Removes an entry. For its memory only: what makes it invalid is the bump of a tag.
    fn remove<'a>(&'a self, key: &'a str) -> Operation<'a, ()>;

    /// A step of a search for entries whose keys match, for operators; if it `removes`, they are removed in the same step. Each
    /// takes so short a time that others hardly notice. What is there from the first step to the last is found at least once, what is
    /// stored or removed meanwhile maybe; where entries move from server to server meanwhile, some may be missed.
    ///
    /// Unless a tier says otherwise it can't be searched.
    fn find<'a>(
        &'a self,
        pattern: &'a Pattern,
        from: Option<Cursor>,
        removes: bool,
    ) -> Operation<'a, Matches> {
        let _ = (pattern, from, removes);
        Box::pin(async { Err(TierError::Refused("this tier can't be searched".into())) })
    }

    /// Asks to be the one who loads a key, for so long at the most; `token` is the caller's, drawn for this load. The load is
    /// expected to take `expected`. Who has the lease already is granted it again.
    fn lease<'a>(
        &'a self,
        key: &'a str,
        token: u128,
        ttl: Duration,
        expected: Duration,
    ) -> Operation<'a, Lease>;

    /// Keeps a lease for so long from now. Says whether the caller still had it.
    fn keep<'a>(&'a self, key: &'a str, token: u128, ttl: Duration) -> Operation<'a, bool>;

    /// Gives a lease back, if the caller still has it.
    fn release<'a>(&'a self, key: &'a str, token: u128) -> Operation<'a, ()>;
}

/// Listening to announcements, until it is dropped.
pub trait Listening: Send + Sync {
    /// Asks each server for a proof of life, through its stream: [`Listener::proven`] with this time follows, behind all that
    /// was announced before, from each that is alive. Returns at once. Who listens asks as often as it needs proofs.
    fn probe(&self, sent: Sent);
}

/// When a proof of life was asked for, by the clock of who asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Sent(pub(crate) u64);

/// Who is told what a tier hears. Nothing here blocks, or calls the tier.
pub trait Listener: Send + Sync {
    /// These may have changed.
    fn suspect(&self, suspects: Suspects<'_>);

    /// All that that server announced up to a [probe](Listening::probe) has been told.
    fn proven(&self, node: NodeId, sent: Sent);

    /// The stream of a server is lost, or none was ever there: from here on announcements may be missed.
    fn lost(&self, node: NodeId);

    /// A stream is alive, again or for the first time: it has been subscribed, and what is announced from here on will be told.
    fn heard(&self, node: NodeId);

    /// Another server has become the primary of that one's tags: it may lack the last bumps.
    fn promoted(&self, node: NodeId);

    /// A server has started again with old data: none of its epochs can be trusted.
    fn restarted(&self, node: NodeId);
}

impl Epoch {
    /// One that was never drawn before, by any process.
    ///
    /// # Panics
    ///
    /// Where the operating system has no random numbers.
    #[must_use]
    pub fn draw() -> Epoch {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the operating system has random numbers");
        Epoch(u128::from_le_bytes(bytes))
    }
}

impl fmt::Debug for TagId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TagId({:032x})", self.0)
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Epoch({:032x})", self.0)
    }
}

impl fmt::Display for TierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TierError::Unavailable(why) => write!(f, "the shared tier can't be reached: {why}"),
            TierError::Refused(why) => write!(f, "the shared tier refused: {why}"),
            TierError::Unreplicated(why) => write!(f, "no replica of the shared tier has it: {why}"),
        }
    }
}

impl std::error::Error for TierError {}
