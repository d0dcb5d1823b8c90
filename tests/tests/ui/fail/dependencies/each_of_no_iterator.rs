use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[cached(invalidate_on = [each(Product)])]
fn around(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product(each ids, more)])]
fn two(ids: &[i64], more: i64) -> i64 { ids[0] + more }

#[cached(invalidate_on = [Product(ids)])]
fn list(ids: &[i64]) -> i64 { ids[0] }

#[cached(invalidate_on = [Product(each id)])]
fn one(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product(each ret)])]
fn result(id: i64) -> i64 { id }

fn main() {}
