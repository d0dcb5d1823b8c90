//! A row of the table: as a line for people, as an object for programs.

use std::fmt;

use serde::Serialize;

/// How many of a hundred requests hit, to the hundredth.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) trace: &'static str,
    pub(super) entries: usize,
    pub(super) ours: f64,
    pub(super) quick_cache: f64,
    pub(super) moka: f64,
}

/// No worse than moka: less than this is noise.
const NOISE: f64 = 0.2;
/// Of quick_cache within a point.
const NEAR: f64 = 1.0;

impl Row {
    /// By how many points the goal is missed, if it is.
    fn missed_by(&self) -> Option<f64> {
        let missed = (self.quick_cache - NEAR).max(self.moka - NOISE) - self.ours;
        (missed > 0.005).then_some(missed)
    }

    pub(super) fn meets_the_goal(&self) -> bool {
        self.missed_by().is_none()
    }
}

pub(super) const HEADINGS: &str = "\
| trace                              | entries |   ours | quick_cache |   moka | goal           |
|------------------------------------|--------:|-------:|------------:|-------:|----------------|";

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { trace, entries, ours, quick_cache, moka } = self;
        let goal = self.missed_by().map_or(String::new(), |points| format!("missed by {points:.2}"));
        write!(
            f,
            "| {trace:<34} | {entries:>7} | {ours:>6.2} | {quick_cache:>11.2} | {moka:>6.2} | {goal:<14} |"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, quick_cache: f64, moka: f64) -> Row {
        Row { trace: "zipf 0.9", entries: 1000, ours, quick_cache, moka }
    }

    #[test]
    fn the_goal_is_missed_by_the_greater_of_two_distances() {
        assert_eq!(row(50.0, 51.0, 50.2).missed_by(), None);
        assert_eq!(row(50.0, 53.0, 51.2).missed_by(), Some(2.0));
        assert_eq!(row(50.0, 51.0, 50.7).missed_by(), Some(0.5));
    }

    #[test]
    fn a_row_as_json_has_the_fields_that_readers_know() {
        assert_eq!(
            serde_json::to_string(&[row(50.13, 50.5, 50.0)]).unwrap(),
            "[{\"trace\":\"zipf 0.9\",\"entries\":1000,\"ours\":50.13,\"quick_cache\":50.5,\"moka\":50.0}]"
        );
    }
}
