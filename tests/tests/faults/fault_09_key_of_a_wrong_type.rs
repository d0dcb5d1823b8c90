//! Fault 9: an argument of a type that can't be part of a key is two errors that name four traits, and none says what to do.
//! Here it is one, at the word, with the remedy.
//!
//! What is looked at is what the compiler says of `ui/fail`, as the test `ui` holds it to.

use std::fs;

/// What the compiler says of one mistake: where in the file, and the text.
struct Said {
    line: usize,
    column: usize,
    text: String,
}

fn said_of(case: &str) -> (Vec<String>, Vec<Said>) {
    let read =
        |ending: &str| fs::read_to_string(format!("tests/ui/fail/{case}.{ending}")).expect("a case of `ui`");
    let source = read("rs").lines().map(str::to_owned).collect();
    let errors = format!("\n{}", read("stderr"));
    let said = errors.split("\nerror").skip(1).map(|text| {
        let place = text.split("--> ").nth(1).and_then(|at| at.lines().next()).expect("a place");
        let mut numbers = place.rsplit(':').map(|number| number.parse().expect("a line and a column"));
        let (column, line) = (numbers.next().expect("a column"), numbers.next().expect("a line"));
        Said { line, column, text: text.to_owned() }
    });
    (source, said.collect())
}

/// Each function is one mistake, and each mistake one error, at the type of the argument, whatever surrounds that.
#[test]
fn one_error_at_the_type_of_the_argument() {
    for (case, types) in [
        ("keys/pool_is_no_key", &["Pool", "Arc"][..]),
        ("keys/unordered_map_is_no_key", &["HashMap", "HashSet"]),
        ("keys/float_is_no_key", &["f64", "Vec", "Option", "f32"]),
    ] {
        let (source, mut said) = said_of(case);
        said.sort_by_key(|said| said.line);
        let words = said.iter().map(|said| {
            let behind = &source[said.line - 1][said.column - 1..];
            behind.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default()
        });
        assert_eq!(words.collect::<Vec<_>>(), types, "{case}");
    }
}

/// What is wrong comes first, with the type at fault, and then each way out. No trait is named that isn't public.
#[test]
fn it_says_what_to_do() {
    let (_, said) = said_of("keys/pool_is_no_key");
    for Said { text, .. } in &said {
        let first = text.lines().next().expect("a message");
        assert!(first.ends_with("`Pool` can't be part of a cache key"), "{first}");
        let advice = text.lines().filter(|line| line.contains("= note:")).collect::<String>();
        for remedy in ["derive `cache_core::CacheKey`", "`skip(..)`", "derive `cache_core::NoKey`"] {
            assert!(advice.contains(remedy), "{advice}");
        }
        assert!(!first.contains("trait bound"), "{first}");
    }
}

/// The remedies compile: `ui/pass/twins/keys.rs` has each of them.
#[test]
fn what_it_says_to_do_is_done_in_its_twin() {
    let twin = fs::read_to_string("tests/ui/pass/twins/keys.rs").expect("the twin of `keys`");
    for remedy in ["#[derive(CacheKey)]", "#[derive(NoKey)]", "skip(", "BTreeMap<", "BTreeSet<", "key = ("] {
        assert!(twin.contains(remedy), "{remedy}");
    }
}
