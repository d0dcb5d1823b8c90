//! I8: whatever lies under a key in the tier, it is the entry that was stored there, or a miss and a counter.

use cache_core::shared::SharedTier;

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

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
