//! The near rows: a hit, an invalidation and an entry's size, ours beside the peers'.

mod asynchronous;
mod hit;
mod invalidation;
mod keys;
mod ours;
mod overhead;
mod payload;
mod peers;

mod sync;

use std::error::Error;
use std::time::Duration;

use crate::interleave::Effort;
use crate::output::write_json;
use crate::row::{Figures, HEADINGS, Row};

pub(crate) fn run(quick: bool) -> Result<(), Box<dyn Error>> {
    let effort = Effort { slice: Duration::from_millis(2), rounds: if quick { 101 } else { 501 } };
    let mut rows = Vec::new();
    let mut report = |row: Row| {
        println!("{row}");
        rows.push(row);
    };
    println!("{HEADINGS}");
    // Hits first: the other rows scatter what is free in memory, and with it what is allocated later.
    let keys = keys::in_order();
    sync::rows(&keys, effort, &mut report);
    asynchronous::rows(&keys, effort, &mut report);
    overhead::rows(&mut report);
    report(invalidation::row(if quick { 3 } else { 9 }));
    println!("\nWhat theirs lacks there");
    rows.iter().for_each(|row| println!("{:<21} {}", row.case, row.lacks));
    write_json("compare", &rows.iter().map(Figures::from).collect::<Vec<_>>())
}
