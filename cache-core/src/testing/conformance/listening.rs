//! A listener that writes down what it is told.

use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::Candidate;
use crate::shared::{Listener, Listening, NodeId, Sent, SharedTier, Suspects, TagId};
use crate::sync::lock;

/// What a listener is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Word {
    Tag(TagId),
    All,
    Proven(NodeId, Sent),
    Lost(NodeId),
    Heard(NodeId),
    Promoted(NodeId),
    Restarted(NodeId),
}

#[derive(Default)]
pub(super) struct Log {
    words: Mutex<Vec<Word>>,
    more: Notify,
}

impl Log {
    fn say(&self, word: Word) {
        lock(&self.words).push(word);
        self.more.notify_waiters();
    }
}

impl Listener for Log {
    fn suspect(&self, suspects: Suspects<'_>) {
        match suspects {
            Suspects::All => self.say(Word::All),
            Suspects::Tags(tags) => tags.iter().for_each(|tag| self.say(Word::Tag(*tag))),
        }
    }

    fn proven(&self, node: NodeId, sent: Sent) {
        self.say(Word::Proven(node, sent));
    }

    fn lost(&self, node: NodeId) {
        self.say(Word::Lost(node));
    }

    fn heard(&self, node: NodeId) {
        self.say(Word::Heard(node));
    }

    fn promoted(&self, node: NodeId) {
        self.say(Word::Promoted(node));
    }

    fn restarted(&self, node: NodeId) {
        self.say(Word::Restarted(node));
    }
}

/// Who listens through a connection.
pub(super) struct Ear<'a> {
    candidate: &'a Candidate,
    tier: &'a Arc<dyn SharedTier>,
    pub(super) log: Arc<Log>,
    pub(super) listening: Box<dyn Listening>,
}

impl<'a> Ear<'a> {
    pub(super) fn new(candidate: &'a Candidate, tier: &'a Arc<dyn SharedTier>) -> Self {
        let log = Arc::new(Log::default());
        let listening = tier.listen(&Handle::current(), Arc::clone(&log) as Arc<dyn Listener>);
        Ear { candidate, tier, log, listening }
    }

    pub(super) fn words(&self) -> Vec<Word> {
        lock(&self.log.words).clone()
    }

    /// Waits until it has been told something, whatever else.
    pub(super) async fn until(&self, what: &str, holds: impl Fn(&[Word]) -> bool) {
        let told = async {
            loop {
                let more = self.log.more.notified();
                if holds(&self.words()) {
                    return;
                }
                more.await;
            }
        };
        self.candidate.wait(what, told).await;
    }

    pub(super) async fn heard(&self, tag: TagId) {
        // Asked each time: before it has connected a tier may not know which servers there are.
        self.until("a stream was heard", |words| words.contains(&Word::Heard(self.tier.node(tag)))).await;
    }

    /// Asks the server of a tag for a proof, waits for it, and gives what was told before: all that was announced by then.
    pub(super) async fn catch_up(&self, tag: TagId) -> Vec<Word> {
        loop {
            let (node, sent, before) = (self.tier.node(tag), self.candidate.sent(), self.words().len());
            let (proof, lost) = (Word::Proven(node, sent), Word::Lost(node));
            self.listening.probe(sent);
            self.until("a probe was answered", |words| {
                words.contains(&proof) || words[before..].contains(&lost)
            })
            .await;
            let words = self.words();
            if words.contains(&proof) {
                return words.into_iter().take_while(|word| *word != proof).collect();
            }
            // A stream that was lost meanwhile owes no proof.
            self.until("a stream was heard again", |words| {
                words.iter().rev().take_while(|word| **word != lost).any(|word| *word == Word::Heard(node))
            })
            .await;
        }
    }
}

/// Whether one of these says that this tag may have changed.
pub(super) fn tells(words: &[Word], tag: TagId) -> bool {
    words.iter().any(|word| matches!(word, Word::All) || *word == Word::Tag(tag))
}
