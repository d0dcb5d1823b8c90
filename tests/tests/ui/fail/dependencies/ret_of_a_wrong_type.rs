use cache_core::{Model, cached};
use serde::{Deserialize, Serialize};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[derive(Clone, Serialize, Deserialize)]
struct Found { id: u32 }

#[cached(invalidate_on = [Product(ret.id)])]
fn found(name: &str) -> Found { Found { id: name.len() as u32 } }

#[cached(invalidate_on = [Product(ret.idd)])]
fn misspelt(name: &str) -> Result<Option<Found>, String> { Ok(Some(Found { id: name.len() as u32 })) }

#[cached(invalidate_on = [Product(each ret.iter().map(|found| found.id))])]
async fn all(name: &str) -> Vec<Found> { vec![Found { id: name.len() as u32 }] }

fn main() {}
