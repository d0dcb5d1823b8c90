//! Instructions of the hit path, counted by callgrind: a hundred calls of each form, of a hundred keys.
//!
//! `cargo run --release -p benches -- instructions` runs this and compares.

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use cache_core::{Alias, Model, Tenant, cached};
use gungraun::prelude::*;

const CALLS: u64 = 100;

#[derive(Tenant, Clone, Copy)]
struct Org(u64);

#[derive(Model)]
#[model(name = "instructions.a", id = u64)]
struct A;

#[derive(Model)]
#[model(name = "instructions.b", id = u64)]
struct B;

#[derive(Model)]
#[model(name = "instructions.c", id = u64)]
struct C;

#[derive(Model)]
#[model(name = "instructions.d", id = u64)]
struct D;

#[derive(Alias)]
#[alias(name = "counted", ttl = "1h")]
struct Counted;

#[cached(alias = Counted)]
fn by_id(id: u64) -> Arc<u64> {
    Arc::new(id)
}

#[cached(alias = Counted)]
fn by_id_and_name(id: u64, name: &str) -> Arc<str> {
    format!("{id} {name}").into()
}

#[cached(alias = Counted)]
async fn async_by_id_and_name(id: u64, name: &str) -> Arc<str> {
    format!("{id} {name}").into()
}

#[cached(alias = Counted, per_tenant)]
fn of_tenant(org: Org, id: u64) -> Arc<u64> {
    Arc::new(org.0 + id)
}

#[cached(alias = Counted, invalidate_on = [A(id), B(id), C(id), D(id)])]
fn of_four_rows(id: u64) -> Arc<u64> {
    Arc::new(id)
}

fn names() -> Vec<String> {
    (0..CALLS).map(|id| format!("product-{id:06}")).collect()
}

/// An async hit is ready at once.
fn poll<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a hit is ready at once"),
    }
}

fn call_by_id() {
    (0..CALLS).for_each(|id| drop(black_box(by_id(black_box(id)))));
}

fn call_by_id_and_name(names: &[String]) {
    for (id, name) in (0..).zip(names) {
        drop(black_box(by_id_and_name(black_box(id), black_box(name))));
    }
}

fn call_async(names: &[String]) {
    for (id, name) in (0..).zip(names) {
        drop(black_box(poll(async_by_id_and_name(black_box(id), black_box(name)))));
    }
}

fn call_of_tenant() {
    (0..CALLS).for_each(|id| drop(black_box(of_tenant(black_box(Org(7)), black_box(id)))));
}

fn call_of_four_rows() {
    (0..CALLS).for_each(|id| drop(black_box(of_four_rows(black_box(id)))));
}

/// Twice: loaded, then hit, so that what the first hit sets up is there.
fn filled(call: fn()) {
    call();
    call();
}

fn filled_with_names(call: fn(&[String])) -> Vec<String> {
    let names = names();
    call(&names);
    call(&names);
    names
}

/// One entry is there already, so that only what each miss does is counted.
fn one_loaded() {
    drop(by_id(CALLS));
}

#[library_benchmark]
#[bench::sync(args = (call_by_id), setup = filled)]
fn hit_by_id(_: ()) {
    call_by_id();
}

#[library_benchmark]
#[bench::sync(args = (call_by_id_and_name), setup = filled_with_names)]
fn hit_by_id_and_name(names: Vec<String>) -> Vec<String> {
    call_by_id_and_name(&names);
    names
}

#[library_benchmark]
#[bench::polled_once(args = (call_async), setup = filled_with_names)]
fn async_hit_by_id_and_name(names: Vec<String>) -> Vec<String> {
    call_async(&names);
    names
}

#[library_benchmark]
#[bench::sync(args = (call_of_tenant), setup = filled)]
fn hit_of_tenant(_: ()) {
    call_of_tenant();
}

#[library_benchmark]
#[bench::sync(args = (call_of_four_rows), setup = filled)]
fn hit_of_four_rows(_: ()) {
    call_of_four_rows();
}

#[library_benchmark]
#[bench::sync(args = (), setup = one_loaded)]
fn miss_by_id(_: ()) {
    call_by_id();
}

library_benchmark_group!(
    name = calls,
    benchmarks = [
        hit_by_id,
        hit_by_id_and_name,
        async_hit_by_id_and_name,
        hit_of_tenant,
        hit_of_four_rows,
        miss_by_id,
    ]
);

main!(library_benchmark_groups = calls);
