//! I8: whatever lies under a key in the tier, it is the entry that was stored there, or a miss and a counter.

use cache_core::shared::SharedTier;

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

/// What is read by code that panics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Moody(u64);

impl<'de> serde::Deserialize<'de> for Moody {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = u64::deserialize(deserializer)?;
        assert_ne!(value, 13, "I don't like it");
        Ok(Moody(value))
    }
}

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn moody(cache: &Cache, source: &Source, id: u64) -> Moody {
    let _ = (cache, id);
    Moody(source.read().await)
}

#[tokio::test]
async fn a_type_whose_own_code_panics_is_a_miss() {
    let (source, [one, two]) = (Source::new(12), processes());
    // The first of a type is read back by who stores it.
    assert_eq!(moody(&one.cache, &source, 1).await, Moody(12));
    one.settled().await;
    source.write(13);
    assert_eq!(moody(&one.cache, &source, 2).await, Moody(13));
    one.settled().await;
    assert_eq!(moody(&two.cache, &source, 1).await, Moody(12));
    assert_eq!(moody(&two.cache, &source, 2).await, Moody(13), "loaded");
    assert_eq!(two.stats("moody").undecodable, 1);
}

/// What one process stored under its only key, and another process that has nothing.
async fn stored() -> (String, Vec<u8>, Process) {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    let key = one.tier.keys().pop().unwrap();
    let bytes = one.tier.entry(&key).unwrap();
    assert_eq!(two.tier.entry(&key).as_ref(), Some(&bytes));
    (key, bytes, two)
}

/// Looks without loading: what is found, and how many misses were counted for a reason.
async fn look(process: &Process, key: &str, bytes: &[u8]) -> (Option<u64>, u64) {
    process.tier.store(key, bytes, HOUR).await.unwrap();
    let reasons = || {
        let stats = process.stats("price");
        stats.corrupt
            + stats.undecodable
            + stats.unreadable
            + stats.other_type
            + stats.expired
            + stats.outdated
    };
    let before = reasons();
    let found = price::entry(&process.cache, 5).get().await;
    (found, reasons() - before)
}

#[tokio::test]
async fn bytes_cut_short_anywhere_are_a_miss() {
    let (key, bytes, process) = stored().await;
    for length in 0..bytes.len() {
        assert_eq!(look(&process, &key, &bytes[..length]).await, (None, 1), "{length} of {}", bytes.len());
    }
    assert_eq!(process.stats("price").corrupt, bytes.len() as u64);
    assert_eq!(look(&process, &key, &bytes).await, (Some(1), 0), "and the whole is not");
}

#[tokio::test]
async fn bytes_with_any_bit_flipped_are_a_miss() {
    let (key, bytes, process) = stored().await;
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(look(&process, &key, &flipped).await, (None, 1), "bit {bit}");
    }
}

#[tokio::test]
async fn bytes_of_another_key_are_a_miss() {
    let (source, [one, two]) = (Source::new(1), processes());
    price(&one.cache, &source, 5).await;
    price(&one.cache, &source, 6).await;
    one.settled().await;
    let [first, second] = one.tier.keys().try_into().unwrap();
    let (of_first, of_second) = (one.tier.entry(&first).unwrap(), one.tier.entry(&second).unwrap());
    one.tier.store(&first, &of_second, HOUR).await.unwrap();
    one.tier.store(&second, &of_first, HOUR).await.unwrap();
    assert_eq!(price::entry(&two.cache, 5).get().await, None);
    assert_eq!(price::entry(&two.cache, 6).get().await, None);
    assert_eq!(two.stats("price").corrupt, 2);
}

#[tokio::test]
async fn other_bytes_are_a_miss() {
    let (key, bytes, process) = stored().await;
    for other in
        [vec![], vec![0; 10], vec![0xff; 1000], b"a value of another program".to_vec(), bytes.repeat(2)]
    {
        assert_eq!(look(&process, &key, &other).await, (None, 1));
    }
    assert_eq!(process.stats("price").corrupt, 5);
}

#[tokio::test]
async fn what_has_run_out_of_time_is_a_miss() {
    let (key, bytes, process) = stored().await;
    process.pass(Duration::from_secs(3601)).await;
    process.tier.store(&key, &bytes, HOUR).await.unwrap();
    assert_eq!(price::entry(&process.cache, 5).get().await, None);
    assert_eq!(process.stats("price").expired, 1);
}
