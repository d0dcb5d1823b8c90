//! Who listens to the events of the cache may use it: from the first one on.

use std::cell::Cell;
use std::sync::mpsc;
use std::time::Duration;

use cache_core::cached;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

#[cached]
fn level(target: &str) -> usize {
    target.len()
}

#[cached]
fn read(id: u64) -> u64 {
    id
}

/// Looks up how to treat an event, in a cached function.
struct Looks;

thread_local! {
    static LOOKING: Cell<bool> = const { Cell::new(false) };
}

impl<S: Subscriber> Layer<S> for Looks {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if !LOOKING.replace(true) {
            assert_eq!(level(event.metadata().target()), event.metadata().target().len());
            LOOKING.set(false);
        }
    }
}

/// One test: the first use of a process is its first.
#[test]
fn a_subscriber_may_call_what_it_hears_of() {
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Looks)).unwrap();
    let (done, ended) = mpsc::channel();
    std::thread::spawn(move || {
        // The first event of all is that of the first use, and its listener uses the very same.
        done.send((level("self"), read(5))).unwrap();
    });
    assert_eq!(ended.recv_timeout(Duration::from_secs(20)).expect("it doesn't hang"), (4, 5));
}
