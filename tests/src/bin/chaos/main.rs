//! The chaos harness: several processes run cached functions and writers over a real database while servers, networks and processes
//! fail, and an oracle knows for each read which versions were promised.
//!
//! ```sh
//! cargo run --release -p tests --bin chaos -- --minutes 5 --seed 1
//! ```
//!
//! What it counts is a table on its output and a file, `target/chaos.json`; it fails if a promise was broken. What is promised, and
//! what the counts mean, is in `docs/guarantees.md`.

mod clock;
mod conductor;
mod faults;
mod flaws;
mod functions;
mod memory;
mod options;
mod oracle;
mod report;
mod source;
mod stalls;
mod versions;
mod worker;
mod world;
mod writes;

use std::process::ExitCode;

use options::{Options, USAGE};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("worker", words)) = words.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        worker::run(&worker::Task::read(words));
    }
    let options = match Options::read(&words) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("error: {why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let report = conductor::run(&options);
    print!("{report}");
    let written = std::path::Path::new(&options.report).parent().map_or(Ok(()), std::fs::create_dir_all);
    let text = serde_json::to_string_pretty(&report.json()).expect("numbers and names");
    if let Err(why) = written.and_then(|()| std::fs::write(&options.report, text + "\n")) {
        eprintln!("error: `{}` can't be written: {why}", options.report);
        return ExitCode::FAILURE;
    }
    if report.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
