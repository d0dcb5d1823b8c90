//! Rules of epochs.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::listening::tells;
use super::{Candidate, HOUR, begin, both, bump, epochs, tag};
use crate::shared::{Bump, Durability, Epoch, TagId, TierError};

/// Entries and epochs that aren't there read as `None`, one for each that was asked for.
pub async fn what_is_absent_reads_as_none(candidate: &Candidate) {
    let answer = candidate.one.read(Some("absent"), &[tag(1), tag(2)]).await.expect("a read succeeds");
    assert_eq!((answer.entry, answer.epochs), (None, vec![None, None]));
    candidate.one.store("there", b"there", HOUR).await.expect("a store succeeds");
    let answer = candidate.one.read(None, &[tag(1)]).await.expect("a read succeeds");
    assert_eq!((answer.entry, answer.epochs), (None, vec![None]));
}

/// Operations on no tags succeed.
pub async fn nothing_asked_is_nothing_done(candidate: &Candidate) {
    let answer = candidate.one.read(None, &[]).await.expect("a read succeeds");
    assert_eq!((answer.entry, answer.epochs), (None, vec![]));
    assert_eq!(candidate.one.init(&[], HOUR).await.expect("an init succeeds"), []);
    candidate.one.renew(&[], HOUR).await.expect("a renewal succeeds");
    candidate.one.bump(&[], Durability::Primary).await.expect("a bump succeeds");
}

/// A tag without an epoch gets the one that was drawn for it, and all see it.
pub async fn init_creates_an_epoch_where_there_is_none(candidate: &Candidate) {
    let drawn = [bump(tag(1)), bump(tag(2))];
    let expected: Vec<_> = drawn.iter().map(|bump| Some(bump.epoch)).collect();
    assert_eq!(candidate.one.init(&drawn, HOUR).await.expect("an init succeeds"), expected);
    for tier in candidate.both() {
        assert_eq!(epochs(tier, &[tag(1), tag(2)]).await, expected);
    }
}

/// A tag keeps the epoch that it has, and that is what is read back; of several each has its own answer, in order.
pub async fn init_leaves_an_epoch_that_is_there(candidate: &Candidate) {
    let there = begin(&candidate.one, tag(2)).await;
    let (first, second, third) = (bump(tag(1)), bump(tag(2)), bump(tag(3)));
    let got = candidate.other.init(&[first, second, third], HOUR).await.expect("an init succeeds");
    assert_eq!(got, [Some(first.epoch), Some(there), Some(third.epoch)]);
    assert_eq!(epochs(&candidate.one, &[tag(2)]).await, [Some(there)]);
}

/// Of many that initialise a tag at the same time, all get the epoch of one of them.
pub async fn of_many_inits_one_wins(candidate: &Candidate) {
    for round in 0..16 {
        let tasks = (0..8).map(|number| {
            let tier = candidate.both()[number % 2].clone();
            tokio::spawn(async move { tier.init(&[bump(tag(round))], HOUR).await.expect("an init succeeds") })
        });
        let mut all = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            all.push(task.await.expect("a task ends"));
        }
        let there = epochs(&candidate.one, &[tag(round)]).await;
        assert!(there[0].is_some() && all.iter().all(|got| *got == there), "{all:?}, and then {there:?}");
    }
}

/// A bump replaces the epoch, and all see the new one.
pub async fn bump_replaces_an_epoch(candidate: &Candidate) {
    begin(&candidate.one, tag(1)).await;
    let untouched = begin(&candidate.one, tag(2)).await;
    let new = bump(tag(1));
    candidate.one.bump(&[new], Durability::Primary).await.expect("a bump succeeds");
    for tier in candidate.both() {
        assert_eq!(epochs(tier, &[tag(1), tag(2)]).await, [Some(new.epoch), Some(untouched)]);
    }
}

/// A bump that is to be replicated does what any bump does, and says so if no replica confirms it.
pub async fn a_replicated_bump_is_one_or_says_that_it_is_not(candidate: &Candidate) {
    begin(&candidate.one, tag(1)).await;
    let ear = candidate.ear(&candidate.other, tag(1)).await;
    let replicated = async || {
        let bumps = [bump(tag(1)), bump(tag(2))];
        let replicated = match candidate.one.bump(&bumps, Durability::Replicated).await {
            Ok(()) => true,
            Err(TierError::Unreplicated(_)) => false,
            Err(other) => panic!("a bump succeeds, or isn't replicated: {other:?}"),
        };
        for tier in candidate.both() {
            assert_eq!(epochs(tier, &[tag(1), tag(2)]).await, [Some(bumps[0].epoch), None]);
        }
        replicated
    };
    replicated().await;
    assert!(tells(&ear.catch_up(tag(1)).await, tag(1)), "it is announced");
    if candidate.replicas {
        // Not in time, maybe, on a machine that is busy.
        candidate.eventually("a replica has it", replicated).await;
    }
}

/// A bump of a tag without an epoch gives it none.
pub async fn bump_creates_no_epoch(candidate: &Candidate) {
    begin(&candidate.one, tag(2)).await;
    let bumps = [bump(tag(1)), bump(tag(2)), bump(tag(3))];
    candidate.one.bump(&bumps, Durability::Primary).await.expect("a bump succeeds");
    assert_eq!(epochs(&candidate.one, &[tag(1), tag(2), tag(3)]).await, [None, Some(bumps[1].epoch), None]);
    begin(&candidate.other, tag(1)).await;
}

/// Tags and epochs are any numbers of 128 bits: none is special, and none is taken for another.
pub async fn tags_and_epochs_are_any_numbers(candidate: &Candidate) {
    let numbers = [0, 1, 10, 0x0d0a, 0x20, u128::from(u64::MAX), 1 << 64, 1 << 127, u128::MAX];
    let mut all: Vec<Bump> =
        numbers.iter().map(|number| Bump { tag: TagId(*number), epoch: Epoch(!*number) }).collect();
    let tags: Vec<TagId> = all.iter().map(|bump| bump.tag).collect();
    for bump in &all {
        let got = candidate.one.init(&[*bump], HOUR).await.expect("an init succeeds");
        assert_eq!(got, [Some(bump.epoch)]);
    }
    let expected: Vec<_> = all.iter().map(|bump| Some(bump.epoch)).collect();
    assert_eq!(epochs(&candidate.other, &tags).await, expected);
    all.iter_mut().for_each(|bump| bump.epoch = Epoch(bump.tag.0.swap_bytes()));
    candidate.one.bump(&all, Durability::Primary).await.expect("a bump succeeds");
    let expected: Vec<_> = all.iter().map(|bump| Some(bump.epoch)).collect();
    assert_eq!(epochs(&candidate.other, &tags).await, expected);
}

/// Epochs come in the order in which tags were given, with those that are missing, and twice what was asked for twice.
pub async fn epochs_come_in_the_order_of_tags(candidate: &Candidate) {
    let one = begin(&candidate.one, tag(1)).await;
    let two = begin(&candidate.one, tag(2)).await;
    let three = begin(&candidate.one, tag(3)).await;
    candidate.one.store("a", b"entry", HOUR).await.expect("a store succeeds");
    let tags = [tag(3), tag(9), tag(1), tag(2), tag(8), tag(1)];
    let answer = candidate.one.read(Some("a"), &tags).await.expect("a read succeeds");
    assert_eq!(answer.epochs, [Some(three), None, Some(one), Some(two), None, Some(one)]);
    assert_eq!(answer.entry.as_deref(), Some(&b"entry"[..]));
}

/// A thousand tags can be initialised, bumped and read in one operation each.
pub async fn a_thousand_tags_are_read_at_once(candidate: &Candidate) {
    let mut all: Vec<Bump> = (0..1000).map(|number| bump(tag(number))).collect();
    let tags: Vec<TagId> = all.iter().map(|bump| bump.tag).collect();
    let expected: Vec<_> = all.iter().map(|bump| Some(bump.epoch)).collect();
    assert_eq!(candidate.one.init(&all, HOUR).await.expect("an init succeeds"), expected);
    candidate.one.renew(&tags, HOUR).await.expect("a renewal succeeds");
    all.iter_mut().for_each(|bump| bump.epoch = Epoch::draw());
    candidate.one.bump(&all, Durability::Primary).await.expect("a bump succeeds");
    let expected: Vec<_> = all.iter().map(|bump| Some(bump.epoch)).collect();
    assert_eq!(epochs(&candidate.other, &tags).await, expected);
}

/// A read that is sent after a bump was confirmed doesn't answer with an epoch from before.
pub async fn a_read_never_answers_with_what_was_replaced_before(candidate: &Candidate) {
    let first = begin(&candidate.one, tag(1)).await;
    let all: Vec<Epoch> = std::iter::once(first).chain((0..200).map(|_| Epoch::draw())).collect();
    let confirmed = AtomicUsize::new(0);
    let write = async {
        for (number, epoch) in all.iter().enumerate().skip(1) {
            let bumps = [Bump { tag: tag(1), epoch: *epoch }];
            candidate.one.bump(&bumps, Durability::Primary).await.expect("a bump succeeds");
            confirmed.store(number, Ordering::SeqCst);
            tokio::task::yield_now().await;
        }
    };
    let read = async {
        loop {
            let before = confirmed.load(Ordering::SeqCst);
            let there = epochs(&candidate.other, &[tag(1)]).await[0].expect("nothing was evicted");
            let number = all.iter().position(|epoch| *epoch == there).expect("one of those that were drawn");
            assert!(number >= before, "read epoch {number} when {before} had been confirmed");
            if before == all.len() - 1 {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    both(write, read).await;
}

/// An epoch lives for as long as it was said at its creation, and the next one is another.
pub async fn epochs_run_out(candidate: &Candidate) {
    let (short, long) = (bump(tag(1)), bump(tag(2)));
    candidate.one.init(&[short], candidate.moment()).await.expect("an init succeeds");
    candidate.one.init(&[long], HOUR).await.expect("an init succeeds");
    candidate.pass(candidate.moment());
    candidate
        .eventually("an epoch had run out", async || epochs(&candidate.one, &[tag(1)]).await == [None])
        .await;
    assert_eq!(epochs(&candidate.one, &[tag(2)]).await, [Some(long.epoch)]);
    begin(&candidate.other, tag(1)).await;
}

/// An epoch that is renewed lives on.
pub async fn a_renewed_epoch_lives_on(candidate: &Candidate) {
    // Where time can't be moved, all of it may have passed before the renewal: then once more.
    for round in 0.. {
        let (other, renewed) = (bump(tag(2 * round)), bump(tag(2 * round + 1)));
        candidate.one.init(&[other, renewed], candidate.moment()).await.expect("an init succeeds");
        candidate.pass(candidate.moment() * 2 / 3);
        candidate.one.renew(&[renewed.tag], HOUR).await.expect("a renewal succeeds");
        if epochs(&candidate.one, &[other.tag]).await == [None] {
            continue;
        }
        candidate.pass(candidate.moment());
        candidate
            .eventually("an epoch had run out", async || epochs(&candidate.one, &[other.tag]).await == [None])
            .await;
        assert_eq!(epochs(&candidate.one, &[renewed.tag]).await, [Some(renewed.epoch)]);
        return;
    }
}

/// A tag without an epoch doesn't get one by being renewed.
pub async fn renew_creates_no_epoch(candidate: &Candidate) {
    candidate.one.renew(&[tag(1)], HOUR).await.expect("a renewal succeeds");
    assert_eq!(epochs(&candidate.one, &[tag(1)]).await, [None]);
    begin(&candidate.one, tag(1)).await;
}

/// An epoch lives for as long as the one that it replaced would have.
pub async fn a_bumped_epoch_lives_no_longer(candidate: &Candidate) {
    let first = bump(tag(1));
    candidate.one.init(&[first], candidate.moment()).await.expect("an init succeeds");
    candidate.one.bump(&[bump(tag(1))], Durability::Primary).await.expect("a bump succeeds");
    candidate.pass(candidate.moment());
    candidate
        .eventually("an epoch had run out", async || epochs(&candidate.one, &[tag(1)]).await == [None])
        .await;
}
