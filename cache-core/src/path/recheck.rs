//! Looking again at epochs that are suspect, or of which something may have been missed: after an announcement, a gap, a silence.
//!
//! After a gap all that is near has to be looked at again by whoever asks for it. They ask together: one such question of a
//! process is under way at a time, and the next is for all that has come up meanwhile, each cell once. So a tier that is just
//! back is not met by a question of each caller.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::stamps::Read;
use crate::bound::{Core, Remote};
use crate::fresh::epoch::Epoch;

impl Remote {
    /// Asks for epochs together with all others who do, as far as they are not `known` when it is this call's turn. What was
    /// found is in their cells: what is not known afterwards, the call asks for by itself. Says whether the tier answers.
    pub(super) async fn recheck(
        &self,
        core: &Core,
        deadline: Duration,
        epochs: &[Epoch],
        known: impl Fn(&Epoch) -> bool,
    ) -> bool {
        self.rechecks.add(epochs);
        let turn = match self.rechecks.turn.try_lock() {
            Ok(turn) => Some(turn),
            Err(_) => {
                let mut patience = core.clock.patience(deadline);
                // Without the runtime's budget, as wherever something is waited for.
                let mut turn = pin!(tokio::task::unconstrained(self.rechecks.turn.lock()));
                poll_fn(|cx| match turn.as_mut().poll(cx) {
                    Poll::Ready(turn) => Poll::Ready(Some(turn)),
                    Poll::Pending => patience.poll_end(cx).map(|()| None),
                })
                .await
            }
        };
        // Whoever had the turn before may have asked for these.
        turn.is_some() && {
            let asked = self.rechecks.take(epochs, known);
            !matches!(self.read(core, deadline, None, &asked).await, Read::None)
        }
    }
}
