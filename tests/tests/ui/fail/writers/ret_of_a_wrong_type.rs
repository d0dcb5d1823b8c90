use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

struct Created { id: u32 }

#[invalidates(Product(ret.id))]
fn create(name: &str) -> Created { Created { id: name.len() as u32 } }

#[invalidates(Product(ret.idd))]
fn misspelt(name: &str) -> Result<Created, String> { Ok(Created { id: name.len() as u32 }) }

#[invalidates(Product(ret))]
fn nothing(name: &str) { let _ = name; }

fn main() {}
