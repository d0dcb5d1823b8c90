//! The operations, as the contract has them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::super::Pattern;
use super::super::tier::{
    Answer, Bump, Cursor, Epoch, Lease, Listener, Listening, Matches, NodeId, Operation, SharedTier, TagId,
    TierError,
};
use super::fault::Request;
use super::line::Listens;
use super::trip::{Carried, Reply, Trip, Waiting};
use super::{MemoryTier, World, data};
use crate::declare::Durability;

impl MemoryTier {
    fn send<T: Send + 'static>(
        &self,
        request: Request,
        key: Option<&str>,
        tags: Vec<TagId>,
        act: impl FnOnce(&mut World, usize) -> T + Send + 'static,
    ) -> Waiting<T> {
        let reply = Arc::<Reply<T>>::default();
        let trip = Trip {
            request,
            key: key.map(str::to_owned),
            tags,
            before: VecDeque::new(),
            after: VecDeque::new(),
            happened: false,
            load: Box::new(Carried { act: Some(act), answer: None, reply: Arc::clone(&reply) }),
        };
        self.hub.change(|world| world.depart(self.connection, trip));
        Waiting(reply)
    }
}

impl SharedTier for MemoryTier {
    fn listen(&self, _runtime: &Handle, listener: Arc<dyn Listener>) -> Box<dyn Listening> {
        Box::new(Listens::begin(&self.hub, self.connection, listener))
    }

    fn node(&self, tag: TagId) -> NodeId {
        self.hub.look(|world| data::owner(&world.known, tag))
    }

    fn read<'a>(&'a self, key: Option<&'a str>, tags: &'a [TagId]) -> Operation<'a, Answer> {
        Box::pin(async move {
            let (entry, asked) = (key.map(str::to_owned), tags.to_vec());
            let act = move |world: &mut World, tags: usize| Answer {
                entry: entry.and_then(|key| world.data.read(&key)),
                epochs: asked.iter().take(tags).map(|tag| world.data.epoch(*tag)).collect(),
            };
            self.send(Request::Read, key, tags.to_vec(), act).await
        })
    }

    fn init<'a>(&'a self, tags: &'a [Bump], ttl: Duration) -> Operation<'a, Vec<Option<Epoch>>> {
        Box::pin(async move {
            let drawn = tags.to_vec();
            let act = move |world: &mut World, tags: usize| {
                drawn
                    .iter()
                    .take(tags)
                    .map(|Bump { tag, epoch }| world.data.init(*tag, *epoch, ttl))
                    .collect()
            };
            self.send(Request::Init, None, tags_of(tags), act).await
        })
    }

    fn renew<'a>(&'a self, tags: &'a [TagId], ttl: Duration) -> Operation<'a, ()> {
        Box::pin(async move {
            let asked = tags.to_vec();
            let act = move |world: &mut World, tags: usize| {
                asked.iter().take(tags).for_each(|tag| world.data.renew(*tag, ttl))
            };
            self.send(Request::Renew, None, tags.to_vec(), act).await
        })
    }

    fn bump<'a>(&'a self, bumps: &'a [Bump], durability: Durability) -> Operation<'a, ()> {
        Box::pin(async move {
            let asked = bumps.to_vec();
            let act = move |world: &mut World, tags: usize| {
                let mut confirmed = true;
                for Bump { tag, epoch } in asked.into_iter().take(tags) {
                    world.announce(tag);
                    world.data.replace(tag, epoch);
                    confirmed &= durability == Durability::Primary || world.data.replicate(tag);
                }
                confirmed
            };
            match self.send(Request::Bump, None, tags_of(bumps), act).await? {
                true => Ok(()),
                false => Err(TierError::Unreplicated("no replica answers".into())),
            }
        })
    }

    fn store<'a>(&'a self, key: &'a str, entry: &'a [u8], ttl: Duration) -> Operation<'a, ()> {
        Box::pin(async move {
            let (owned, entry) = (key.to_owned(), entry.to_vec());
            let act = move |world: &mut World, _| world.data.store(owned, entry, ttl);
            self.send(Request::Store, Some(key), Vec::new(), act).await
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> Operation<'a, ()> {
        Box::pin(async move {
            let owned = key.to_owned();
            let act = move |world: &mut World, _| {
                world.data.remove(&owned);
            };
            self.send(Request::Remove, Some(key), Vec::new(), act).await
        })
    }

    /// All in one step.
    fn find<'a>(
        &'a self,
        pattern: &'a Pattern,
        _from: Option<Cursor>,
        removes: bool,
    ) -> Operation<'a, Matches> {
        Box::pin(async move {
            let pattern = pattern.clone();
            let act = move |world: &mut World, _| {
                let keys = world.data.keys().into_iter();
                let keys: Vec<String> = keys.filter(|key| pattern.matches(key)).collect();
                for key in keys.iter().filter(|_| removes) {
                    world.data.remove(key);
                }
                Matches { keys, next: None }
            };
            self.send(Request::Find, None, Vec::new(), act).await
        })
    }

    fn lease<'a>(
        &'a self,
        key: &'a str,
        token: u128,
        ttl: Duration,
        expected: Duration,
    ) -> Operation<'a, Lease> {
        Box::pin(async move {
            let owned = key.to_owned();
            let act = move |world: &mut World, _| world.data.lease(owned, token, ttl, expected);
            self.send(Request::Lease, Some(key), Vec::new(), act).await
        })
    }

    fn keep<'a>(&'a self, key: &'a str, token: u128, ttl: Duration) -> Operation<'a, bool> {
        Box::pin(async move {
            let owned = key.to_owned();
            let act = move |world: &mut World, _| world.data.keep(&owned, token, ttl);
            self.send(Request::Keep, Some(key), Vec::new(), act).await
        })
    }

    fn release<'a>(&'a self, key: &'a str, token: u128) -> Operation<'a, ()> {
        Box::pin(async move {
            let owned = key.to_owned();
            let act = move |world: &mut World, _| world.data.release(&owned, token);
            self.send(Request::Release, Some(key), Vec::new(), act).await
        })
    }
}

fn tags_of(bumps: &[Bump]) -> Vec<TagId> {
    bumps.iter().map(|bump| bump.tag).collect()
}
