use std::cell::RefCell;
use std::ffi::OsString;
use std::rc::Rc;
use std::sync::Mutex;
use std::time::{Instant, SystemTime};

use cache_core::cached;

struct Filter;

#[cached]
fn own(filter: &Filter, id: u64) -> u64 { let _ = filter; id }

#[cached]
fn within(filters: Vec<Filter>) -> u64 { filters.len() as u64 }

#[cached]
fn cell(count: Rc<RefCell<u64>>) -> u64 { *count.borrow() }

#[cached]
fn lock(count: &Mutex<u64>) -> u64 { *count.lock().unwrap() }

#[cached]
fn pointer(with: fn(u64) -> u64, id: u64) -> u64 { with(id) }

#[cached]
fn object(with: &dyn Fn(u64) -> u64, id: u64) -> u64 { with(id) }

#[cached]
fn moment(since: Instant) -> u64 { since.elapsed().as_secs() }

#[cached]
fn time(now: SystemTime) -> u64 { now.elapsed().unwrap().as_secs() }

#[cached]
fn of_the_system(name: OsString) -> usize { name.len() }

fn main() {}
