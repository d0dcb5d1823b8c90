//! How it grows: a hit with entries and with tags, an entry's size and an invalidation with entries.

mod curve;
mod draw;
mod entries;
mod invalidation;
mod memory;
mod tags;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::interleave::Effort;
use crate::output::write_json;
use curve::Chart;
use draw::draw;

pub(crate) fn run(quick: bool) -> Result<(), Box<dyn Error>> {
    let charts = measure(quick);
    for chart in &charts {
        print(chart);
    }
    write_json("growth", &charts)?;
    // Figures of a quick run are not worth keeping.
    if !quick {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts");
        fs::create_dir_all(&folder)?;
        charts.iter().try_for_each(|chart| draw(chart, &folder))?;
        println!("drawn in benches/charts");
    }
    Ok(())
}

fn measure(quick: bool) -> [Chart; 4] {
    let effort = Effort { slice: Duration::from_millis(5), rounds: if quick { 15 } else { 101 } };
    // First: what lies around in memory from the others would be reused.
    let memory = Chart {
        name: "bytes-by-entries",
        title: "Memory per entry",
        size: "entries",
        figure: "bytes per entry, 16 of them key and value",
        curves: memory::curves().into(),
    };
    let entries = Chart {
        name: "hit-by-entries",
        title: "A hit, in random order over all entries",
        size: "entries",
        figure: "nanoseconds per hit",
        curves: entries::curves(effort).into(),
    };
    let tags = Chart {
        name: "hit-by-tags",
        title: "A hit, by the rows that its function declares",
        size: "declared rows",
        figure: "nanoseconds per hit",
        curves: tags::curves(if quick { 201 } else { 2001 }).into(),
    };
    let invalidation = Chart {
        name: "invalidation-by-dependants",
        title: "One invalidation of all entries of a model",
        size: "entries that depend on it",
        figure: "nanoseconds",
        curves: vec![invalidation::curve(if quick { 3 } else { 15 })],
    };
    [memory, entries, tags, invalidation]
}

fn print(chart: &Chart) {
    println!("\n{}: {}", chart.title, chart.figure);
    for curve in &chart.curves {
        println!("  {}", curve.name);
        for point in &curve.points {
            println!("    {:>9} {:<26} {:>9}", point.size, chart.size, point.figure);
        }
    }
}
