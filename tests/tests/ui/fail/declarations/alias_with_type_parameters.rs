use cache_core::Alias;

#[derive(Alias)]
#[alias(name = "prices")]
struct Prices<T>(T);

fn main() {}
