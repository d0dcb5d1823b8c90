//! The program `settings`, as a process of its own: the environment is a process's.

use std::process::{Command, Output};

use expect_test::expect_file;

fn settings(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_settings"));
    program.args(arguments).env_clear().envs(variables.iter().copied()).output().unwrap()
}

fn text(output: &[u8]) -> &str {
    std::str::from_utf8(output).unwrap()
}

/// `UPDATE_EXPECT=1 cargo nextest run -p examples` writes it down anew.
#[test]
fn the_example_file_is_what_the_program_reads() {
    let printed = settings(&["--print"], &[]);
    expect_file!["../cache.example.toml"].assert_eq(text(&printed.stdout));
}

/// The line of an alias, and what the calls came to.
fn seen(variables: &[(&str, &str)]) -> [String; 3] {
    let output = settings(&[], variables);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut lines = text(&output.stdout).lines();
    let mut line = || lines.next().unwrap().to_owned();
    [line(), line(), lines.collect::<Vec<_>>().join("; ")]
}

#[test]
fn attributes_are_overridden_by_a_file_by_the_environment_and_by_code() {
    let prices = |ttl, entries| {
        format!(
            "prices:         ttl = \"{ttl}\", max_ttl = \"2h\", jitter = 0.1, max_entries = {entries}, max_loads = 256, \
             load_wait = \"10s\", coherence = \"push\", max_staleness = \"1s\", deadline = \"50ms\", codec = \"bincode\", compress = \"lz4\", \
             compress_threshold = \"1KiB\", encrypt = false, durability = \"primary\", verify_rate = 0.0, mode = \"on\""
        )
    };
    let rates = "exchange-rates: ttl = \"10m\", max_ttl = \"forever\", jitter = 0.1, max_entries = 200, max_loads = 256, \
                 load_wait = \"10s\", coherence = \"push\", max_staleness = \"1s\", deadline = \"50ms\", codec = \"bincode\", compress = \"lz4\", \
             compress_threshold = \"1KiB\", encrypt = false, durability = \"primary\", verify_rate = 0.0, mode = \"on\"";
    let calls = "On: 2 calls, 1 queries; Off: 2 calls, 2 queries; On: 2 calls, 0 queries";
    assert_eq!(seen(&[]), [&prices("1h", "50_000"), rates, calls]);

    // The example says what holds anyway.
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/cache.example.toml");
    assert_eq!(seen(&[("CACHE_FILE", example)]), seen(&[]));

    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("settings.toml");
    std::fs::write(
        &path,
        "[alias.prices]\nttl = '20m'\nmax_entries = 7\n[alias.exchange-rates]\nmax_entries = 8\n",
    )
    .unwrap();
    let file = ("CACHE_FILE", path.to_str().unwrap());
    assert_eq!(seen(&[file]), [&prices("20m", "7"), rates, calls]);
    assert_eq!(seen(&[file, ("CACHE_PRICES_TTL", "30s")]), [&prices("30s", "7"), rates, calls]);
    let by_bytes = prices("20m", "7").replace("max_entries = 7", "max_bytes = \"64MiB\"");
    assert_eq!(
        seen(&[file, ("CACHE_PRICES_MAX_BYTES", "64MiB")])[0],
        by_bytes,
        "in place of the file's bound"
    );
    assert_eq!(seen(&[file, ("CACHE_EXCHANGE_RATES_MAX_ENTRIES", "9")])[1], rates, "code has the last word");
}

#[test]
fn what_cannot_be_ends_the_program_and_says_why() {
    let output =
        settings(&[], &[("CACHE_PRICES_TTL", "soon"), ("CACHE_MODE", "no"), ("CACHE_FILE", "/nowhere.toml")]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), ""));
    assert_eq!(
        text(&output.stderr),
        "Error: 3 settings can't be:\n\
         - `CACHE_FILE`: `/nowhere.toml` can't be read: No such file or directory (os error 2)\n\
         - `CACHE_MODE` can't be `no`; allowed are `on`, `refresh` and `off`\n\
         - `CACHE_PRICES_TTL` can't be `soon`; allowed are whole numbers with the units `ms`, `s`, `m`, `h`, `d`, such as `15m` \
         or `1h30m`, and `forever`\n"
    );
    let output = settings(&[], &[("CACHE_PRICES_TTL", "3h")]);
    assert_eq!(
        text(&output.stderr),
        "Error: `CACHE_PRICES_TTL` is `3h`, longer than `max_ttl` of alias `prices` allows: `2h`; shorten the one or raise the \
         other\n"
    );
    let output = settings(&[], &[("CACHE_EXCHANGE_RATES_TTL", "1d")]);
    assert!(output.status.success(), "no function of it is linked");
    let output = settings(&[], &[("CACHE_PRICES_MAX_TTL", "2d"), ("CACHE_PRICES_TTL", "1d")]);
    assert_eq!(
        text(&output.stderr),
        "Error: `CACHE_PRICES_TTL` can't be `1d`: `settings::price` at examples/src/bin/settings.rs:29:1 has no \
         `invalidate_on`, so that nothing would ever replace a stale value; set 4 hours or less, or let the function name what \
         it depends on, give a shorter `ttl`, or say `allow_stale`\n"
    );
}
