use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "shop.settings")]
struct Settings;

#[cached(invalidate_on = [Settings(id)])]
fn setting(id: i64) -> i64 { id }

fn main() {}
