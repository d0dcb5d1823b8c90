//! How long after a write begins to invalidate other processes no longer serve what they have near.

use std::error::Error;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cache_core::{Cache, target};
use cache_redis::RedisTier;
use tokio::runtime::Runtime;

use super::children::{Children, answer, told};
use super::page::{Item, near};
use crate::row::Row;

pub(super) const KIND: &str = "heard";
const PROCESSES: usize = 8;
const ID: u64 = 7;
/// How often each looks.
const BETWEEN_LOOKS: Duration = Duration::from_micros(200);

pub(super) fn row(runtime: &Runtime, cache: &Cache, url: &str, quick: bool) -> Result<Row, Box<dyn Error>> {
    let mut children = Children::start(PROCESSES, KIND, url)?;
    let mut took = Vec::new();
    for _ in 0..if quick { 100 } else { 500 } {
        children.tell("look")?;
        children.answers()?;
        let start = now();
        runtime.block_on(cache.invalidate(target::row::<Item>(&ID)));
        for noticed in children.answers()? {
            took.push((noticed.parse::<i128>()? - start) as f64);
        }
    }
    took.sort_by(f64::total_cmp);
    Ok(Row {
        case: "heard-p99",
        unit: "ns",
        threads: PROCESSES,
        ours: took[took.len() * 99 / 100],
        theirs_name: "the goal",
        theirs: 2e6,
        ours_allocs: 0.0,
        theirs_allocs: 0.0,
        lacks: "",
    })
}

/// By the clock that all processes share.
fn now() -> i128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos() as i128)
}

/// One of those processes: it has the page near, looks until it has it no more, and says when that was.
pub(super) fn child(runtime: &Runtime, url: &str) -> Result<(), Box<dyn Error>> {
    let cache = Cache::builder().tier(RedisTier::new(url)?).build()?;
    let entry = near::entry(&cache, ID);
    while told().is_some() {
        // Near: what was loaded while another still invalidated may not have stayed.
        while runtime.block_on(entry.get()).is_none() {
            runtime.block_on(near(&cache, ID));
        }
        answer("looks");
        while runtime.block_on(entry.get()).is_some() {
            thread::sleep(BETWEEN_LOOKS);
        }
        answer(now());
    }
    Ok(())
}
