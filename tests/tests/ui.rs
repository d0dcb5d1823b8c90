//! What the compiler says to those who use the attributes wrongly, and that it says nothing to those who don't.
//!
//! After a change: `TRYBUILD=overwrite cargo test -p tests --test ui`, then read what changed.

use std::collections::BTreeSet;
use std::fs;

/// Each file is named after the mistake, in a folder named after its kind. One error each, at the word, with the remedy.
#[test]
fn mistakes_are_told_at_the_word() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*/*.rs");
}

/// Each compiles without a warning, and runs.
#[test]
fn what_is_right_compiles_in_silence() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.pass("tests/ui/pass/twins/main.rs");
}

/// Where the compiler speaks by itself, of each use of what isn't there, or of what no macro may stand on.
const SAID_BY_THE_COMPILER: [&str; 5] = [
    "companions/companion_name_is_taken",
    "blocks/function_without_methods",
    "functions/on_an_expression",
    "functions/type_is_missing",
    "options/crate_is_none",
];

/// No word is reported twice, and nothing is reported outside of what the author wrote.
#[test]
fn mistakes_are_told_once() {
    let cases: Vec<_> = kinds().iter().flat_map(|kind| cases_of(kind)).collect();
    assert!(cases.len() > 150, "{} cases", cases.len());
    for case in cases.iter().filter(|case| !SAID_BY_THE_COMPILER.contains(&case.as_str())) {
        let said =
            fs::read_to_string(format!("tests/ui/fail/{case}.stderr")).expect("what the compiler says of it");
        let places =
            said.split("\nerror").map(|error| error.split("--> ").nth(1).and_then(|at| at.lines().next()));
        let places: Vec<_> = places.map(|place| place.expect("each error has a place")).collect();
        let each: BTreeSet<_> = places.iter().collect();
        assert_eq!(each.len(), places.len(), "{case}: {places:#?}");
        let here = format!("tests/ui/fail/{case}.rs:");
        assert!(places.iter().all(|place| place.starts_with(&here)), "{case}: {places:#?}");
    }
}

/// Of each kind of mistake the right forms are shown, too.
#[test]
fn each_kind_of_mistake_has_its_twin() {
    for kind in kinds() {
        let twin = format!("tests/ui/pass/twins/{kind}.rs");
        assert!(fs::exists(&twin).expect("a folder"), "{twin}");
    }
}

fn kinds() -> Vec<String> {
    names("tests/ui/fail")
}

fn cases_of(kind: &str) -> Vec<String> {
    let names = names(&format!("tests/ui/fail/{kind}"));
    names.iter().filter_map(|name| Some(format!("{kind}/{}", name.strip_suffix(".rs")?))).collect()
}

fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder of the tests");
    entries.map(|entry| entry.expect("it is readable").file_name().to_string_lossy().into_owned()).collect()
}
