//! Where what is shared lies.

use super::*;
use crate::shared::{MemoryTier, SharedTier, TagId};
use crate::tiers::{InCode, Tiers};

crate::register_tier!(["memory", "memories"], |url| {
    let number =
        url.rsplit('/').next().and_then(|number| number.parse().ok()).ok_or("it ends in no number")?;
    Ok(Arc::new(MemoryTier::with_nodes(number)))
});

/// The number that its URL ended in, of those from 32 on.
fn number(tier: &Arc<dyn SharedTier>) -> u64 {
    63 - tier.node(TagId(63)).0
}

fn urls(found: impl IntoIterator<Item = Found>) -> Vec<GivenUrl> {
    config(found).urls
}

fn tiers(urls: &[GivenUrl], code: InCode) -> Tiers {
    Tiers::resolve(urls, code).unwrap().expect("there is one")
}

/// The number of the tier for all, and of each of the others with its aliases.
fn placed(tiers: &Tiers) -> (u64, Vec<(u64, Vec<&str>)>) {
    let others = tiers.places.iter().map(|(tier, aliases)| (number(tier), aliases.clone()));
    (number(&tiers.home), others.collect())
}

fn refused(urls: &[GivenUrl], code: InCode) -> Vec<String> {
    Tiers::resolve(urls, code).err().expect("it is refused")
}

#[test]
fn without_any_there_is_no_tier() {
    assert!(Tiers::resolve(&[], InCode::default()).unwrap().is_none());
}

#[test]
fn the_environment_overrides_a_file_and_code_both() {
    let from_file = || {
        file(
            "url = 'memory://a/40'\n[alias.prices]\nurl = 'memory://a/41'\n[alias.default]\nurl = 'memory://a/42'",
        )
    };
    let from_environment =
        || environment(&[("CACHE_URL", "memory://a/50"), ("CACHE_PRICES_URL", "memories://a/51")]);
    for layers in [[from_file(), from_environment()], [from_environment(), from_file()]] {
        let urls = urls(layers);
        let expected = vec![(42, vec!["default"]), (51, vec!["prices"])];
        assert_eq!(placed(&tiers(&urls, InCode::default())), (50, expected));

        let tier = |number| Arc::new(MemoryTier::with_nodes(number)) as Arc<dyn SharedTier>;
        let code = InCode { home: Some(tier(60)), aliases: [("prices", tier(61))].into() };
        assert_eq!(placed(&tiers(&urls, code)), (60, vec![(42, vec!["default"]), (61, vec!["prices"])]));
    }
    let later = urls([file("url = 'memory://a/40'"), file("url = 'memory://a/41'")]);
    assert_eq!(placed(&tiers(&later, InCode::default())), (41, vec![]), "of two files the later");
}

#[test]
fn of_one_url_there_is_one_tier() {
    let urls = urls([environment(&[
        ("CACHE_URL", "memory://a/40"),
        ("CACHE_PRICES_URL", "memory://a/41"),
        ("CACHE_OF_TENANTS_URL", "memory://a/41"),
        ("CACHE_DEFAULT_URL", "memory://a/40"),
    ])]);
    assert_eq!(placed(&tiers(&urls, InCode::default())), (40, vec![(41, vec!["of.tenants", "prices"])]));
}

#[test]
fn what_cannot_be_a_url_is_told_with_the_remedy_and_no_password() {
    let backends = "allowed are `memories://..`, `memory://..`, `twice://..`; another backend is linked by `use the_crate as _;`, \
                    as `cache-redis` is by `use cache_redis as _;`";
    let unserved = format!("has the scheme `redis`, which nothing in this program serves; {backends}");
    for (url, why) in [
        ("redis://:s3cret@a", unserved.as_str()),
        ("a:6379,password=s3cret", &format!("is no URL; {backends}")),
        ("s3cret@a://b", &format!("is no URL; {backends}")),
        ("memory://:s3cret@a/b", "can't be used: it ends in no number"),
    ] {
        let from_environment = urls([environment(&[("CACHE_URL", url), ("CACHE_PRICES_URL", url)])]);
        assert_eq!(
            refused(&from_environment, InCode::default()),
            [format!("`CACHE_URL` {why}"), format!("`CACHE_PRICES_URL` {why}")]
        );
        let from_file = urls([file(&format!("url = '{url}'\n[alias.prices]\nurl = '{url}'"))]);
        assert_eq!(
            refused(&from_file, InCode::default()),
            [format!("cache.toml:1: `url` {why}"), format!("cache.toml:3: `alias.prices.url` {why}")]
        );
        let shown = format!("{:?}", Config { urls: from_file, ..Config::default() });
        assert!(shown.contains("cache.toml:1: `url`") && !shown.contains("s3cret"), "{shown}");

        let code = InCode { home: Some(Arc::new(MemoryTier::new())), ..InCode::default() };
        let overridden = urls([environment(&[("CACHE_URL", url)])]);
        assert!(Tiers::resolve(&overridden, code).is_ok(), "code wins: nobody looks at it");
    }
}

#[test]
fn an_alias_alone_has_no_tier() {
    let remedy = "and there is no tier that all aliases share, for what says whether its entries are fresh; set `CACHE_URL` too";
    let urls = urls([environment(&[("CACHE_PRICES_URL", "memory://a/41")])]);
    let code = InCode { home: None, aliases: [("default", Arc::new(MemoryTier::new()) as _)].into() };
    assert_eq!(
        refused(&urls, code),
        [
            format!("`CACHE_PRICES_URL` is set, {remedy}"),
            format!("alias `default` has a tier of its own, set in code, {remedy}")
        ]
    );
}

#[test]
fn two_crates_of_one_scheme_are_told() {
    crate::register_tier!(["twice"], |_| Ok(Arc::new(MemoryTier::new())));
    crate::register_tier!(["twice"], |_| Ok(Arc::new(MemoryTier::new())));
    let urls = urls([environment(&[("CACHE_URL", "twice://a")])]);
    let [why] = &refused(&urls, InCode::default())[..] else { panic!("one mistake") };
    assert!(why.contains("which two crates of this program serve"), "{why}");
}
