//! Instruction counts beside those that were committed.

use std::collections::BTreeMap;
use std::fmt;

/// Instructions of one call, by the name of what is called.
pub(super) type Counts = BTreeMap<String, u64>;

/// By how many hundredths of the committed count another may differ.
const TOLERANCE: u64 = 5;

/// A count beside the committed one.
#[derive(Debug)]
pub(super) struct Compared {
    name: String,
    committed: Option<u64>,
    counted: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Same,
    /// A regression.
    More,
    /// Not a regression, but one after it would go unseen.
    Less,
    New,
    Gone,
}

/// All that was counted or committed.
pub(super) fn compare(committed: &Counts, counted: &Counts) -> Vec<Compared> {
    let mut names: Vec<_> = committed.keys().chain(counted.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let compared = |name: &String| Compared {
        name: name.clone(),
        committed: committed.get(name).copied(),
        counted: counted.get(name).copied(),
    };
    names.into_iter().map(compared).collect()
}

impl Compared {
    pub(super) fn is_as_committed(&self) -> bool {
        self.verdict() == Verdict::Same
    }

    fn verdict(&self) -> Verdict {
        match (self.committed, self.counted) {
            (Some(_), None) => Verdict::Gone,
            (None, _) => Verdict::New,
            (Some(committed), Some(counted)) => {
                match (counted.abs_diff(committed) * 100 <= committed * TOLERANCE, counted > committed) {
                    (true, _) => Verdict::Same,
                    (false, true) => Verdict::More,
                    (false, false) => Verdict::Less,
                }
            }
        }
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
        let difference = match (self.committed, self.counted) {
            (Some(committed), Some(counted)) => {
                format!("{:+.1} %", (counted as f64 / committed as f64 - 1.0) * 100.0)
            }
            _ => String::new(),
        };
        let verdict = match self.verdict() {
            Verdict::Same => "",
            Verdict::More => "more",
            Verdict::Less => "less",
            Verdict::New => "new",
            Verdict::Gone => "gone",
        };
        let line = format!(
            "{:<28} {:>9} {:>9} {difference:>9}  {verdict}",
            self.name,
            count(self.committed),
            count(self.counted)
        );
        f.write_str(line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts<const N: usize>(counts: [(&str, u64); N]) -> Counts {
        counts.map(|(name, count)| (name.to_owned(), count)).into()
    }

    fn verdict(committed: u64, counted: u64) -> Verdict {
        compare(&counts([("hit", committed)]), &counts([("hit", counted)]))[0].verdict()
    }

    #[test]
    fn a_twentieth_is_tolerated_in_both_directions() {
        assert_eq!(verdict(200, 200), Verdict::Same);
        assert_eq!(verdict(200, 210), Verdict::Same);
        assert_eq!(verdict(200, 190), Verdict::Same);
        assert_eq!(verdict(200, 211), Verdict::More);
        assert_eq!(verdict(200, 189), Verdict::Less);
    }

    #[test]
    fn what_is_new_or_gone_is_told() {
        let compared = compare(&counts([("gone", 1), ("hit", 2)]), &counts([("hit", 2), ("new", 3)]));
        let verdicts: Vec<_> = compared.iter().map(Compared::verdict).collect();
        assert_eq!(verdicts, [Verdict::Gone, Verdict::Same, Verdict::New]);
    }

    #[test]
    fn a_line_shows_both_counts_and_the_difference() {
        let compared = compare(&counts([("hit", 200)]), &counts([("hit", 220)]));
        assert_eq!(
            compared[0].to_string(),
            "hit                                200       220   +10.0 %  more"
        );
    }
}
