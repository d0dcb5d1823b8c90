//! `codec`: what values are written with. What another has written is read all the same.

use super::*;

#[derive(Alias)]
#[alias(name = "default-codec", ttl = "1h")]
struct Default;

#[derive(Alias)]
#[alias(name = "rmp", ttl = "1h", codec = rmp)]
struct Rmp;

#[tokio::test]
async fn values_are_written_with_the_codec_of_their_alias() {
    let tier = MemoryTier::new();
    let cache = testing::process(tier.clone());
    store::<Default>(&cache, "a", "text").await;
    store::<Rmp>(&cache, "b", "text").await;
    store::<Default>(&cache, "c", "text").await;
    assert_eq!(["a", "b", "c"].map(|key| form(&tier, key).codec), [BINCODE, RMP, BINCODE]);
}

/// As while processes are restarted with another setting.
#[tokio::test]
async fn what_was_written_with_another_is_read() {
    let tier = MemoryTier::new();
    let build = |codec| {
        let cache = Cache::builder().tier(tier.connect()).encryption(keys());
        cache.alias::<Rmp>(move |settings| settings.codec(codec)).build().unwrap()
    };
    let (old, new) = (build(cache_core::Codec::Bincode), build(cache_core::Codec::Rmp));
    store::<Rmp>(&old, "old", "text").await;
    store::<Rmp>(&new, "new", "text").await;
    assert_eq!(["old", "new"].map(|key| form(&tier, key).codec), [BINCODE, RMP]);
    assert_eq!(look::<Rmp>(&new, "old").await.as_deref(), Some("text"));
    assert_eq!(look::<Rmp>(&old, "new").await.as_deref(), Some("text"));
}
