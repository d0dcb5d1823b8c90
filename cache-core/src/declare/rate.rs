//! Shares of what happens, as numbers from 0 to 1.

use super::value::Value;

/// A share of what happens, from 0 (never) to 1 (always): what [`verify_rate`](crate::Settings::verify_rate) takes.
///
/// ```
/// use cache_core::{Rate, Settings};
///
/// let one_in_a_thousand = Settings::new().verify_rate(Rate::new(0.001));
/// # let _ = one_in_a_thousand;
/// ```
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Rate(f64);

impl Rate {
    /// It doesn't happen.
    pub const NEVER: Rate = Rate(0.0);

    /// So much of all. What is not from 0 to 1 is refused when the cache is built.
    pub const fn new(share: f64) -> Self {
        Rate(share)
    }

    /// So many millionths of all.
    pub(crate) fn of_millionths(millionths: u32) -> Self {
        Rate(f64::from(millionths) / 1e6)
    }

    /// As a number.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// By lot: whether it happens now.
    pub(crate) fn draws(self) -> bool {
        fastrand::f64() < self.0
    }
}

impl Value for Rate {
    const ALLOWED: &'static str = "numbers from `0.0` to `1.0`, such as `0.001`";
    const QUOTED: bool = false;

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Rate)
    }

    fn text(self) -> String {
        format!("{:?}", self.0)
    }

    fn is_allowed(self) -> bool {
        (0.0..=1.0).contains(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_what_it_says() {
        fastrand::seed(1);
        let drawn = |rate: Rate| (0..100_000).filter(|_| rate.draws()).count();
        assert_eq!((drawn(Rate::NEVER), drawn(Rate::new(1.0))), (0, 100_000));
        assert!((800..1_200).contains(&drawn(Rate::new(0.01))));
    }

    #[test]
    fn from_never_to_always() {
        for (text, is_allowed) in [
            ("0", true),
            ("0.001", true),
            ("1e-7", true),
            ("1.0", true),
            ("1.001", false),
            ("-0.1", false),
            ("NaN", false),
            ("inf", false),
        ] {
            let rate = Rate::read(text).unwrap();
            assert_eq!(rate.is_allowed(), is_allowed, "{text}");
            assert!(!is_allowed || Rate::read(&rate.text()) == Some(rate), "{text}");
        }
        assert_eq!(["", "0.1%", "1/1000", "often"].map(Rate::read), [None; 4]);
    }
}
