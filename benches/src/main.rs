//! Ours beside the peers, in one run: `cargo run --release -p benches -- compile-time`.

mod compile_time;
mod statistics;

use std::error::Error;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo run --release -p benches -- <benchmark> [--quick]

  compile-time   500 cached functions beside 500 plain ones and 500 of `cached`: what `check` and `build` take longer

  --quick        fewer rounds";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let names: Vec<_> =
        arguments.iter().map(String::as_str).filter(|argument| *argument != "--quick").collect();
    let result: Result<(), Box<dyn Error>> = match names[..] {
        ["compile-time"] => compile_time::run(quick),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
