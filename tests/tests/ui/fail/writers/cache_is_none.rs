use cache_core::{Model, NoKey, invalidates};

#[derive(Model)]
#[model(name = "ui.cache_is_none", id = u64)]
struct Product;

#[derive(NoKey)]
struct App { name: String }

#[invalidates(Product(id), cache = app.name)]
fn save(app: &App, id: u64) { let _ = (app, id); }

fn main() {}
