//! A tier that doesn't keep the contract.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_core::shared::memory::MemoryTier;
use cache_core::shared::{
    Answer, Bump, Durability, Epoch, Listener, Listening, NodeId, Operation, SharedTier, TagId,
};
use tokio::runtime::Handle;

/// What becomes of an answer.
type Lie = fn(&MemoryTier, &mut Answer);

/// Changes the answers to reads, and notes which tags are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Liar {
    truth: MemoryTier,
    lie: Arc<Mutex<Lie>>,
    asked: Arc<Mutex<Vec<TagId>>>,
}

impl Liar {
    pub(crate) fn new(truth: MemoryTier) -> Self {
        Liar { truth, lie: Arc::new(Mutex::new(|_, _| ())), asked: Arc::default() }
    }

    /// The connection that it speaks through.
    pub(crate) fn connection(&self) -> MemoryTier {
        self.truth.clone()
    }

    /// From now on.
    pub(crate) fn lie(&self, lie: fn(&MemoryTier, &mut Answer)) {
        *self.lie.lock().unwrap() = lie;
    }

    /// All tags that were asked for so far.
    pub(crate) fn asked(&self) -> Vec<TagId> {
        self.asked.lock().unwrap().clone()
    }
}

impl SharedTier for Liar {
    fn listen(&self, runtime: &Handle, listener: Arc<dyn Listener>) -> Box<dyn Listening> {
        self.truth.listen(runtime, listener)
    }

    fn node(&self, tag: TagId) -> NodeId {
        self.truth.node(tag)
    }

    fn read<'a>(&'a self, key: Option<&'a str>, tags: &'a [TagId]) -> Operation<'a, Answer> {
        Box::pin(async move {
            self.asked.lock().unwrap().extend(tags);
            let mut answer = self.truth.read(key, tags).await?;
            let lie = *self.lie.lock().unwrap();
            lie(&self.truth, &mut answer);
            Ok(answer)
        })
    }

    fn init<'a>(&'a self, tags: &'a [Bump], ttl: Duration) -> Operation<'a, Vec<Option<Epoch>>> {
        Box::pin(async move {
            let epochs = self.truth.init(tags, ttl).await?;
            let mut answer = Answer { entry: None, epochs };
            let lie = *self.lie.lock().unwrap();
            lie(&self.truth, &mut answer);
            Ok(answer.epochs)
        })
    }

    fn bump<'a>(&'a self, bumps: &'a [Bump], durability: Durability) -> Operation<'a, ()> {
        self.truth.bump(bumps, durability)
    }

    tests::forward_to!(truth);
}
