//! A call that leads: what the shared tier has, or the load of its body. With the policies that let its caller go before.

use std::sync::Arc;
use std::task::Poll;

use super::begun::{Begun, Told};
use super::call::Asked;
use super::fetch::{Fetch, Fetched, Found, Wanted, Will, fetch, stamps};
use super::load::Load;
use super::miss::{Before, Next};
use super::policy::Spare;
use super::read::hand_up_entry;
use super::wait::queue;
use crate::clock::Patience;
use crate::near::Flying;
use crate::near::behind::Slot;
use crate::near::flight::Seat;

/// A call that goes on, leading a load.
pub(super) struct Leading {
    /// Its caller is given the spare at once; this is for what goes on behind his back.
    pub(super) served: Option<Slot>,
    pub(super) spare: Option<Spare>,
    /// How long its caller waits, where there is a spare.
    pub(super) timeout: Option<Box<Patience>>,
    pub(super) told: Option<Told>,
    pub(super) rest: Before,
}

impl Leading {
    /// `behind`: whether it can go on behind its caller's back. If it can't he does it himself, while others get the spare.
    pub(super) fn next(
        behind: bool,
        spare: Option<Spare>,
        timeout: Option<Box<Patience>>,
        rest: Before,
    ) -> Next {
        let mut served = None;
        if let Some(spare) = spare.as_ref().filter(|spare| behind && spare.serves_while_loading()) {
            served = spare.slot();
            if served.is_none() {
                // So many go on already that this one waits for the next to ask.
                return Next::Spare(spare.clone());
            }
        }
        Next::Lead(Box::new(Leading { served, spare, timeout, told: None, rest }))
    }
}

/// A call that leads. On the heap: what it has in its hands would lie twice in each step of it.
pub(super) struct Lead {
    pub(super) asked: Box<Asked>,
    pub(super) leader: Flying,
    pub(super) patience: Patience,
    pub(super) spare: Option<Spare>,
}

/// Loads for others too, unless the shared tier has it.
pub(super) async fn lead(mut lead: Box<Lead>) -> Next {
    if lead.spare.as_ref().is_some_and(|spare| spare.verification.is_some()) {
        return Box::pin(verify(lead)).await;
    }
    match look(&mut lead).await {
        Fetch::Found(found) => {
            let (bound, entry) = (&lead.asked.bound, Arc::clone(&found.entry));
            hand_up_entry(bound, &entry, &|| lead.asked.dependencies.scope());
            found.land(lead.leader);
            Next::Found(entry)
        }
        Fetch::Elsewhere(entry) => {
            lead.leader.land(entry.stamps(), Some(Arc::clone(&entry)));
            Next::Spare(Spare::new(&lead.asked.bound, entry, &lead.asked.dependencies))
        }
        Fetch::Taken(_) => unreachable!("it is waited for"),
        Fetch::Load(fetched) => Box::pin(load(lead, fetched)).await,
    }
}

/// What the shared tier has.
async fn look(Lead { asked, leader, patience, spare }: &mut Lead) -> Fetch {
    let Asked { bound, key, dependencies, fits, .. } = &**asked;
    let mut seat = Seat::new(Arc::clone(leader.flight()));
    let will = match spare {
        Some(spare) if spare.early => Will::Later,
        _ if bound.has_policies() => Will::Unless,
        _ => Will::Fresh,
    };
    let leads = Some(leader.flight());
    let wanted = Wanted { bound, key, dependencies, fits: *fits, entry: true, will, leads, waits: true };
    fetch(&wanted, patience, |cx| seat.poll_urgent(cx)).await
}

/// It is not there: the load of its body.
async fn load(lead: Box<Lead>, mut fetched: Fetched) -> Next {
    let Lead { asked, leader, patience, spare } = *lead;
    let behind = asked.behind && spare.is_none();
    let found = fetched.spare.take().map(|entry| Spare::new(&asked.bound, entry, &asked.dependencies));
    let ahead = found.clone().or(spare);
    let rest = Box::pin(begin(asked, leader, patience, fetched, ahead));
    match found {
        None => rest.await,
        // What it was served before, if it was, it isn't served twice.
        found => Leading::next(behind, found, None, rest),
    }
}

/// Loads it though it may be there: the body is what that is compared with, not what another process has stored.
async fn verify(lead: Box<Lead>) -> Next {
    let Lead { asked, leader, patience, spare } = *lead;
    let fetched = stamps(&asked.bound, &asked.key, &asked.dependencies, asked.fits).await;
    begin(asked, leader, patience, fetched, spare).await
}

/// Waits for a permit, and begins the load.
async fn begin(
    asked: Box<Asked>,
    leader: Flying,
    mut patience: Patience,
    fetched: Fetched,
    spare: Option<Spare>,
) -> Next {
    let Asked { bound, key, scopes, blocking, dependencies, .. } = *asked;
    let mut seat = Seat::new(Arc::clone(leader.flight()));
    let permit = queue(&bound, blocking, &mut patience, |cx| seat.poll_urgent(cx)).await;
    let flight = Some(leader.flight().number());
    let load = Load::begin(&bound, key, dependencies, flight, fetched);
    leader.begin(load.boarding(), Some(load.learned()));
    if let Some(spare) = spare {
        spare.loaded();
    }
    Next::Run(Begun::load(load, scopes, permit, Some(leader)))
}

/// Loads for this call alone, unless the shared tier has it.
pub(super) async fn alone(
    asked: Box<Asked>,
    queues: bool,
    mut patience: Patience,
    spare: Option<Spare>,
) -> Next {
    let Asked { bound, key, scopes, blocking, fits, dependencies, .. } = *asked;
    let permit = match queues {
        false => None,
        true => queue(&bound, blocking, &mut patience, |_| Poll::Pending).await,
    };
    let will = Will::Fresh;
    let wanted = Wanted {
        bound: &bound,
        key: &key,
        dependencies: &dependencies,
        fits,
        entry: true,
        will,
        leads: None,
        waits: false,
    };
    let fetched = match fetch(&wanted, &mut patience, |_| Poll::Pending).await {
        Fetch::Found(Found { entry, .. }) | Fetch::Elsewhere(entry) => {
            hand_up_entry(&bound, &entry, &|| dependencies.scope());
            return Next::Found(entry);
        }
        Fetch::Taken(_) => unreachable!("it asks for no lease"),
        Fetch::Load(fetched) => fetched,
    };
    let load = Load::begin(&bound, key, dependencies, None, fetched);
    if let Some(spare) = spare {
        spare.loaded();
    }
    Next::Run(Begun::load(load, scopes, permit, None))
}
