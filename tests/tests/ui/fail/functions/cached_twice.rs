use cache_core::{Model, cached, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = u64)]
struct Product;

#[cached]
#[cached]
fn twice(id: u64) -> u64 { id }

#[cached]
#[invalidates(Product(id))]
fn reader_and_writer(id: u64) -> u64 { id }

#[invalidates(Product(id))]
#[cached]
fn writer_and_reader(id: u64) -> u64 { id }

#[invalidates(Product(id))]
#[invalidates(Product)]
fn writes_twice(id: u64) { let _ = id; }

fn main() {}
