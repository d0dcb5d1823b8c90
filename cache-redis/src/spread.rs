//! The operations of the contract, on a Cluster: each key and tag at the server that has its slot, all of them at once.
//!
//! What a server didn't do, since the slot is another's now, is asked of that one, once; and what it didn't do since the slot is on its
//! way to another, of that one. Of bumps that are sent together the rest is done then, before the one that wasn't: so that call fails,
//! and while slots are on their way bumps are sent one by one.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use cache_core::shared::{Answer, Bump, Epoch, Operation, TagId, TierError};

use crate::cluster::{Cluster, Map};
use crate::line::Line;
use crate::operations;
use crate::replicas::Written;
use crate::reply::{is_elsewhere, on_its_way};
use crate::server::Server;
use crate::wire::Names;

/// A part of an operation: at one server some of the keys, by their numbers.
struct Part {
    server: Arc<Server>,
    which: Vec<usize>,
    /// Their slot is only on its way there.
    asking: bool,
}

impl Part {
    async fn line(&self) -> Result<Arc<Line>, TierError> {
        line(&self.server, self.asking).await
    }
}

async fn line(server: &Arc<Server>, asking: bool) -> Result<Arc<Line>, TierError> {
    let line = server.line().await?;
    Ok(if asking { line.asking() } else { line })
}

impl Cluster {
    /// What is done where one key lies.
    pub(crate) async fn on<'a, T: 'a>(
        self: &'a Arc<Self>,
        key: Vec<u8>,
        operation: impl Fn(Arc<Line>) -> Operation<'a, T>,
    ) -> Result<T, TierError> {
        let at = async |server: &Arc<Server>, asking| {
            let line = line(server, asking).await?;
            let operation = operation(Arc::clone(&line));
            server.seen(&line, operation.await)
        };
        let mut asked = false;
        loop {
            let map = self.known().await?;
            let mut done = at(map.owner(&key).ok_or_else(nobody)?, false).await;
            if let Some(target) = done.as_ref().err().and_then(|error| self.target(&map, error)) {
                done = at(&target, true).await;
            }
            if !self.should_ask_again(&done, &mut asked).await? {
                return done;
            }
        }
    }

    pub(crate) async fn read(
        self: &Arc<Self>,
        key: Option<&str>,
        tags: &[TagId],
    ) -> Result<Answer, TierError> {
        let names = &self.settings.names;
        if key.is_none() && tags.is_empty() {
            let map = self.known().await?;
            return operations::read(&map.any().ok_or_else(nobody)?.line().await?, names, None, &[]).await;
        }
        let keys: Vec<Vec<u8>> = key
            .map(|key| names.entry(key))
            .into_iter()
            .chain(tags.iter().map(|tag| names.epoch(*tag)))
            .collect();
        let read = |part: Part| -> Operation<'_, _> {
            let keys: Vec<Vec<u8>> = part.which.iter().map(|number| keys[*number].clone()).collect();
            Box::pin(async move {
                let line = part.line().await?;
                let there = part.server.seen(&line, operations::read_each(&line, &keys).await)?;
                Ok(part
                    .which
                    .into_iter()
                    .zip(there)
                    .map(|(number, there)| (number, (line.generation, there)))
                    .collect())
            })
        };
        let mut all = self.spread(&keys, read).await?.into_iter();
        let entry = key.and_then(|_| all.next()).and_then(|(_, entry)| entry);
        let epochs = all.map(|(generation, there)| generation.unmask(&there?)).collect();
        Ok(Answer { entry, epochs })
    }

    pub(crate) async fn init(
        self: &Arc<Self>,
        tags: &[Bump],
        ttl: Duration,
    ) -> Result<Vec<Option<Epoch>>, TierError> {
        let names = &self.settings.names;
        let keys: Vec<Vec<u8>> = tags.iter().map(|bump| names.epoch(bump.tag)).collect();
        let init = |part: Part| -> Operation<'_, _> {
            let some: Vec<Bump> = part.which.iter().map(|number| tags[*number]).collect();
            Box::pin(async move {
                let line = part.line().await?;
                let got = part.server.seen(&line, operations::init(&line, names, &some, ttl).await)?;
                Ok(part.which.into_iter().zip(got).collect())
            })
        };
        self.spread(&keys, init).await
    }

    pub(crate) async fn renew(self: &Arc<Self>, tags: &[TagId], ttl: Duration) -> Result<(), TierError> {
        let names = &self.settings.names;
        let keys: Vec<Vec<u8>> = tags.iter().map(|tag| names.epoch(*tag)).collect();
        let renew = |part: Part| -> Operation<'_, _> {
            let some: Vec<TagId> = part.which.iter().map(|number| tags[*number]).collect();
            Box::pin(async move {
                let line = part.line().await?;
                part.server.seen(&line, operations::renew(&line, names, &some, ttl).await)?;
                Ok(part.which.into_iter().map(|number| (number, ())).collect())
            })
        };
        self.spread(&keys, renew).await.map(drop)
    }

    /// One server after the other, as often as the next tag lies at another one: none before those that come before it are done.
    /// Says where they were done.
    pub(crate) async fn bump(self: &Arc<Self>, bumps: &[Bump]) -> Result<Vec<Written>, TierError> {
        let mut written: Vec<Written> = Vec::new();
        let (names, map, moving) = (&self.settings.names, self.known().await?, self.is_moving());
        let owner = |bump: &Bump| map.owner(&names.epoch(bump.tag));
        let together = |one: &Bump, other: &Bump| {
            !moving && owner(one).map(|server| server.node) == owner(other).map(|server| server.node)
        };
        for together in bumps.chunk_by(together) {
            let mut done = bump_at(owner(&together[0]).ok_or_else(nobody)?, false, names, together).await;
            let target = done.as_ref().err().and_then(|error| self.target(&map, error));
            // It wasn't done: it is not sent twice.
            if let (Some(target), [_]) = (target, together) {
                done = bump_at(&target, true, names, together).await;
            }
            match done {
                Ok(there) => {
                    if !written.contains(&there) {
                        written.push(there);
                    }
                }
                // The caller draws new epochs for all of it, which then go where the tags are by then.
                failed => {
                    self.should_ask_again(&failed, &mut false).await?;
                    return failed.map(|_| written);
                }
            }
        }
        Ok(written)
    }

    /// Does something with all keys, at all servers at once; what it came to for each, in the order of the keys.
    async fn spread<'a, T>(
        self: &Arc<Self>,
        keys: &[Vec<u8>],
        operation: impl Fn(Part) -> Operation<'a, Vec<(usize, T)>> + Sync,
    ) -> Result<Vec<T>, TierError>
    where
        T: Send,
    {
        let mut asked = false;
        loop {
            let map = self.known().await?;
            let operations = parts(&map, keys)?.into_iter().map(&operation).collect();
            let mut done = all(operations).await;
            if done.as_ref().is_err_and(|error| on_its_way(error).is_some()) {
                done =
                    all(keys.iter().enumerate().map(|one| self.one(&map, one, &operation)).collect()).await;
            }
            if !self.should_ask_again(&done, &mut asked).await? {
                let mut done: Vec<(usize, T)> = done?.into_iter().flatten().collect();
                done.sort_unstable_by_key(|(number, _)| *number);
                return Ok(done.into_iter().map(|(_, done)| done).collect());
            }
        }
    }

    /// Does something with one key, also if its slot is on its way to another server.
    fn one<'b, 'a: 'b, T: Send>(
        self: &'b Arc<Self>,
        map: &'b Map,
        (number, key): (usize, &'b Vec<u8>),
        operation: &'b (impl Fn(Part) -> Operation<'a, Vec<(usize, T)>> + Sync),
    ) -> Operation<'b, Vec<(usize, T)>> {
        Box::pin(async move {
            let at = |server: &Arc<Server>, asking| {
                operation(Part { server: Arc::clone(server), which: vec![number], asking })
            };
            let done = at(map.owner(key).ok_or_else(nobody)?, false).await;
            match done.as_ref().err().and_then(|error| self.target(map, error)) {
                Some(target) => at(&target, true).await,
                None => done,
            }
        })
    }

    /// Whether it was asked in the wrong place, for the first time. By then it is known which one is right.
    async fn should_ask_again<T>(
        self: &Arc<Self>,
        done: &Result<T, TierError>,
        asked: &mut bool,
    ) -> Result<bool, TierError> {
        let Err(error) = done else { return Ok(false) };
        if !is_elsewhere(error) || std::mem::replace(asked, true) {
            self.hint();
            return Ok(false);
        }
        self.look_soon().await?;
        Ok(true)
    }
}

async fn bump_at(
    server: &Arc<Server>,
    asking: bool,
    names: &Names,
    bumps: &[Bump],
) -> Result<Written, TierError> {
    let line = line(server, asking).await?;
    server.seen(&line, operations::bump(&line, names, bumps).await)?;
    Ok(Written::through(&line, server))
}

fn parts(map: &Map, keys: &[Vec<u8>]) -> Result<Vec<Part>, TierError> {
    let mut parts: Vec<Part> = Vec::new();
    for (number, key) in keys.iter().enumerate() {
        let server = map.owner(key).ok_or_else(nobody)?;
        match parts.iter_mut().find(|part| part.server.node == server.node) {
            Some(part) => part.which.push(number),
            None => parts.push(Part { server: Arc::clone(server), which: vec![number], asking: false }),
        }
    }
    Ok(parts)
}

/// All of them at the same time, in their order; the first error that there is.
pub(crate) async fn all<T>(mut operations: Vec<Operation<'_, T>>) -> Result<Vec<T>, TierError> {
    let mut done: Vec<Option<T>> = operations.iter().map(|_| None).collect();
    poll_fn(|cx| {
        let mut pending = false;
        for (operation, done) in operations.iter_mut().zip(&mut done) {
            if done.is_none() {
                match operation.as_mut().poll(cx) {
                    Poll::Ready(Ok(value)) => *done = Some(value),
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(Ok(())) }
    })
    .await?;
    Ok(done.into_iter().flatten().collect())
}

fn nobody() -> TierError {
    TierError::Unavailable("no server of the Cluster has that slot".into())
}
