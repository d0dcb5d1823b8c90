//! `compress` and `compress_threshold`: what is stored of large values.

use super::*;

#[derive(Alias)]
#[alias(name = "compressed", ttl = "1h")]
struct Default;

#[derive(Alias)]
#[alias(name = "zstd", ttl = "1h", compress = zstd)]
struct Zstd;

#[derive(Alias)]
#[alias(name = "large", ttl = "1h", compress = "lz4", compress_threshold = "4KiB")]
struct Large;

#[derive(Alias)]
#[alias(name = "uncompressed", ttl = "1h", compress = off)]
struct Off;

#[tokio::test]
async fn values_are_compressed_as_their_alias_says() {
    let tier = MemoryTier::new();
    let (cache, reader) = (testing::process(tier.clone()), testing::process(tier.connect()));
    let text = |length| "a".repeat(length);
    for (key, length) in [("small", 1_000), ("middle", 2_000), ("large", 5_000)] {
        store::<Default>(&cache, &format!("default-{key}"), &text(length)).await;
        store::<Zstd>(&cache, &format!("zstd-{key}"), &text(length)).await;
        store::<Large>(&cache, &format!("large-{key}"), &text(length)).await;
        store::<Off>(&cache, &format!("off-{key}"), &text(length)).await;
    }
    let of =
        |alias| ["small", "middle", "large"].map(|key| form(&tier, &format!("{alias}-{key}")).compression);
    assert_eq!(of("default"), [PLAIN, LZ4, LZ4]);
    assert_eq!(of("zstd"), [PLAIN, ZSTD, ZSTD]);
    assert_eq!(of("large"), [PLAIN, PLAIN, LZ4]);
    assert_eq!(of("off"), [PLAIN; 3]);
    assert_eq!(look::<Zstd>(&reader, "zstd-large").await, Some(text(5_000)));
    assert_eq!(look::<Off>(&reader, "off-large").await, Some(text(5_000)));
}
