use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[derive(Model)]
#[model(name = "shop.article", id = String)]
struct Article;

#[cached(invalidate_on = [Product(id)])]
fn unsigned(id: u32) -> u32 { id }

#[cached(invalidate_on = [Product(id)])]
fn text(id: &str) -> String { id.to_owned() }

#[cached(invalidate_on = [Product(id)])]
fn optional(id: Option<i64>) -> Option<i64> { id }

#[cached(invalidate_on = [Article(id)])]
fn number(id: i64) -> i64 { id }

fn main() {}
