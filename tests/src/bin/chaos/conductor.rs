//! The run: servers and processes, faults in turn and together, and what came of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::clock::now;
use super::faults::{FAULTS, Fault};
use super::memory::{ROWS, Total};
use super::options::{Options, Topology};
use super::report::Report;
use super::world::World;

/// Of the time of a run, how much is spent where.
const PARTS: [(Topology, u32); 3] = [(Topology::Single, 5), (Topology::Sentinel, 3), (Topology::Cluster, 3)];
/// How long all is well at the beginning, and between faults at the most.
const REST: Duration = Duration::from_millis(1500);

/// Runs all of it.
pub fn run(options: &Options) -> Report {
    let parts: Vec<_> = PARTS.iter().filter(|(topology, _)| options.topologies.contains(topology)).collect();
    let all: u32 = parts.iter().map(|(_, part)| part).sum();
    let mut report = Report::new(options);
    for (topology, part) in parts {
        let began = Instant::now();
        run_part(*topology, options.time * *part / all, options, &mut report);
        eprintln!(
            "{topology:?}: {:.1?}, {} reads checked so far",
            began.elapsed(),
            report.total.reads_checked
        );
    }
    report
}

fn run_part(topology: Topology, time: Duration, options: &Options, report: &mut Report) {
    let mut world = World::start(topology, options, options.seed ^ topology as u64);
    let end = Instant::now() + time;
    std::thread::sleep(REST.min(time / 4));
    let mut turns: Vec<&Fault> = Vec::new();
    while Instant::now() < end {
        if options.flaw.is_some() && world.memory.total().stale_beyond_promise > 0 {
            // That is all that was asked.
            report.total.append(&world.memory.total());
            return;
        }
        if turns.is_empty() {
            turns = possible(topology, options, &world);
            world.random.shuffle(&mut turns);
        }
        let Some(first) = turns.pop() else {
            std::thread::sleep(Duration::from_millis(100));
            continue;
        };
        // Every other time together with one of another place.
        let second = (world.random.bool())
            .then(|| turns.iter().position(|fault| fault.place != first.place))
            .flatten()
            .map(|at| turns.remove(at));
        let together: Vec<&Fault> = [Some(first), second].into_iter().flatten().collect();
        strike(&mut world, &together, &mut report.faults);
        let rest = world.random.u64(200..u64::try_from(REST.as_millis()).expect("a short while"));
        std::thread::sleep(Duration::from_millis(rest));
        if !world.all_live() {
            eprintln!("violation: a process ended by itself");
            report.total.foreign_errors += 1;
            break;
        }
    }
    world.settle();
    let mut total: Total = world.memory.total();
    total.invalidations_lost += world.tally.lost;
    report.total.append(&total);
    report.loads +=
        world.memory.rows.iter().map(|row| row.loads.load(std::sync::atomic::Ordering::SeqCst)).sum::<u64>();
    // A model that was invalidated as a whole is loaded again as a whole.
    report.reasons += total.invalidations + total.invalidations_of_models * ROWS as u64;
    report.died.append(&mut world.tally.died);
    report.failovers.append(&mut world.memory.failovers());
}

fn possible(topology: Topology, options: &Options, world: &World) -> Vec<&'static Fault> {
    let asked = |fault: &Fault| match &options.faults {
        Some(names) => names.iter().any(|name| name == fault.name),
        None => true,
    };
    let here = |fault: &Fault| {
        fault.topologies.contains(&topology) && (fault.name != "clock_step" || world.has_clock())
    };
    FAULTS.iter().filter(|fault| here(fault) && asked(fault)).collect()
}

fn strike(world: &mut World, together: &[&Fault], struck: &mut BTreeMap<&'static str, u64>) {
    let mut lasts = 0;
    for fault in together {
        tell(fault, "begins");
        (fault.begin)(world);
        *struck.entry(fault.name).or_default() += 1;
        lasts = lasts.max(world.random.u64(fault.lasts[0]..=fault.lasts[1]));
    }
    std::thread::sleep(Duration::from_millis(lasts));
    for fault in together.iter().rev() {
        (fault.end)(world);
        tell(fault, "is over");
    }
}

/// When it was, by the clock of what violations say.
fn tell(fault: &Fault, what: &str) {
    eprintln!("at {}: {} {what}", now(), fault.name);
}
