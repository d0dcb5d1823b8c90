//! The answers that a type is tried with, the likely ones first.

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Kind {
    Bool,
    Integer,
    Float,
    Char,
    Text,
    Bytes,
    /// How many elements.
    Length,
    /// Whatever comes.
    Any,
}

pub(super) const INTEGERS: [i8; 10] = [1, 0, 2, 10, 100, 127, 12, 7, 24, 60];
pub(super) const FLOATS: [f32; 4] = [1.0, 0.0, 0.5, -1.0];
pub(super) const CHARS: [char; 4] = ['a', 'A', '1', ' '];
pub(super) const LENGTHS: [usize; 6] = [1, 2, 3, 4, 0, 8];
pub(super) const BYTES: [usize; 9] = [16, 1, 4, 8, 12, 20, 32, 64, 0];
pub(super) const TEXTS: [&str; 30] = [
    "a",
    "1",
    "00000000-0000-4000-8000-000000000001",
    "2000-01-01T00:00:00Z",
    "2000-01-01T00:00:00",
    "2000-01-01",
    "00:00:00",
    "2000-01-01 00:00:00.0 +00:00:00",
    "UTC",
    "Europe/Berlin",
    "+00:00",
    "a@example.com",
    "https://example.com/",
    "example.com",
    "127.0.0.1",
    "127.0.0.1:80",
    "::1",
    "10.0.0.0/8",
    "1.0",
    "1.0.0",
    "EUR",
    "DE",
    "en",
    "en-GB",
    "DE89370400440532013000",
    "+4930123456",
    "0x1",
    "#000000",
    "text/plain",
    "",
];
/// In the order of `Tracer::any`: an integer, text, nothing, a boolean, a float, an empty map, an empty sequence.
const ANY: usize = 7;

/// How many answers there are.
pub(super) fn count(kind: Kind) -> usize {
    match kind {
        Kind::Bool => 2,
        Kind::Integer => INTEGERS.len(),
        Kind::Float => FLOATS.len(),
        Kind::Char => CHARS.len(),
        Kind::Text => TEXTS.len(),
        Kind::Bytes => BYTES.len(),
        Kind::Length => LENGTHS.len(),
        Kind::Any => ANY - 1 + TEXTS.len(),
    }
}

/// Of those for [`Kind::Any`], after the first few, which text.
pub(super) fn text_of_any(answer: usize) -> &'static str {
    TEXTS.get((answer + 1).saturating_sub(ANY)).copied().unwrap_or_default()
}
