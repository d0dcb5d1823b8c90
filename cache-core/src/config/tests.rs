mod bounds;
mod urls;

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::declare::{
    AliasFacts, ByteSize, Codec, Coherence, Compression, Dependency, Durability, Extent, Function, Location,
    ModelFacts, Rate, Rules, Ttl,
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Ttl = Ttl::For(Duration::from_secs(3600));

fn aliases() -> Aliases {
    Aliases::from([
        ("default", Settings::new()),
        ("prices", Settings::new().ttl(HOUR).max_entries(50)),
        ("of.tenants", Settings::new().max_ttl(HOUR)),
    ])
}

fn file(source: &str) -> Found {
    let mut found = Found::default();
    file::read(Path::new("cache.toml"), source, &aliases(), &mut found);
    found
}

fn environment(variables: &[(&str, &str)]) -> Found {
    environment_of(&aliases(), variables)
}

fn environment_of(aliases: &Aliases, variables: &[(&str, &str)]) -> Found {
    let mut found = Found::default();
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    read_environment(variables, aliases, &mut found);
    found
}

/// What comes of these, none of which is a mistake.
fn config(found: impl IntoIterator<Item = Found>) -> Config {
    let mut config = Config::default();
    for found in found {
        assert_eq!((found.mistakes, found.warnings), (vec![], vec![]));
        config.given.extend(found.given);
        config.urls.extend(found.urls);
    }
    config
}

fn resolved(config: &Config) -> Resolved {
    resolve(config, aliases(), []).unwrap()
}

fn mistakes(config: &Config, functions: &[&'static Function]) -> Vec<String> {
    resolve(config, aliases(), functions.iter().copied()).unwrap_err()
}

fn change(config: &mut Config, change: impl Fn(Settings) -> Settings + Send + Sync + 'static) {
    config.changes.push(("prices", Settings::new(), Arc::new(change)));
}

#[test]
fn each_layer_overrides_the_one_before() {
    let from_file = || {
        file("namespace = 'file'\nmode = 'off'\n[alias.prices]\nttl = '1m'\nmax_loads = 1\njitter = 0.5\n")
    };
    let from_environment = || {
        environment(&[
            ("CACHE_NAMESPACE", "variable"),
            ("CACHE_MODE", "refresh"),
            ("CACHE_PRICES_TTL", "2m"),
            ("CACHE_PRICES_MAX_LOADS", "2"),
        ])
    };
    // In whatever order they are read.
    for layers in [[from_file(), from_environment()], [from_environment(), from_file()]] {
        let mut config = config(layers);
        let two = resolved(&config);
        assert_eq!((two.namespace.as_str(), two.mode), ("variable", Mode::Refresh));
        let expected = Settings::new().max_entries(50).jitter(0.5);
        assert_eq!(two.aliases["prices"], expected.ttl(Ttl::For(2 * MINUTE)).max_loads(2));
        assert_eq!(two.aliases["default"], Settings::new(), "nothing was said of it");

        change(&mut config, |settings| settings.ttl(Ttl::For(3 * MINUTE)));
        (config.namespace, config.mode) = (Some("code".to_owned()), Some(Mode::On));
        let three = resolved(&config);
        assert_eq!((three.namespace.as_str(), three.mode), ("code", Mode::On));
        assert_eq!(three.aliases["prices"], expected.ttl(Ttl::For(3 * MINUTE)).max_loads(2));
    }
    let one = resolved(&config([from_file()]));
    assert_eq!((one.namespace.as_str(), one.mode), ("file", Mode::Off));
    assert_eq!(one.aliases["prices"].max_loads, 1);
    let none = resolved(&Config::default());
    assert_eq!((none.namespace.as_str(), none.mode, none.aliases), ("app", Mode::On, aliases()));
}

#[test]
fn of_two_files_the_later_wins() {
    let read = resolved(&config([file("[alias.prices]\nttl = '1m'"), file("[alias.prices]\nttl = '2m'")]));
    assert_eq!(read.aliases["prices"].ttl, Ttl::For(2 * MINUTE));
}

#[test]
fn every_setting_is_read_from_either() {
    let all = [
        ("ttl", "'forever'", "forever"),
        ("max_ttl", "'1d'", "1d"),
        ("jitter", "0", "0"),
        ("max_entries", "1_000", "1_000"),
        ("max_bytes", "'64MiB'", "64MiB"),
        ("max_loads", "+7", "7"),
        ("load_wait", "'1m30s'", "1m30s"),
        ("coherence", "'verify'", "verify"),
        ("max_staleness", "'500ms'", "500ms"),
        ("deadline", "'20ms'", "20ms"),
        ("codec", "'rmp'", "rmp"),
        ("compress", "'off'", "off"),
        ("compress_threshold", "'4KiB'", "4096"),
        ("encrypt", "true", "true"),
        ("durability", "'replicated'", "replicated"),
        ("verify_rate", "0.001", "1e-3"),
        ("mode", "'off'", "off"),
    ];
    assert_eq!(all.map(|(name, ..)| name).to_vec(), Settings::ALL.iter().map(|s| s.name).collect::<Vec<_>>());
    let expected = Settings::new().max_ttl(Ttl::For(1440 * MINUTE)).jitter(0.0);
    let expected = expected.max_loads(7).load_wait(Duration::from_secs(90)).mode(Mode::Off);
    let expected = expected
        .coherence(Coherence::Verify)
        .max_staleness(Duration::from_millis(500))
        .deadline(Duration::from_millis(20))
        .codec(Codec::Rmp)
        .compress(Compression::Off)
        .compress_threshold(ByteSize::new(4 << 10))
        .encrypt(true)
        .durability(Durability::Replicated)
        .verify_rate(Rate::new(0.001));
    // Of the two bounds either; and without the TTL that would be beyond the cap.
    for (other, expected) in [
        ("max_bytes", expected.max_entries(1_000)),
        ("max_entries", expected.max_bytes(ByteSize::new(64 << 20))),
    ] {
        let given = all.iter().filter(|(name, ..)| *name != other);
        let text: String = given.clone().map(|(name, text, _)| format!("{name} = {text}\n")).collect();
        let environment: Vec<_> = given
            .map(|(name, _, text)| (format!("CACHE_OF_TENANTS_{}", name.to_uppercase()), *text))
            .collect();
        let environment: Vec<_> = environment.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        for found in [file(&format!("[alias.'of.tenants']\n{text}")), self::environment(&environment)] {
            let mut config = config([found]);
            assert_eq!(config.given.len(), all.len() - 1);
            config.given.retain(|given| !matches!(given.what, What::Of(_, setting) if setting.name == "ttl"));
            assert_eq!(resolved(&config).aliases["of.tenants"], expected);
        }
    }
}

#[test]
fn an_empty_variable_is_none_and_others_variables_are_not_ours() {
    let found =
        environment(&[("CACHE_MODE", ""), ("CACHE_DIR", "/tmp"), ("SCCACHE_MODE", "x"), ("cache_mode", "x")]);
    assert_eq!((found.given.len(), found.mistakes, found.warnings), (0, vec![], vec![]));
}

#[test]
fn a_bad_variable_is_told_with_what_was_found_and_what_is_allowed() {
    const DURATIONS: &str =
        "whole numbers with the units `ms`, `s`, `m`, `h`, `d`, such as `500ms` or `1h30m`";
    const TTLS: &str =
        "whole numbers with the units `ms`, `s`, `m`, `h`, `d`, such as `15m` or `1h30m`, and `forever`";
    const COMPRESSIONS: &str = "`lz4` and `off`, and `zstd` with the feature `zstd` of `cache-core`";
    const BYTES: &str = "whole numbers of bytes, or of `KB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`, from `1KiB` on, such as `64MiB`";
    for (name, value, allowed) in [
        ("CACHE_PRICES_TTL", "15", TTLS),
        ("CACHE_PRICES_MAX_TTL", "0s", TTLS),
        ("CACHE_PRICES_JITTER", "1.5", "numbers from `0.0` to below `1.0`, such as `0.1`"),
        ("CACHE_PRICES_JITTER", "NaN", "numbers from `0.0` to below `1.0`, such as `0.1`"),
        ("CACHE_PRICES_MAX_ENTRIES", "0", "whole numbers from 1 on"),
        ("CACHE_PRICES_MAX_BYTES", "64M", BYTES),
        ("CACHE_PRICES_MAX_BYTES", "64", BYTES),
        ("CACHE_PRICES_MAX_LOADS", "-1", "whole numbers from 1 on"),
        ("CACHE_PRICES_LOAD_WAIT", "forever", DURATIONS),
        ("CACHE_PRICES_CODEC", "messagepack", "`bincode` and `rmp`"),
        ("CACHE_PRICES_COMPRESS", "gzip", COMPRESSIONS),
        ("CACHE_PRICES_COMPRESS_THRESHOLD", "0", BYTES),
        ("CACHE_PRICES_ENCRYPT", "yes", "`true` and `false`"),
        ("CACHE_PRICES_DURABILITY", "2", "`primary` and `replicated`"),
        ("CACHE_OF_TENANTS_MODE", "OFF", "`on`, `refresh` and `off`"),
        ("CACHE_MODE", "false", "`on`, `refresh` and `off`"),
        ("CACHE_NAMESPACE", "a b", "1 to 40 letters, digits, `_`, `-` and `.`, such as `erp`"),
    ] {
        let found = environment(&[(name, value)]);
        assert_eq!(found.mistakes, [format!("`{name}` can't be `{value}`; allowed are {allowed}")]);
        assert_eq!(found.given.len(), 0);
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let mut found = Found::default();
    let bytes = OsString::from_vec(vec![0xff]);
    let others = (bytes.clone(), bytes.clone());
    read_environment([("CACHE_MODE".into(), bytes), others], &aliases(), &mut found);
    assert_eq!(found.mistakes, ["`CACHE_MODE` is not UTF-8"]);
    let mut found = Found::default();
    read_environment([("CACHE_URL".into(), OsString::from_vec(vec![0xff]))], &aliases(), &mut found);
    assert_eq!(found.mistakes, ["`CACHE_URL` is not UTF-8"]);
}

#[test]
fn a_variable_that_sets_nothing_is_warned_of_if_it_looks_as_if_it_should() {
    for (name, remedy) in [
        ("CACHE_PRICES_TLL", "did you mean `CACHE_PRICES_TTL`?"),
        ("CACHE_PRICE_TTL", "did you mean `CACHE_PRICES_TTL`?"),
        ("CACHE_MOED", "did you mean `CACHE_MODE`?"),
        (
            "CACHE_PRICES_LIFETIME",
            "those of alias `prices` are: `CACHE_PRICES_TTL`, `CACHE_PRICES_MAX_TTL`, `CACHE_PRICES_JITTER`, \
             `CACHE_PRICES_MAX_ENTRIES`, `CACHE_PRICES_MAX_BYTES`, `CACHE_PRICES_MAX_LOADS`, `CACHE_PRICES_LOAD_WAIT`, \
             `CACHE_PRICES_COHERENCE`, `CACHE_PRICES_MAX_STALENESS`, `CACHE_PRICES_DEADLINE`, `CACHE_PRICES_CODEC`, \
             `CACHE_PRICES_COMPRESS`, `CACHE_PRICES_COMPRESS_THRESHOLD`, `CACHE_PRICES_ENCRYPT`, \
             `CACHE_PRICES_DURABILITY`, `CACHE_PRICES_VERIFY_RATE`, `CACHE_PRICES_MODE`, `CACHE_PRICES_URL`",
        ),
    ] {
        let found = environment(&[(name, "1m")]);
        assert_eq!(found.warnings, [format!("`{name}` sets nothing; {remedy}")]);
        assert_eq!((found.given.len(), found.mistakes), (0, vec![]));
    }
}

#[test]
fn two_aliases_of_one_variable_are_refused() {
    let remedy = "give one of them another name (`name = \"..\"`)";
    let collisions = |names: [&'static str; 2]| {
        environment_of(&names.map(|name| (name, Settings::new())).into(), &[]).mistakes
    };
    assert_eq!(
        collisions(["a-b", "a.b"]),
        [format!("`CACHE_A_B_TTL` stands for a setting of alias `a-b` and for one of alias `a.b`; {remedy}")]
    );
    assert_eq!(
        collisions(["a", "a-max"]),
        [format!(
            "`CACHE_A_MAX_TTL` stands for a setting of alias `a` and for one of alias `a-max`; {remedy}"
        )]
    );
    assert_eq!(collisions(["ab", "a.b"]), Vec::<String>::new());
}

#[test]
fn every_mistake_of_a_file_is_told_with_its_line() {
    let found = file(
        "\
namespace = ''
mdoe = 'off'

[alias.prices]
ttl = 15
tll = '15m'
jitter = [0.1]
mode = true
load_wait = 2026-11-21
verify_rate = 1.5

[alias.pricse]
ttl = '15m'

[alias]
default = 5

[prices]
ttl = '15m'
",
    );
    assert_eq!(
        found.mistakes,
        [
            "cache.toml:1: `namespace` can't be ``; allowed are 1 to 40 letters, digits, `_`, `-` and `.`, such as `erp`",
            "cache.toml:2: no setting `mdoe`, did you mean `mode`? there are: `namespace`, `mode`, `url`, `alias`",
            "cache.toml:5: `alias.prices.ttl` can't be `15`; allowed are whole numbers with the units `ms`, `s`, `m`, `h`, `d`, \
             such as `15m` or `1h30m`, and `forever`",
            "cache.toml:6: alias `prices` has no setting `tll`, did you mean `ttl`? there are: `ttl`, `max_ttl`, `jitter`, \
             `max_entries`, `max_bytes`, `max_loads`, `load_wait`, `coherence`, `max_staleness`, `deadline`, `codec`, `compress`, \
             `compress_threshold`, `encrypt`, `durability`, `verify_rate`, `mode`, `url`",
            "cache.toml:7: `alias.prices.jitter` can't be `[..]`; allowed are numbers from `0.0` to below `1.0`, such as `0.1`",
            "cache.toml:8: `alias.prices.mode` can't be `true`; allowed are `on`, `refresh` and `off`",
            "cache.toml:9: `alias.prices.load_wait` can't be `2026-11-21`; allowed are whole numbers with the units `ms`, `s`, \
             `m`, `h`, `d`, such as `500ms` or `1h30m`",
            "cache.toml:10: `alias.prices.verify_rate` can't be `1.5`; allowed are numbers from `0.0` to `1.0`, such as `0.001`",
            "cache.toml:12: no alias `pricse`, did you mean `prices`? there are: `default`, `of.tenants`, `prices`",
            "cache.toml:16: `alias.default` is not a table; write `[alias.default]`",
            "cache.toml:18: no setting `prices`; there are: `namespace`, `mode`, `url`, `alias`",
        ]
    );
    assert_eq!(found.given.len(), 0);
    assert_eq!(file("alias = 1").mistakes, ["cache.toml:1: `alias` is not a table; write `[alias.<name>]`"]);
}

#[test]
fn a_file_that_is_not_toml_is_told_with_its_line() {
    let found = file("mode = 'of'\n[alias.prices]\nttl = 15m\nmode = off\n");
    assert_eq!(
        found.mistakes,
        [3, 4]
            .map(|line| format!("cache.toml:{line}: string values must be quoted, expected literal string"))
    );
}

#[test]
fn a_file_that_is_not_there_is_told_with_who_named_it() {
    let missing = "/nowhere/cache.toml";
    let mut found = environment(&[("CACHE_FILE", missing)]);
    file::open(Path::new(missing), "", &aliases(), &mut found);
    let message = format!("`{missing}` can't be read: No such file or directory (os error 2)");
    assert_eq!(found.mistakes, [format!("`CACHE_FILE`: {message}"), message]);
}

#[test]
fn what_must_be_encrypted_is_not_shared_without_keys() {
    let remedy = "there are no keys to encrypt by what the shared tier would hold; give them with \
                  `Cache::builder().encryption(EncryptionKeys::from_env(\"CACHE_ENCRYPTION_KEYS\")?)`, or set `false`";
    let mut config = config([
        file("[alias.prices]\nencrypt = true"),
        environment(&[("CACHE_OF_TENANTS_ENCRYPT", "true"), ("CACHE_DEFAULT_ENCRYPT", "false")]),
    ]);
    assert!(resolved(&config).aliases["prices"].encrypt, "nothing leaves the process");
    config.in_the_clear = true;
    assert_eq!(
        mistakes(&config, &[]),
        [
            format!("`CACHE_OF_TENANTS_ENCRYPT` can't be `true`: {remedy}"),
            format!("cache.toml:2: `alias.prices.encrypt` can't be `true`: {remedy}"),
        ]
    );
}

#[cfg(not(feature = "zstd"))]
#[test]
fn what_is_not_built_in_is_refused_wherever_it_is_said() {
    let allowed = "`lz4` and `off`, and `zstd` with the feature `zstd` of `cache-core`";
    assert_eq!(
        environment(&[("CACHE_PRICES_COMPRESS", "zstd")]).mistakes,
        [format!("`CACHE_PRICES_COMPRESS` can't be `zstd`; allowed are {allowed}")]
    );
    let mut config = Config::default();
    change(&mut config, |settings| settings.compress(Compression::Zstd));
    assert_eq!(
        mistakes(&config, &[]),
        [format!("`compress` of alias `prices`, set in code, can't be `zstd`; allowed are {allowed}")]
    );
}

#[test]
fn code_is_checked_too() {
    let mut config = Config::default();
    change(&mut config, |settings| {
        settings
            .jitter(1.0)
            .max_entries(0)
            .load_wait(Duration::ZERO)
            .verify_rate(Rate::new(-0.1))
            .ttl(Ttl::For(Duration::from_micros(999)))
    });
    config.changes.push((
        "default",
        Settings::new(),
        Arc::new(|settings| settings.max_bytes(ByteSize::new(0))),
    ));
    assert_eq!(
        mistakes(&config, &[]),
        [
            "`max_bytes` of alias `default`, set in code, can't be `0B`; allowed are whole numbers of bytes, or of `KB`, `MB`, \
             `GB`, `KiB`, `MiB`, `GiB`, from `1KiB` on, such as `64MiB`",
            "`ttl` of alias `prices`, set in code, can't be `0s`; allowed are whole numbers with the units `ms`, `s`, `m`, `h`, \
             `d`, such as `15m` or `1h30m`, and `forever`",
            "`jitter` of alias `prices`, set in code, can't be `1.0`; allowed are numbers from `0.0` to below `1.0`, such as `0.1`",
            "`max_entries` of alias `prices`, set in code, can't be `0`; allowed are whole numbers from 1 on",
            "`load_wait` of alias `prices`, set in code, can't be `0s`; allowed are whole numbers with the units `ms`, `s`, `m`, \
             `h`, `d`, such as `500ms` or `1h30m`",
            "`verify_rate` of alias `prices`, set in code, can't be `-0.1`; allowed are numbers from `0.0` to `1.0`, such as `0.001`",
        ]
    );
}

#[test]
fn a_ttl_beyond_its_cap_is_refused_and_a_cap_below_the_ttl_caps() {
    let remedy = "shorten the one or raise the other";
    // The cap is the attribute's.
    assert_eq!(
        mistakes(&config([environment(&[("CACHE_OF_TENANTS_TTL", "2h")])]), &[]),
        [format!(
            "`CACHE_OF_TENANTS_TTL` is `2h`, longer than `max_ttl` of alias `of.tenants` allows: `1h`; {remedy}"
        )]
    );
    assert_eq!(
        mistakes(&config([file("[alias.prices]\nmax_ttl = '1h'\nttl = 'forever'")]), &[]),
        [format!(
            "cache.toml:3: `alias.prices.ttl` is `forever`, longer than cache.toml:2: `alias.prices.max_ttl` allows: `1h`; {remedy}"
        )]
    );
    // An operator lowers the cap under the attribute's TTL, or under the file's.
    let capped = resolved(&config([environment(&[("CACHE_PRICES_MAX_TTL", "1m")])]));
    assert_eq!((capped.aliases["prices"].ttl, capped.aliases["prices"].max_ttl), (HOUR, Ttl::For(MINUTE)));
    resolved(&config([file("[alias.prices]\nttl = '2h'"), environment(&[("CACHE_PRICES_MAX_TTL", "1m")])]));
}

static DEPENDS: &[Dependency] =
    &[Dependency::new(ModelFacts { name: "tests.article", per_tenant: false }, Extent::All)];

const fn function(
    name: &'static str,
    dependencies: &'static [Dependency],
    ttl: Option<Ttl>,
    allow_stale: bool,
) -> Function {
    with(name, dependencies, ttl, if allow_stale { Rules::ALLOW_STALE } else { Rules::NONE })
}

const fn with(
    name: &'static str,
    dependencies: &'static [Dependency],
    ttl: Option<Ttl>,
    options: u16,
) -> Function {
    let alias = AliasFacts { name: "prices", settings: Settings::new(), per_tenant: false, per_user: false };
    let mut rules = Rules::new(options);
    rules.ttl = ttl;
    let location = Location { file: "src/shop.rs", line: 12, column: 1, item: 0 };
    Function::new(name, alias, location, "", &[], dependencies, rules)
}

static PLAIN: Function = function("shop::price", &[], None, false);
static DEPENDENT: Function = function("shop::dependent", DEPENDS, None, false);
static OF_ITS_OWN: Function = function("shop::of_its_own", &[], Some(HOUR), false);
static STALE: Function = function("shop::stale", &[], None, true);

#[test]
fn a_ttl_that_would_not_compile_is_refused() {
    let all = [&PLAIN, &DEPENDENT, &OF_ITS_OWN, &STALE];
    let refused = |place: &str, ttl: &str| {
        [format!(
            "{place} can't be `{ttl}`: `shop::price` at src/shop.rs:12:1 has no `invalidate_on`, so that nothing would ever \
             replace a stale value; set 4 hours or less, or let the function name what it depends on, give a shorter `ttl`, or \
             say `allow_stale`"
        )]
    };
    let long = config([environment(&[("CACHE_PRICES_TTL", "4h1s")])]);
    assert_eq!(mistakes(&long, &all), refused("`CACHE_PRICES_TTL`", "4h1s"));
    let mut in_code = long.clone();
    change(&mut in_code, |settings| settings.ttl(Ttl::Forever));
    assert_eq!(mistakes(&in_code, &all), refused("`ttl` of alias `prices`, set in code,", "forever"));
    let from_file = config([file("[alias.prices]\nttl = '1d'")]);
    assert_eq!(mistakes(&from_file, &all), refused("cache.toml:2: `alias.prices.ttl`", "1d"));

    for [ttl, max_ttl] in [["4h", "forever"], ["3h", "3h"]] {
        let short = environment(&[("CACHE_PRICES_TTL", ttl), ("CACHE_PRICES_MAX_TTL", max_ttl)]);
        assert!(resolve(&config([short]), aliases(), all).is_ok());
    }
    assert!(resolve(&long, aliases(), [&DEPENDENT, &OF_ITS_OWN, &STALE]).is_ok());
    let capped = config([file("[alias.prices]\nttl = '1d'"), environment(&[("CACHE_PRICES_MAX_TTL", "1m")])]);
    assert!(resolve(&capped, aliases(), all).is_ok());
}

/// As it is and with every line uncommented, the example says what the attributes say.
#[test]
fn the_example_is_read_as_the_defaults() {
    let example = example(&aliases());
    assert_eq!(file(&example).given.len(), 0);
    let uncommented: String = example.lines().map(|line| uncomment(line).to_owned() + "\n").collect();
    let read = config([file(&uncommented)]);
    // Of each alias all but one of its two bounds.
    assert_eq!(read.given.len(), 2 + 3 * (Settings::ALL.len() - 1));
    assert_eq!(resolved(&read).aliases, aliases());
    for (name, value) in [("CACHE_OF_TENANTS_MAX_TTL", "\"1h\""), ("CACHE_PRICES_MAX_ENTRIES", "50")] {
        let line = example.lines().find(|line| line.ends_with(name)).unwrap();
        assert!(line.contains(&format!(" = {value} ")), "{line}");
    }
    let variables = example.lines().filter(|line| line.contains(" # CACHE_"));
    // The general ones, and those of each alias: its settings, and where its entries lie.
    assert_eq!(variables.count(), 3 + 3 * (Settings::ALL.len() + 1));
    assert!(example.contains("\n# url is not set              # CACHE_URL\n"));
    assert!(example.contains("\n# max_bytes is not set        # CACHE_PRICES_MAX_BYTES\n"));
}

fn uncomment(line: &str) -> &str {
    let is_setting = |rest: &&str| rest.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '));
    line.strip_prefix("# ").filter(is_setting).unwrap_or(line)
}
