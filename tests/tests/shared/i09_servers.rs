//! I9 where there are several servers: a tag is proven by the one on which it lies.

use cache_core::shared::{NodeId, SharedTier};

use super::liar::Liar;
use super::*;

/// A process that has the prices of 5 and 6, of which only the row and the bucket of 6 lie on the second server.
struct Spread {
    one: Process,
    second: NodeId,
    source: Source,
}

impl Spread {
    async fn new() -> Spread {
        let tier = MemoryTier::with_nodes(2);
        let [first, second] = tier.servers().nodes().try_into().unwrap();
        let (liar, source) = (Liar::new(tier.connect()), Source::new(1));
        let asks = testing::process(liar.clone());
        price(&asks, &source, 5).await;
        let of_five = liar.asked();
        price(&asks, &source, 6).await;
        let of_six: Vec<_> = liar.asked().into_iter().filter(|tag| !of_five.contains(tag)).collect();
        of_five.iter().for_each(|tag| tier.move_tag(*tag, first));
        of_six.iter().for_each(|tag| tier.move_tag(*tag, second));
        assert!(of_five.iter().all(|tag| tier.node(*tag) == first), "they lie in other slots");
        assert_eq!(of_six.len(), 2);
        let one = Process::of(&tier);
        one.pass(BEAT).await;
        for id in [5, 6] {
            price(&one.cache, &source, id).await;
        }
        one.settled().await;
        Spread { one, second, source }
    }

    async fn asks(&self, id: u64) -> (u64, u64) {
        let (price, asked) = self.one.asks(price(&self.one.cache, &self.source, id)).await;
        (price, asked.requests)
    }
}

#[tokio::test]
async fn the_silence_of_one_server_concerns_what_lies_there() {
    let spread = Spread::new().await;
    let one = &spread.one;
    let two = Process::of(&one.tier);
    let held = one.tier.streams().of(spread.second).hold();
    set_price(&two.cache, &spread.source, 6, 2).await;
    one.pass(SILENCE).await;
    for _ in 0..2 {
        assert_eq!(spread.asks(5).await, (1, 0), "its server is heard");
    }
    assert_eq!(one.stats("price").hits, 2);
    let (price, requests) = spread.asks(6).await;
    assert_eq!(price, 2);
    assert!(requests > 0);
    // What is known of the other server's isn't asked for.
    one.settled().await;
    one.pass(SILENCE).await;
    let before = one.tier.counts();
    assert_eq!(spread.asks(6).await, (2, 1));
    assert_eq!((one.tier.counts() - before).epochs_read, 2);
    drop(held);
}

/// Nor is it proven by the server that it has moved to what was announced by the one that it lay on.
#[tokio::test]
async fn what_moves_from_a_silent_server_to_one_that_is_heard_is_looked_at_again() {
    let spread = Spread::new().await;
    let one = &spread.one;
    let two = Process::of(&one.tier);
    let _held = one.tier.streams().of(spread.second).hold();
    set_price(&two.cache, &spread.source, 6, 2).await;
    one.pass(SILENCE).await;
    let [first, _] = one.tier.servers().nodes().try_into().unwrap();
    let tags: Vec<_> = (0..64).map(cache_core::shared::TagId).collect();
    tags.iter().for_each(|tag| one.tier.move_tag(*tag, first));
    assert_eq!(spread.asks(6).await.0, 2);
}
