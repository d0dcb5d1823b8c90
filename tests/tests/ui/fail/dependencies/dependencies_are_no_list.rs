use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[cached(invalidate_on = Product)]
fn model(id: i64) -> i64 { id }

#[cached(invalidate_on = Product(id))]
fn row(id: i64) -> i64 { id }

#[cached(invalidate_on = (Product))]
fn parentheses(id: i64) -> i64 { id }

#[cached(invalidate_on = vec![Product])]
fn call(id: i64) -> i64 { id }

#[cached(invalidate_on = "product")]
fn text(id: i64) -> i64 { id }

#[cached(invalidate_on = [])]
fn nothing(id: i64) -> i64 { id }

fn main() {}
