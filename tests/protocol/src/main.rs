//! The model on demand, in any size: `cargo run --release -p protocol --bin model -- --size 1 push retry`.

use std::process::ExitCode;
use std::time::Instant;

use protocol::{Mutant, check, configs};

const USAGE: &str = "usage: model [--size N] [--mutant NAME] [CONFIGURATION]...
With N above 0 all processes read, and each thing that can happen may happen N times more than in the tests.
All configurations, if none is named.";

fn main() -> ExitCode {
    let mut size = 0;
    let mut mutant = None;
    let mut names = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--size" => match arguments.next().and_then(|size| size.parse().ok()) {
                Some(given) => size = given,
                None => return usage(),
            },
            "--mutant" => match arguments.next().and_then(|name| mutant_named(&name)) {
                Some(given) => mutant = Some(given),
                None => return usage(),
            },
            name if configs::all().iter().any(|config| config.name == name) => names.push(argument),
            _ => return usage(),
        }
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut holds = true;
    for config in configs::all() {
        if !names.is_empty() && !names.iter().any(|name| name == config.name) {
            continue;
        }
        let began = Instant::now();
        let checked = check(&config.larger(size), mutant, threads);
        let took = began.elapsed().as_secs_f32();
        println!(
            "{:<20} {:>12} states, depth {:>3}, {took:.1} s",
            checked.config, checked.states, checked.depth
        );
        if let Some((promise, steps)) = checked.broken {
            println!("breaks {promise}:");
            for step in steps {
                println!("    {step:?}");
            }
            holds = false;
        }
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn mutant_named(name: &str) -> Option<Mutant> {
    Mutant::ALL.iter().map(|(mutant, _)| *mutant).find(|mutant| format!("{mutant:?}") == name)
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}\nconfigurations:");
    for config in configs::all() {
        eprintln!("    {:<20} {}", config.name, config.about);
    }
    eprintln!("mutants:");
    for (mutant, config) in Mutant::ALL {
        eprintln!("    {:<30} {config}", format!("{mutant:?}"));
    }
    ExitCode::FAILURE
}
