//! What was measured, and the table of it.

use std::collections::BTreeMap;
use std::fmt::Write;

use erp::statistics::Statistics;
use serde_json::{Value, json};

use crate::wrk::Run;

/// With the cache, or without.
pub(crate) struct Side {
    /// As many requests as there can be.
    pub(crate) per_second: f64,
    pub(crate) failed: u64,
    pub(crate) counted: Counted,
    /// At half of what the application can do without the cache.
    pub(crate) took: BTreeMap<String, Took>,
}

/// What happened behind the requests of a run.
pub(crate) struct Counted {
    pub(crate) requests: u64,
    /// Sent to PostgreSQL, by its own count.
    pub(crate) statements: i64,
    /// Of all calls of cached functions, those whose body didn't run.
    pub(crate) hit_ratio: f64,
    pub(crate) routes: BTreeMap<String, Asked>,
}

/// What a route asked of the database.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asked {
    /// For each request.
    pub(crate) queries: f64,
    /// The share of the requests that asked nothing.
    pub(crate) hit_ratio: f64,
}

/// Microseconds.
#[derive(Clone, Copy)]
pub(crate) struct Took {
    pub(crate) requests: usize,
    pub(crate) p50: u64,
    pub(crate) p95: u64,
    pub(crate) p99: u64,
}

pub(crate) struct Figures {
    /// Requests per second, of the latencies.
    pub(crate) rate: f64,
    pub(crate) without: Side,
    pub(crate) with: Side,
    /// Statements to PostgreSQL in a thousand hits.
    pub(crate) on_hits: i64,
    /// While Redis was killed and started again: requests, and those that failed.
    pub(crate) outage: (u64, u64),
}

impl Took {
    /// Of times in order.
    fn of(times: &[u64]) -> Option<Took> {
        let at = |percent: usize| {
            times.get((times.len() * percent / 100).min(times.len().checked_sub(1)?)).copied()
        };
        Some(Took { requests: times.len(), p50: at(50)?, p95: at(95)?, p99: at(99)? })
    }
}

impl Side {
    pub(crate) fn new((full, counted): (Run, Counted), half: &Run) -> Side {
        let mut all: Vec<_> = half.took.values().flatten().copied().collect();
        all.sort_unstable();
        let mut took: BTreeMap<_, _> =
            half.took.iter().filter_map(|(name, times)| Some((name.clone(), Took::of(times)?))).collect();
        took.extend(Took::of(&all).map(|took| (ALL.to_owned(), took)));
        Side { per_second: full.per_second(), failed: full.failed + half.failed, counted, took }
    }

    fn json(&self) -> Value {
        let Counted { requests, statements, hit_ratio, routes } = &self.counted;
        let took = self.took.iter().map(|(name, took)| {
            let Took { requests, p50, p95, p99 } = took;
            (name.clone(), json!({"requests": requests, "p50_us": p50, "p95_us": p95, "p99_us": p99}))
        });
        json!({
            "requests_per_second": self.per_second,
            "failed": self.failed,
            "requests": requests,
            "statements": statements,
            "statements_per_request": self.statements(),
            "hit_ratio": hit_ratio,
            "routes": routes.iter().map(|(name, asked)| {
                (name.clone(), json!({"queries_per_request": asked.queries, "hit_ratio": asked.hit_ratio}))
            }).collect::<serde_json::Map<_, _>>(),
            "latency": took.collect::<serde_json::Map<_, _>>(),
        })
    }

    fn statements(&self) -> f64 {
        self.counted.statements as f64 / self.counted.requests as f64
    }
}

impl Counted {
    pub(crate) fn between(before: &Statistics, after: &Statistics, statements: i64) -> Counted {
        let (mut calls, mut loads) = (0, 0);
        for (name, function) in &after.functions {
            let before = before.functions.get(name).cloned().unwrap_or_default();
            calls += function.hits + function.misses + function.bypassed;
            calls -= before.hits + before.misses + before.bypassed;
            loads += function.loads + function.bypassed - before.loads - before.bypassed;
        }
        let mut requests = 0;
        let mut routes = BTreeMap::new();
        for (name, route) in &after.routes {
            let before = before.routes.get(name).cloned().unwrap_or_default();
            let asked = route.requests - before.requests;
            requests += asked;
            if asked > 0 && !name.ends_with("/statistics") {
                let share = |number: u64| number as f64 / asked as f64;
                let (queries, hits) = (route.queries - before.queries, route.hits - before.hits);
                routes.insert(name.clone(), Asked { queries: share(queries), hit_ratio: share(hits) });
            }
        }
        Counted { requests, statements, hit_ratio: 1.0 - loads as f64 / calls.max(1) as f64, routes }
    }
}

const ALL: &str = "all together";

impl Figures {
    pub(crate) fn json(&self) -> Value {
        json!({
            "rate": self.rate,
            "without": self.without.json(),
            "with": self.with.json(),
            "statements_in_1000_hits": self.on_hits,
            "outage": {"requests": self.outage.0, "failed": self.outage.1},
        })
    }

    pub(crate) fn table(&self) -> String {
        let Figures { rate, without, with, .. } = self;
        let mut table = String::new();
        let p50 = |side: &Side, name: &str| side.took.get(name).map_or(0.0, |took| took.p50 as f64);
        let times = |name| p50(without, name) / p50(with, name).max(1.0);
        let queries = without.statements() / with.statements();
        let mut line = |what: &str, goal: &str, least: &str, seen: String| {
            let _ = writeln!(table, "| {what} | {goal} | {least} | {seen} |");
        };
        line("", "goal", "at least", "seen".to_owned());
        line("---", "---", "---", "---".to_owned());
        line("dashboard, p50: cached / not", "1/50", "1/10", ratio(times("dashboard")));
        line("product list, p50", "1/20", "1/5", ratio(times("product list")));
        line("database queries in 1,000 hits", "0", "0", self.on_hits.to_string());
        line("database queries in the whole mix", "1/20", "1/5", ratio(queries));
        line("hit ratio in the mix", "95 %", "80 %", format!("{:.1} %", with.counted.hit_ratio * 100.0));
        line(
            "requests per second in the mix",
            "10x",
            "4x",
            format!("{:.1}x", with.per_second / without.per_second),
        );
        let (requests, failed) = self.outage;
        line("failed requests while Redis is away", "0", "0", format!("{failed} of {}", thousands(requests)));

        let _ = writeln!(
            table,
            "\nAs many requests as there can be: {} per second without the cache and {} with it, {:.2} and {:.2} statements to PostgreSQL \
             for each.\n\nAt {rate:.0} requests per second, half of what it can do without the cache, in milliseconds:\n",
            thousands(without.per_second as u64),
            thousands(with.per_second as u64),
            without.statements(),
            with.statements(),
        );
        let _ = writeln!(
            table,
            "| | without: p50 | p95 | p99 | with: p50 | p95 | p99 |\n|---|--:|--:|--:|--:|--:|--:|"
        );
        for (name, took) in &without.took {
            let Some(with) = with.took.get(name) else { continue };
            let _ = write!(table, "| {name} |");
            for time in [took.p50, took.p95, took.p99, with.p50, with.p95, with.p99] {
                let _ = write!(table, " {:.2} |", time as f64 / 1_000.0);
            }
            table.push('\n');
        }
        let _ = writeln!(
            table,
            "\nQueries for a request, as many requests as there can be, transactions counted as one, and how many requests asked for nothing:\n\n\
             | | without | with | hit ratio |\n|---|--:|--:|--:|"
        );
        for (name, asked) in &without.counted.routes {
            let Asked { queries, hit_ratio } = with.counted.routes.get(name).copied().unwrap_or_default();
            // A write asks, with a cache or without.
            let hits =
                if name.starts_with("GET") { format!("{:.1} %", hit_ratio * 100.0) } else { String::new() };
            let _ = writeln!(table, "| `{name}` | {:.2} | {queries:.3} | {hits} |", asked.queries);
        }
        table
    }
}

/// How many times less.
fn ratio(times: f64) -> String {
    if times < 10.0 { format!("1/{times:.1}") } else { format!("1/{times:.0}") }
}

/// With commas.
fn thousands(number: u64) -> String {
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", thousands(number / 1_000), number % 1_000)
    }
}
