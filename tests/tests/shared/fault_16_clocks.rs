//! Others: the clocks of several machines decide what is fresh. Here they decide how long it lives, and nothing else.

use super::*;

#[tokio::test]
async fn a_write_is_seen_whatever_the_clocks_say() {
    for ahead in [0, 1] {
        let (source, all) = (Source::new(1), processes::<2>());
        all[ahead].pass(Duration::from_secs(30 * 60)).await;
        let [one, two] = &all;
        assert_eq!(one.share(&source).await, 1);
        assert_eq!(two.price(&source).await, 1);
        assert_eq!(source.reads(), 1, "an entry of the other's time is taken");
        // The one that is ahead, the one that is behind: both write, both see it.
        for (price, writer) in [(2, one), (3, two), (4, one)] {
            writer.set(&source, price).await;
            assert_eq!(one.share(&source).await, price);
            assert_eq!(two.share(&source).await, price);
        }
    }
}

/// It lives by its reader's clock no longer than the TTL.
#[tokio::test]
async fn an_entry_of_a_clock_that_is_far_ahead_lives_no_longer_than_its_ttl() {
    let (source, [ahead, behind]) = (Source::new(1), processes());
    ahead.pass(Duration::from_secs(10 * 3600)).await;
    ahead.share(&source).await;
    assert_eq!(behind.price(&source).await, 1);
    source.write(2);
    // Its entry on the server lives by the server's clock.
    behind.tier.advance(Duration::from_secs(3601));
    behind.pass(Duration::from_secs(3601)).await;
    assert_eq!(behind.price(&source).await, 2);
}
