use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

struct Created { id: i64 }

#[invalidates(Product(ret.id))]
fn nothing(id: i64) { let _ = id; }

#[invalidates(Product(*ret))]
async fn later(id: i64) { let _ = id; }

#[invalidates(Product(ret.id))]
async fn in_a_result(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

#[invalidates(Product(each ret))]
fn of_io(id: i64) -> std::io::Result<()> { let _ = id; Ok(()) }

#[invalidates(Product(ret.id))]
fn something(id: i64) -> Created { Created { id } }

fn main() {}
