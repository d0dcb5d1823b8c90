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

    /// Waits until it has been told something, whatever else, and gives all that it was told by then.
    pub(super) async fn until(&self, what: &str, holds: impl Fn(&[Word]) -> bool) -> Vec<Word> {
        let told = async {
            loop {
                let more = self.log.more.notified();
                let words = self.words();
                if holds(&words) {
                    return words;
                }
                more.await;
            }
        };
        self.candidate.wait(what, told).await
    }

    /// Waits until the stream of that tag's server is alive, and gives all that was told by then.
    pub(super) async fn heard(&self, tag: TagId) -> Vec<Word> {
        // Asked each time: before it has connected a tier may not know which servers there are.
        self.until("a stream was heard", |words| is_alive(words, self.tier.node(tag))).await
    }

    /// Asks the server of a tag for a proof, waits for it, and gives what was told before: all that was announced by then.
    pub(super) async fn catch_up(&self, tag: TagId) -> Vec<Word> {
        loop {
            // A stream that is lost owes no proof: neither one that is lost by now, nor one that is lost meanwhile.
            let before = self.heard(tag).await.len();
            let (node, sent) = (self.tier.node(tag), self.candidate.sent());
            let (proof, lost) = (Word::Proven(node, sent), Word::Lost(node));
            self.listening.probe(sent);
            let words = self
                .until("a probe was answered", |words| {
                    words.contains(&proof) || words[before..].contains(&lost)
                })
                .await;
            if words.contains(&proof) {
                return words.into_iter().take_while(|word| *word != proof).collect();
            }
        }
    }
}

/// Whether a server's stream was heard, and not lost since.
fn is_alive(words: &[Word], node: NodeId) -> bool {
    let last = words.iter().rfind(|word| matches!(word, Word::Heard(of) | Word::Lost(of) if *of == node));
    matches!(last, Some(Word::Heard(_)))
}

/// Whether one of these says that this tag may have changed.
pub(super) fn tells(words: &[Word], tag: TagId) -> bool {
    words.iter().any(|word| matches!(word, Word::All) || *word == Word::Tag(tag))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;
    use crate::shared::MemoryTier;
    use crate::testing::runtime;

    #[test]
    fn who_asks_a_stream_that_is_lost_asks_again_when_it_is_heard() {
        runtime(0, |_| {}).block_on(async {
            let tier = MemoryTier::new();
            let candidate = Candidate::new(tier.clone(), tier.connect());
            let ear = candidate.ear(&candidate.one, TagId(1)).await;
            tier.streams().cut();
            let mut asking = pin!(ear.catch_up(TagId(1)));
            let asked = asking.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(asked.is_pending(), "there is nothing that could answer");
            tier.streams().restore();
            asking.await;
        });
    }
}
