//! What goes wrong with operations.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::yield_now;

use super::super::HOUR;
use super::listener::{Deaf, Mishears, NeverProbes};
use super::{Flaw, Mutant};
use crate::shared::{
    Answer, Bump, Cursor, Durability, Epoch, Lease, Listener, Listening, Matches, NodeId, Operation, Pattern,
    SharedTier, Suspects, TagId, TierError,
};
use crate::sync::lock;

impl SharedTier for Mutant {
    fn listen(&self, runtime: &Handle, listener: Arc<dyn Listener>) -> Box<dyn Listening> {
        let (flaw, memory, mine) = (self.flaw, Arc::clone(&self.memory), self.mine);
        let mishears = Mishears { flaw, memory, mine, listener, late: Mutex::default() };
        let listening = self.tier().listen(runtime, Arc::new(mishears));
        match flaw {
            Flaw::NeverProven => Box::new(NeverProbes(listening)),
            Flaw::ListensForEver => {
                lock(&self.memory).listening.push(listening);
                self.tier().listen(runtime, Arc::new(Deaf))
            }
            _ => listening,
        }
    }

    fn node(&self, tag: TagId) -> NodeId {
        self.tier().node(tag)
    }

    fn read<'a>(&'a self, key: Option<&'a str>, tags: &'a [TagId]) -> Operation<'a, Answer> {
        Box::pin(async move {
            self.begin().await?;
            if tags.is_empty() && key.is_none() && self.is(Flaw::NothingIsRefused) {
                return Err(TierError::Refused("wrong number of arguments".into()));
            }
            let mut tags: Vec<TagId> = tags.iter().map(|tag| self.tag(*tag)).collect();
            match self.flaw {
                Flaw::EpochsSorted => tags.sort_unstable(),
                Flaw::FewTags => tags.truncate(512),
                _ => {}
            }
            let mut answer = self.tier().read(key.map(|key| self.key(key)), &tags).await?;
            match self.flaw {
                Flaw::AbsentIsZero => answer.epochs.iter_mut().for_each(|epoch| {
                    epoch.get_or_insert(Epoch(0));
                }),
                Flaw::EpochZeroIsNone => {
                    answer.epochs.iter_mut().for_each(|epoch| *epoch = epoch.filter(|epoch| epoch.0 != 0));
                }
                Flaw::ReadsLag => {
                    for (tag, epoch) in tags.iter().zip(&mut answer.epochs) {
                        *epoch = lock(&self.memory).replaced.remove(tag).or(*epoch);
                    }
                }
                Flaw::EmptyIsAbsent => answer.entry = answer.entry.filter(|entry| !entry.is_empty()),
                Flaw::EntriesOfOneLine => {
                    answer.entry.iter_mut().for_each(|entry| {
                        let end = entry.iter().position(|byte| *byte == b'\n').unwrap_or(entry.len());
                        entry.truncate(end);
                    });
                }
                Flaw::AnswersOfOthers => {
                    lock(&self.memory).answers.push_back(answer);
                    yield_now().await;
                    answer = lock(&self.memory).answers.pop_front().expect("there is one at least");
                }
                _ => {}
            }
            Ok(answer)
        })
    }

    fn init<'a>(&'a self, tags: &'a [Bump], ttl: Duration) -> Operation<'a, Vec<Option<Epoch>>> {
        Box::pin(async move {
            self.begin().await?;
            let drawn: Vec<_> = tags.iter().map(|bump| Some(bump.epoch)).collect();
            let tags: Vec<Bump> = tags.iter().map(|bump| Bump { tag: self.tag(bump.tag), ..*bump }).collect();
            match self.flaw {
                Flaw::InitStoresNothing => return Ok(drawn),
                Flaw::InitOverwrites => {
                    for bump in &tags {
                        self.set(*bump, ttl).await;
                    }
                }
                Flaw::InitInTwoSteps => {
                    for bump in &tags {
                        if self.tier().epoch(bump.tag).is_none() {
                            yield_now().await;
                            self.set(*bump, ttl).await;
                        }
                    }
                }
                Flaw::InitAnnounces => {
                    self.announce(Suspects::Tags(&tags.iter().map(|bump| bump.tag).collect::<Vec<_>>()));
                }
                _ => {}
            }
            let ttl = if self.is(Flaw::EpochsForEver) { HOUR } else { ttl };
            let there = self.tier().init(&tags, ttl).await?;
            Ok(if self.is(Flaw::InitAnswersWithTheDrawn) { drawn } else { there })
        })
    }

    fn renew<'a>(&'a self, tags: &'a [TagId], ttl: Duration) -> Operation<'a, ()> {
        Box::pin(async move {
            self.begin().await?;
            match self.flaw {
                Flaw::RenewDoesNothing => return Ok(()),
                Flaw::RenewCreates => {
                    for tag in tags {
                        self.tier().init(&[Bump { tag: *tag, epoch: Epoch::draw() }], ttl).await?;
                    }
                }
                _ => {}
            }
            self.tier().renew(&tags.iter().map(|tag| self.tag(*tag)).collect::<Vec<_>>(), ttl).await
        })
    }

    fn bump<'a>(&'a self, bumps: &'a [Bump], durability: Durability) -> Operation<'a, ()> {
        Box::pin(async move {
            self.begin().await?;
            if durability == Durability::Replicated {
                match self.flaw {
                    Flaw::ReplicatedIsRefused => return Err(TierError::Refused("no replicas".into())),
                    Flaw::UnreplicatedIsNotDone => {
                        return Err(TierError::Unreplicated("no replicas".into()));
                    }
                    _ => {}
                }
            }
            for bump in bumps {
                let bump = Bump { tag: self.tag(bump.tag), ..*bump };
                let old = self.tier().epoch(bump.tag);
                if let Some(old) = old {
                    lock(&self.memory).replaced.insert(bump.tag, old);
                }
                lock(&self.memory).bumped.insert((self.mine, bump.tag));
                match (self.flaw, old) {
                    (Flaw::BumpsInSilence, Some(_)) => self.set(bump, HOUR).await,
                    (Flaw::BumpsInSilence | Flaw::BumpsOfAbsentInSilence, None) => {}
                    (Flaw::ReplacesThenAnnounces, Some(_)) => {
                        self.set(bump, HOUR).await;
                        for _ in 0..50 {
                            yield_now().await;
                        }
                        self.announce(Suspects::Tags(&[bump.tag]));
                    }
                    (Flaw::AnnouncesThenReplaces, Some(_)) => {
                        self.announce(Suspects::Tags(&[bump.tag]));
                        for _ in 0..50 {
                            yield_now().await;
                        }
                        self.set(bump, HOUR).await;
                    }
                    _ => self.tier().bump(&[bump], Durability::Primary).await?,
                }
                match (self.flaw, old) {
                    (Flaw::BumpKeepsTheOld, Some(old)) => self.set(Bump { epoch: old, ..bump }, HOUR).await,
                    (Flaw::BumpCreates, None) | (Flaw::BumpProlongs, Some(_)) => self.set(bump, HOUR).await,
                    _ => {}
                }
            }
            if durability == Durability::Replicated && self.is(Flaw::NeverReplicated) {
                return Err(TierError::Unreplicated("no replicas".into()));
            }
            Ok(())
        })
    }

    fn store<'a>(&'a self, key: &'a str, entry: &'a [u8], ttl: Duration) -> Operation<'a, ()> {
        Box::pin(async move {
            self.begin().await?;
            let mut ttl = ttl;
            match self.flaw {
                Flaw::StoreAnnounces => self.announce(Suspects::All),
                Flaw::StoreKeepsTheOld if self.tier().entry(key).is_some() => return Ok(()),
                Flaw::EntriesForEver => ttl = HOUR,
                Flaw::StoreKeepsTheTtl => ttl = *lock(&self.memory).ttls.entry(key.to_owned()).or_insert(ttl),
                _ => {}
            }
            let entry = if self.is(Flaw::SmallEntries) { &entry[..entry.len().min(65_535)] } else { entry };
            self.tier().store(self.key(key), entry, ttl).await
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> Operation<'a, ()> {
        Box::pin(async move {
            self.begin().await?;
            match self.flaw {
                Flaw::RemoveDoesNothing => return Ok(()),
                Flaw::RemoveReleases => {
                    self.tier().evict_lease(key);
                }
                _ => {}
            }
            self.tier().remove(self.key(key)).await
        })
    }

    fn find<'a>(
        &'a self,
        pattern: &'a Pattern,
        from: Option<Cursor>,
        removes: bool,
    ) -> Operation<'a, Matches> {
        Box::pin(async move {
            self.begin().await?;
            let removes = match self.flaw {
                Flaw::SearchRemovesAlways => true,
                Flaw::SearchRemovesNever => false,
                _ => removes,
            };
            let pattern = match self.flaw {
                Flaw::SearchByGlob => {
                    Pattern::new(pattern.parts().collect::<Vec<_>>().join("*").replace('?', "*"))
                }
                _ => pattern.clone(),
            };
            let mut found = self.tier().find(&pattern, from, removes).await?;
            if self.is(Flaw::SearchOfOneStep) {
                found.keys.truncate(1_000);
            }
            Ok(found)
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
            self.begin().await?;
            let ttl = if self.is(Flaw::LeasesForEver) { HOUR } else { ttl };
            let earlier = lock(&self.memory).leases.get(key).copied();
            match (self.flaw, earlier) {
                (Flaw::LeaseForAll, _) => return Ok(Lease::Granted),
                (Flaw::LeasesAreEntries, _) => self.tier().store(key, &token.to_le_bytes(), ttl).await?,
                (Flaw::LeaseOnceOnly, Some((_, expected))) => return Ok(Lease::Taken { expected }),
                (Flaw::LeaseInTwoSteps, None) => {
                    yield_now().await;
                    self.tier().evict_lease(key);
                }
                _ => {}
            }
            let lease = self.tier().lease(self.key(key), token, ttl, expected).await?;
            match lease {
                Lease::Granted => {
                    lock(&self.memory).leases.insert(key.to_owned(), (token, expected));
                }
                Lease::Taken { .. } if self.is(Flaw::LeaseForgetsExpected) => {
                    return Ok(Lease::Taken { expected: Duration::ZERO });
                }
                Lease::Taken { .. } => {}
            }
            Ok(lease)
        })
    }

    fn keep<'a>(&'a self, key: &'a str, token: u128, ttl: Duration) -> Operation<'a, bool> {
        Box::pin(async move {
            self.begin().await?;
            match self.flaw {
                Flaw::KeptByAnybody => return Ok(true),
                Flaw::KeepDoesNothing => {
                    return Ok(lock(&self.memory).leases.get(key).is_some_and(|(owner, _)| *owner == token));
                }
                Flaw::KeepTakes if !self.tier().keep(key, token, ttl).await? => {
                    if self.tier().evict_lease(key) {
                        self.tier().lease(key, token, ttl, ttl).await?;
                    }
                    return Ok(false);
                }
                _ => {}
            }
            self.tier().keep(self.key(key), token, ttl).await
        })
    }

    fn release<'a>(&'a self, key: &'a str, token: u128) -> Operation<'a, ()> {
        Box::pin(async move {
            self.begin().await?;
            match self.flaw {
                Flaw::ReleaseDoesNothing => return Ok(()),
                Flaw::ReleasedByAnybody => {
                    self.tier().evict_lease(key);
                }
                _ => {}
            }
            self.tier().release(self.key(key), token).await
        })
    }
}
