//! A call that missed, step by step: what comes before its body, the body, what comes after it. Here is what it has in its
//! hands meanwhile; what is done is in [`read`](super::read).

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};

use tokio::runtime::Handle;

use super::begun::{Begun, Stamping, Told};
use super::call::{Asked, Dependencies};
use super::lead::Leading;
use super::policy::Spare;
use super::read::before;
use super::shape::AnyResult;
use crate::block_on::block_on;
use crate::clock::Patience;
use crate::fresh::context::Entered;
use crate::near::behind::Slot;
use crate::near::entry::Stored;

/// A call that found nothing to be served. It comes to an entry, or it is its body's turn.
pub(super) struct Miss {
    stage: Stage,
    /// What it may be given in place of what it loads.
    spare: Option<Spare>,
    /// How long it waits for what it leads.
    timeout: Option<Box<Patience>>,
    /// Where it can go on behind its caller's back.
    runtime: Option<Handle>,
    slot: Option<Slot>,
    /// Whether it does.
    left: bool,
    told: Option<Told>,
}

enum Stage {
    Asked(Box<Asked>),
    Before(Before),
    /// The same, of one that leads.
    Leading(Before),
    Begun(Box<Begun>),
    /// The body is over: its result names rows.
    Named(Stamping),
    Over,
}

/// What comes before a body.
pub(super) type Before = Pin<Box<dyn Future<Output = Next> + Send>>;

/// What a call that missed is to do.
pub(super) enum Next {
    /// Return this, which fits.
    Found(Arc<Stored>),
    /// Serve this, in place of what is asked for.
    Spare(Spare),
    /// Go on, leading a load.
    Lead(Box<Leading>),
    /// Run the body.
    Run(Box<Begun>),
}

/// What a call that missed comes to.
pub(super) enum Step {
    /// This, which fits.
    Found(Arc<Stored>),
    /// The body's turn, for as long as it runs.
    Body,
    /// This, and what is left of the call goes on behind its caller's back.
    Leave(Arc<Stored>),
}

impl Miss {
    pub(super) fn new(asked: Asked) -> Self {
        let stage = Stage::Asked(Box::new(asked));
        Miss { stage, spare: None, timeout: None, runtime: None, slot: None, left: false, told: None }
    }

    /// For the author to declare them, before all else.
    pub(super) fn dependencies(&mut self) -> &mut Dependencies {
        let Stage::Asked(asked) = &mut self.stage else { unreachable!("it is declared first") };
        &mut asked.dependencies
    }

    /// Its body can be run by a task of its own, if there is a runtime here.
    pub(super) fn can_leave(&mut self) {
        if let Stage::Asked(asked) = &mut self.stage {
            self.runtime = Handle::try_current().ok();
            asked.behind = self.runtime.is_some();
        }
    }

    pub(super) fn poll(&mut self, cx: &mut task::Context<'_>) -> Poll<Step> {
        loop {
            let (mut before, leads) = match std::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Asked(asked) => (Box::pin(before(asked)) as Before, false),
                Stage::Before(before) => (before, false),
                Stage::Leading(before) => (before, true),
                begun @ Stage::Begun(_) => {
                    self.stage = begun;
                    return Poll::Ready(Step::Body);
                }
                Stage::Named(_) | Stage::Over => panic!("polled after it was ready"),
            };
            match before.as_mut().poll(cx) {
                Poll::Ready(Next::Found(entry)) => return Poll::Ready(self.found(entry)),
                Poll::Ready(Next::Spare(spare)) => {
                    let entry = if self.left { spare.entry } else { spare.serve() };
                    return Poll::Ready(self.found(entry));
                }
                Poll::Ready(Next::Run(mut begun)) => {
                    if let Some(spare) = self.spare.as_ref().filter(|_| !self.left) {
                        spare.missed();
                    }
                    begun.told = begun.told.or(self.told.take());
                    self.stage = Stage::Begun(begun);
                    return Poll::Ready(Step::Body);
                }
                Poll::Ready(Next::Lead(leading)) => {
                    let Leading { served, spare, timeout, told, rest } = *leading;
                    self.stage = Stage::Leading(rest);
                    self.spare = spare.or(self.spare.take());
                    self.timeout = timeout.or(self.timeout.take());
                    self.told = told.or(self.told.take());
                    if let Some(slot) = served {
                        return Poll::Ready(Step::Leave(self.leave(slot)));
                    }
                }
                Poll::Pending if leads => {
                    self.stage = Stage::Leading(before);
                    return self.poll_impatience(cx).map(Step::Leave);
                }
                Poll::Pending => {
                    self.stage = Stage::Before(before);
                    return Poll::Pending;
                }
            }
        }
    }

    /// Ready with something else for the caller, who has waited too long: what he leads goes on behind his back.
    pub(super) fn poll_impatience(&mut self, cx: &mut task::Context<'_>) -> Poll<Arc<Stored>> {
        if let (Some(spare), Some(timeout), Some(_)) = (&self.spare, &mut self.timeout, &self.runtime)
            && timeout.poll_end(cx).is_ready()
            && spare.serves_the_impatient()
            && let Some(slot) = spare.slot()
        {
            return Poll::Ready(self.leave(slot));
        }
        Poll::Pending
    }

    /// Gives the caller something else.
    fn leave(&mut self, slot: Slot) -> Arc<Stored> {
        (self.slot, self.timeout, self.left) = (Some(slot), None, true);
        let entry = self.spare.as_ref().expect("there is something else").leave();
        self.told.take().into_iter().for_each(Told::met);
        entry
    }

    fn found(&mut self, entry: Arc<Stored>) -> Step {
        self.told.take().into_iter().for_each(Told::met);
        Step::Found(entry)
    }

    /// Where to go on behind the caller's back.
    pub(super) fn behind(&mut self) -> Option<(Handle, Slot)> {
        self.runtime.take().zip(self.slot.take())
    }

    /// [`poll`](Self::poll), on this thread.
    pub(super) fn wait(&mut self) -> Step {
        if let Stage::Asked(asked) = &mut self.stage {
            asked.blocking = true;
        }
        block_on(poll_fn(|cx| self.poll(cx)))
    }

    /// Surrounds the body while it runs.
    pub(super) fn enter(&mut self) -> Entered<'_> {
        let Stage::Begun(begun) = &mut self.stage else { unreachable!("it is the body's turn") };
        begun.surroundings.enter()
    }

    /// Surrounds a body that is dropped, if it has begun.
    pub(super) fn enter_to_drop(&mut self) -> Option<Entered<'_>> {
        let Stage::Begun(begun) = &mut self.stage else { return None };
        Some(begun.surroundings.enter())
    }

    /// The body is over, with a result that may name rows whose stamps are to be taken.
    pub(super) fn name(&mut self, result: &dyn AnyResult) {
        if let Stage::Begun(begun) = &mut self.stage
            && begun.names()
            && begun.name(&result.found())
            && let Stage::Begun(begun) = std::mem::replace(&mut self.stage, Stage::Over)
        {
            self.stage = Stage::Named(begun.stamp());
        }
    }

    /// Ready when they are taken.
    pub(super) fn poll_named(&mut self, cx: &mut task::Context<'_>) -> Poll<()> {
        if let Stage::Named(stamping) = &mut self.stage {
            self.stage = Stage::Begun(ready!(stamping.as_mut().poll(cx)));
        }
        Poll::Ready(())
    }

    /// They are taken. In place of an error there may be something else.
    pub(super) fn finish(&mut self, result: &dyn AnyResult) -> Option<Arc<Stored>> {
        let Stage::Begun(begun) = std::mem::replace(&mut self.stage, Stage::Over) else { return None };
        let spare = self.spare.take();
        let verified = spare.as_ref().filter(|_| self.left).and_then(Spare::verified);
        let spare = spare.filter(|spare| result.is_err() && spare.serves_for_an_error());
        let stored = begun.finish(result, spare.as_ref());
        if let (Some((verification, served)), Some(loaded)) = (verified, stored) {
            verification.compare(served, &loaded);
        }
        spare.filter(|_| !self.left).map(|spare| spare.serve())
    }
}
