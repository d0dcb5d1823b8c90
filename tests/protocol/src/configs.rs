//! The configurations: each part of the protocol, in the smallest size that shows its mistakes.
//!
//! They share one budget of time, about three minutes. Larger ones: `cargo run --release -p protocol --bin model -- --size 1`.

use crate::config::{Coherence, Config, Function, Op, Write};
use crate::state::Budget;

const ROW: u8 = 0;
const MODEL: u8 = 0;
const LEARNED: u8 = 1;

/// One key that reads one row.
const READS: Function = Function { tags: &[ROW], coherence: Coherence::Push, body: &[Op::Read(0)] };
const READS_VERIFIED: Function = Function { coherence: Coherence::Verify, ..READS };
/// The row is changed.
const WRITES: Write = Write { row: 0, bumps: &[ROW], removes: None };
/// Reads a row that it names before it reads it; its own tag is another.
const DEPENDS: Function =
    Function { tags: &[MODEL], coherence: Coherence::Push, body: &[Op::DependsOn(LEARNED), Op::Read(0)] };
const WRITES_LEARNED: Write = Write { row: 0, bumps: &[LEARNED], removes: None };

const NOTHING: Config = Config {
    name: "",
    about: "",
    callers: [0, 1, 0],
    writers: [true, false, false],
    functions: &[READS],
    writes: &[WRITES],
    clock: false,
    outage: false,
    flights: false,
    leases: false,
    units: false,
    cluster: false,
    patient: false,
    fills: false,
    batches: false,
    widens: &[],
    namespace: None,
    budget: NEVER,
};

const NEVER: Budget = Budget {
    writes: 0,
    evictions: 0,
    entries: 0,
    gaps: 0,
    failures: 0,
    failovers: 0,
    restarts: 0,
    crashes: 0,
    moves: 0,
    expiries: 0,
    cancels: 0,
    silences: 0,
    renewals: 0,
};

/// All of them.
pub fn all() -> Vec<Config> {
    vec![
        Config {
            name: "push",
            about: "two processes read and one writes, by announcements; epochs are evicted",
            callers: [1, 1, 0],
            budget: Budget { writes: 2, evictions: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "writers",
            about: "two processes write, one of them reads",
            writers: [true, true, false],
            budget: Budget { writes: 3, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "gap",
            about: "a stream breaks and comes back",
            callers: [0, 1, 0],
            budget: Budget { writes: 2, gaps: 2, evictions: 1, entries: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "neighbours",
            about: "two keys of one process share a tag",
            callers: [0, 2, 0],
            functions: &[READS, READS],
            budget: Budget { writes: 1, gaps: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "clock",
            about: "a stream breaks unnoticed, and time passes",
            clock: true,
            budget: Budget { writes: 1, gaps: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "neighbours, outage",
            about: "a known epoch proves another key's entry while the stream is broken, and time passes",
            functions: &[READS, READS],
            clock: true,
            outage: true,
            budget: Budget { writes: 1, entries: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "verify",
            about: "near copies are proven by their epochs at each read",
            functions: &[READS_VERIFIED],
            budget: Budget { writes: 2, evictions: 1, entries: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "nested",
            about: "a parent and its child depend on one tag",
            functions: &[READS, Function { body: &[Op::Read(0), Op::Call(0)], ..READS }],
            budget: Budget { writes: 2, entries: 1, gaps: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "nested, own tags",
            about: "a parent depends on another tag than its child",
            functions: &[READS, Function { tags: &[1], body: &[Op::Call(0), Op::Read(1)], ..READS }],
            writes: &[WRITES, Write { row: 1, bumps: &[1], removes: None }],
            budget: Budget { writes: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "nested, strict",
            about: "a parent that is verified calls a child that is not",
            functions: &[READS, Function { tags: &[1], body: &[Op::Call(0)], ..READS_VERIFIED }],
            budget: Budget { writes: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "nested, outage",
            about: "a parent loads from a near child while the stream is broken, and time passes",
            functions: &[READS, Function { body: &[Op::Call(0)], ..READS }],
            clock: true,
            outage: true,
            budget: Budget { writes: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "flights",
            about: "two callers share a load that learns a tag on its way",
            callers: [0, 2, 0],
            flights: true,
            functions: &[DEPENDS],
            writes: &[WRITES_LEARNED],
            budget: Budget { writes: 2, cancels: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "flights, verified",
            about: "the same, by reading the epochs",
            callers: [0, 2, 0],
            flights: true,
            functions: &[Function { coherence: Coherence::Verify, ..DEPENDS }],
            writes: &[WRITES_LEARNED],
            budget: Budget { writes: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "flights, outage",
            about: "two callers share a load while the stream is broken, and time passes",
            callers: [0, 2, 0],
            flights: true,
            clock: true,
            outage: true,
            budget: Budget { writes: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "depends_on",
            about: "a load names what it reads on its way",
            callers: [1, 1, 0],
            functions: &[DEPENDS],
            writes: &[WRITES_LEARNED],
            budget: Budget { writes: 2, entries: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "learned",
            about: "a load names a row that only its result shows",
            functions: &[Function {
                body: &[Op::Read(0), Op::Learn(LEARNED), Op::Confirm { row: LEARNED, model: MODEL }],
                ..DEPENDS
            }],
            writes: &[Write { row: 0, bumps: &[MODEL, LEARNED], removes: None }],
            budget: Budget { writes: 2, entries: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "retry",
            about: "bumps fail, executed or not, and are tried again",
            writers: [true, true, false],
            budget: Budget { writes: 2, failures: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "retry, learned",
            about: "a bump fails whose tag readers only learn",
            callers: [1, 1, 0],
            functions: &[DEPENDS],
            writes: &[WRITES_LEARNED],
            budget: Budget { writes: 1, failures: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "crash",
            about: "processes are killed",
            callers: [1, 1, 0],
            budget: Budget { writes: 2, crashes: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "failover",
            about: "a replica that lags takes over",
            budget: Budget { writes: 2, failovers: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "restart",
            about: "the server starts again with old data, and so may processes",
            functions: &[Function { tags: &[ROW, 1], ..READS }],
            namespace: Some(1),
            budget: Budget { writes: 1, restarts: 1, crashes: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "cluster",
            about: "a slot moves to a node that nobody listens to",
            cluster: true,
            budget: Budget { writes: 2, moves: 1, gaps: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "removal",
            about: "an entry is removed",
            callers: [1, 1, 0],
            writes: &[Write { removes: Some(0), ..WRITES }],
            budget: Budget { writes: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "units of work",
            about: "a unit of work reads what it wrote, or what is older, and is rolled back",
            callers: [1, 1, 0],
            writers: [true, true, false],
            units: true,
            budget: Budget { writes: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "policies",
            about: "entries whose time is over are served while a load fails or runs",
            budget: Budget { writes: 2, expiries: 2, entries: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "leases",
            about: "processes take turns to load; leases expire",
            callers: [1, 1, 0],
            leases: true,
            budget: Budget { writes: 1, entries: 2, crashes: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "leases, one load",
            about: "nobody loads without the lease, and nothing is evicted: what is there isn't loaded",
            callers: [1, 1, 0],
            leases: true,
            patient: true,
            budget: Budget { writes: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "tier down",
            about: "reads are not answered: the process goes on by itself, and keeps its bumps for later",
            callers: [1, 0, 0],
            writers: [true, true, false],
            budget: Budget { writes: 3, silences: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "tier down, clock",
            about: "the same while the stream is broken, and time passes",
            clock: true,
            outage: true,
            budget: Budget { writes: 1, silences: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "tier down, learned",
            about: "the stamp of what a load names on its way is not answered",
            functions: &[DEPENDS],
            writes: &[WRITES_LEARNED],
            budget: Budget { writes: 2, silences: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "begin and store",
            about: "a value is read elsewhere, and stored",
            callers: [0, 2, 0],
            fills: true,
            budget: Budget { writes: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "batches",
            about: "one read and one load for two keys",
            functions: &[READS, Function { tags: &[1], body: &[Op::Read(1)], ..READS }],
            writes: &[WRITES, Write { row: 1, bumps: &[1], removes: None }],
            batches: true,
            budget: Budget { writes: 2, evictions: 1, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "retry, widened",
            about: "bumps that wait become too many: the model stands for the row, and everything for both",
            functions: &[Function { tags: &[ROW, 1, 2], ..READS }],
            writers: [true, true, false],
            widens: &[(0b001, 1), (0b011, 2)],
            budget: Budget { writes: 2, failures: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "three processes",
            about: "one writes, two others read",
            callers: [0, 1, 1],
            budget: Budget { writes: 2, ..NEVER },
            ..NOTHING
        },
        Config {
            name: "renewals",
            about: "a tag is announced that didn't change, while a stream breaks unnoticed, and time passes",
            functions: &[Function { tags: &[ROW, 1], ..READS }],
            clock: true,
            outage: true,
            budget: Budget { writes: 1, gaps: 1, renewals: 1, ..NEVER },
            ..NOTHING
        },
    ]
}

/// The one of this name.
pub fn named(name: &str) -> Config {
    all()
        .into_iter()
        .find(|config| config.name == name)
        .unwrap_or_else(|| panic!("no configuration `{name}`"))
}
