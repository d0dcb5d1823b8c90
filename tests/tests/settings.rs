//! Settings, as the functions of a program meet them.

use std::time::Duration;

use cache_core::{Alias, Cache, Error, Mode, Settings, Ttl, cached};
use tests::{Source, until_sync};

#[derive(Alias)]
#[alias(name = "brief", ttl = "1h")]
struct Brief;

#[derive(Alias)]
#[alias(name = "small", ttl = "1h")]
struct Small;

#[derive(Alias)]
#[alias(name = "closed", ttl = "1h")]
struct Closed;

/// By hand: known by its use alone.
enum ByHand {}

impl Alias for ByHand {
    const NAME: &'static str = "by-hand";
    const SETTINGS: Settings = Settings::new().max_entries(7);
    type Tenant = cache_core::Unscoped;
    type User = cache_core::Unscoped;
}

#[cached(alias = Brief)]
fn brief(source: &Source) -> u64 {
    source.read_sync()
}

#[cached(alias = Brief, ttl = "2h")]
fn of_its_own(source: &Source) -> u64 {
    source.read_sync()
}

#[cached(alias = Small)]
fn small(id: u64) -> u64 {
    id
}

#[cached(alias = Closed)]
fn closed(source: &Source) -> u64 {
    source.read_sync()
}

/// One test: there is one cache in a process.
#[test]
fn functions_go_by_them() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("functions_go_by_them.toml");
    std::fs::write(
        &path,
        "namespace = 'shop'\n[alias.small]\nmax_entries = 5\n[alias.closed]\nmode = 'off'\n",
    )
    .unwrap();
    let brief_ttl = Ttl::For(Duration::from_millis(1));
    let builder =
        Cache::builder().file(&path).unwrap().alias::<Brief>(move |settings| settings.ttl(brief_ttl));
    let cache = builder.clone().install().unwrap();

    assert_eq!(brief::entry().key(), "shop:brief:settings::brief@2a2b7e06");
    let source = Source::new(1);
    assert_eq!((brief(&source), of_its_own(&source)), (1, 1));
    until_sync(|| brief::entry().get().is_none());
    assert_eq!(of_its_own::entry().get(), Some(1), "a function's own TTL is overridden by a cap alone");
    (0..100).for_each(|id| assert_eq!(small(id), id));
    let reads = source.reads();
    assert_eq!((closed(&source), closed(&source), source.reads()), (1, 1, reads + 2));

    let stats = cache.stats();
    let alias = |name| stats.aliases.iter().find(|alias| alias.name == name).unwrap();
    assert!(alias("small").entries <= 5);
    assert_eq!(
        (alias("small").max_entries, alias("small").settings.to_string()),
        (Some(5), small_settings())
    );
    assert_eq!((alias("closed").mode, alias("brief").mode), (Mode::Off, Mode::On));
    assert_eq!(cache.settings::<Brief>(), Settings::new().ttl(brief_ttl));

    cache.set_mode_of("closed", Mode::On).unwrap();
    assert_eq!((closed(&source), closed(&source), source.reads()), (1, 1, reads + 3));
    cache.set_mode_of("small", Mode::Off).unwrap();
    assert_eq!(small::entry(99).get(), None);
    let error = cache.set_mode_of("smal", Mode::Off).unwrap_err();
    let all = "`brief`, `closed`, `default`, `small`";
    assert_eq!(error.to_string(), format!("no alias `smal`, did you mean `small`? there are: {all}"));

    // Another cache, and what was installed is as it was.
    let capped = builder
        .alias::<Brief>(|settings| settings.max_ttl(Ttl::For(Duration::from_secs(60))))
        .build()
        .unwrap();
    assert_eq!(capped.settings::<Brief>().to_string().split(", ").nth(1), Some("max_ttl = \"1m\""));
    assert_eq!(cache.settings::<Brief>(), Settings::new().ttl(brief_ttl));
    assert_eq!(
        Cache::builder().build().unwrap().settings::<ByHand>().to_string(),
        ByHand::SETTINGS.to_string()
    );
}

fn small_settings() -> String {
    "ttl = \"1h\", max_ttl = \"forever\", jitter = 0.1, max_entries = 5, max_loads = 256, load_wait = \"10s\", coherence = \"push\", max_staleness = \"1s\", deadline = \"50ms\", codec = \"bincode\", compress = \"lz4\", compress_threshold = \"1KiB\", encrypt = false, durability = \"primary\", verify_rate = 0.0, mode = \"on\""
        .to_owned()
}

/// Runs itself once more, in an environment of its own: that of a process is shared by its threads.
#[test]
fn a_variable_that_looks_like_a_setting_is_warned_of() {
    const WITHIN: &str = "TESTS_SETTINGS_WITHIN";
    if std::env::var_os(WITHIN).is_some() {
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).without_time().with_writer(std::io::stdout).finish();
        let brief =
            tracing::subscriber::with_default(subscriber, || Cache::from_env().unwrap().build().unwrap());
        println!("{}", brief.settings::<Brief>());
        return;
    }
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_variable_that_looks_like_a_setting_is_warned_of", "--nocapture"])
        .env(WITHIN, "1")
        .env("CACHE_BRIEF_TTL", "7m")
        .env("CACHE_BRIEF_TLL", "8m")
        .env("CACHE_DIR", "/tmp")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && printed.contains("ttl = \"7m\""), "{printed}");
    let warnings: Vec<_> = printed.lines().filter(|line| line.contains("WARN")).collect();
    let [warning] = warnings[..] else { panic!("{printed}") };
    assert!(
        warning.ends_with("`CACHE_BRIEF_TLL` sets nothing; did you mean `CACHE_BRIEF_TTL`?"),
        "{warning}"
    );
}

/// Once, however it is set up: nobody should wonder where the other process's writes are.
#[test]
fn a_cache_of_this_process_alone_is_said() {
    const TEST: &str = "a_cache_of_this_process_alone_is_said";
    const WITHIN: &str = "TESTS_SETTINGS_ALONE";
    if let Some(how) = std::env::var_os(WITHIN) {
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).without_time().with_writer(std::io::stdout).finish();
        tracing::subscriber::with_default(subscriber, || {
            if how == "installed" {
                Cache::from_env().unwrap().install().unwrap();
            }
            assert_eq!([small(5), small(5)], [5, 5]);
        });
        return;
    }
    for (how, url, expected) in [
        (
            "installed",
            "",
            &["there is no `CACHE_URL`, nor a tier set in code: every alias lives in this process"][..],
        ),
        ("by itself", "", &["no cache was installed: every alias lives in this process"]),
        (
            "by itself",
            "redis://:s3cret@a",
            &[
                "no cache was installed: every alias lives in this process",
                "`CACHE_URL` is set, and nobody reads it: `Cache::from_env()?.install()?` does",
            ],
        ),
    ] {
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", TEST, "--nocapture"]).env(WITHIN, how).env("CACHE_URL", url);
        let output = again.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && !printed.contains("s3cret"), "{printed}");
        let said = printed.lines().filter_map(|line| {
            line.split_once("cache_core::cache: ").or(line.split_once("cache_core::builder: "))
        });
        assert_eq!(said.map(|(_, said)| said).collect::<Vec<_>>(), expected, "{printed}");
    }
}

/// `cache-core` knows no backend: who serves a scheme is linked.
#[test]
fn a_url_that_nobody_serves_is_refused_when_it_is_built() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("a_url_that_nobody_serves.toml");
    std::fs::write(&path, "url = 'redis://:s3cret@host'\n[alias.small]\nurl = 'nonsense'\n").unwrap();
    let builder = || Cache::builder().file(&path).unwrap();
    let refused = builder().build().unwrap_err();
    let remedy = "allowed are those of a backend, and none is linked: for Redis and Valkey put `cache-redis` into Cargo.toml and \
                  `use cache_redis as _;` into the program";
    let expected = [
        format!(
            "{}:1: `url` has the scheme `redis`, which nothing in this program serves; {remedy}",
            path.display()
        ),
        format!("{}:3: `alias.small.url` is no URL; {remedy}", path.display()),
    ];
    assert_eq!(refused, Error::Settings(expected.to_vec()));
    assert!(!format!("{:?} {refused:?}", builder()).contains("s3cret"));
    // Code wins.
    let tier = cache_core::shared::MemoryTier::new();
    let cache = builder().tier(tier.clone()).alias_tier::<Small>(tier).build().unwrap();
    assert!(cache.stats().shared.is_some());
}

#[test]
fn what_cannot_be_is_refused_when_it_is_built() {
    let no_entries = Cache::builder().alias::<Small>(|settings| settings.max_entries(0));
    let too_long = no_entries.clone().alias::<Brief>(|settings| settings.ttl(Ttl::Forever));
    let expected =
        "`max_entries` of alias `small`, set in code, can't be `0`; allowed are whole numbers from 1 on";
    assert_eq!(no_entries.build().unwrap_err(), Error::Settings(vec![expected.to_owned()]));
    assert_eq!(
        too_long.build().unwrap_err().to_string(),
        format!(
            "2 settings can't be:\n- `ttl` of alias `brief`, set in code, can't be `forever`: `settings::brief` at \
             tests/tests/settings.rs:30:1 has no `invalidate_on`, so that nothing would ever replace a stale value; set 4 hours \
             or less, or let the function name what it depends on, give a shorter `ttl`, or say `allow_stale`\n- {expected}"
        )
    );
    let by_hand = Cache::builder().alias::<ByHand>(|settings| settings.max_loads(0)).build().unwrap_err();
    assert!(by_hand.to_string().starts_with("`max_loads` of alias `by-hand`, set in code,"), "{by_hand}");
}
