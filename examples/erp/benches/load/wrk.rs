//! `wrk`, and what its script says.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::processes::Processes;

/// Each has one connection. Two processes of two cores are busy with less.
const THREADS: u32 = 16;

/// A run of it.
pub(crate) struct Run {
    /// Microseconds, in order, by what was asked for.
    pub(crate) took: BTreeMap<String, Vec<u64>>,
    pub(crate) requests: u64,
    /// Answers of status 400 and above, and none at all.
    pub(crate) failed: u64,
    pub(crate) seconds: f64,
}

impl Run {
    pub(crate) fn per_second(&self) -> f64 {
        self.requests as f64 / self.seconds
    }
}

/// Asks for the mix: so many requests a second, or as many as there can be.
pub(crate) fn run(processes: &Processes, seconds: u64, rate: Option<f64>) -> Result<Run> {
    let ports: Vec<_> = processes.urls().filter_map(|url| url.rsplit(':').next()).collect();
    let output = Command::new("wrk")
        .args(["--threads", &THREADS.to_string(), "--connections", &THREADS.to_string(), "--timeout", "30s"])
        .args(["--duration", &format!("{seconds}s"), "--script"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/load/mix.lua"))
        .arg(processes.urls().next().expect("there are two"))
        .env("ERP_PORTS", ports.join(" "))
        .env("ERP_RATE", rate.map_or(0.0, |rate| rate / f64::from(THREADS)).to_string())
        .output()?;
    let said = String::from_utf8(output.stdout)?;
    if !output.status.success() {
        return Err(format!("wrk: {said}{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let mut run = Run { took: BTreeMap::new(), requests: 0, failed: 0, seconds: 0.0 };
    for line in said.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        match &words[..] {
            ["took", name, times @ ..] => {
                let mut times: Vec<u64> =
                    times.iter().map(|time| time.parse()).collect::<std::result::Result<_, _>>()?;
                times.sort_unstable();
                run.took.insert(name.replace('-', " "), times);
            }
            ["failed", failed] => run.failed = failed.parse()?,
            ["requests", requests, "in", microseconds] => {
                run.requests = requests.parse()?;
                run.seconds = microseconds.parse::<f64>()? / 1e6;
            }
            _ => {}
        }
    }
    if run.requests == 0 { Err(format!("wrk has asked for nothing: {said}").into()) } else { Ok(run) }
}
