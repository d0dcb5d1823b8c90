//! The operations of the contract, on one connection.

use std::sync::Arc;
use std::time::Duration;

use cache_core::shared::{Answer, Bump, Epoch, Lease, TagId, TierError};
use redis::{Cmd, Pipeline, Value};

use crate::gather;
use crate::line::Line;
use crate::reply::{self, bytes};
use crate::scripts;
use crate::wire::{Names, announcement, held, holder, millis};

/// One `MGET`, or one `GET`, or a part of another's: nothing for what is missing, and for what is no string.
pub(crate) async fn read(
    line: &Arc<Line>,
    names: &Names,
    key: Option<&str>,
    tags: &[TagId],
) -> Result<Answer, TierError> {
    match (key, tags) {
        // Who asks for nothing asks whether there is an answer.
        (None, []) => {
            Box::pin(line.ask(Cmd::new().arg("PING"))).await?;
            return Ok(Answer { entry: None, epochs: Vec::new() });
        }
        // Most of them by far: all epochs are known.
        (Some(key), []) => {
            let answer = gather::get(line, names.entry_argument(key)).await?;
            return Ok(Answer { entry: string(answer)?, epochs: Vec::new() });
        }
        _ => {}
    }
    // Boxed: what is read most needn't carry the room for it.
    Box::pin(read_all(line, names, key, tags)).await
}

async fn read_all(
    line: &Line,
    names: &Names,
    key: Option<&str>,
    tags: &[TagId],
) -> Result<Answer, TierError> {
    let mut command = Cmd::with_capacity(2 + tags.len(), 256 + 32 * tags.len());
    command.arg("MGET");
    key.iter().for_each(|key| _ = command.arg(names.entry_argument(key)));
    tags.iter().for_each(|tag| _ = command.arg(names.epoch_argument(*tag)));
    let length = tags.len() + usize::from(key.is_some());
    let mut values = reply::list(line.ask(&command).await?, length)?.into_iter();
    let entry = key.and_then(|_| values.next()).and_then(bytes);
    let epochs = values.map(|value| epoch(line, value)).collect();
    Ok(Answer { entry, epochs })
}

/// The bytes that are at a key, as `MGET` would answer: none where there is nothing, or no string.
fn string(answer: Value) -> Result<Option<Vec<u8>>, TierError> {
    match answer {
        Value::ServerError(error) if error.code() == "WRONGTYPE" => Ok(None),
        answer => reply::good(answer).map(bytes),
    }
}

/// What is at some keys, of which a Cluster's server has no two in one slot: as many commands, in one trip.
pub(crate) async fn read_each(line: &Line, keys: &[Vec<u8>]) -> Result<Vec<Option<Vec<u8>>>, TierError> {
    let mut commands = Pipeline::with_capacity(keys.len());
    for key in keys {
        commands.cmd("GET").arg(key);
    }
    line.ask_all(&mut commands).await?.into_iter().map(string).collect()
}

/// An answer, as an epoch of this connection's server.
fn epoch(line: &Line, value: Value) -> Option<Epoch> {
    line.generation.unmask(&bytes(value)?)
}

/// One `SET NX GET` for each: it sets the epoch, or answers with what is there.
pub(crate) async fn init(
    line: &Line,
    names: &Names,
    tags: &[Bump],
    ttl: Duration,
) -> Result<Vec<Option<Epoch>>, TierError> {
    if tags.is_empty() {
        return Ok(Vec::new());
    }
    let mut commands = Pipeline::with_capacity(tags.len());
    for Bump { tag, epoch } in tags {
        let (key, value) = (names.epoch(*tag), &line.generation.mask(*epoch)[..]);
        commands.cmd("SET").arg(key).arg(value).arg("NX").arg("GET").arg("PX").arg(millis(ttl));
    }
    let answers = line.ask_all(&mut commands).await?;
    answers.into_iter().zip(tags).map(|(answer, drawn)| initialised(line, answer, drawn)).collect()
}

fn initialised(line: &Line, answer: Value, drawn: &Bump) -> Result<Option<Epoch>, TierError> {
    match answer {
        Value::Nil => Ok(Some(drawn.epoch)),
        // What is there is no epoch, nor a string.
        Value::ServerError(error) if error.code() == "WRONGTYPE" => Ok(None),
        answer => reply::good(answer).map(|there| epoch(line, there)),
    }
}

/// How much is left of each, and then longer for those that have less than half: mostly none.
pub(crate) async fn renew(
    line: &Line,
    names: &Names,
    tags: &[TagId],
    ttl: Duration,
) -> Result<(), TierError> {
    if tags.is_empty() {
        return Ok(());
    }
    let ttl = millis(ttl);
    let mut questions = Pipeline::with_capacity(tags.len());
    for tag in tags {
        questions.cmd("PTTL").arg(names.epoch(*tag));
    }
    let left = line.ask_all(&mut questions).await?;
    let mut commands = Pipeline::new();
    for (left, tag) in left.into_iter().zip(tags) {
        // Negative: there is none, or it never ends.
        if let Value::Int(left) = reply::good(left)?
            && u64::try_from(left).is_ok_and(|left| left < ttl / 2)
        {
            commands.cmd("PEXPIRE").arg(names.epoch(*tag)).arg(ttl);
        }
    }
    if commands.is_empty() {
        return Ok(());
    }
    reply::all_good(line.ask_all(&mut commands).await?)
}

/// One script for each, which the server runs in this order. They are sent once.
pub(crate) async fn bump(line: &Line, names: &Names, bumps: &[Bump]) -> Result<(), TierError> {
    if bumps.is_empty() {
        return Ok(());
    }
    let mut commands = Pipeline::with_capacity(bumps.len());
    for Bump { tag, epoch } in bumps {
        let epoch = line.generation.mask(*epoch);
        commands.cmd("EVAL").arg(scripts::BUMP).arg(1).arg(names.epoch(*tag));
        commands.arg(names.channel()).arg(&announcement(*tag, line.run)[..]).arg(&epoch[..]);
    }
    reply::all_good(line.ask_all(&mut commands).await?)
}

pub(crate) async fn store(
    line: &Line,
    names: &Names,
    key: &str,
    entry: &[u8],
    ttl: Duration,
) -> Result<(), TierError> {
    let mut command = Cmd::new();
    command.arg("SET").arg(names.entry(key)).arg(entry).arg("PX").arg(millis(ttl));
    line.ask(&command).await.map(drop)
}

pub(crate) async fn remove(line: &Line, names: &Names, key: &str) -> Result<(), TierError> {
    let mut command = Cmd::new();
    command.arg("UNLINK").arg(names.entry(key));
    line.ask(&command).await.map(drop)
}

/// One `SET NX GET`: it takes the lease, or answers with who has it.
pub(crate) async fn lease(
    line: &Line,
    names: &Names,
    key: &str,
    token: u128,
    ttl: Duration,
    expected: Duration,
) -> Result<Lease, TierError> {
    let mut command = Cmd::new();
    command.arg("SET").arg(names.lease(key)).arg(&holder(token, expected)[..]);
    command.arg("NX").arg("GET").arg("PX").arg(millis(ttl));
    let Some(there) = bytes(line.ask(&command).await?) else { return Ok(Lease::Granted) };
    let (owner, expected) = held(&there);
    if owner != Some(token) || !keep(line, names, key, token, ttl).await? {
        // The caller's own may have run out just now: then he waits for nobody, and asks again.
        return Ok(Lease::Taken { expected });
    }
    Ok(Lease::Granted)
}

pub(crate) async fn keep(
    line: &Line,
    names: &Names,
    key: &str,
    token: u128,
    ttl: Duration,
) -> Result<bool, TierError> {
    let mut command = owners(scripts::KEEP, names, key, token);
    command.arg(millis(ttl));
    Ok(line.ask(&command).await? == Value::Int(1))
}

pub(crate) async fn release(line: &Line, names: &Names, key: &str, token: u128) -> Result<(), TierError> {
    line.ask(&owners(scripts::RELEASE, names, key, token)).await.map(drop)
}

/// What only the owner of a lease can do.
fn owners(script: &str, names: &Names, key: &str, token: u128) -> Cmd {
    let mut command = Cmd::new();
    command.arg("EVAL").arg(script).arg(1).arg(names.lease(key)).arg(&token.to_be_bytes()[..]);
    command
}
