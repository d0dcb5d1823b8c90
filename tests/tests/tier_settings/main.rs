//! Settings of aliases that say how values lie in the shared tier, and when it has confirmed an invalidation.

mod codec;
mod compress;
mod durability;
mod encrypt;

use cache_core::shared::MemoryTier;
use cache_core::{Alias, Cache, EncryptionKeys, testing};

/// How an entry was written, as its envelope says.
#[derive(Debug, PartialEq, Eq)]
struct Form {
    codec: u8,
    compression: u8,
    is_encrypted: bool,
}

const BINCODE: u8 = 1;
const RMP: u8 = 2;
const PLAIN: u8 = 0;
const LZ4: u8 = 1;
const ZSTD: u8 = 2;

/// Stores a value under a key, in an alias.
async fn store<A: Alias<Tenant = cache_core::Unscoped, User = cache_core::Unscoped>>(
    cache: &Cache,
    key: &str,
    value: &str,
) {
    let entry = cache.entry::<A, String>(key).global();
    assert_eq!(entry.get_or_set(|| async { value.to_owned() }).await, value);
    testing::settled(cache).await;
}

async fn look<A: Alias<Tenant = cache_core::Unscoped, User = cache_core::Unscoped>>(
    cache: &Cache,
    key: &str,
) -> Option<String> {
    cache.entry::<A, String>(key).global().get().await
}

/// Of the only entry whose key ends so.
fn form(tier: &MemoryTier, key: &str) -> Form {
    let bytes = bytes(tier, key);
    Form { codec: bytes[5], compression: bytes[6], is_encrypted: bytes[7] & 1 != 0 }
}

fn bytes(tier: &MemoryTier, key: &str) -> Vec<u8> {
    let keys: Vec<_> =
        tier.keys().into_iter().filter(|stored| stored.ends_with(&format!("key={key}"))).collect();
    assert_eq!(keys.len(), 1, "{keys:?}");
    tier.entry(&keys[0]).unwrap()
}

fn keys() -> EncryptionKeys {
    EncryptionKeys::new(1, [7; 32])
}
