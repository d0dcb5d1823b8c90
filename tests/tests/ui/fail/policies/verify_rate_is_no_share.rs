use std::collections::HashMap;

use cache_core::cached;

#[cached(verify_rate)]
async fn without(id: u64) -> u64 { id }

#[cached(verify_rate = 1)]
async fn whole(id: u64) -> u64 { id }

#[cached(verify_rate = 1.5)]
async fn too_large(id: u64) -> u64 { id }

#[cached(verify_rate = "0.1%")]
async fn text(id: u64) -> u64 { id }

#[cached(verify_rate = 0.0000001)]
async fn too_small(id: u64) -> u64 { id }

#[cached(sample_rate = 0.001)]
async fn in_other_words(id: u64) -> u64 { id }

#[cached(pure, verify_rate = 0.001)]
async fn of_what_stays(id: u64) -> u64 { id }

#[cached(local, verify_rate = 0.001)]
async fn of_what_stays_too(id: u64) -> u64 { id }

#[cached(verify_rate = 0.001)]
async fn of_what_borrows(name: &str) -> u64 { name.len() as u64 }

#[cached(verify_rate = 0.001)]
fn of_what_is_not_async(id: u64) -> u64 { id }

#[cached(each = ids, verify_rate = 0.001)]
async fn of_many(ids: Vec<u64>) -> HashMap<u64, u64> { ids.into_iter().map(|id| (id, id)).collect() }

fn main() {}
