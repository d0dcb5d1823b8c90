//! Who says how long a value lives, and how the cache is switched off: `cargo run -p examples --bin settings`.
//!
//! What the attribute says is overridden by a file, the file by the environment, the environment by code. Try
//!
//! ```text
//! CACHE_PRICES_TTL=30s cargo run -p examples --bin settings
//! CACHE_FILE=examples/cache.example.toml cargo run -p examples --bin settings
//! CACHE_PRICES_TTL=soon CACHE_MODE=no cargo run -p examples --bin settings
//! ```
//!
//! `--print` writes every setting of this program and its default, as in `examples/cache.example.toml`.

use std::sync::atomic::{AtomicU32, Ordering};

use cache_core::{Alias, Cache, Error, Mode, cached};

/// The least: what the author of the functions thinks right.
#[derive(Alias)]
#[alias(name = "prices", ttl = "1h", max_ttl = "2h", max_entries = 50_000)]
struct Prices;

/// Code has the last word on this one.
#[derive(Alias)]
#[alias(name = "exchange-rates", ttl = "10m")]
struct ExchangeRates;

static QUERIES: AtomicU32 = AtomicU32::new(0);

#[cached(alias = Prices)]
fn price(article: u32) -> u32 {
    QUERIES.fetch_add(1, Ordering::Relaxed);
    article * 100
}

fn main() -> Result<(), Error> {
    if std::env::args().nth(1).as_deref() == Some("--print") {
        print!("{}", Cache::example_settings());
        return Ok(());
    }

    // Before the first cached function is called. A value that can't be ends the program here, and says why.
    let cache = Cache::from_env()?.alias::<ExchangeRates>(|settings| settings.max_entries(200)).install()?;
    println!("prices:         {}", cache.settings::<Prices>());
    println!("exchange-rates: {}", cache.settings::<ExchangeRates>());

    // While the program runs: from a signal, a command, a page for operators.
    for mode in [Mode::On, Mode::Off, Mode::On] {
        cache.set_mode(mode);
        let before = QUERIES.load(Ordering::Relaxed);
        assert_eq!([price(5), price(5)], [500, 500]);
        let queries = QUERIES.load(Ordering::Relaxed) - before;
        println!("{mode:?}: 2 calls, {queries} queries");
    }
    Ok(())
}
