use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[cached(invalidate_on = ["product"])]
fn text(id: i64) -> i64 { id }

#[cached(invalidate_on = [&Product])]
fn borrowed(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product[id]])]
fn index(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product { id }])]
fn record(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product<i64>])]
fn generic(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product id])]
fn no_parentheses(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product(id).row])]
fn more(id: i64) -> i64 { id }

fn main() {}
