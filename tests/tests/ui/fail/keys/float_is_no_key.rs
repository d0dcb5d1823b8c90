use cache_core::{CacheKey, cached};

#[cached]
fn by_itself(limit: f64) -> u64 { limit as u64 }

#[cached]
fn within(limits: Vec<f32>) -> u64 { limits.len() as u64 }

#[cached]
fn beside(id: u64, limit: Option<(u64, f64)>) -> u64 { let _ = limit; id }

#[derive(CacheKey)]
struct Filter { page: u64, limit: f32 }

#[cached]
fn in_a_struct(filter: &Filter) -> u64 { filter.page }

fn main() {}
