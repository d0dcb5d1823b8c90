//! A row of the comparison: as a line for people, as an object for programs.

use std::fmt;

use serde::Serialize;

use crate::statistics::rounded;

/// Ours beside a peer, of which less is better.
pub(crate) struct Row {
    pub(crate) case: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) threads: usize,
    pub(crate) ours: f64,
    pub(crate) theirs_name: &'static str,
    pub(crate) theirs: f64,
    /// Allocations of one hit.
    pub(crate) ours_allocs: f64,
    pub(crate) theirs_allocs: f64,
    /// What the peer doesn't do in this form, and ours does.
    pub(crate) lacks: &'static str,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.ours / self.theirs
    }
}

#[derive(Serialize)]
pub(crate) struct Figures {
    case: &'static str,
    unit: &'static str,
    threads: usize,
    ours: f64,
    theirs_name: &'static str,
    theirs: f64,
    ratio: f64,
    ours_allocs: f64,
    theirs_allocs: f64,
}

impl From<&Row> for Figures {
    fn from(row: &Row) -> Self {
        Figures {
            case: row.case,
            unit: row.unit,
            threads: row.threads,
            ours: rounded(row.ours),
            theirs_name: row.theirs_name,
            theirs: rounded(row.theirs),
            ratio: rounded(row.ratio()),
            ours_allocs: rounded(row.ours_allocs),
            theirs_allocs: rounded(row.theirs_allocs),
        }
    }
}

pub(crate) const HEADINGS: &str =
    "case                  unit   threads       ours      theirs     ratio  allocs ours/theirs  theirs";

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { case, unit, threads, ours, theirs_name, theirs, ratio, ours_allocs, theirs_allocs } =
            self.into();
        write!(
            f,
            "{case:<21} {unit:<6} {threads:>7} {ours:>10} {theirs:>11} {ratio:>9} {ours_allocs:>12} / {theirs_allocs:<6}  \
             {theirs_name}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_as_json_has_the_fields_that_readers_know() {
        let row = Row {
            case: "sync-u64",
            unit: "ns",
            threads: 1,
            ours: 20.0,
            theirs_name: "theirs",
            theirs: 40.04,
            ours_allocs: 0.0,
            theirs_allocs: 1.0,
            lacks: "",
        };
        assert_eq!(
            serde_json::to_string(&[Figures::from(&row)]).unwrap(),
            "[{\"case\":\"sync-u64\",\"unit\":\"ns\",\"threads\":1,\"ours\":20.0,\"theirs_name\":\"theirs\",\
             \"theirs\":40.0,\"ratio\":0.5,\"ours_allocs\":0.0,\"theirs_allocs\":1.0}]"
        );
    }
}
