//! Rules of announcements and of proofs of life.

use std::sync::Arc;

use super::listening::{Ear, Word, tells};
use super::{Candidate, HOUR, begin, both, bump, epochs, tag};
use crate::shared::{Durability, Sent};

/// Who listens is told of each bump, in the process that bumps and in others, whether or not the tag has an epoch.
pub async fn all_listeners_hear_all_bumps(candidate: &Candidate) {
    begin(&candidate.one, tag(1)).await;
    let ears = [
        candidate.ear(&candidate.one, tag(1)).await,
        candidate.ear(&candidate.one, tag(1)).await,
        candidate.ear(&candidate.other, tag(1)).await,
    ];
    let tags = [tag(1), tag(2), tag(3)];
    for ear in &ears {
        for tag in tags {
            ear.heard(tag).await;
        }
    }
    candidate
        .one
        .bump(&tags[..2].iter().copied().map(bump).collect::<Vec<_>>(), Durability::Primary)
        .await
        .expect("a bump succeeds");
    candidate.other.bump(&[bump(tags[2])], Durability::Primary).await.expect("a bump succeeds");
    for ear in &ears {
        for tag in tags {
            let words = ear.catch_up(tag).await;
            assert!(tells(&words, tag), "a proof came, and the announcement didn't: {words:?}");
        }
    }
}

/// What fills the tier isn't announced: others would have to look at it.
pub async fn fills_are_not_announced(candidate: &Candidate) {
    let (tier, key) = (&candidate.one, "a");
    let ear = candidate.ear(&candidate.other, tag(1)).await;
    let before = ear.words().len();
    if !candidate.inits_announce {
        begin(tier, tag(1)).await;
        tier.init(&[bump(tag(1))], HOUR).await.expect("an init succeeds");
        tier.renew(&[tag(1)], HOUR * 3).await.expect("a renewal succeeds");
    }
    tier.read(Some(key), &[tag(1)]).await.expect("a read succeeds");
    tier.lease(key, 1, HOUR, HOUR).await.expect("a lease is asked for");
    tier.keep(key, 1, HOUR).await.expect("a lease is kept");
    tier.store(key, b"entry", HOUR).await.expect("a store succeeds");
    tier.release(key, 1).await.expect("a lease is given back");
    tier.remove(key).await.expect("a removal succeeds");
    let words = ear.catch_up(tag(1)).await;
    let announced = words[before..].iter().find(|word| matches!(word, Word::Tag(_) | Word::All));
    assert_eq!(announced, None);
}

/// Whoever sees a new epoch has been told, or will be before the next proof.
pub async fn a_new_epoch_is_not_seen_without_an_announcement(candidate: &Candidate) {
    for round in 0..16 {
        let tag = tag(round);
        let old = begin(&candidate.one, tag).await;
        let ear = candidate.ear(&candidate.other, tag).await;
        // What is announced of an init comes before.
        let before = ear.catch_up(tag).await.len();
        let bumps = [bump(tag)];
        let look = async {
            candidate
                .eventually("a bump was seen", async || epochs(&candidate.other, &[tag]).await != [Some(old)])
                .await;
            ear.catch_up(tag).await;
            let words = ear.words();
            let lost = words[before..].contains(&Word::Lost(candidate.other.node(tag)));
            assert!(
                lost || tells(&words[before..], tag),
                "the new epoch was read, a proof came, and the announcement didn't"
            );
        };
        let (bumped, ()) = both(candidate.one.bump(&bumps, Durability::Primary), look).await;
        bumped.expect("a bump succeeds");
    }
}

/// Who is told of a bump, and reads then, doesn't get the old epoch.
pub async fn who_is_told_does_not_see_the_old_epoch(candidate: &Candidate) {
    for round in 0..16 {
        let tag = tag(round);
        let old = begin(&candidate.one, tag).await;
        let ear = candidate.ear(&candidate.other, tag).await;
        // What is announced of an init comes before.
        let before = ear.catch_up(tag).await.len();
        let bumps = [bump(tag)];
        let look = async {
            ear.until("a bump was announced", |words| tells(&words[before..], tag)).await;
            assert_ne!(epochs(&candidate.other, &[tag]).await, [Some(old)]);
        };
        let (bumped, ()) = both(candidate.one.bump(&bumps, Durability::Primary), look).await;
        bumped.expect("a bump succeeds");
    }
}

/// All that was announced before a probe is told before its proof.
pub async fn a_proof_is_told_behind_announcements(candidate: &Candidate) {
    let ear = candidate.ear(&candidate.other, tag(0)).await;
    for round in 0..100 {
        let tag = tag(round);
        ear.heard(tag).await;
        candidate.one.bump(&[bump(tag)], Durability::Primary).await.expect("a bump succeeds");
        assert!(tells(&ear.catch_up(tag).await, tag), "the proof came first");
    }
}

/// A proof says when it was asked for, and there is none that nobody asked for.
pub async fn a_proof_is_of_its_probe(candidate: &Candidate) {
    let ear = candidate.ear(&candidate.one, tag(1)).await;
    let other = candidate.ear(&candidate.one, tag(1)).await;
    let asked: Vec<Sent> = [5, 900, u64::MAX - 1].map(Sent).to_vec();
    for sent in &asked {
        ear.listening.probe(*sent);
    }
    let node = candidate.one.node(tag(1));
    ear.until("the probes were answered", |words| {
        asked.iter().all(|sent| words.contains(&Word::Proven(node, *sent)))
    })
    .await;
    other.catch_up(tag(1)).await;
    let of_others = |ear: &Ear<'_>, mine: &[Sent]| {
        let words = ear.words();
        words.iter().any(|word| matches!(word, Word::Proven(_, sent) if !mine.contains(sent)))
    };
    assert!(!of_others(&ear, &asked), "asked {asked:?}, told {:?}", ear.words());
    assert!(other.words().iter().all(|word| !matches!(word, Word::Proven(_, sent) if asked.contains(sent))));
}

/// A listener is told that a stream is alive before anything else comes through it.
pub async fn a_listener_is_told_of_the_stream_first(candidate: &Candidate) {
    let ear = Ear::new(candidate, &candidate.one);
    ear.listening.probe(candidate.sent());
    ear.heard(tag(1)).await;
    ear.catch_up(tag(1)).await;
    let words = ear.words();
    for (number, word) in words.iter().enumerate() {
        if let Word::Proven(node, _) = word {
            assert!(words[..number].contains(&Word::Heard(*node)), "{words:?}");
        }
    }
}

/// Who has stopped listening is told nothing more, and let go.
pub async fn a_dropped_listener_is_forgotten(candidate: &Candidate) {
    let stays = candidate.ear(&candidate.one, tag(1)).await;
    let ear = candidate.ear(&candidate.one, tag(1)).await;
    let log = Arc::downgrade(&ear.log);
    drop(ear);
    candidate.eventually("the listener was let go", async || log.strong_count() == 0).await;
    candidate.one.bump(&[bump(tag(1))], Durability::Primary).await.expect("a bump succeeds");
    assert!(tells(&stays.catch_up(tag(1)).await, tag(1)));
}
