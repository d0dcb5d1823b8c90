//! Mistakes, each a difference of one line in the steps. The checker must find what each breaks.

/// A mistake in the protocol.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mutant {
    /// Stamps are taken after the load.
    StampsAfterTheLoad,
    /// A missing epoch counts as a match with a stored entry.
    MissingIsAMatch,
    /// A missing epoch counts as a match with a near entry: it only expired.
    ExpiredIsAMatch,
    /// A bump announces first, and changes the epoch in a second command.
    AnnouncedBeforeTheBump,
    /// A bump changes the epoch first, and announces in a second command.
    AnnouncedAfterTheBump,
    /// The cells of the writer's process are bumped before the server.
    LocalBumpFirst,
    /// A value is put into the near cache as if its load had just begun.
    InsertedUnchecked,
    /// Cells are dropped between a load's end and its insertion.
    CellsDroppedBeforeInsertion,
    /// An epoch that is created has the same nonce each time.
    NonceReused,
    /// Each client bumps with a nonce of its own, always the same.
    NoncePerClient,
    /// A retry bumps with the nonce of the failed attempt.
    NonceKeptOnRetry,
    /// Near entries are trusted after a gap.
    GapTrusted,
    /// Near entries are checked after a gap, but not what was being loaded meanwhile.
    LoadTrustedAcrossAGap,
    /// The count is taken before the stream is subscribed to.
    MarkBeforeSubscription,
    /// A follower compares only the tags that were known when the flight began.
    FlightJoinedByFirstTags,
    /// A follower joins any flight, with a live stream or without.
    FlightJoinedWithoutStream,
    /// `depends_on` stamps after what it speaks of was read.
    LearnedAfterTheRead,
    /// A learned row counts without a look at its model.
    LearnedWithoutTheModel,
    /// A learned row counts if the model's known epoch is what it was; the server isn't asked.
    ModelConfirmedByKnown,
    /// A writer bumps the row before the model.
    RowBumpedBeforeModel,
    /// Where stamps of a parent and a child differ, the parent's is kept.
    ParentsStampWins,
    /// Where stamps of a parent and a child differ, the child's is kept.
    ChildsStampWins,
    /// Where stamps of a parent and a child differ, the newer is kept.
    NewestStampWins,
    /// A child's tags are not handed up.
    ChildsTagsForgotten,
    /// A parent's near entry is proven by its own start, whatever its children were served.
    ParentProvenByItsOwnStart,
    /// A child keeps its own coherence inside a stricter parent.
    ChildKeepsItsCoherence,
    /// An announcement says what the epoch is now.
    KnownByAnnouncement,
    /// An own bump says what the epoch is now.
    KnownByOwnBump,
    /// An answer is kept though an announcement came in between.
    KnownByLateAnswer,
    /// A shared hit by known epochs counts as proven when it was read.
    KnownProvesNow,
    /// A nonce that differs from the cell's ends what began before it was asked for, not what began before the answer.
    ChangeDatedAtTheQuestion,
    /// A nonce that differs from the cell's is taken without ending what began before.
    ChangeFilledInSilence,
    /// A nonce that a cell has nothing to compare with is taken without ending what began before.
    UnknownFilledInSilence,
    /// A `PONG` proves the time at which it was heard.
    PongProvesItsArrival,
    /// A load in a unit of work is stored.
    StoredInAUnitOfWork,
    /// Bumps are not sent again after a failover.
    FailoverWithoutReplay,
    /// Epochs are read from a replica.
    ReadFromAReplica,
    /// Epochs are trusted after a restart with old data.
    RestartTrusted,
    /// A process that starts after such a restart can't see it, and trusts.
    RestartUnseenByNewcomers,
    /// A tag whose slot has moved is still proven by the node that it was on.
    MovedSlotTrusted,
    /// What began before a slot moved is proven by the new node, whose stream was live all the time.
    MovedToALiveNodeTrusted,
    /// A node doesn't announce what leaves it.
    MoveUnannounced,
    /// An entry is removed without a bump of its bucket.
    BucketNotBumped,
    /// A bump that fails is forgotten.
    FailureForgotten,
    /// While bumps wait to be retried, the shared tier is read all the same.
    QueueNotBypassed,
    /// While bumps wait to be retried, only declared tags are compared with them.
    QueueIgnoresLearned,
    /// An entry whose time is over is served without a look at its stamps.
    StaleThoughInvalidated,
    /// An entry whose time is over is served after a failed load, from wherever it is.
    StaleIfErrorUnproven,
    /// A lease is released by whoever ends a load.
    LeaseReleasedByAnyone,
    /// Who gets the lease at once loads, without another look.
    LeaseTakenWithoutALook,
    /// A near entry that couldn't be asked about is served: nothing said that it had changed.
    FailedReadIsUnchanged,
    /// What was loaded without stamps takes them when it is stored.
    FailedReadStampedLater,
    /// While the server is taken for dead near entries are served without a proof.
    DeadTrustsNear,
    /// While the server is taken for dead bumps are not kept for later.
    BumpForgottenWhileDead,
    /// A value that was read elsewhere takes its stamps when it is stored.
    FillStampedAtStore,
    /// A batch takes the stamps of its other keys when it stores them.
    BatchStampedAfterItsFirstKey,
    /// Bumps that wait are dropped when they become too many.
    OverflowDropped,
    /// A bump is announced to one process.
    AnnouncedToOne,
    /// A near entry is proven by its re-check as of now, though known epochs were left out of it.
    RecheckProvesNow,
}

impl Mutant {
    /// Those that break a promise, and the configuration that finds each.
    pub const ALL: &[(Mutant, &str)] = &[
        (Mutant::StampsAfterTheLoad, "push"),
        (Mutant::MissingIsAMatch, "push"),
        (Mutant::ExpiredIsAMatch, "gap"),
        (Mutant::AnnouncedBeforeTheBump, "push"),
        (Mutant::AnnouncedAfterTheBump, "crash"),
        (Mutant::LocalBumpFirst, "push"),
        (Mutant::InsertedUnchecked, "push"),
        (Mutant::CellsDroppedBeforeInsertion, "push"),
        (Mutant::NonceReused, "push"),
        (Mutant::NoncePerClient, "writers"),
        (Mutant::NonceKeptOnRetry, "retry"),
        (Mutant::GapTrusted, "gap"),
        (Mutant::LoadTrustedAcrossAGap, "gap"),
        (Mutant::MarkBeforeSubscription, "gap"),
        (Mutant::FlightJoinedByFirstTags, "flights"),
        (Mutant::FlightJoinedWithoutStream, "flights, outage"),
        (Mutant::LearnedAfterTheRead, "depends_on"),
        (Mutant::LearnedWithoutTheModel, "learned"),
        (Mutant::ModelConfirmedByKnown, "learned"),
        (Mutant::RowBumpedBeforeModel, "learned"),
        (Mutant::ChildsStampWins, "nested"),
        (Mutant::NewestStampWins, "nested"),
        (Mutant::ChildsTagsForgotten, "nested, own tags"),
        (Mutant::ParentProvenByItsOwnStart, "nested, outage"),
        (Mutant::ChildKeepsItsCoherence, "nested, strict"),
        (Mutant::KnownByAnnouncement, "push"),
        (Mutant::KnownByOwnBump, "writers"),
        (Mutant::KnownByLateAnswer, "push"),
        (Mutant::KnownProvesNow, "neighbours, outage"),
        (Mutant::ChangeDatedAtTheQuestion, "neighbours"),
        (Mutant::ChangeFilledInSilence, "writers"),
        (Mutant::UnknownFilledInSilence, "writers"),
        (Mutant::PongProvesItsArrival, "clock"),
        (Mutant::StoredInAUnitOfWork, "units of work"),
        (Mutant::FailoverWithoutReplay, "failover"),
        (Mutant::ReadFromAReplica, "failover"),
        (Mutant::RestartTrusted, "restart"),
        (Mutant::RestartUnseenByNewcomers, "restart"),
        (Mutant::MovedSlotTrusted, "cluster"),
        (Mutant::MovedToALiveNodeTrusted, "cluster"),
        (Mutant::MoveUnannounced, "cluster"),
        (Mutant::BucketNotBumped, "removal"),
        (Mutant::FailureForgotten, "retry"),
        (Mutant::QueueNotBypassed, "retry"),
        (Mutant::QueueIgnoresLearned, "retry, learned"),
        (Mutant::StaleThoughInvalidated, "policies"),
        (Mutant::StaleIfErrorUnproven, "policies"),
        (Mutant::LeaseReleasedByAnyone, "leases"),
        (Mutant::LeaseTakenWithoutALook, "leases, one load"),
        (Mutant::FailedReadIsUnchanged, "tier down"),
        (Mutant::FailedReadStampedLater, "tier down"),
        (Mutant::DeadTrustsNear, "tier down, clock"),
        (Mutant::BumpForgottenWhileDead, "tier down"),
        (Mutant::FillStampedAtStore, "begin and store"),
        (Mutant::BatchStampedAfterItsFirstKey, "batches"),
        (Mutant::OverflowDropped, "retry, widened"),
        (Mutant::AnnouncedToOne, "three processes"),
        (Mutant::RecheckProvesNow, "renewals"),
    ];

    /// Those that are no mistake as the protocol is now, and the configuration where they would be.
    ///
    /// A parent's stamp can't be newer than its child's: a parent that reads a newer epoch ends the near entries and the loads
    /// that began before. Without that rule, which has its own mutant `ChangeFilledInSilence`, the parent's may be the newer.
    pub const HARMLESS: &[(Mutant, &str)] = &[(Mutant::ParentsStampWins, "nested")];
}
