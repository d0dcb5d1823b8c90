//! Each mistake is found, by the configuration that is there for it.

use protocol::{Mutant, check, configs};

#[test]
fn each_mistake_is_found() {
    println!("{:<30} {:<20} {:>5} {:>9}  breaks", "mistake", "configuration", "steps", "states");
    let mut missed = Vec::new();
    for &(mutant, config) in Mutant::ALL {
        let checked = check(&configs::named(config), Some(mutant), 1);
        let name = format!("{mutant:?}");
        match checked.broken {
            Some((promise, steps)) => {
                println!("{name:<30} {config:<20} {:>5} {:>9}  {promise}", steps.len(), checked.states);
            }
            None => {
                println!("{name:<30} {config:<20}     - {:>9}  nothing", checked.states);
                missed.push(name);
            }
        }
    }
    assert!(missed.is_empty(), "not found: {missed:?}");
}

/// If this fails, the protocol has come to need what it didn't: move the mutant to those that are found.
#[test]
fn what_is_no_mistake_breaks_nothing() {
    for &(mutant, config) in Mutant::HARMLESS {
        let checked = check(&configs::named(config), Some(mutant), 1);
        assert_eq!(checked.broken, None, "{mutant:?} is a mistake now");
    }
}
