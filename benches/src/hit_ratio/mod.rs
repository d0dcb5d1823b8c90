//! How many of a hundred requests hit, ours beside the peers, on traces that are the same in each run.

mod caches;
mod row;
mod traces;

use std::error::Error;

use crate::output::write_json;
use row::{HEADINGS, Row};
use traces::TRACES;

pub(crate) fn run(quick: bool) -> Result<(), Box<dyn Error>> {
    let sizes: &[usize] = if quick { &[100, 1_000] } else { &[100, 1_000, 10_000] };
    let mut rows = Vec::new();
    println!("{HEADINGS}");
    for &entries in sizes {
        for trace in &TRACES {
            let keys = trace.keys(entries);
            let row = Row {
                trace: trace.name,
                entries,
                ours: caches::ours(entries, &keys),
                quick_cache: caches::quick_cache(entries, &keys),
                moka: caches::moka(entries, &keys),
            };
            println!("{row}");
            rows.push(row);
        }
    }
    let met = rows.iter().filter(|row| row.meets_the_goal()).count();
    println!(
        "\nthe goal is met in {met} of {} rows: within a point of quick_cache, no worse than moka",
        rows.len()
    );
    write_json("hit-ratio", &rows)
}
