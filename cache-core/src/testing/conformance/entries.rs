//! Rules of entries.

use std::sync::Arc;

use super::{Candidate, HOUR, begin, bump, epochs};
use crate::shared::{Durability, Lease, Pattern, SharedTier, TagId, TierError};

/// The entry of a key.
async fn entry(tier: &Arc<dyn SharedTier>, key: &str) -> Option<Vec<u8>> {
    tier.read(Some(key), &[]).await.expect("a read succeeds").entry
}

async fn store(tier: &Arc<dyn SharedTier>, key: &str, bytes: &[u8]) {
    tier.store(key, bytes, HOUR).await.expect("a store succeeds");
}

/// An entry is any bytes, of any number up to a MiB, and all read what was stored.
pub async fn an_entry_comes_back_as_it_was_stored(candidate: &Candidate) {
    let all_bytes: Vec<u8> = (0..=255).collect();
    let large: Vec<u8> =
        (0..1_u32 << 20).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for bytes in [&b""[..], b"\0", b"\r\n", b"$-1\r\n", b"-ERR no\r\n", &all_bytes, &large] {
        store(&candidate.one, "a", bytes).await;
        for tier in candidate.both() {
            let there = entry(tier, "a").await.expect("an entry that was stored is there");
            assert!(
                there == bytes,
                "{} bytes were stored, {} came back, or others",
                bytes.len(),
                there.len()
            );
        }
    }
}

/// A store takes the place of the entry that is there.
pub async fn a_store_replaces_an_entry(candidate: &Candidate) {
    store(&candidate.one, "a", b"a long old one").await;
    store(&candidate.one, "b", b"another").await;
    store(&candidate.other, "a", b"new").await;
    assert_eq!(entry(&candidate.one, "a").await.as_deref(), Some(&b"new"[..]));
    assert_eq!(entry(&candidate.one, "b").await.as_deref(), Some(&b"another"[..]));
}

/// An entry that is removed is gone, and only that one; to remove what isn't there does nothing.
pub async fn a_removed_entry_is_gone(candidate: &Candidate) {
    store(&candidate.one, "a", b"1").await;
    store(&candidate.one, "b", b"2").await;
    candidate.other.remove("a").await.expect("a removal succeeds");
    candidate.other.remove("a").await.expect("a removal succeeds");
    assert_eq!(
        (entry(&candidate.one, "a").await, entry(&candidate.one, "b").await),
        (None, Some(b"2".to_vec()))
    );
}

/// A search finds the entries whose keys match, and nothing else; only if it is to remove them they are gone then, and others stay.
/// A tier that can't be searched says so.
pub async fn a_search_finds_what_matches(candidate: &Candidate) {
    let keys = ["a:1:b", "a:2:b", "a:?:b", "a::c", "b:1:b", "a*", "a[1]", "a\\1", "a^1", "ýa:1:b"];
    for key in keys {
        store(&candidate.one, key, b"1").await;
    }
    let tag = TagId(u128::from_be_bytes(*b"a:1:b a:1:b a:1b"));
    let first = begin(&candidate.one, tag).await;
    let leased = candidate.one.lease("a:1:b", 1, HOUR, HOUR).await.expect("a lease is asked for");
    assert_eq!(leased, Lease::Granted);
    for (text, expected) in [
        ("a:*:b", &["a:1:b", "a:2:b", "a:?:b"][..]),
        ("a:?:b", &["a:?:b"]),
        ("a[1]", &["a[1]"]),
        ("a^1", &["a^1"]),
        ("a\\*", &["a\\1"]),
        ("*", &keys),
        ("c*", &[]),
    ] {
        for removes in [false, true] {
            let Some(found) = search(candidate, text, removes).await else { return };
            let mut expected: Vec<&str> = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(found, expected, "`{text}`");
            for key in keys {
                let is_there = entry(&candidate.one, key).await.is_some();
                assert_eq!(is_there, !(removes && expected.contains(&key)), "{key:?} after `{text}`");
            }
        }
        for key in keys {
            store(&candidate.one, key, b"1").await;
        }
    }
    assert_eq!(epochs(&candidate.one, &[tag]).await, [Some(first)], "no epoch is an entry");
    let again = candidate.other.lease("a:1:b", 2, HOUR, HOUR).await.expect("a lease is asked for");
    assert_eq!(again, Lease::Taken { expected: HOUR }, "no lease is an entry");
}

/// A search finds all, however many there are and on whatever servers.
pub async fn a_search_finds_all(candidate: &Candidate) {
    let keys: Vec<String> = (0..3_000).map(|number| format!("a:{number:04}")).collect();
    for key in &keys {
        store(&candidate.one, key, b"1").await;
    }
    let Some(found) = search(candidate, "a:*", true).await else { return };
    assert_eq!(found, keys);
    let Some(left) = search(candidate, "a:*", false).await else { return };
    assert_eq!(left, [""; 0]);
}

/// What all steps of a search have found, each once and in order; nothing if the tier can't be searched.
async fn search(candidate: &Candidate, text: &str, removes: bool) -> Option<Vec<String>> {
    let (pattern, mut found, mut from) = (Pattern::new(text), Vec::new(), None);
    loop {
        let step = match candidate.other.find(&pattern, from, removes).await {
            Err(TierError::Refused(_)) => return None,
            step => step.expect("a search succeeds"),
        };
        found.extend(step.keys);
        from = step.next;
        if from.is_none() {
            found.sort_unstable();
            found.dedup();
            return Some(found);
        }
    }
}

/// An entry lives for as long as it was said.
pub async fn entries_run_out(candidate: &Candidate) {
    candidate.one.store("a", b"1", candidate.moment()).await.expect("a store succeeds");
    store(&candidate.one, "b", b"2").await;
    candidate.pass(candidate.moment());
    candidate.eventually("an entry had run out", async || entry(&candidate.one, "a").await.is_none()).await;
    assert_eq!(entry(&candidate.one, "b").await, Some(b"2".to_vec()));
}

/// An entry lives for as long as it was said when it was last stored.
pub async fn an_entry_lives_as_it_was_last_stored(candidate: &Candidate) {
    store(&candidate.one, "shortened", b"1").await;
    candidate.one.store("prolonged", b"1", candidate.moment()).await.expect("a store succeeds");
    store(&candidate.one, "prolonged", b"2").await;
    candidate.one.store("shortened", b"2", candidate.moment()).await.expect("a store succeeds");
    candidate.pass(candidate.moment());
    candidate
        .eventually("an entry had run out", async || entry(&candidate.one, "shortened").await.is_none())
        .await;
    assert_eq!(entry(&candidate.one, "prolonged").await, Some(b"2".to_vec()));
}

/// Keys hold any characters and are of any length up to 300 bytes; none is taken for another.
pub async fn keys_hold_any_characters(candidate: &Candidate) {
    let long = "k".repeat(299);
    let mut keys: Vec<String> = [
        "erp:permissions:t=7:rbac::effective_permissions@3f9a0c12:user_id=5",
        "a b",
        "a  b",
        "a",
        "A",
        "a\n",
        "a\r\n",
        "a\t",
        "a\0",
        "a\0b",
        "'",
        "\"",
        "\\",
        "%20",
        "%",
        "*",
        "?",
        "[ab]",
        "a/b",
        "a:b",
        "a:",
        ":a",
        "{a}",
        "{a}b",
        "{",
        "}",
        "ä",
        "a\u{308}",
        "日本語",
        "🦀",
        "-1",
        "0",
        "nil",
    ]
    .map(str::to_owned)
    .to_vec();
    keys.extend(["a", "b"].map(|last| format!("{long}{last}")));
    keys.push(long);
    for (number, key) in keys.iter().enumerate() {
        store(&candidate.one, key, &number.to_le_bytes()).await;
    }
    for (number, key) in keys.iter().enumerate() {
        let there = entry(&candidate.other, key).await;
        assert_eq!(there.as_deref(), Some(&number.to_le_bytes()[..]), "{key:?}");
        candidate.other.remove(key).await.expect("a removal succeeds");
        assert_eq!(entry(&candidate.one, key).await, None, "{key:?}");
    }
}

/// An entry, an epoch and a lease are three things, whatever their keys and tags are called.
pub async fn entries_epochs_and_leases_are_apart(candidate: &Candidate) {
    let (tier, tag) = (&candidate.one, TagId(0x6162));
    let keys =
        ["6162", "00000000000000000000000000006162", "24930", "ab", "lease:ab", "ab:lease", "epoch:6162"];
    for (token, key) in keys.iter().enumerate() {
        let lease = tier.lease(key, token as u128, HOUR, HOUR).await.expect("a lease is asked for");
        assert_eq!(lease, Lease::Granted, "{key:?}");
    }
    begin(tier, tag).await;
    for key in keys {
        assert_eq!(entry(tier, key).await, None, "{key:?}");
        store(tier, key, key.as_bytes()).await;
    }
    let new = bump(tag);
    tier.bump(&[new], Durability::Primary).await.expect("a bump succeeds");
    for (token, key) in keys.iter().enumerate() {
        assert_eq!(entry(tier, key).await.as_deref(), Some(key.as_bytes()));
        tier.remove(key).await.expect("a removal succeeds");
        assert!(tier.keep(key, token as u128, HOUR).await.expect("a lease is kept"), "{key:?}");
        store(tier, key, b"again").await;
        tier.release(key, token as u128).await.expect("a lease is given back");
        assert_eq!(entry(tier, key).await.as_deref(), Some(&b"again"[..]));
    }
    assert_eq!(epochs(tier, &[tag]).await, [Some(new.epoch)]);
}
