//! Servers that settings name, by URLs alone.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_core::{Alias, Cache, Model, cached, invalidates, testing};
use cache_redis::RedisTier;
use servers::{Cluster, Program, Server};

#[derive(Model)]
#[model(name = "article", id = u64)]
struct Article;

#[derive(Alias)]
#[alias(name = "prices", ttl = "1h", coherence = verify, deadline = "2s")]
struct Prices;

/// Its entries may lie elsewhere.
#[derive(Alias)]
#[alias(name = "stocks", ttl = "1h", coherence = verify, deadline = "2s")]
struct Stocks;

#[cached(alias = Prices, cache = cache, skip(cache, seen), invalidate_on = [Article(id)])]
async fn price(cache: &Cache, seen: u64, id: u64) -> u64 {
    let _ = (cache, id);
    seen
}

#[cached(alias = Stocks, cache = cache, skip(cache, seen), invalidate_on = [Article(id)])]
async fn stock(cache: &Cache, seen: u64, id: u64) -> u64 {
    let _ = (cache, id);
    seen
}

#[invalidates(Article(id), cache = cache)]
async fn write(cache: &Cache, id: u64) {
    let _ = (cache, id);
}

/// What a process loads is the number that it is given: that of another one was shared.
async fn share(one: &Cache, other: &Cache) {
    static IDS: AtomicU64 = AtomicU64::new(1);
    for _ in 0..1_000 {
        let id = IDS.fetch_add(1, Ordering::SeqCst);
        assert_eq!((price(one, 1, id).await, stock(one, 1, id).await), (1, 1));
        testing::settled(one).await;
        if (price(other, 2, id).await, stock(other, 2, id).await) == (1, 1) {
            write(one, id).await;
            assert_eq!((price(other, 3, id).await, stock(other, 3, id).await), (3, 3));
            return;
        }
        // Not connected yet.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nothing is shared");
}

/// Runs a test once more, in an environment of its own: that of a process is shared by its threads.
fn within(test: &str, variables: &[(&str, &str)]) -> Option<String> {
    const WITHIN: &str = "TESTS_URLS_WITHIN";
    if std::env::var_os(WITHIN).is_some() {
        return None;
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", test, "--nocapture"]).env(WITHIN, "1").envs(variables.iter().copied());
    let output = again.output().unwrap();
    let printed =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}");
    Some(printed)
}

fn keys(server: &Server, pattern: &str) -> Vec<String> {
    server.command(&format!("KEYS {pattern}"))
}

#[tokio::test]
async fn the_environment_names_the_server_and_that_of_an_alias() {
    const TEST: &str = "the_environment_names_the_server_and_that_of_an_alias";
    let servers = [Program::Redis, Program::Valkey].map(|program| Server::start(program, &[]));
    let [home, place] = servers.each_ref().map(|server| server.url() + "/0?prefix=a:&connect_timeout=5s");
    let variables = [("CACHE_URL", home.as_str()), ("CACHE_STOCKS_URL", &place), ("CACHE_NAMESPACE", "shop")];
    if within(TEST, &variables).is_none() {
        let build = || Cache::from_env().unwrap().build().unwrap();
        share(&build(), &build()).await;
        return;
    }
    let [home, place] = &servers;
    assert!(!keys(home, "a:shop:prices:*").is_empty() && keys(home, "*:stocks:*").is_empty());
    assert!(!keys(place, "a:shop:stocks:*").is_empty() && keys(place, "*:prices:*").is_empty());
    let mut connection = place.connection();
    let epochs: Vec<Vec<u8>> = redis::cmd("KEYS").arg(b"a:\xff*").query(&mut connection).unwrap();
    assert!(epochs.is_empty(), "they lie where all look for them");
    let mut connection = home.connection();
    let epochs: Vec<Vec<u8>> = redis::cmd("KEYS").arg(b"a:\xff*").query(&mut connection).unwrap();
    assert!(!epochs.is_empty());
}

/// Nothing there loses what it does here, and the other way about.
#[tokio::test]
async fn an_aliass_server_dies_alone() {
    let (home, mut place) = (Server::start(Program::Redis, &[]), Server::start(Program::Redis, &[]));
    let build = || {
        let tier = |server: &Server| RedisTier::new(server.url()).unwrap();
        Cache::builder().tier(tier(&home)).alias_tier::<Stocks>(tier(&place)).build().unwrap()
    };
    let (one, other) = (build(), build());
    share(&one, &other).await;
    place.kill();
    let is_dead = |cache: &Cache| {
        let stats = cache.stats();
        let place =
            stats.aliases.iter().find(|alias| alias.name == "stocks").unwrap().shared.clone().unwrap();
        (stats.shared.unwrap().open, place.open)
    };
    for id in 2_000.. {
        assert_eq!(stock(&one, 1, id).await, 1);
        testing::settled(&one).await;
        if is_dead(&one).1 {
            break;
        }
        assert!(id < 3_000, "nobody notices");
    }
    assert!(!is_dead(&one).0);
    price(&one, 1, 4_000).await;
    testing::settled(&one).await;
    assert_eq!(price(&other, 2, 4_000).await, 1, "others are shared");
    // Writes are seen, wherever the value lies.
    assert_eq!(stock(&other, 1, 4_000).await, 1);
    write(&one, 4_000).await;
    assert_eq!((stock(&other, 2, 4_000).await, price(&other, 2, 4_000).await), (2, 2));

    place.start_again();
    for _ in 0..1_000 {
        if is_dead(&one) == (false, false) && is_dead(&other) == (false, false) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    share(&one, &other).await;
}

#[tokio::test]
async fn a_cluster_and_sentinels_have_urls_too() {
    let cluster = Cluster::start(Program::Redis, false);
    let hosts: Vec<String> =
        cluster.urls().iter().map(|url| url.strip_prefix("redis://").unwrap().to_owned()).collect();
    let url = format!("redis+cluster://{}?connect_timeout=5s", hosts.join(","));
    let build = |url: &str| Cache::builder().tier(RedisTier::new(url).unwrap()).build().unwrap();
    share(&build(&url), &build(&url)).await;
    drop(cluster);

    let primary = Server::start(Program::Valkey, &[]);
    let sentinel = Server::start_sentinel("my-shop", &primary);
    let url = format!("redis+sentinel://127.0.0.1:1,127.0.0.1:{}/my%2dshop", sentinel.port());
    share(&build(&url), &build(&url)).await;
}

#[test]
fn a_url_that_makes_no_sense_ends_the_program_and_shows_no_password() {
    const TEST: &str = "a_url_that_makes_no_sense_ends_the_program_and_shows_no_password";
    for (url, why) in [
        (
            "redis://:s3cret@a?conect_timeout=1s",
            "`CACHE_URL` can't be used: the URL's query sets `conect_timeout`",
        ),
        ("redis://:s3cret@a/b", "`CACHE_URL` can't be used: the URL of the shared tier is wrong"),
        (
            "redis+ring://:s3cret@a",
            "`CACHE_URL` has the scheme `redis+ring`, which nothing in this program serves; allowed are `redis://..`",
        ),
    ] {
        if let Some(printed) = within(TEST, &[("CACHE_URL", url)]) {
            assert!(printed.contains(why) && !printed.contains("s3cret"), "{printed}");
            continue;
        }
        let refused = Cache::from_env().unwrap().build().unwrap_err();
        println!("{refused} {refused:?}");
        return;
    }
}

/// Each server of a Cluster is searched, and what others keep there is not touched.
#[tokio::test]
async fn what_matches_is_removed_from_all_of_a_cluster() {
    let cluster = Cluster::start(Program::Valkey, false);
    let tier = || RedisTier::builder().cluster(cluster.urls()).prefix("p:").build().unwrap();
    let (one, other) =
        (Cache::builder().tier(tier()).build().unwrap(), Cache::builder().tier(tier()).build().unwrap());
    share(&one, &other).await;
    for id in 5_000..5_100 {
        price(&one, 1, id).await;
        stock(&one, 1, id).await;
    }
    testing::settled(&one).await;
    let found = one.find_matching("app:prices:*id=5*").await.unwrap();
    assert!((90..=110).contains(&found.shared) && found.near >= 100, "{found:?}");
    one.remove_matching("app:prices:*id=5*").await.unwrap();
    assert_eq!(one.find_matching("app:prices:*id=5*").await.unwrap(), cache_core::Matched::default());
    assert!(one.find_matching("app:stocks:*id=5*").await.unwrap().shared >= 90);
    assert_eq!(stock(&other, 2, 5_000).await, 1, "it is fresh: epochs are no entries");
}
