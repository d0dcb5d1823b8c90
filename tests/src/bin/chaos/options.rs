//! What the command line says.

use std::time::Duration;

use servers::Program;

use super::faults::FAULTS;
use super::flaws::Flaw;

/// How the command is called.
pub const USAGE: &str = "usage: chaos [--minutes M] [--seed N] [--topology single|sentinel|cluster|all] \
[--faults name,name] [--program redis|valkey] [--replicated] [--without I1|I9|I11] [--report FILE]";

/// Where the servers are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topology {
    Single,
    Sentinel,
    Cluster,
}

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Options {
    pub time: Duration,
    pub seed: u64,
    /// One after the other.
    pub topologies: Vec<Topology>,
    /// Only these.
    pub faults: Option<Vec<String>>,
    /// Of all servers; otherwise Valkey where there is one, and Redis where there are several.
    pub program: Option<Program>,
    /// `durability = "replicated"`.
    pub replicated: bool,
    pub flaw: Option<Flaw>,
    pub report: String,
}

impl Options {
    /// # Errors
    ///
    /// What is wrong.
    pub fn read(words: &[String]) -> Result<Options, String> {
        let mut options = Options {
            time: Duration::from_secs(60),
            seed: 1,
            topologies: vec![Topology::Single, Topology::Sentinel, Topology::Cluster],
            faults: None,
            program: None,
            replicated: false,
            flaw: None,
            report: "target/chaos.json".into(),
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("`{word}` takes a value"));
            let bad = |value: &str| format!("`{word}` can't be `{value}`");
            match word.as_str() {
                "--minutes" => {
                    let value = value()?;
                    let minutes =
                        value.parse::<f64>().ok().filter(|minutes| (0.01..=1440.0).contains(minutes));
                    options.time = Duration::from_secs_f64(60.0 * minutes.ok_or(bad(value))?);
                }
                "--seed" => {
                    let value = value()?;
                    options.seed = value.parse().map_err(|_| bad(value))?;
                }
                "--topology" => {
                    options.topologies = match value()?.as_str() {
                        "single" => vec![Topology::Single],
                        "sentinel" => vec![Topology::Sentinel],
                        "cluster" => vec![Topology::Cluster],
                        "all" => options.topologies,
                        other => return Err(bad(other)),
                    }
                }
                "--faults" => {
                    let names: Vec<String> = value()?.split(',').map(str::to_owned).collect();
                    let known =
                        |name: &&String| *name == "none" || FAULTS.iter().any(|fault| fault.name == **name);
                    if let Some(unknown) = names.iter().find(|name| !known(name)) {
                        let all: Vec<_> = FAULTS.iter().map(|fault| fault.name).collect();
                        return Err(format!(
                            "there is no fault `{unknown}`; there are `none`, {}",
                            all.join(", ")
                        ));
                    }
                    options.faults = Some(names);
                }
                "--program" => {
                    options.program = match value()?.as_str() {
                        "redis" => Some(Program::Redis),
                        "valkey" => Some(Program::Valkey),
                        other => return Err(bad(other)),
                    }
                }
                "--replicated" => options.replicated = true,
                "--without" => {
                    let value = value()?;
                    options.flaw = Some(Flaw::of(value).ok_or(bad(value))?);
                }
                "--report" => options.report.clone_from(value()?),
                other => return Err(format!("`{other}` is no option")),
            }
        }
        Ok(options)
    }
}
