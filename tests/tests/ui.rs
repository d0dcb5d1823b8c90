//! What the compiler says to those who use the attributes wrongly, and that it says nothing to those who don't.
//!
//! After a change: `TRYBUILD=overwrite cargo test -p tests --test ui`, then read what changed.

/// Each file is named after the mistake. One error each, at the word, with the remedy.
#[test]
fn mistakes_are_told_at_the_word() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*/*.rs");
}

/// Each compiles without a warning, and runs.
#[test]
fn what_is_right_compiles_in_silence() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}
