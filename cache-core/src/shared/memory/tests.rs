use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;

use super::{MemoryTier, Request, Requests};
use crate::shared::{
    Bump, Durability, Epoch, Lease, Listener, NodeId, Operation, Sent, SharedTier, Suspects, TagId,
};
use crate::sync::lock;

const HOUR: Duration = Duration::from_secs(3600);
const TAG: TagId = TagId(5);

/// Writes down what it is told.
#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Log {
    fn say(&self, what: impl Into<String>) {
        lock(&self.0).push(what.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.0))
    }
}

impl Listener for Log {
    fn suspect(&self, suspects: Suspects<'_>) {
        match suspects {
            Suspects::All => self.say("all"),
            Suspects::Tags(tags) => tags.iter().for_each(|tag| self.say(format!("tag {}", tag.0))),
        }
    }

    fn proven(&self, node: NodeId, sent: Sent) {
        self.say(format!("proven {} {}", node.0, sent.0));
    }

    fn lost(&self, node: NodeId) {
        self.say(format!("lost {}", node.0));
    }

    fn heard(&self, node: NodeId) {
        self.say(format!("heard {}", node.0));
    }

    fn promoted(&self, node: NodeId) {
        self.say(format!("promoted {}", node.0));
    }

    fn restarted(&self, node: NodeId) {
        self.say(format!("restarted {}", node.0));
    }
}

fn listen(tier: &MemoryTier) -> (Arc<Log>, Box<dyn crate::shared::Listening>) {
    let log = Arc::new(Log::default());
    let listening = tier.listen(&Handle::current(), Arc::clone(&log) as _);
    (log, listening)
}

fn bump(tag: u128) -> Bump {
    Bump { tag: TagId(tag), epoch: Epoch::draw() }
}

/// Polls an operation once: it has been sent then.
async fn sent<T>(operation: &mut Operation<'_, T>) {
    std::future::poll_fn(|cx| {
        assert!(operation.as_mut().poll(cx).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn a_paused_operation_happens_when_it_is_let_on() {
    let tier = MemoryTier::new();
    let paused = tier.on(Request::Store).pause();
    let mut store = tier.store("a", b"1", HOUR);
    sent(&mut store).await;
    paused.reached(1).await;
    assert_eq!((tier.entry("a"), paused.waiting()), (None, 1));
    assert!(paused.step());
    store.await.unwrap();
    assert_eq!(tier.entry("a"), Some(b"1".to_vec()));
    assert!(!paused.step());
}

#[tokio::test]
async fn a_paused_operation_whose_caller_has_gone_happens_late() {
    let tier = MemoryTier::new();
    let (old, late) = (bump(5), bump(5));
    tier.init(&[old], HOUR).await.unwrap();
    let paused = tier.on(Request::Bump).next(1).pause();
    let bumps = [late];
    let mut operation = tier.bump(&bumps, Durability::Primary);
    sent(&mut operation).await;
    drop(operation);
    tier.bump(&[bump(5)], Durability::Primary).await.unwrap();
    paused.release();
    assert_eq!(tier.epoch(TAG), Some(late.epoch));
}

#[tokio::test]
async fn a_paused_answer_is_of_the_time_before() {
    let tier = MemoryTier::new();
    let paused = tier.on(Requests::ALL).pause_answer();
    let mut read = tier.read(Some("a"), &[]);
    sent(&mut read).await;
    let other = tier.connect();
    other.store("a", b"1", HOUR).await.unwrap();
    paused.release();
    assert_eq!(read.await.unwrap().entry, None);
}

#[tokio::test]
async fn what_fails_has_not_happened_and_what_loses_its_answer_has() {
    let tier = MemoryTier::new();
    let fault = tier.on([Request::Store, Request::Remove]).key("a").next(1).fail();
    assert!(tier.store("a", b"1", HOUR).await.is_err());
    assert_eq!((tier.entry("a"), fault.met()), (None, 1));
    tier.store("a", b"1", HOUR).await.unwrap();
    drop(fault);
    let fault = tier.on(Request::Remove).lose_answer();
    assert!(tier.remove("a").await.is_err());
    assert_eq!(tier.entry("a"), None);
    drop(fault);
    tier.remove("a").await.unwrap();
}

#[tokio::test]
async fn a_fault_is_one_connections_and_of_the_tag_that_it_names() {
    let tier = MemoryTier::new();
    let _fault = tier.on(Request::Bump).tag(TAG).fail();
    assert!(tier.bump(&[bump(4), bump(5)], Durability::Primary).await.is_err());
    tier.bump(&[bump(4)], Durability::Primary).await.unwrap();
    tier.connect().bump(&[bump(5)], Durability::Primary).await.unwrap();
}

#[tokio::test]
async fn what_fails_midway_has_happened_to_some_tags() {
    let tier = MemoryTier::new();
    let (log, _listening) = listen(&tier);
    tier.init(&[bump(1), bump(2), bump(3)], HOUR).await.unwrap();
    let _fault = tier.on(Requests::ALL).fail_midway();
    let bumps = [bump(1), bump(2), bump(3)];
    assert!(
        tier.bump(&bumps, Durability::Primary).await.is_err() && tier.store("a", b"1", HOUR).await.is_err()
    );
    let changed = bumps.map(|bump| tier.epoch(bump.tag) == Some(bump.epoch));
    assert_eq!((changed, tier.entry("a")), ([true, false, false], None));
    assert_eq!(log.take(), ["heard 0", "tag 1"]);
}

#[tokio::test]
async fn a_hanging_operation_never_happens() {
    let tier = MemoryTier::new();
    let fault = tier.on(Request::Store).hang();
    let mut store = tier.store("a", b"1", HOUR);
    sent(&mut store).await;
    fault.reached(1).await;
    drop(fault);
    sent(&mut store).await;
    assert_eq!(tier.entry("a"), None);
}

#[tokio::test]
async fn announcements_are_held_back_reordered_lost_and_let_through() {
    let tier = MemoryTier::new();
    let (log, listening) = listen(&tier);
    let (others, _listening) = listen(&tier.connect());
    assert_eq!((log.take(), others.take()), (vec!["heard 0".into()], vec!["heard 0".into()]));
    let held = tier.streams().hold();
    tier.bump(&[bump(1), bump(2), bump(3), bump(4)], Durability::Primary).await.unwrap();
    held.reached(4).await;
    listening.probe(Sent(7));
    assert_eq!(others.take(), ["tag 1", "tag 2", "tag 3", "tag 4"]);
    assert_eq!(log.take(), [""; 0]);
    assert!(held.deliver(1) && held.lose(2) && !held.deliver(2));
    assert_eq!((log.take(), held.waiting()), (vec!["tag 2".into()], 2));
    held.release();
    assert_eq!(log.take(), ["tag 1", "tag 3", "proven 0 7"]);
    assert_eq!((tier.counts().announcements, tier.counts().proofs, tier.counts().probes), (3, 1, 1));
}

#[tokio::test]
async fn proofs_are_held_back_by_themselves_or_with_announcements() {
    let tier = MemoryTier::new();
    let (log, listening) = listen(&tier);
    let held = tier.streams().hold();
    tier.bump(&[bump(1)], Durability::Primary).await.unwrap();
    let proofs = tier.streams().hold_proofs();
    listening.probe(Sent(1));
    tier.bump(&[bump(2)], Durability::Primary).await.unwrap();
    drop(held);
    assert_eq!(log.take(), ["heard 0", "tag 1", "tag 2"]);
    drop(proofs);
    assert_eq!(log.take(), ["proven 0 1"]);
}

#[tokio::test]
async fn what_is_announced_while_a_stream_is_cut_is_lost() {
    let tier = MemoryTier::new();
    let (log, listening) = listen(&tier);
    let held = tier.streams().hold();
    tier.bump(&[bump(1)], Durability::Primary).await.unwrap();
    tier.streams().cut();
    drop(held);
    tier.bump(&[bump(2)], Durability::Primary).await.unwrap();
    listening.probe(Sent(1));
    let (late, _listening) = listen(&tier);
    tier.streams().restore();
    tier.streams().restore();
    tier.bump(&[bump(3)], Durability::Primary).await.unwrap();
    assert_eq!(log.take(), ["heard 0", "lost 0", "heard 0", "tag 3"]);
    assert_eq!(late.take(), ["lost 0", "heard 0", "tag 3"]);
    drop(listening);
    tier.streams().announce(Suspects::Tags(&[TAG]));
    tier.streams().announce(Suspects::All);
    assert_eq!((log.take(), late.take()), (vec![], vec!["tag 5".into(), "all".into()]));
}

#[tokio::test]
async fn servers_start_again_empty_or_with_old_data() {
    let tier = MemoryTier::new();
    let (log, _listening) = listen(&tier);
    let (old, new) = (bump(5), bump(5));
    tier.init(&[old], HOUR).await.unwrap();
    let snapshot = tier.servers().snapshot();
    tier.bump(&[new], Durability::Primary).await.unwrap();
    tier.servers().restart_with(&snapshot);
    assert_eq!(tier.epoch(TAG), Some(old.epoch));
    tier.servers().restart();
    assert_eq!(tier.epoch(TAG), None);
    tier.streams().cut();
    tier.servers().restart_with(&snapshot);
    tier.streams().restore();
    assert_eq!(
        log.take(),
        [
            "heard 0",
            "tag 5",
            "lost 0",
            "restarted 0",
            "heard 0",
            "lost 0",
            "heard 0",
            "lost 0",
            "restarted 0",
            "heard 0",
        ]
    );
}

#[tokio::test]
async fn a_replica_that_takes_over_is_another_server() {
    let tier = MemoryTier::with_nodes(2);
    let (log, _listening) = listen(&tier);
    let (one, two) = (bump(0), bump(1));
    assert_eq!((tier.node(one.tag), tier.node(two.tag)), (NodeId(0), NodeId(1)));
    tier.init(&[one, two], HOUR).await.unwrap();
    let lagging = tier.servers().snapshot();
    let (newer, newest) = (bump(0), bump(1));
    tier.bump(&[newer, newest], Durability::Primary).await.unwrap();
    tier.servers().of(NodeId(1)).promote(&lagging);
    assert_eq!(
        tier.read(None, &[one.tag, two.tag]).await.unwrap().epochs,
        [Some(newer.epoch), Some(two.epoch)]
    );
    assert_eq!((tier.node(one.tag), tier.node(two.tag)), (NodeId(0), NodeId(2)));
    assert_eq!(log.take()[4..], ["lost 1", "promoted 1", "heard 2"]);
}

#[tokio::test]
async fn a_tag_that_moves_is_suspect_before_it_is_anothers() {
    let tier = MemoryTier::with_nodes(2);
    let (log, listening) = listen(&tier);
    let held = tier.streams().of(NodeId(0)).hold();
    tier.bump(&[bump(0)], Durability::Primary).await.unwrap();
    tier.move_tag(TagId(0), NodeId(1));
    listening.probe(Sent(1));
    assert_eq!((tier.node(TagId(0)), held.waiting()), (NodeId(1), 1));
    assert_eq!(log.take(), ["heard 0", "heard 1", "all", "proven 1 1"]);
}

#[tokio::test]
async fn anything_is_evicted_and_an_epoch_can_be_none() {
    let tier = MemoryTier::new();
    tier.store("a", b"1", HOUR).await.unwrap();
    tier.init(&[bump(5)], HOUR).await.unwrap();
    assert_eq!(tier.lease("a", 1, HOUR, HOUR).await.unwrap(), Lease::Granted);
    assert!(tier.evict_entry("a") && tier.evict_epoch(TAG) && tier.evict_lease("a"));
    assert!(!tier.evict_entry("a") && !tier.evict_epoch(TAG) && !tier.evict_lease("a"));
    tier.init(&[bump(5)], HOUR).await.unwrap();
    tier.spoil_epoch(TAG);
    assert_eq!(tier.read(None, &[TAG]).await.unwrap().epochs, [None]);
    assert_eq!(tier.init(&[bump(5)], HOUR).await.unwrap(), [None]);
    let good = bump(5);
    tier.bump(&[good], Durability::Primary).await.unwrap();
    assert_eq!(tier.epoch(TAG), Some(good.epoch));
    tier.store("b", b"", HOUR).await.unwrap();
    tier.store("a", b"", HOUR).await.unwrap();
    assert_eq!(tier.keys(), ["a", "b"]);
    tier.servers().evict();
    assert_eq!((tier.keys().len(), tier.epoch(TAG)), (0, None));
}

#[tokio::test]
async fn counts_are_a_connections() {
    let tier = MemoryTier::new();
    let before = tier.counts();
    tier.read(Some("a"), &[TAG, TagId(6)]).await.unwrap();
    tier.connect().read(Some("a"), &[]).await.unwrap();
    tier.bump(&[bump(1), bump(2)], Durability::Primary).await.unwrap();
    tier.until(|counts| counts.bumps == 1).await;
    let counts = tier.counts() - before;
    assert_eq!((counts.requests, counts.reads, counts.entries_read, counts.epochs_read), (2, 1, 1, 2));
    assert_eq!((counts.bumps, counts.tags_bumped, counts.announcements), (1, 2, 0));
}
