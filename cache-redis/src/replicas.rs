//! Waiting until a replica has what was written.
//!
//! `WAIT` tells of what was written through its own connection, and blocks that one. So it has one on which nobody else waits, and
//! something is written there first: the key of the generation, as it is. A replica that has that has all that was confirmed
//! before, on whatever connection. One waits at a time, for all who have come by then: where no replica answers, that takes as long
//! for many as for one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_core::shared::{Operation, TierError};
use redis::{Pipeline, Value};

use crate::line::Line;
use crate::reply;
use crate::scripts;
use crate::server::Server;
use crate::spread::all;
use crate::wire::millis;

/// How long a replica may take. Twice that, since one may come when another has just begun to wait, is less than an invalidation has.
const PATIENCE: Duration = Duration::from_millis(200);

/// Where something was written: at a server, in a state of it.
#[derive(Debug)]
pub(crate) struct Written {
    server: Arc<Server>,
    at: At,
}

/// The run of a server, and its [state](crate::server::Server).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct At {
    run: u128,
    state: u64,
}

impl At {
    fn of(line: &Line) -> At {
        At { run: line.run, state: line.state }
    }
}

/// What replicas of a server have.
#[derive(Default)]
pub(crate) struct Replicas {
    /// How many wanted to know.
    asked: AtomicU64,
    turn: tokio::sync::Mutex<Turn>,
}

/// Who has it waits.
#[derive(Default)]
struct Turn {
    /// For how many of those who asked it is known.
    answered: u64,
    /// What was answered to the last of them.
    answer: Option<Result<At, TierError>>,
}

impl Written {
    pub(crate) fn through(line: &Line, server: &Arc<Server>) -> Written {
        Written { server: Arc::clone(server), at: At::of(line) }
    }

    async fn replicated(self) -> Result<(), TierError> {
        let replicas = &self.server.replicas;
        let number = replicas.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let turn = &mut *replicas.turn.lock().await;
        if turn.answered < number {
            // All of these have written before.
            let asked = replicas.asked.load(Ordering::SeqCst);
            turn.answer = Some(wait(&self.server).await);
            turn.answered = asked;
        }
        match &turn.answer {
            Some(Ok(at)) if *at == self.at => Ok(()),
            Some(Err(TierError::Unreplicated(why))) => Err(TierError::Unreplicated(why.clone())),
            Some(Err(error)) => Err(TierError::Unreplicated(error.to_string())),
            _ => Err(TierError::Unreplicated("another server is in its place by now".into())),
        }
    }
}

impl PartialEq for Written {
    fn eq(&self, other: &Written) -> bool {
        self.server.node == other.server.node && self.at == other.at
    }
}

/// Whether for each of these there is a replica that has it.
pub(crate) async fn have(written: Vec<Written>) -> Result<(), TierError> {
    let waiting =
        written.into_iter().map(|written| Box::pin(written.replicated()) as Operation<'_, ()>).collect();
    all(waiting).await.map(drop)
}

/// Waits until a replica has all that the server has confirmed so far.
async fn wait(server: &Arc<Server>) -> Result<At, TierError> {
    let line = server.confirming().await?;
    let mut commands = Pipeline::new();
    commands.cmd("EVAL").arg(scripts::TOUCH).arg(1).arg(server.generation_key()).arg(&*line.said);
    commands.cmd("WAIT").arg(1).arg(millis(PATIENCE));
    let answers = server.seen(&line, line.ask_all(&mut commands).await)?;
    let mut answers = answers.into_iter().map(|answer| server.seen(&line, reply::good(answer)));
    let (touched, waited) = (answers.next().transpose()?, answers.next().transpose()?);
    match (touched, waited) {
        (Some(Value::Int(1)), Some(Value::Int(1..))) => Ok(At::of(&line)),
        (Some(Value::Int(1)), Some(Value::Int(0))) => {
            Err(TierError::Unreplicated(format!("it has none that answered within {PATIENCE:?}")))
        }
        // Somebody else has said of this run what isn't known here yet, or nothing is said.
        (Some(Value::Int(0)), _) => {
            server.reconsider();
            Err(TierError::Unreplicated("its generation is another one by now".into()))
        }
        (_, waited) => Err(reply::unexpected(&waited.unwrap_or_default())),
    }
}
