use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[invalidates(Product(id), on = err)]
fn word(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

#[invalidates(Product(id), on = "ok")]
fn text(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

#[invalidates(Product(id), on = Ok)]
fn variant(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

#[invalidates(Product(id), on)]
fn nothing(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

#[invalidates(Product(id), on(ok))]
fn parentheses(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

#[invalidates(Product(id), on = |id, error| true)]
fn two(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

fn main() {}
