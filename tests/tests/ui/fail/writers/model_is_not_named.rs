use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[invalidates(model = Product)]
fn named(id: i64) { let _ = id; }

#[invalidates(invalidate_on = [Product(id)])]
fn listed(id: i64) { let _ = id; }

#[invalidates([Product])]
fn in_brackets(id: i64) { let _ = id; }

#[invalidates("product")]
fn text(id: i64) { let _ = id; }

#[invalidates(Product id)]
fn no_parentheses(id: i64) { let _ = id; }

#[invalidates(Product; Product(id))]
fn semicolon(id: i64) { let _ = id; }

fn main() {}
