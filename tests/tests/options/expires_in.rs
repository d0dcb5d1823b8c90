use std::time::Duration;

use cache_core::{Alias, Cache, cached, testing};
use serde::{Deserialize, Serialize};
use tests::Source;

#[derive(Clone, Serialize, Deserialize, PartialEq, Debug)]
struct Token {
    seconds: u64,
}

#[derive(Alias)]
#[alias(name = "tokens", max_ttl = "1h")]
struct Tokens;

#[cached(alias = Tokens, expires_in = |token| Duration::from_secs(token.seconds))]
async fn token(source: &Source) -> Result<Token, String> {
    Ok(Token { seconds: source.read().await })
}

#[cached(alias = Tokens)]
async fn around(source: &Source) -> Result<Token, String> {
    token(source).await
}

#[derive(Alias)]
#[alias(name = "without-end", ttl = "forever")]
struct WithoutEnd;

/// Its alias's TTL is not its own: this compiles without `allow_stale`, and is not refused at start.
#[cached(alias = WithoutEnd, expires_in = |seconds| Duration::from_secs(*seconds))]
fn seconds(source: &Source) -> u64 {
    source.read_sync()
}

#[cache_core::test]
fn an_alias_may_be_without_end() {
    let source = Source::new(60);
    Cache::builder().build().unwrap();
    assert_eq!((seconds(&source), seconds(&source), source.reads()), (60, 60, 1));
    testing::advance(Duration::from_secs(60));
    assert_eq!((seconds(&source), source.reads()), (60, 2));
}

#[cache_core::test]
async fn a_value_says_how_long_it_lives() {
    let source = Source::new(60);
    token(&source).await.unwrap();
    around(&source).await.unwrap();
    testing::advance(Duration::from_secs(59));
    assert!(token::entry().get().await.is_some());
    testing::advance(Duration::from_secs(1));
    assert_eq!(token::entry().get().await, None);
    assert_eq!(around::entry().get().await, None, "nor does what was computed from it live longer");
}

#[cache_core::test]
async fn no_longer_than_the_alias_allows() {
    let source = Source::new(24 * 3600);
    token(&source).await.unwrap();
    testing::advance(Duration::from_secs(3600 - 1));
    assert!(token::entry().get().await.is_some());
    testing::advance(Duration::from_secs(1));
    assert_eq!(token::entry().get().await, None);
}

#[cache_core::test]
async fn what_has_expired_already_is_not_stored() {
    let source = Source::new(0);
    assert_eq!(token(&source).await, Ok(Token { seconds: 0 }));
    assert_eq!(token::entry().get().await, None);
}
