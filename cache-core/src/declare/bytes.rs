//! Numbers of bytes, as text has them.

use std::fmt;

use super::value::Value;

/// A number of bytes: what [`max_bytes`](crate::Settings::max_bytes) takes.
///
/// ```
/// use cache_core::ByteSize;
///
/// # fn main() -> Result<(), cache_core::Error> {
/// let size: ByteSize = "64MiB".parse()?; // or whole numbers of `B`, `KB`, `MB`, `GB`, `KiB`, `GiB`
/// assert_eq!(size, ByteSize::new(64 << 20));
/// assert_eq!(ByteSize::new(10_000_000).to_string(), "10MB");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ByteSize(u64);

impl ByteSize {
    /// Less than this is a slip: it would hold next to nothing.
    const LEAST: ByteSize = ByteSize(1 << 10);

    /// So many bytes.
    pub const fn new(bytes: u64) -> Self {
        ByteSize(bytes)
    }

    /// How many bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// Units, the longer names first where one ends with another; the same as in the attributes.
const UNITS: [(&str, u64); 7] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

impl Value for ByteSize {
    const ALLOWED: &'static str = "whole numbers of bytes, or of `KB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`, from `1KiB` on, such as \
                                   `64MiB`";

    fn read(text: &str) -> Option<Self> {
        let unit = UNITS.into_iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, bytes)));
        let (number, bytes) = unit.unwrap_or((text, 1));
        // As in TOML and in the attributes: `10_000`.
        number.replace('_', "").parse::<u64>().ok()?.checked_mul(bytes).map(ByteSize)
    }

    fn text(self) -> String {
        self.to_string()
    }

    fn is_allowed(self) -> bool {
        self >= ByteSize::LEAST
    }
}

/// In the unit that takes the smallest number.
impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().filter(|(_, bytes)| self.0.is_multiple_of(*bytes));
        let (unit, bytes) = whole.max_by_key(|(_, bytes)| *bytes).filter(|_| self.0 > 0).unwrap_or(&("B", 1));
        write!(f, "{}{unit}", self.0 / bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same texts as for the attributes, in `cache-macros/src/bytes.rs`.
    #[test]
    fn numbers_of_bytes_are_those_of_the_attributes() {
        for (text, bytes) in [
            ("2048", 2_048),
            ("10_000", 10_000),
            ("4096B", 4_096),
            ("512KiB", 512 << 10),
            ("64MiB", 64 << 20),
            ("2GiB", 2 << 30),
            ("10KB", 10_000),
            ("10MB", 10_000_000),
            ("1GB", 1_000_000_000),
        ] {
            assert_eq!(ByteSize::read(text), Some(ByteSize(bytes)), "{text}");
        }
        for text in [
            "",
            "MiB",
            "64M",
            "64 MiB",
            "64mib",
            "1.5MiB",
            "-1MB",
            "1MB1KB",
            "99999999999999999999",
            "20000000000GB",
        ] {
            assert_eq!(ByteSize::read(text), None, "{text}");
        }
        for text in ["0", "0MiB", "64", "1023B", "1KB"] {
            assert!(!ByteSize::read(text).is_some_and(ByteSize::is_allowed), "{text}");
        }
    }

    #[test]
    fn the_unit_is_the_one_that_takes_the_smallest_number() {
        for (bytes, text) in [
            (0, "0B"),
            (1_025, "1025B"),
            (2_048, "2KiB"),
            (3_000_000, "3MB"),
            (1_024_000, "1000KiB"),
            (5 << 30, "5GiB"),
        ] {
            assert_eq!(ByteSize(bytes).to_string(), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(bytes: u64, text in "[0-9_KMGiB -]{0,12}") {
            proptest::prop_assert_eq!(ByteSize::read(&ByteSize(bytes).text()), Some(ByteSize(bytes)));
            let _ = ByteSize::read(&text);
        }
    }
}
