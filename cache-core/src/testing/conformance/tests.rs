//! The reference keeps all rules, and each rule finds what breaks it.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Candidate;
use super::mutant::{self, Flaw};
use crate::shared::MemoryTier;

async fn candidate() -> Candidate {
    let tier = MemoryTier::new();
    let clock = tier.clone();
    Candidate::new(tier.connect(), tier).replicas().advance(move |duration| clock.advance(duration))
}

/// Several servers, whose time passes by itself.
async fn several_servers() -> Candidate {
    let tier = MemoryTier::with_nodes(3);
    Candidate::new(tier.connect(), tier).replicas()
}

mod of_one_server {
    crate::shared_tier_conformance!(super::candidate);
}

mod of_several_servers {
    crate::shared_tier_conformance!(super::several_servers, worker_threads = 2);
}

type Named = (&'static str, fn(Candidate));

fn rules() -> Vec<Named> {
    crate::shared_tier_conformance!(@rules list ()).to_vec()
}

/// Whether a rule finds a flaw.
fn finds(rule: fn(Candidate), flaw: Flaw) -> bool {
    catch_unwind(AssertUnwindSafe(|| rule(mutant::candidate(flaw)))).is_err()
}

#[test]
fn each_flaw_is_found_by_its_rule() {
    let rules = rules();
    let missed: Vec<_> = Flaw::ALL
        .iter()
        .filter(|(flaw, name)| {
            let (_, rule) = rules.iter().find(|(rule, _)| rule == name).expect("a rule of that name");
            !finds(*rule, *flaw)
        })
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn each_rule_finds_a_flaw() {
    let finding: BTreeSet<&str> = Flaw::ALL.iter().map(|(_, rule)| *rule).collect();
    let others: Vec<_> =
        rules().into_iter().map(|(rule, _)| rule).filter(|rule| !finding.contains(rule)).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn each_rule_is_a_test() {
    let written: usize = [
        include_str!("announcements.rs"),
        include_str!("entries.rs"),
        include_str!("epochs.rs"),
        include_str!("leases.rs"),
        include_str!("together.rs"),
    ]
    .iter()
    .map(|file| file.matches("pub async fn ").count())
    .sum();
    assert_eq!(rules().len(), written, "a rule is missing in `shared_tier_conformance!`");
}
