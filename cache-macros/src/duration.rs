//! `"15m"`: durations, checked while compiling.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

/// Units, the longest names first where one begins with another.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Reads a duration: whole numbers with units, the larger first, as in `"1h30m"`.
pub(crate) fn parse(literal: &LitStr) -> syn::Result<Duration> {
    read(&literal.value(), "").map_err(|fault| syn::Error::new(literal.span(), fault))
}

/// The same where a word may stand in place of one: `None` for that.
pub(crate) fn parse_or(literal: &LitStr, word: &str) -> syn::Result<Option<Duration>> {
    match literal.value() {
        text if text == word => Ok(None),
        text => read(&text, word).map(Some).map_err(|fault| syn::Error::new(literal.span(), fault)),
    }
}

/// Whether a text is a duration.
pub(crate) fn is_one(text: &str) -> bool {
    read(text, "").is_ok()
}

fn read(text: &str, word: &str) -> Result<Duration, String> {
    match sum(text) {
        Some(duration) if !duration.is_zero() => Ok(duration),
        None if is_written(text) => {
            Err(format!("`{text}` is longer than can be counted: 500 million years at most"))
        }
        Some(_) if !text.is_empty() => Err(format!("`{text}` is no time at all: the shortest is `1ms`")),
        _ => {
            let word = if word.is_empty() { String::new() } else { format!(", or `{word}`") };
            Err(format!(
                "`{text}` is not a duration: write whole numbers with the units `ms`, `s`, `m`, `h`, `d`, such as `15m` \
                 or `1h30m`{word}"
            ))
        }
    }
}

/// Whether it has the form of a duration, however long.
fn is_written(text: &str) -> bool {
    let short: String = text
        .split(|c: char| c.is_ascii_digit())
        .filter(|unit| !unit.is_empty())
        .map(|unit| format!("1{unit}"))
        .collect();
    text.starts_with(|c: char| c.is_ascii_digit()) && !short.is_empty() && sum(&short).is_some()
}

fn sum(text: &str) -> Option<Duration> {
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

/// The duration as an expression.
pub(crate) fn tokens(duration: Duration) -> TokenStream {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    quote!(::core::time::Duration::from_millis(#milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        for (text, milliseconds) in
            [("15m", 900_000), ("500ms", 500), ("1h30m", 5_400_000), ("2d", 172_800_000), ("1s", 1_000)]
        {
            assert_eq!(sum(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    proptest::proptest! {
        /// Whatever is written unit by unit is read back, and no text is a panic.
        #[test]
        fn what_is_written_is_read(parts in proptest::array::uniform5(0_u64..100_000), text in "[0-9msdh. -]{0,12}") {
            let units = UNITS.iter().rev().zip(parts).filter(|(_, number)| *number > 0);
            let written: String = units.clone().map(|((unit, _), number)| format!("{number}{unit}")).collect();
            let total = units.map(|((_, milliseconds), number)| milliseconds * number).sum();
            proptest::prop_assert_eq!(sum(&written), Some(Duration::from_millis(total)));
            let _ = sum(&text);
        }
    }

    #[test]
    fn what_is_not_a_duration_is_refused() {
        for text in ["15", "m", "15 m", "-1s", "1.5h", "1m1h", "1s1s", "15x", "99999999999999999999d"] {
            assert_eq!(sum(text), None, "{text}");
        }
        assert!(parse(&syn::parse_quote!("0s")).is_err());
        assert!(parse(&syn::parse_quote!("")).is_err());
    }
}
