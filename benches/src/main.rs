//! Ours beside the peers, and what may not get worse: `cargo run --release -p benches -- <benchmark>`.

mod allocations;
mod compare;
mod compile_time;
mod growth;
mod hit_ratio;
mod instructions;
mod interleave;
mod output;
mod row;
mod shared;
mod shuffle;
mod statistics;
mod threads;

use std::error::Error;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo run --release -p benches -- <benchmark> [--quick | --renew]

  compare        hits, invalidation and size of an entry, beside the peers: target/compare.json
  shared         hits, invalidation, stampedes and outages with Redis, beside the peers: target/shared.json
  growth         hits, invalidation and size of an entry, with more entries and tags: target/growth.json, benches/charts
  hit-ratio      how many of a hundred requests hit, beside the peers: target/hit-ratio.json
  instructions   instructions of the hit path, beside benches/instructions.json: fails if they differ by more than 5 %
  compile-time   500 cached functions beside 500 plain ones and 500 of `cached`: what `check` and `build` take longer

  --quick        fewer rounds (compare, shared, growth, compile-time), fewer entries (hit-ratio)
  --renew        write the counts down (instructions)";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    match arguments {
        ["compare"] => compare::run(false),
        ["compare", "--quick"] => compare::run(true),
        ["shared"] => shared::run(false),
        ["shared", "--quick"] => shared::run(true),
        ["shared", shared::CHILD, arguments @ ..] => shared::child(arguments),
        ["growth"] => growth::run(false),
        ["growth", "--quick"] => growth::run(true),
        ["hit-ratio"] => hit_ratio::run(false),
        ["hit-ratio", "--quick"] => hit_ratio::run(true),
        ["instructions"] => instructions::run(false),
        ["instructions", "--renew"] => instructions::run(true),
        ["compile-time"] => compile_time::run(false),
        ["compile-time", "--quick"] => compile_time::run(true),
        _ => Err(USAGE.into()),
    }
}
