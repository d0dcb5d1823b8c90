use cache_core::{cached, invalidates};

#[cached]
struct Price(u64);

#[cached]
enum Currency { Euro }

#[cached]
mod prices {}

#[cached]
const TAX: u64 = 20;

#[invalidates(Price)]
static RATE: u64 = 20;

#[cached]
type Id = u64;

fn main() { let _: Id = TAX + RATE + Price(5).0 + Currency::Euro as u64; }
