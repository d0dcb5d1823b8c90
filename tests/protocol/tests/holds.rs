//! The protocol keeps its promises in every configuration, in every order of steps.

use protocol::Reached::{self, *};
use protocol::{check, configs};

/// A test of that name: nothing is broken, and what the configuration is there for happens.
macro_rules! holds {
    ($($test:ident: $config:literal reaches $($reached:ident),+;)+) => {
        $(
            #[test]
            fn $test() {
                keeps_all_promises($config, &[$($reached),+]);
            }
        )+

        /// The configurations that have a test.
        const TESTED: &[&str] = &[$($config),+];
    };
}

holds! {
    push: "push" reaches NearHit, SharedHit, Restored;
    writers: "writers" reaches NearHit, SharedHit, Restored;
    gap: "gap" reaches NearHit, SharedHit, Restored;
    neighbours: "neighbours" reaches NearHit, SharedHit, AskedAgain;
    neighbours_outage: "neighbours, outage" reaches NearHit, SharedHit, Restored;
    clock: "clock" reaches NearHit, Restored;
    verify: "verify" reaches SharedHit, Restored;
    nested: "nested" reaches NearHit, SharedHit, Conflict;
    nested_own_tags: "nested, own tags" reaches NearHit, SharedHit, SecondTrip;
    nested_strict: "nested, strict" reaches NearHit, SharedHit, SecondTrip, Restored;
    nested_outage: "nested, outage" reaches NearHit, SharedHit, Restored;
    flights: "flights" reaches Followed, NearHit, SecondTrip;
    flights_verified: "flights, verified" reaches Followed, Restored;
    flights_outage: "flights, outage" reaches Followed, NearHit;
    depends_on: "depends_on" reaches NearHit, SecondTrip;
    learned: "learned" reaches NearHit, SecondTrip, RowKept, ModelKept;
    retry: "retry" reaches Queued, Bypassed, SharedHit;
    retry_learned: "retry, learned" reaches Queued, SecondTrip;
    crash: "crash" reaches NearHit, SharedHit;
    failover: "failover" reaches Replayed, NearHit, SharedHit;
    restart: "restart" reaches Distrusted, NearHit, SharedHit;
    cluster: "cluster" reaches Moved, NearHit, SharedHit, Restored;
    removal: "removal" reaches NearHit, SharedHit;
    units_of_work: "units of work" reaches NearHit, SharedHit, Loaded;
    policies: "policies" reaches ServedStale, NearHit, SharedHit;
    leases: "leases" reaches NearHit, SharedHit, Loaded;
    leases_one_load: "leases, one load" reaches NearHit, SharedHit, LookedUnderLease;
    tier_down: "tier down" reaches WentAlone, FoundDead, Queued, Bypassed, NearHit, SharedHit;
    tier_down_clock: "tier down, clock" reaches WentAlone, FoundDead, NearHit, Restored;
    tier_down_learned: "tier down, learned" reaches WentAlone, FoundDead, NearHit, SecondTrip;
    begin_and_store: "begin and store" reaches Filled, NearHit, SharedHit;
    batches: "batches" reaches Batched, NearHit, SharedHit;
    retry_widened: "retry, widened" reaches Widened, Queued, Bypassed, SharedHit;
    three_processes: "three processes" reaches NearHit, SharedHit, Restored;
    renewals: "renewals" reaches NearHit, Restored;
}

fn keeps_all_promises(name: &str, reaches: &[Reached]) {
    let checked = check(&configs::named(name), None, 1);
    println!("{name}: {} states, depth {}", checked.states, checked.depth);
    if let Some((promise, steps)) = checked.broken {
        let steps: Vec<_> = steps.iter().map(|step| format!("    {step:?}")).collect();
        panic!("{name} breaks {promise}:\n{}", steps.join("\n"));
    }
    for what in reaches {
        assert!(checked.has_reached(*what), "{name} never comes to {what:?}");
    }
}

#[test]
fn each_configuration_is_tested() {
    for config in configs::all() {
        assert!(TESTED.contains(&config.name), "no test of `{}`", config.name);
    }
}
