//! `encrypt`: what must not lie in the shared tier in the clear.

use cache_core::Error;

use super::*;

#[derive(Alias)]
#[alias(name = "secret", ttl = "1h", encrypt = true)]
struct Secret;

#[derive(Alias)]
#[alias(name = "public", ttl = "1h")]
struct Public;

#[test]
fn a_shared_cache_is_not_built_without_keys() {
    let error = Cache::builder().tier(MemoryTier::new()).build().unwrap_err();
    let fault = "`encrypt` of alias `secret` can't be `true`: there are no keys to encrypt by what the shared tier would hold; \
                 give them with `Cache::builder().encryption(EncryptionKeys::from_env(\"CACHE_ENCRYPTION_KEYS\")?)`, or set `false`";
    assert_eq!(error, Error::Settings(vec![fault.to_owned()]));
}

#[test]
fn what_the_message_says_helps() {
    Cache::builder().tier(MemoryTier::new()).encryption(keys()).build().unwrap();
    Cache::builder()
        .tier(MemoryTier::new())
        .alias::<Secret>(|settings| settings.encrypt(false))
        .build()
        .unwrap();
}

#[test]
fn without_a_tier_nothing_leaves_the_process() {
    Cache::builder().build().unwrap();
}

#[tokio::test]
async fn with_keys_all_aliases_are_encrypted() {
    let tier = MemoryTier::new();
    let build = || Cache::builder().tier(tier.connect()).encryption(keys()).build().unwrap();
    let (cache, other) = (build(), build());
    store::<Secret>(&cache, "a", "confidential").await;
    store::<Public>(&cache, "b", "confidential").await;
    for key in ["a", "b"] {
        assert!(form(&tier, key).is_encrypted);
        assert!(!bytes(&tier, key).windows(12).any(|bytes| bytes == b"confidential"));
    }
    assert_eq!(look::<Secret>(&other, "a").await.as_deref(), Some("confidential"));
    assert_eq!(look::<Public>(&other, "b").await.as_deref(), Some("confidential"));
}

/// A cache that wasn't built, but made for a test; or an alias that no `build` knew of.
#[tokio::test]
async fn what_can_not_be_encrypted_stays_in_the_process() {
    let tier = MemoryTier::new();
    let (cache, other) = (testing::process(tier.clone()), testing::process(tier.connect()));
    store::<Secret>(&cache, "a", "confidential").await;
    store::<Public>(&cache, "b", "public").await;
    assert_eq!(tier.keys().len(), 1, "{:?}", tier.keys());
    assert_eq!(look::<Secret>(&cache, "a").await.as_deref(), Some("confidential"));
    assert_eq!(look::<Secret>(&other, "a").await, None);
    assert_eq!(look::<Public>(&other, "b").await.as_deref(), Some("public"));
}
