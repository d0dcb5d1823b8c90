use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct App { name: String }

#[cached(cache = app.name)]
fn price(app: &App, id: u64) -> u64 { let _ = app; id }

fn main() {}
