//! I4: a cached function returns what its body would return, on a thread that is about to end too.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use cache_core::{Cache, cached, invalidates};
use tests::Article;

static LOADS: AtomicU64 = AtomicU64::new(0);

#[cached(invalidate_on = [Article(id)])]
fn read(id: u64) -> u64 {
    LOADS.fetch_add(1, Ordering::SeqCst);
    id * 2
}

#[invalidates(Article(id))]
fn write(id: u64) {
    let _ = id;
}

/// Calls when its thread ends.
struct AtTheEnd(mpsc::Sender<(u64, u64)>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        let hit = read(1);
        let missed = read(2);
        write(1);
        read::entry(2).invalidate();
        Cache::current().maintain();
        self.0.send((hit, missed)).unwrap();
    }
}

thread_local! {
    static BEFORE: std::cell::RefCell<Option<AtTheEnd>> = const { std::cell::RefCell::new(None) };
    static AFTER: std::cell::RefCell<Option<AtTheEnd>> = const { std::cell::RefCell::new(None) };
}

/// What is dropped with the thread's locals, before those of the cache or after them.
#[test]
fn a_thread_that_ends_can_call_cached_functions_and_writers() {
    let (sender, received) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        BEFORE.set(Some(AtTheEnd(sender.clone())));
        assert_eq!(read(1), 2);
        assert_eq!(read(1), 2);
        AFTER.set(Some(AtTheEnd(sender)));
    });
    thread.join().unwrap();
    assert_eq!(received.iter().collect::<Vec<_>>(), [(2, 4), (2, 4)]);
    assert_eq!(read(1), 2);
    assert!(LOADS.load(Ordering::SeqCst) >= 3, "what was invalidated is loaded again");
}

/// A thread that has never used the cache before it ends.
#[test]
fn a_thread_that_calls_for_the_first_time_when_it_ends() {
    let (sender, received) = mpsc::channel();
    std::thread::spawn(move || BEFORE.set(Some(AtTheEnd(sender)))).join().unwrap();
    assert_eq!(received.recv().unwrap(), (2, 4));
}
