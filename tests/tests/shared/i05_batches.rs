//! I5 between processes, for many keys at once: each is loaded by one process, as a rule, and no two batches wait for each other.

use std::collections::HashMap;

use cache_core::shared::memory::Request;

use super::*;

#[cached(alias = Pushed, cache = cache, skip(cache), each = ids, invalidate_on = [Article(each ids)])]
async fn prices(cache: &Cache, source: &Source, ids: &[u64]) -> HashMap<u64, u64> {
    let _ = cache;
    let price = source.read().await;
    ids.iter().map(|id| (*id, price)).collect()
}

/// Asks for many from within a load.
#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn around(cache: &Cache, source: &Source) -> u64 {
    prices(cache, source, &[5, 6]).await[&5]
}

impl Process {
    fn batch(&self, source: &Arc<Source>, ids: &[u64]) -> JoinHandle<HashMap<u64, u64>> {
        let (cache, source, ids) = (self.cache.clone(), Arc::clone(source), ids.to_vec());
        tokio::spawn(async move { prices(&cache, &source, &ids).await })
    }
}

fn all(ids: impl IntoIterator<Item = u64>, price: u64) -> HashMap<u64, u64> {
    ids.into_iter().map(|id| (id, price)).collect()
}

#[tokio::test]
async fn what_another_process_is_loading_is_waited_for() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let first = one.batch(&source, &[5, 6, 7]);
    hold.reached().await;
    source.write(2);
    let second = two.batch(&source, &[6, 7]);
    until(|| two.stats("prices").leases_waited >= 2).await;
    hold.release();
    assert_eq!(first.await.unwrap(), all(5..=7, 1));
    assert_eq!(second.await.unwrap(), all(6..=7, 1));
    assert_eq!((source.reads(), two.stats("prices").leases_lost), (1, 0));
}

/// It loads what nobody else does first, and has no lease while it waits.
#[tokio::test]
async fn the_rest_is_loaded_before_that() {
    let (source, [one, two, three]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let first = one.batch(&source, &[5]);
    hold.reached().await;
    source.write(2);
    let second = two.batch(&source, &[5, 6]);
    until(|| two.stats("prices").leases_waited > 0).await;
    two.settled().await;
    assert_eq!(three.batch(&source, &[6]).await.unwrap(), all([6], 2));
    assert_eq!((source.reads(), three.stats("prices").leases_waited), (2, 0));
    hold.release();
    first.await.unwrap();
    assert_eq!(second.await.unwrap(), HashMap::from([(5, 1), (6, 2)]));
    assert_eq!(source.reads(), 2);
}

#[tokio::test]
async fn batches_that_overlap_crosswise_end() {
    let (source, all_of_them) = (Arc::new(Source::new(1)), processes::<3>());
    let ids: Vec<u64> = (0..30).collect();
    for round in 0..5 {
        let batches: Vec<_> = (0..9)
            .map(|at| {
                let mut ids: Vec<_> = ids.iter().map(|id| 100 * round + id).collect();
                ids.rotate_left(at * 10 % 30);
                all_of_them[at % 3].batch(&source, &ids[..20])
            })
            .collect();
        for batch in batches {
            assert_eq!(batch.await.unwrap().len(), 20);
        }
    }
    let lost = all_of_them.iter().map(|process| process.stats("prices").leases_lost).sum::<u64>();
    assert_eq!(lost, 0);
}

/// Who would load all of it goes away.
#[tokio::test]
async fn a_batch_that_is_cancelled_hands_over() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let _hold = {
        let mut hold = source.hold();
        let first = one.batch(&source, &[5, 6]);
        hold.reached().await;
        let second = two.batch(&source, &[5, 6]);
        until(|| two.stats("prices").leases_waited >= 2).await;
        first.abort();
        assert_eq!(second.await.unwrap(), all([5, 6], 1));
        hold
    };
    // Its keys are free one after the other: who waits for both loads them at once, or one and then the other.
    assert!((2..=3).contains(&source.reads()), "{}", source.reads());
    assert_eq!(two.stats("prices").leases_lost, 0);
}

#[tokio::test]
async fn in_a_load_nobody_waits_and_it_is_counted() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let first = one.batch(&source, &[5, 6]);
    hold.reached().await;
    assert_eq!(around(&two.cache, &source).await, 1);
    assert_eq!((source.reads(), two.stats("prices").leases_lost), (2, 2));
    hold.release();
    first.await.unwrap();
}

/// A batch that waits is loaded by itself when its patience is over.
#[tokio::test]
async fn who_has_waited_long_enough_loads_and_it_is_counted() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let first = one.batch(&source, &[5, 6]);
    hold.reached().await;
    let second = two.batch(&source, &[5, 6]);
    until(|| two.stats("prices").leases_waited >= 2).await;
    until(|| {
        testing::advance_of(&two.cache, Duration::from_secs(11));
        second.is_finished()
    })
    .await;
    assert_eq!(second.await.unwrap(), all([5, 6], 1));
    assert_eq!((source.reads(), two.stats("prices").leases_lost), (2, 2));
    hold.release();
    first.await.unwrap();
}

/// What is loaded by a batch is waited for by who asks for one of its keys.
#[tokio::test]
async fn one_key_is_waited_for_as_many_are() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let paused = one.tier.on(Request::Store).pause();
    assert_eq!(one.batch(&source, &[5, 6]).await.unwrap(), all([5, 6], 1));
    // On its way.
    let second = two.batch(&source, &[6]);
    until(|| two.stats("prices").leases_waited > 0).await;
    drop(paused);
    assert_eq!(second.await.unwrap(), all([6], 1));
    assert_eq!(source.reads(), 1);
}
