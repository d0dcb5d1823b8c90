use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[cached(invalidate_on = [across])]
fn by_itself(id: i64) -> i64 { id }

#[cached(invalidate_on = [across()])]
fn nothing(id: i64) -> i64 { id }

#[cached(invalidate_on = [across(Product(id))])]
fn row(id: i64) -> i64 { id }

#[cached(invalidate_on = [across(Product, Product)])]
fn two(id: i64) -> i64 { id }

fn main() {}
