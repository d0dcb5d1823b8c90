//! The oracle's own mutants: a shared tier that breaks a promise, between the cache and the server. They show that the oracle
//! finds what it is there for.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_core::Durability;
use cache_core::shared::{
    Answer, Bump, Epoch, Listener, Listening, NodeId, Operation, Sent, SharedTier, Suspects, TagId,
};
use tokio::runtime::Handle;

/// Which promise is switched off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// I1: what the epochs are is asked once and never again.
    Races,
    /// I9: a stream is said to be heard, whether or not it is.
    Silence,
    /// I11: what could not be told is said to be confirmed.
    Losses,
}

impl Flaw {
    /// By the number of the promise.
    pub fn of(promise: &str) -> Option<Flaw> {
        match promise {
            "I1" => Some(Flaw::Races),
            "I9" => Some(Flaw::Silence),
            "I11" => Some(Flaw::Losses),
            _ => None,
        }
    }

    /// The number of the promise.
    pub fn promise(self) -> &'static str {
        match self {
            Flaw::Races => "I1",
            Flaw::Silence => "I9",
            Flaw::Losses => "I11",
        }
    }
}

/// A tier with a flaw.
#[derive(Debug)]
pub struct Flawed<T> {
    tier: T,
    flaw: Flaw,
    first: Mutex<HashMap<TagId, Epoch>>,
}

impl<T> Flawed<T> {
    pub fn new(tier: T, flaw: Flaw) -> Self {
        Flawed { tier, flaw, first: Mutex::default() }
    }

    /// What these tags' epochs are said to be.
    fn epochs(&self, tags: impl Iterator<Item = TagId>, epochs: &mut [Option<Epoch>]) {
        if self.flaw != Flaw::Races {
            return;
        }
        let mut first = self.first.lock().expect("nobody panics with it");
        for (tag, epoch) in tags.zip(epochs) {
            if let Some(epoch) = epoch {
                *epoch = *first.entry(tag).or_insert(*epoch);
            }
        }
    }
}

impl<T: SharedTier> SharedTier for Flawed<T> {
    fn listen(&self, runtime: &Handle, listener: Arc<dyn Listener>) -> Box<dyn Listening> {
        if self.flaw != Flaw::Silence {
            return self.tier.listen(runtime, listener);
        }
        let credulous = Arc::new(Credulous { listener, nodes: Mutex::default() });
        let listening = self.tier.listen(runtime, Arc::clone(&credulous) as Arc<dyn Listener>);
        Box::new(Answering { listening, credulous })
    }

    fn node(&self, tag: TagId) -> NodeId {
        self.tier.node(tag)
    }

    fn read<'a>(&'a self, key: Option<&'a str>, tags: &'a [TagId]) -> Operation<'a, Answer> {
        Box::pin(async move {
            let mut answer = self.tier.read(key, tags).await?;
            self.epochs(tags.iter().copied(), &mut answer.epochs);
            Ok(answer)
        })
    }

    fn init<'a>(&'a self, tags: &'a [Bump], ttl: Duration) -> Operation<'a, Vec<Option<Epoch>>> {
        Box::pin(async move {
            let mut epochs = self.tier.init(tags, ttl).await?;
            self.epochs(tags.iter().map(|bump| bump.tag), &mut epochs);
            Ok(epochs)
        })
    }

    fn bump<'a>(&'a self, bumps: &'a [Bump], durability: Durability) -> Operation<'a, ()> {
        let bump = self.tier.bump(bumps, durability);
        if self.flaw != Flaw::Losses {
            return bump;
        }
        // Within the time that the cache waits for it.
        Box::pin(async move {
            let _ = tokio::time::timeout(Duration::from_millis(100), bump).await;
            Ok(())
        })
    }

    tests::forward_to!(tier);
}

/// Believes for ever that whom it has heard once is heard.
struct Credulous {
    listener: Arc<dyn Listener>,
    nodes: Mutex<BTreeSet<NodeId>>,
}

impl Listener for Credulous {
    fn suspect(&self, suspects: Suspects<'_>) {
        if let Suspects::Tags(_) = suspects {
            self.listener.suspect(suspects);
        }
    }

    fn proven(&self, node: NodeId, sent: Sent) {
        self.listener.proven(node, sent);
    }

    fn lost(&self, _: NodeId) {}

    fn heard(&self, node: NodeId) {
        if self.nodes.lock().expect("nobody panics with it").insert(node) {
            self.listener.heard(node);
        }
    }

    fn promoted(&self, _: NodeId) {}

    fn restarted(&self, _: NodeId) {}
}

/// Answers for the servers.
struct Answering {
    listening: Box<dyn Listening>,
    credulous: Arc<Credulous>,
}

impl Listening for Answering {
    fn probe(&self, sent: Sent) {
        self.listening.probe(sent);
        let nodes = self.credulous.nodes.lock().expect("nobody panics with it").clone();
        nodes.into_iter().for_each(|node| self.credulous.listener.proven(node, sent));
    }
}
