use cache_core::Alias;

#[derive(Alias)]
struct Prices;

#[derive(Alias)]
#[alias(ttl = "15m")]
struct Articles;

fn main() {}
