//! `"64MiB"`: numbers of bytes, checked while compiling.

/// Units, the longer names first where one ends with another.
const UNITS: [(&str, u64); 7] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// Less than this is a slip: it would hold next to nothing.
const LEAST: u64 = 1 << 10;

/// Reads a number of bytes, with a unit or without. The fault, if it isn't one.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    match product(text) {
        Some(bytes) if bytes >= LEAST => Ok(bytes),
        Some(_) => Err(format!("`{text}` is next to nothing: the least is `1KiB`")),
        None if is_written(text) => Err(format!("`{text}` is more than can be counted")),
        None => Err(format!(
            "`{text}` is not a number of bytes: write a whole number of `B`, `KB`, `MB`, `GB`, `KiB`, `MiB` or `GiB`, such as \
             `64MiB`"
        )),
    }
}

/// Whether a text is a number with a unit.
pub(crate) fn has_unit(text: &str) -> bool {
    split(text).1.is_some() && product(text).is_some()
}

/// Whether it has the form of a number of bytes, however large.
fn is_written(text: &str) -> bool {
    let (number, _) = split(text);
    number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// The number, and how many bytes its unit has.
fn split(text: &str) -> (&str, Option<u64>) {
    let unit = UNITS.into_iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, Some(bytes))));
    unit.unwrap_or((text, None))
}

fn product(text: &str) -> Option<u64> {
    let (number, unit) = split(text);
    number.replace('_', "").parse::<u64>().ok()?.checked_mul(unit.unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same texts as for settings, in `cache-core/src/declare/bytes.rs`.
    #[test]
    fn numbers_of_bytes_are_read() {
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
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_number_of_bytes_is_refused_with_a_reason() {
        let refused = |texts: &[&str], reason: &str| {
            for text in texts {
                assert!(parse(text).unwrap_err().contains(reason), "{text}: {:?}", parse(text));
            }
        };
        refused(
            &["", "MiB", "64M", "64 MiB", "64mib", "1.5MiB", "-1MB", "1MB1KB"],
            "is not a number of bytes",
        );
        refused(&["99999999999999999999", "20000000000GB"], "is more than can be counted");
        refused(&["0", "0MiB", "64", "1023B", "1KB"], "is next to nothing");
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_a_panic(text in "[0-9_KMGiB -]{0,24}") {
            let _ = (parse(&text), has_unit(&text));
        }
    }
}
