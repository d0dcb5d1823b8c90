use loom::thread;

use crate::clock::{Instant, Ticks};
use crate::fresh::epoch::{EpochList, Freshness};
use crate::key::tag::Tag;
use crate::sync::{Arc, AtomicU64, Ordering};
use crate::table;

const TAG: Tag = Tag(1);
const SOON: Ticks = Ticks::NONE;

/// A reader loads and stores while a writer writes and bumps: what is fresh afterwards is what was written.
#[test]
fn a_load_that_raced_with_a_bump_is_not_fresh() {
    loom::model(|| {
        let (table, source) = (table(), Arc::new(AtomicU64::new(1)));
        let reader = thread::spawn({
            let (table, source) = (table.clone(), Arc::clone(&source));
            move || {
                let epochs = EpochList::from_iter([table.hold(TAG)]);
                let freshness = Freshness::since(table.now());
                let value = source.load(Ordering::SeqCst);
                (value, epochs, freshness)
            }
        });
        source.store(2, Ordering::SeqCst);
        table.bump([TAG]);
        let (value, epochs, freshness) = reader.join().unwrap();
        if freshness.check(&epochs, &table, SOON) {
            assert_eq!(value, 2);
        }
    });
}

/// A look that meets a bump may come out either way; looks after the bump may not.
#[test]
fn a_look_during_a_bump_is_not_remembered_as_one_after_it() {
    loom::model(|| {
        let table = table();
        let epochs = Arc::new(EpochList::from_iter([table.hold(TAG)]));
        let freshness = Arc::new(Freshness::since(table.now()));
        // Something else was bumped, so that the look is a whole one.
        table.bump([Tag(2)]);
        let looker = thread::spawn({
            let (table, epochs, freshness) = (table.clone(), Arc::clone(&epochs), Arc::clone(&freshness));
            move || freshness.check(&epochs, &table, SOON)
        });
        table.bump([TAG]);
        assert!(!freshness.check(&epochs, &table, SOON), "the bump has returned");
        looker.join().unwrap();
        assert!(!freshness.check(&epochs, &table, SOON));
    });
}

/// Who looks at an epoch that changes sees one that it has or had, in one piece.
#[test]
fn an_epoch_is_seen_whole() {
    loom::model(|| {
        let (table, at) = (table(), Instant::from_ticks(0));
        let [one, other] = [(1 << 64) | 1, (2 << 64) | 2];
        let epoch = table.hold(TAG);
        epoch.learn(one, table.now(), at);
        let writer = thread::spawn({
            let (table, epoch) = (table.clone(), epoch.clone());
            move || {
                table.bump([TAG]);
                epoch.learn(other, table.now(), at);
            }
        });
        let seen = epoch.last_read();
        assert!([Some(one), None, Some(other)].contains(&seen), "{seen:x?}");
        writer.join().unwrap();
        assert_eq!(epoch.last_read(), Some(other));
    });
}

/// One thread lets a cell go while another takes it up: whoever holds it afterwards is found by a bump.
#[test]
fn a_cell_that_is_held_is_found_by_bumps() {
    loom::model(|| {
        let table = table();
        let first = table.hold(TAG);
        let other = thread::spawn({
            let table = table.clone();
            move || {
                let epoch = table.hold(TAG);
                (table.now(), epoch)
            }
        });
        drop(first);
        let (start, epoch) = other.join().unwrap();
        table.bump([TAG]);
        assert!(!epoch.unchanged_since(start));
        drop(epoch);
        assert_eq!(table.len(), 0, "and gone when nobody holds it");
    });
}

/// Two let go of a cell at once: it is gone, once.
#[test]
fn a_cell_that_nobody_holds_is_gone() {
    loom::model(|| {
        let table = table();
        let (first, second) = (table.hold(TAG), table.hold(TAG));
        let other = thread::spawn(move || drop(second));
        drop(first);
        other.join().unwrap();
        assert_eq!(table.len(), 0);
    });
}

/// Two bumps at once: both are seen, and each load is on one side of each.
#[test]
fn two_bumps_at_once_are_both_seen() {
    loom::model(|| {
        let table = table();
        let epochs = [table.hold(TAG), table.hold(Tag(2))];
        let start = table.now();
        let other = thread::spawn({
            let table = table.clone();
            move || table.bump([Tag(2)])
        });
        table.bump([TAG]);
        other.join().unwrap();
        assert!(epochs.iter().all(|epoch| !epoch.unchanged_since(start)));
        let later = table.now();
        assert!(epochs.iter().all(|epoch| epoch.unchanged_since(later)));
    });
}

/// A row that only the result names: its cell is taken when a bump may have passed it, and `any` of its model, held from
/// the start, tells.
#[test]
fn rows_held_late_were_not_missed_by_a_bump() {
    loom::model(|| {
        let (table, source) = (table(), Arc::new(AtomicU64::new(1)));
        let (row, any) = (Tag(1), Tag(2));
        let reader = thread::spawn({
            let (table, source) = (table.clone(), Arc::clone(&source));
            move || {
                let held = table.hold(any);
                let start = table.now();
                let value = source.load(Ordering::SeqCst);
                let rows = table.accept_late(vec![table.hold(row)], &held, start);
                (value, start, rows)
            }
        });
        source.store(2, Ordering::SeqCst);
        table.bump([row, any]);
        let (value, start, rows) = reader.join().unwrap();
        if rows.is_some_and(|rows| rows.iter().all(|row| row.unchanged_since(start))) {
            assert_eq!(value, 2);
        }
    });
}
