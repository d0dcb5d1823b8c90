//! I6: an epoch that is missing, or was evicted, validates nothing.

use cache_core::shared::SharedTier;

use super::*;

/// Evicts all epochs, and keeps the entries.
async fn evict_epochs(tier: &MemoryTier) {
    let entries: Vec<_> = tier.keys().into_iter().map(|key| (tier.entry(&key).unwrap(), key)).collect();
    tier.servers().evict();
    for (entry, key) in entries {
        tier.store(&key, &entry, Duration::from_secs(3600)).await.unwrap();
    }
}

#[tokio::test]
async fn an_entry_whose_epochs_are_gone_is_a_miss() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    evict_epochs(&one.tier).await;
    source.write(2);
    assert_eq!(two.price(&source).await, 2);
    assert_eq!(two.stats("price").outdated, 1);
}

/// While it was gone, nobody could change it: who bumps it then only announces.
#[tokio::test]
async fn who_knew_an_epoch_that_is_gone_hears_of_writes() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    evict_epochs(&one.tier).await;
    assert_eq!(one.price(&source).await, 1, "nothing was heard");
    two.set(&source, 2).await;
    assert_eq!(one.price(&source).await, 2);
}

#[tokio::test]
async fn an_epoch_that_is_gone_when_it_is_looked_for_again_proves_nothing() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    one.tier.streams().cut();
    evict_epochs(&one.tier).await;
    two.set(&source, 2).await;
    one.tier.streams().restore();
    assert_eq!(one.price(&source).await, 2);
}

#[tokio::test]
async fn an_epoch_that_others_created_anew_is_another() {
    let (source, [one, two, three]) = (Source::new(1), processes());
    one.share(&source).await;
    let held = one.tier.streams().hold();
    evict_epochs(&one.tier).await;
    source.write(2);
    assert_eq!(two.verified(&source).await, 2);
    assert_eq!(three.price(&source).await, 2, "with epochs, and an entry whose stamps they aren't");
    assert_eq!(one.verified(&source).await, 2);
    assert_eq!(one.price(&source).await, 2, "who has read the new ones drops what carries the old");
    drop(held);
}
