//! Values of settings as text: in files, in variables, in messages.

use std::time::Duration;

use super::{Codec, Coherence, Compression, Durability, Mode, Ttl};

/// What a setting can be.
pub(crate) trait Value: Copy {
    /// In words, after "allowed are".
    const ALLOWED: &'static str;
    /// Whether TOML has it in quotes.
    const QUOTED: bool = true;
    /// From text; `None` if it is not of this kind. Whether it is allowed is asked apart.
    fn read(text: &str) -> Option<Self>;
    /// As text that is read as the same.
    fn text(self) -> String;
    /// Code can say more than text.
    fn is_allowed(self) -> bool;
}

/// Units, the longest names first where one begins with another; the same as in the attributes.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

impl Value for Duration {
    const ALLOWED: &'static str =
        "whole numbers with the units `ms`, `s`, `m`, `h`, `d`, such as `500ms` or `1h30m`";

    fn read(text: &str) -> Option<Self> {
        let (mut rest, mut total, mut smaller) = (text, 0_u64, u64::MAX);
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, after) = rest.split_at(digits);
            let (unit, milliseconds) = UNITS.into_iter().find(|(unit, _)| after.starts_with(unit))?;
            if milliseconds >= smaller {
                return None;
            }
            smaller = milliseconds;
            total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(milliseconds)?)?;
            rest = &after[unit.len()..];
        }
        Some(Duration::from_millis(total))
    }

    fn text(self) -> String {
        let mut rest = self.as_millis();
        let mut text = String::new();
        for (unit, milliseconds) in UNITS.iter().rev() {
            let number = rest / u128::from(*milliseconds);
            rest %= u128::from(*milliseconds);
            if number > 0 {
                text += &format!("{number}{unit}");
            }
        }
        if text.is_empty() { "0s".to_owned() } else { text }
    }

    fn is_allowed(self) -> bool {
        self >= Duration::from_millis(1)
    }
}

impl Value for Ttl {
    const ALLOWED: &'static str =
        "whole numbers with the units `ms`, `s`, `m`, `h`, `d`, such as `15m` or `1h30m`, and `forever`";

    fn read(text: &str) -> Option<Self> {
        match text {
            "forever" => Some(Ttl::Forever),
            _ => Duration::read(text).map(Ttl::For),
        }
    }

    fn text(self) -> String {
        match self {
            Ttl::For(duration) => duration.text(),
            Ttl::Forever => "forever".to_owned(),
        }
    }

    fn is_allowed(self) -> bool {
        match self {
            Ttl::For(duration) => duration.is_allowed(),
            Ttl::Forever => true,
        }
    }
}

/// A part of a whole.
impl Value for f64 {
    const ALLOWED: &'static str = "numbers from `0.0` to below `1.0`, such as `0.1`";
    const QUOTED: bool = false;

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn text(self) -> String {
        format!("{self:?}")
    }

    fn is_allowed(self) -> bool {
        (0.0..1.0).contains(&self)
    }
}

/// A number of things.
impl Value for usize {
    const ALLOWED: &'static str = "whole numbers from 1 on";
    const QUOTED: bool = false;

    fn read(text: &str) -> Option<Self> {
        // As in TOML and in the attributes: `10_000`.
        text.replace('_', "").parse().ok()
    }

    fn text(self) -> String {
        let digits = self.to_string();
        let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
        groups.join("_")
    }

    fn is_allowed(self) -> bool {
        self > 0
    }
}

impl Value for bool {
    const ALLOWED: &'static str = "`true` and `false`";
    const QUOTED: bool = false;

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn text(self) -> String {
        self.to_string()
    }

    fn is_allowed(self) -> bool {
        true
    }
}

/// One of a few words.
macro_rules! words {
    ($($kind:ident, $allowed:expr, { $($word:literal => $variant:ident),+ } $(, if $is_allowed:expr)?;)*) => { $(
        impl Value for $kind {
            const ALLOWED: &'static str = $allowed;

            fn read(text: &str) -> Option<Self> {
                match text {
                    $($word => Some($kind::$variant),)+
                    _ => None,
                }
            }

            fn text(self) -> String {
                match self {
                    $($kind::$variant => $word,)+
                }
                .to_owned()
            }

            fn is_allowed(self) -> bool {
                true $(&& $is_allowed(self))?
            }
        }
    )* };
}

words! {
    Mode, "`on`, `refresh` and `off`", { "on" => On, "refresh" => Refresh, "off" => Off };
    Coherence, "`push`, `verify` and `off`", { "push" => Push, "verify" => Verify, "off" => Off };
    Codec, "`bincode` and `rmp`", { "bincode" => Bincode, "rmp" => Rmp };
    Compression, COMPRESSIONS, { "lz4" => Lz4, "zstd" => Zstd, "off" => Off }, if is_built_in;
    Durability, "`primary` and `replicated`", { "primary" => Primary, "replicated" => Replicated };
}

/// Whether this program can do it.
fn is_built_in(compression: Compression) -> bool {
    compression != Compression::Zstd || cfg!(feature = "zstd")
}

/// The same whatever is built in: the example file is.
const COMPRESSIONS: &str = "`lz4` and `off`, and `zstd` with the feature `zstd` of `cache-core`";

#[cfg(test)]
mod tests {
    use super::*;

    /// The same texts as for the attributes, in `cache-macros/src/duration.rs`.
    #[test]
    fn durations_are_those_of_the_attributes() {
        for (text, milliseconds) in
            [("15m", 900_000), ("500ms", 500), ("1h30m", 5_400_000), ("2d", 172_800_000), ("1s", 1_000)]
        {
            assert_eq!(Duration::read(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["15", "m", "15 m", "-1s", "1.5h", "1m1h", "1s1s", "15x", "99999999999999999999d"] {
            assert_eq!(Duration::read(text), None, "{text}");
        }
        for text in ["", "0s"] {
            assert!(!Duration::read(text).is_some_and(Duration::is_allowed), "{text}");
        }
    }

    #[test]
    fn counts_may_be_grouped() {
        for (text, count) in [("10000", 10_000), ("10_000", 10_000), ("1", 1)] {
            assert_eq!(usize::read(text), Some(count), "{text}");
        }
        for text in ["", "_", "-1", "1.0", "1e3", "0x10", "ten"] {
            assert_eq!(usize::read(text), None, "{text}");
        }
        assert_eq!([1, 999, 1_000, 1_234_567].map(Value::text), ["1", "999", "1_000", "1_234_567"]);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(milliseconds in 1_u64.., count: usize, share in 0.0..1.0_f64, text: String) {
            let duration = Duration::from_millis(milliseconds);
            proptest::prop_assert_eq!(Duration::read(&duration.text()), Some(duration));
            proptest::prop_assert_eq!(Ttl::read(&Ttl::For(duration).text()), Some(Ttl::For(duration)));
            proptest::prop_assert_eq!(usize::read(&count.text()), Some(count));
            proptest::prop_assert_eq!(f64::read(&share.text()), Some(share));
            let _ = (Ttl::read(&text), usize::read(&text), f64::read(&text), Mode::read(&text));
        }
    }
}
