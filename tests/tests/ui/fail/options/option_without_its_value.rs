use cache_core::cached;

#[cached(ttl)]
fn price(id: u64) -> u64 { id }

#[cached(name("price"))]
fn name(id: u64) -> u64 { id }

#[cached(alias)]
fn alias(id: u64) -> u64 { id }

#[cached(skip = id)]
fn skip(id: u64) -> u64 { id }

#[cached(invalidate_on = Model)]
fn depends(id: u64) -> u64 { id }

#[cached("15m")]
fn literal(id: u64) -> u64 { id }

fn main() {}
