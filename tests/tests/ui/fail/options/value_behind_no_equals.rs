use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "ui.product", id = u64)]
struct Product;

#[cached(ttl("15m"))]
fn parentheses(id: u64) -> u64 { id }

#[cached(ttl: "15m")]
fn colon(id: u64) -> u64 { id }

#[cached(ttl == "15m")]
fn two(id: u64) -> u64 { id }

#[cached(ttl "15m")]
fn nothing(id: u64) -> u64 { id }

#[cached(invalidate_on(Product))]
fn dependencies(id: u64) -> u64 { id }

#[cached(key(id))]
fn key(id: u64) -> u64 { id }

#[cached(when(id > 5))]
fn condition(id: u64) -> u64 { id }

fn main() {}
