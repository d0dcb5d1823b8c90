//! Tiers that break the contract, each in one way.

mod listener;
mod operation;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::yield_now;

use super::Candidate;
use crate::shared::{Answer, Bump, Epoch, Listening, MemoryTier, SharedTier, Suspects, TagId, TierError};
use crate::sync::lock;

macro_rules! flaws {
    ($($flaw:ident: $rule:ident,)*) => {
        /// A way to break the contract.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Flaw {
            $($flaw,)*
        }

        impl Flaw {
            /// All, with the rule that each breaks.
            pub(super) const ALL: &[(Flaw, &str)] = &[$((Flaw::$flaw, stringify!($rule)),)*];
        }
    };
}

flaws! {
    AbsentIsZero: what_is_absent_reads_as_none,
    NothingIsRefused: nothing_asked_is_nothing_done,
    InitStoresNothing: init_creates_an_epoch_where_there_is_none,
    InitOverwrites: init_leaves_an_epoch_that_is_there,
    InitAnswersWithTheDrawn: init_leaves_an_epoch_that_is_there,
    InitInTwoSteps: of_many_inits_one_wins,
    BumpKeepsTheOld: bump_replaces_an_epoch,
    ReplicatedIsRefused: a_replicated_bump_is_one_or_says_that_it_is_not,
    NeverReplicated: a_replicated_bump_is_one_or_says_that_it_is_not,
    UnreplicatedIsNotDone: a_replicated_bump_is_one_or_says_that_it_is_not,
    BumpCreates: bump_creates_no_epoch,
    TagsOf64Bits: tags_and_epochs_are_any_numbers,
    EpochZeroIsNone: tags_and_epochs_are_any_numbers,
    EpochsSorted: epochs_come_in_the_order_of_tags,
    FewTags: a_thousand_tags_are_read_at_once,
    ReadsLag: a_read_never_answers_with_what_was_replaced_before,
    EpochsForEver: epochs_run_out,
    RenewDoesNothing: a_renewed_epoch_lives_on,
    RenewCreates: renew_creates_no_epoch,
    BumpProlongs: a_bumped_epoch_lives_no_longer,
    BumpsInSilence: all_listeners_hear_all_bumps,
    BumpsOfAbsentInSilence: all_listeners_hear_all_bumps,
    OwnBumpsInSilence: all_listeners_hear_all_bumps,
    InitAnnounces: fills_are_not_announced,
    StoreAnnounces: fills_are_not_announced,
    ReplacesThenAnnounces: a_new_epoch_is_not_seen_without_an_announcement,
    AnnouncesThenReplaces: who_is_told_does_not_see_the_old_epoch,
    ProofsOvertake: a_proof_is_told_behind_announcements,
    ProofsAreLater: a_proof_is_of_its_probe,
    ProofsUnasked: a_proof_is_of_its_probe,
    ProofsBeforeHeard: a_listener_is_told_of_the_stream_first,
    NeverHeard: a_listener_is_told_of_the_stream_first,
    NeverProven: a_proof_is_told_behind_announcements,
    ListensForEver: a_dropped_listener_is_forgotten,
    EmptyIsAbsent: an_entry_comes_back_as_it_was_stored,
    EntriesOfOneLine: an_entry_comes_back_as_it_was_stored,
    SmallEntries: an_entry_comes_back_as_it_was_stored,
    StoreKeepsTheOld: a_store_replaces_an_entry,
    RemoveDoesNothing: a_removed_entry_is_gone,
    SearchByGlob: a_search_finds_what_matches,
    SearchRemovesAlways: a_search_finds_what_matches,
    SearchRemovesNever: a_search_finds_what_matches,
    SearchOfOneStep: a_search_finds_all,
    EntriesForEver: entries_run_out,
    StoreKeepsTheTtl: an_entry_lives_as_it_was_last_stored,
    KeysTrimmed: keys_hold_any_characters,
    KeysCut: keys_hold_any_characters,
    LeasesAreEntries: entries_epochs_and_leases_are_apart,
    RemoveReleases: entries_epochs_and_leases_are_apart,
    LeaseForAll: a_lease_is_granted_to_one,
    LeaseForgetsExpected: a_lease_is_granted_to_one,
    LeaseOnceOnly: a_lease_is_granted_to_one,
    LeaseInTwoSteps: of_many_who_ask_one_gets_the_lease,
    ReleasedByAnybody: a_lease_is_released_by_its_owner,
    ReleaseDoesNothing: a_lease_is_released_by_its_owner,
    KeptByAnybody: a_lease_is_kept_by_its_owner,
    KeepTakes: a_lease_is_kept_by_its_owner,
    LeasesForEver: leases_run_out,
    KeepDoesNothing: a_kept_lease_lives_on,
    DroppedIsBusy: a_dropped_operation_leaves_the_tier_as_it_was,
    AnswersOfOthers: a_dropped_operation_leaves_the_tier_as_it_was,
    OneAtATime: operations_run_at_the_same_time,
    OnlyInARuntime: operations_run_on_any_executor,
    NeverEnds: operations_run_on_any_executor,
}

/// A tier with a flaw, which shows soon.
pub(super) fn candidate(flaw: Flaw) -> Candidate {
    let tiers = [MemoryTier::new(), MemoryTier::new()];
    let tiers = [tiers[0].clone(), tiers[0].connect()];
    let shared = Arc::new(Mutex::new(Memory::default()));
    let [one, other] =
        [0, 1].map(|mine| Mutant { flaw, tiers: tiers.clone(), mine, memory: Arc::clone(&shared) });
    let clock = tiers[0].clone();
    Candidate::new(one, other)
        .advance(move |time| clock.advance(time))
        .replicas()
        .patience(Duration::from_millis(200))
}

#[derive(Debug)]
struct Mutant {
    flaw: Flaw,
    tiers: [MemoryTier; 2],
    mine: usize,
    memory: Arc<Mutex<Memory>>,
}

/// What both connections remember of what was done.
#[derive(Default)]
struct Memory {
    replaced: HashMap<TagId, Epoch>,
    ttls: HashMap<String, Duration>,
    leases: HashMap<String, (u128, Duration)>,
    bumped: HashSet<(usize, TagId)>,
    answers: VecDeque<Answer>,
    listening: Vec<Box<dyn Listening>>,
    busy: bool,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

impl Mutant {
    fn is(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn tier(&self) -> &MemoryTier {
        &self.tiers[self.mine]
    }

    fn tag(&self, tag: TagId) -> TagId {
        if self.is(Flaw::TagsOf64Bits) { TagId(u128::from(tag.0 as u64)) } else { tag }
    }

    fn key<'a>(&self, key: &'a str) -> &'a str {
        match self.flaw {
            Flaw::KeysTrimmed => key.trim_end(),
            Flaw::KeysCut => key.get(..200).unwrap_or(key),
            _ => key,
        }
    }

    fn announce(&self, suspects: Suspects<'_>) {
        self.tiers.iter().for_each(|tier| tier.streams().announce(suspects));
    }

    /// Sets an epoch, and tells nobody.
    async fn set(&self, Bump { tag, epoch }: Bump, ttl: Duration) {
        self.tier().evict_epoch(tag);
        self.tier().init(&[Bump { tag, epoch }], ttl).await.expect("it succeeds");
    }

    /// What goes wrong with any operation.
    async fn begin(&self) -> Result<(), TierError> {
        let refused = || Err(TierError::Refused(format!("{:?}", self.flaw)));
        match self.flaw {
            Flaw::NeverEnds => std::future::pending().await,
            Flaw::OnlyInARuntime if Handle::try_current().is_err() => refused(),
            Flaw::DroppedIsBusy | Flaw::OneAtATime => {
                if std::mem::replace(&mut lock(&self.memory).busy, true) {
                    return refused();
                }
                // Only the one is freed when it is dropped.
                let freed = self.is(Flaw::OneAtATime).then(|| Freed(&self.memory));
                yield_now().await;
                drop(freed);
                lock(&self.memory).busy = false;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

struct Freed<'a>(&'a Mutex<Memory>);

impl Drop for Freed<'_> {
    fn drop(&mut self) {
        lock(self.0).busy = false;
    }
}
