//! What a run came to: a table, and a file.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::memory::{Failover, Total};
use super::options::Options;

/// What a run came to.
pub struct Report {
    options: Options,
    pub total: Total,
    pub faults: BTreeMap<&'static str, u64>,
    /// Loads of plain pushed values, in all processes, and rows that were invalidated, each once for each invalidation.
    pub loads: u64,
    pub reasons: u64,
    /// For each write whose writer died before it was told, how long an older version was served.
    pub died: Vec<Duration>,
    pub failovers: Vec<Failover>,
}

/// How failovers are called, by their numbers.
const KINDS: [&str; 5] = [
    "sentinel_failover",
    "sentinel_failover_lagging",
    "sentinel_failover_writer_dies",
    "cluster_failover",
    "cluster_handover",
];

impl Report {
    pub fn new(options: &Options) -> Report {
        Report {
            options: options.clone(),
            total: Total::default(),
            faults: BTreeMap::new(),
            loads: 0,
            reasons: 0,
            died: Vec::new(),
            failovers: Vec::new(),
        }
    }

    /// Whether all promises were kept.
    pub fn is_well(&self) -> bool {
        let total = &self.total;
        [total.stale_beyond_promise, total.uncommitted_read, total.foreign_errors, total.invalidations_lost]
            .iter()
            .all(|count| *count == 0)
            && total.reads_checked > 0
    }

    /// All of it.
    pub fn json(&self) -> Value {
        let total = &self.total;
        let ms = |duration: Duration| (duration.as_secs_f64() * 1e6).round() / 1e3;
        let longest = |all: &[Duration]| ms(all.iter().copied().max().unwrap_or_default());
        let stale: Vec<Duration> = self.died.iter().copied().filter(|stale| !stale.is_zero()).collect();
        let mut failovers = Map::new();
        for (kind, name) in KINDS.iter().enumerate() {
            let of: Vec<&Failover> = self.failovers.iter().filter(|one| one.kind == kind as u64).collect();
            if of.is_empty() {
                continue;
            }
            let all = json!({
                "failovers": of.len(),
                "with_a_loss": of.iter().filter(|one| one.lost > 0).count(),
                "confirmed_meanwhile": of.iter().map(|one| one.confirmed).sum::<u64>(),
                "lost": of.iter().map(|one| one.lost).sum::<u64>(),
                "longest_stale_ms": ms(of.iter().map(|one| one.longest).max().unwrap_or_default()),
            });
            failovers.insert((*name).to_owned(), all);
        }
        json!({
            "seed": self.options.seed,
            "minutes": self.options.time.as_secs_f64() / 60.0,
            "reads_checked": total.reads_checked,
            "reads_checked_push": total.reads_pushed,
            "reads_checked_verify": total.reads_verified,
            "reads_checked_off": total.reads_off,
            "versions_checked": total.versions_checked,
            "stale_beyond_promise": total.stale_beyond_promise,
            "uncommitted_read": total.uncommitted_read,
            "staleness_ms": {
                "p50": ms(total.staleness(0.5)),
                "p99": ms(total.staleness(0.99)),
                "max": total.longest_stale as f64 / 1e3,
                "stale_reads": total.stale.iter().sum::<u64>(),
            },
            "loads_per_key_and_invalidation": (self.loads as f64 / self.reasons.max(1) as f64 * 1e3).round() / 1e3,
            "foreign_errors": total.foreign_errors,
            "longest_call_beyond_deadline_ms": {
                "one_row": total.longest_of_one as f64 / 1e3,
                "several_rows_and_nested_calls": total.longest_beyond_deadline as f64 / 1e3,
            },
            "writes": total.writes,
            "invalidations": total.invalidations,
            "invalidations_lost": total.invalidations_lost,
            "died_with_writer": {
                "count": self.died.len(),
                "served_old": stale.len(),
                "longest_stale_ms": longest(&stale),
            },
            "lost_in_failover": {
                "count": self.failovers.iter().map(|one| one.lost).sum::<u64>(),
                "longest_stale_ms": ms(self.failovers.iter().map(|one| one.longest).max().unwrap_or_default()),
                "by_kind": failovers,
            },
            "calls_dropped": total.calls_dropped,
            "body_errors": total.body_errors,
            "faults": self.faults,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn rows(f: &mut fmt::Formatter<'_>, value: &Value, name: &str) -> fmt::Result {
            match value {
                Value::Object(fields) => {
                    fields.iter().try_for_each(|(field, value)| rows(f, value, &[name, field].join(" ")))
                }
                value => writeln!(f, "{:<62} {value:>14}", name.trim_start()),
            }
        }
        rows(f, &self.json(), "")
    }
}
