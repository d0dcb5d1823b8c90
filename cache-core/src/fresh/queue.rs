//! Invalidations that the shared tier has not confirmed, and those that it may forget (I11).
//!
//! What can't be sent is kept until it is through; meanwhile this process reads past the shared tier whatever depends on
//! it. What was sent lately is kept too, and sent again, with new epochs, when a server that may lack it takes over.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::changes::Changes;
use crate::clock::Instant;
use crate::key::tag::Tag;
use crate::sync::lock;

/// More tags than this are the whole namespace.
const MOST: usize = 10_000;
/// How long a bump is kept that was confirmed: a server that takes over may lack it for no longer.
const REMEMBERED: Duration = Duration::from_secs(60);
/// How many are kept; of more, the whole namespace is sent again.
const MOST_REMEMBERED: usize = 100_000;

/// Invalidations that are to be sent.
#[derive(Debug)]
pub(crate) struct Queue {
    /// What stands for all of them.
    everything: Tag,
    /// How many there are: a look that takes no lock.
    length: AtomicUsize,
    /// Tags that are sent for the first time: they wait nowhere else.
    under_way: AtomicUsize,
    ended: Notify,
    state: Mutex<State>,
    /// Held while what waits is sent: of two at once the first to end would forget what the other has under way.
    pub(crate) sending: tokio::sync::Mutex<()>,
}

#[derive(Default, Debug)]
struct State {
    pending: Changes,
    /// Under way.
    sending: Changes,
    /// Rows with the tag that stands for all of their model's: sent again, they come after their model too.
    recent: VecDeque<(Instant, Tag, Option<Tag>)>,
    /// Older ones than those of `recent` were forgotten, that late.
    forgotten: Option<Instant>,
    takeovers: u64,
}

impl Queue {
    pub(crate) fn new(everything: Tag) -> Self {
        Queue {
            everything,
            length: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            ended: Notify::new(),
            state: Mutex::default(),
            sending: tokio::sync::Mutex::default(),
        }
    }

    /// What stands for all tags.
    pub(crate) fn everything(&self) -> Tag {
        self.everything
    }

    /// How often another server has taken over.
    pub(crate) fn takeovers(&self) -> u64 {
        lock(&self.state).takeovers
    }

    /// How many tags are to be sent.
    pub(crate) fn len(&self) -> usize {
        self.length.load(Ordering::Acquire)
    }

    /// So many tags are being sent, for the first time.
    pub(crate) fn begin(&self, tags: usize) {
        self.under_way.fetch_add(tags, Ordering::AcqRel);
    }

    /// They have been confirmed, or wait here.
    pub(crate) fn end(&self, tags: usize) {
        self.under_way.fetch_sub(tags, Ordering::AcqRel);
        self.ended.notify_waiters();
    }

    pub(crate) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }

    /// Ready when none is being sent for the first time.
    pub(crate) async fn idle(&self) {
        loop {
            let ended = self.ended.notified();
            if self.under_way() == 0 {
                return;
            }
            ended.await;
        }
    }

    /// These have to be sent. Before their cells are bumped: from then on nobody copies from the shared tier what they invalidate.
    pub(crate) fn add(&self, changes: Changes) {
        self.put(&mut lock(&self.state), changes);
    }

    fn put(&self, state: &mut State, changes: Changes) {
        state.pending.append(changes);
        if state.pending.len() > MOST {
            tracing::warn!(
                "too many invalidations wait for the shared tier: all of the namespace is invalidated"
            );
            state.pending = Changes::default();
            state.pending.add([self.everything]);
        }
        self.length.store(state.pending.len() + state.sending.len(), Ordering::Release);
    }

    /// Whether what depends on one of these must not be taken from the shared tier, nor stored there.
    pub(crate) fn covers(&self, tags: impl IntoIterator<Item = Tag>) -> bool {
        if self.len() == 0 {
            return false;
        }
        let state = lock(&self.state);
        tags.into_iter().any(|tag| state.pending.contains(tag) || state.sending.contains(tag))
    }

    /// What is to be sent now: from here on it is under way.
    pub(crate) fn send(&self) -> Changes {
        let state = &mut *lock(&self.state);
        let pending = std::mem::take(&mut state.pending);
        state.sending.append(pending);
        state.sending.clone()
    }

    /// What was under way is through. What was added meanwhile is not: its writer may have written after that.
    pub(crate) fn through(&self) {
        let state = &mut *lock(&self.state);
        state.sending = Changes::default();
        self.length.store(state.pending.len(), Ordering::Release);
    }

    /// What was under way may not be through.
    pub(crate) fn failed(&self) {
        let state = &mut *lock(&self.state);
        let sending = std::mem::take(&mut state.sending);
        self.put(state, sending);
    }

    /// These were confirmed just now, by an answer to a question that was asked after so many takeovers. Not if there was another
    /// since: that server may lack them, and was not told with the others.
    #[must_use]
    pub(crate) fn remember(
        &self,
        tags: impl IntoIterator<Item = (Tag, Option<Tag>)>,
        now: Instant,
        takeovers: u64,
    ) -> bool {
        let state = &mut *lock(&self.state);
        if state.takeovers != takeovers {
            return false;
        }
        while state.recent.front().is_some_and(|(at, ..)| now.since(*at) > REMEMBERED) {
            state.recent.pop_front();
        }
        state.recent.extend(tags.into_iter().map(|(tag, all)| (now, tag, all)));
        while state.recent.len() > MOST_REMEMBERED {
            state.forgotten = state.recent.pop_front().map(|(at, ..)| at);
        }
        true
    }

    /// A server has taken over that may lack what was confirmed lately: it has to be sent again.
    pub(crate) fn replay(&self, now: Instant) {
        let mut changes = Changes::default();
        {
            let state = &mut *lock(&self.state);
            state.takeovers += 1;
            let recent = |at: Instant| now.since(at) <= REMEMBERED;
            match state.forgotten.filter(|at| recent(*at)) {
                Some(_) => changes.add([self.everything]),
                None => {
                    for (_, tag, all) in state.recent.iter().filter(|(at, ..)| recent(*at)) {
                        match all {
                            Some(all) => changes.row(*tag, *all),
                            None => changes.add([*tag]),
                        }
                    }
                }
            }
        }
        self.add(changes);
    }

    /// Everything has to be sent.
    pub(crate) fn add_everything(&self) {
        let mut changes = Changes::default();
        changes.add([self.everything]);
        self.add(changes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::key::tag::ModelTags;

    /// Who reads a row's new epoch must find its model changed, here as at the first time.
    #[test]
    fn what_is_sent_again_comes_in_the_order_in_which_it_was_sent() {
        let (queue, now) = (Queue::new(Tag(0)), Clock::default().now());
        let tags = ModelTags { namespace: "test", model: "article" };
        for id in 0..100_u8 {
            let mut changes = Changes::default();
            changes.write_row(tags, &[id % 7], &[id]);
            assert!(queue.remember(changes.into_rows(), now, 0));
        }
        queue.replay(now);
        let sent: Vec<_> = queue.send().into_rows().collect();
        assert_eq!(sent.iter().filter(|(_, all)| all.is_some()).count(), 100);
        assert!(sent.is_sorted_by_key(|(_, all)| all.is_some()));
    }
}
