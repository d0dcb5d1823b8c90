//! Others: a deploy changes what a value is made of or depends on, and the bytes of before go on being served.

use cache_core::target;
use serde::{Deserialize, Serialize};

use super::*;

/// Before the deploy and after it.
mod before {
    use super::*;

    #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
    pub(super) struct Offer {
        pub(super) cents: u64,
        pub(super) rebate: u64,
    }
}

mod after {
    use super::*;

    /// The same bytes, with another meaning.
    #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
    pub(super) struct Offer {
        pub(super) rebate: u64,
        pub(super) cents: u64,
    }
}

#[tokio::test]
async fn values_of_another_shape_are_not_read() {
    let [one, two] = processes();
    let old = before::Offer { cents: 1, rebate: 2 };
    assert!(one.cache.entry::<Pushed, before::Offer>("offer").global().set(&old).await);
    one.settled().await;
    let new = after::Offer { rebate: 3, cents: 4 };
    let entry = two.cache.entry::<Pushed, after::Offer>("offer").global();
    assert_eq!(entry.get_or_set(|| async { new.clone() }).await, new);
    two.settled().await;
    let third = Process::of(&one.tier);
    let reads = third.cache.entry::<Pushed, before::Offer>("offer").global();
    assert_eq!(reads.get().await, Some(old), "both run side by side");
}

/// What depends on more now isn't served by what depended on less.
#[tokio::test]
async fn values_that_depended_on_less_are_not_read() {
    let [one, two] = processes();
    let entry = |process: &Process| process.cache.entry::<Pushed, u64>("offer").global();
    assert!(entry(&one).set(1).await);
    one.settled().await;
    let depends = entry(&two).depends_on(target::row::<Article>(&5));
    assert_eq!(depends.get().await, None);
    assert_eq!(depends.get_or_set(|| async { 2 }).await, 2);
    two.settled().await;
    let third = Process::of(&one.tier);
    assert_eq!(entry(&third).get().await, Some(2), "who depends on less now may read it");
    one.cache.invalidate(target::row::<Article>(&5)).await;
    assert_eq!(depends.get().await, None);
    assert_eq!(entry(&third).get().await, None, "and follows what it was stamped with");
}
