//! Others: each fill is announced to everybody, a storm of messages whenever something is missing everywhere.

use super::*;

#[tokio::test]
async fn fills_are_announced_to_nobody_and_writes_to_all() {
    let (source, all) = (Source::new(1), processes::<3>());
    for id in 0..20 {
        for process in &all {
            price(&process.cache, &source, id).await;
            process.settled().await;
        }
        price::refresh(&all[0].cache, &source, id).await;
        all[0].settled().await;
    }
    for process in &all {
        let counts = process.tier.counts();
        assert_eq!((counts.announcements, counts.bumps), (0, 0));
    }
    all[0].set(&source, 2).await;
    for process in &all {
        assert!(process.tier.counts().announcements > 0);
    }
}
