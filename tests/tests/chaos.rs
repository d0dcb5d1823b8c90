//! The chaos harness finds what it is there for: with a promise switched off, by a tier that breaks it, it finds reads beyond it.
//! That it finds none otherwise is `scripts/test`'s to say.

use std::path::Path;
use std::process::Command;

/// Runs for some seconds, with that promise switched off. It depends on the machine what those bring about, so that several runs may
/// be needed.
fn is_found_without(promise: &str, faults: &str) {
    for seed in 1..=6 {
        let report = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chaos-{promise}-{seed}.json"));
        let run = Command::new(env!("CARGO_BIN_EXE_chaos"))
            .args(["--minutes", "0.2", "--topology", "single", "--program", "redis"])
            .args(["--without", promise, "--faults", faults, "--seed", &seed.to_string()])
            .arg("--report")
            .arg(&report)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&run.stderr);
        let text = std::fs::read_to_string(&report).unwrap_or_else(|_| panic!("it reports: {said}"));
        let counts: serde_json::Value = serde_json::from_str(&text).expect("a report");
        assert!(counts["reads_checked"].as_u64() > Some(0), "{said}");
        if counts["stale_beyond_promise"].as_u64() > Some(0) {
            assert!(!run.status.success(), "who finds something fails");
            return;
        }
    }
    panic!("it finds nothing wrong without {promise}");
}

#[test]
fn a_lost_race_is_found() {
    is_found_without("I1", "none");
}

#[test]
fn silence_that_is_not_noticed_is_found() {
    is_found_without("I9", "bytes_dropped,connections_swallowed");
}

#[test]
fn a_lost_invalidation_is_found() {
    is_found_without("I11", "partition_to_server");
}

#[test]
fn who_calls_it_wrongly_is_told() {
    for words in [&["--minutes", "0"][..], &["--seed"], &["--topology", "ring"], &["--quickly"]] {
        let run = Command::new(env!("CARGO_BIN_EXE_chaos")).args(words).output().expect("it runs");
        assert_eq!(run.status.code(), Some(2), "{words:?}");
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(said.contains(words[0]) && said.contains("usage:"), "{said}");
    }
}
