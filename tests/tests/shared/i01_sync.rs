//! Sync functions reach the shared tier too, on whatever thread they are called, within a runtime as well.

use std::cell::RefCell;
use std::sync::mpsc::{self, Sender};

use cache_core::unit_of_work_sync;
use tests::until_sync;

use super::*;

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(id)])]
fn price_sync(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read_sync()
}

#[cached(alias = Pushed, cache = cache, skip(cache))]
fn double_sync(cache: &Cache, source: &Source, id: u64) -> u64 {
    2 * price_sync(cache, source, id)
}

#[invalidates(Article(id), cache = cache)]
fn set_price_sync(cache: &Cache, source: &Source, id: u64, price: u64) {
    let _ = (cache, id);
    source.write(price);
}

fn settle(process: &Process) {
    until_sync(|| {
        let stats = process.stats("price_sync");
        stats.shared_stores + stats.unshared >= stats.stores
    });
}

fn share_and_write([one, two]: [Process; 2]) {
    let source = Source::new(1);
    assert_eq!(double_sync(&one.cache, &source, 5), 2);
    settle(&one);
    assert_eq!(price_sync(&two.cache, &source, 5), 1);
    assert_eq!(source.reads(), 1, "the other one finds it");
    set_price_sync(&two.cache, &source, 5, 2);
    assert_eq!(double_sync(&one.cache, &source, 5), 4);
    assert_eq!(price_sync(&two.cache, &source, 5), 2);
    unit_of_work_sync(|| set_price_sync(&one.cache, &source, 5, 3));
    assert_eq!(price_sync(&two.cache, &source, 5), 3);
    assert_eq!(price_sync(&one.cache, &source, 5), 3);
    price_sync::entry(&one.cache, 5).invalidate();
    source.write(4);
    assert_eq!(price_sync(&two.cache, &source, 5), 4);
}

#[test]
fn without_a_runtime() {
    share_and_write(processes());
}

/// What is dropped with a thread's locals, after those of its runtime are gone.
#[test]
fn on_a_thread_that_ends() {
    struct AtTheEnd(Cache, Source, Sender<u64>);

    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            let AtTheEnd(cache, source, told) = self;
            told.send(price_sync(cache, source, 7)).unwrap();
        }
    }

    thread_local! {
        static LAST: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
    }

    let [one, _other] = processes();
    let (told, price) = mpsc::channel();
    let (cache, source) = (one.cache.clone(), Source::new(1));
    let thread = std::thread::spawn(move || {
        LAST.set(Some(AtTheEnd(cache.clone(), Source::new(2), told)));
        assert_eq!(price_sync(&cache, &source, 5), 1);
    });
    thread.join().unwrap();
    assert_eq!(price.recv(), Ok(2));
}

#[tokio::test]
async fn in_a_task_of_a_runtime_of_one_thread() {
    share_and_write(processes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_tasks_of_a_runtime_of_several() {
    let tasks = (0..4).map(|_| tokio::spawn(async { share_and_write(processes()) }));
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

#[test]
fn a_sync_reader_in_its_body_does_not_keep_what_it_read() {
    let (source, [one, two, three]) = (Source::new(1), processes());
    let _held = one.tier.streams().hold();
    let mut hold = source.hold();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| price_sync(&one.cache, &source, 5));
        hold.reached_sync();
        set_price_sync(&two.cache, &source, 5, 2);
        hold.release();
        assert_eq!(reader.join().unwrap(), 1);
    });
    settle(&one);
    assert_eq!(price_sync(&three.cache, &source, 5), 2);
}

#[test]
fn of_many_threads_of_several_processes_one_loads() {
    let (source, all) = (Source::new(1), processes::<3>());
    let mut hold = source.hold();
    std::thread::scope(|scope| {
        for process in &all {
            for _ in 0..10 {
                scope.spawn(|| assert_eq!(price_sync(&process.cache, &source, 5), 1));
            }
        }
        hold.reached_sync();
        until_sync(|| all.iter().map(|process| process.stats("price_sync").leases_waited).sum::<u64>() >= 2);
        hold.release();
    });
    assert_eq!(source.reads(), 1);
}
