use cache_core::cached;

#[cached(companion)]
fn price(id: u64) -> u64 { id }

#[cached(companion = "prices")]
fn tax(id: u64) -> u64 { id }

#[cached(companion = None)]
fn rate(id: u64) -> u64 { id }

#[cached(companion = shop::prices)]
fn discount(id: u64) -> u64 { id }

fn main() {}
