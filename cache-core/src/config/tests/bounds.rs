//! By entries or by bytes.

use super::*;

#[test]
fn a_number_of_bytes_needs_no_unit() {
    let read = |found| resolved(&config([found])).aliases["prices"].max_bytes;
    let expected = Some(ByteSize::new(1_000_000));
    assert_eq!(read(file("[alias.prices]\nmax_bytes = 1_000_000")), expected);
    assert_eq!(read(file("[alias.prices]\nmax_bytes = '1MB'")), expected);
    assert_eq!(read(environment(&[("CACHE_PRICES_MAX_BYTES", "1000000")])), expected);
}

#[test]
fn of_two_bounds_the_one_of_the_later_layer_holds() {
    let bound = |config: &Config| {
        let Settings { max_entries, max_bytes, .. } = resolved(config).aliases["prices"];
        (max_entries, max_bytes.map(ByteSize::get))
    };
    let of_file = |text: &str| file(&format!("[alias.prices]\n{text}"));
    // The attribute says 50 entries.
    let from_file = config([of_file("max_bytes = '1MB'")]);
    assert_eq!(bound(&from_file), (None, Some(1_000_000)));
    let from_environment = || environment(&[("CACHE_PRICES_MAX_ENTRIES", "7")]);
    for layers in [
        [of_file("max_bytes = '1MB'"), from_environment()],
        [from_environment(), of_file("max_bytes = '1MB'")],
    ] {
        let mut config = config(layers);
        assert_eq!(bound(&config), (Some(7), None));
        change(&mut config, |settings| settings.max_bytes(ByteSize::new(4_096)));
        assert_eq!(bound(&config), (None, Some(4_096)));
        // Though it is the number that would hold by default.
        change(&mut config, |settings| settings.max_entries(10_000));
        assert_eq!(bound(&config), (Some(10_000), None));
    }
    let files = config([of_file("max_bytes = '1MB'"), of_file("max_entries = 8")]);
    assert_eq!(bound(&files), (Some(8), None), "of two files the later");
}

#[test]
fn two_bounds_in_one_place_are_refused() {
    let remedy = "which is set too; leave out one of them";
    assert_eq!(
        file("[alias.prices]\nmax_bytes = '1MB'\nmax_entries = 5\n[alias.default]\nmax_entries = 5").mistakes,
        [format!(
            "cache.toml:3: `alias.prices.max_entries` is in place of cache.toml:2: `alias.prices.max_bytes`, {remedy}"
        )]
    );
    let both = [("CACHE_PRICES_MAX_BYTES", "1MB"), ("CACHE_PRICES_MAX_ENTRIES", "5")];
    assert_eq!(
        environment(&both).mistakes,
        [format!("`CACHE_PRICES_MAX_ENTRIES` is in place of `CACHE_PRICES_MAX_BYTES`, {remedy}")]
    );
    let of_two_aliases = environment(&[both[0], ("CACHE_DEFAULT_MAX_ENTRIES", "5")]);
    assert_eq!(of_two_aliases.mistakes, Vec::<String>::new());
}

static LOCAL: Function = with("shop::compiled", &[], None, Rules::LOCAL);
static PURE: Function = with("shop::slug", &[], None, Rules::PURE);

#[test]
fn a_bound_by_bytes_that_would_not_compile_is_refused() {
    let all = [&PLAIN, &LOCAL, &PURE];
    let refused = |place: &str| {
        [("shop::compiled", "local"), ("shop::slug", "pure")].map(|(name, stays)| {
            format!(
                "{place} can't be `1MB`: `{name}` at src/shop.rs:12:1 is `{stays}`, so that nothing tells how large its values \
                 are; set `max_entries`, or give the function another alias, or leave out `{stays}`"
            )
        })
    };
    let bytes = config([environment(&[("CACHE_PRICES_MAX_BYTES", "1MB")])]);
    assert_eq!(mistakes(&bytes, &all), refused("`CACHE_PRICES_MAX_BYTES`"));
    let mut in_code = Config::default();
    change(&mut in_code, |settings| settings.max_bytes(ByteSize::new(1_000_000)));
    assert_eq!(mistakes(&in_code, &all), refused("`max_bytes` of alias `prices`, set in code,"));
    let from_file = config([file("[alias.prices]\nmax_bytes = 1_000_000")]);
    assert_eq!(mistakes(&from_file, &all), refused("cache.toml:2: `alias.prices.max_bytes`"));

    assert!(resolve(&bytes, aliases(), [&PLAIN]).is_ok());
    let mut by_entries = bytes.clone();
    change(&mut by_entries, |settings| settings.max_entries(5));
    assert!(resolve(&by_entries, aliases(), all).is_ok());
}
