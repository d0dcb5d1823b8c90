use cache_core::{Alias, cached};

#[derive(Alias)]
#[alias(name = "a", max_entries = 10_000, max_bytes = "64MiB")]
struct Both;

#[derive(Alias)]
#[alias(name = "b", max_bytes = "64M")]
struct Unit;

#[derive(Alias)]
#[alias(name = "c", max_bytes = 64MiB)]
struct Unquoted;

#[derive(Alias)]
#[alias(name = "d", max_bytes = 64)]
struct TooFew;

#[derive(Alias)]
#[alias(name = "e", max_bytes = "99999999999GiB")]
struct TooMany;

#[derive(Alias)]
#[alias(name = "f", max_bytes = 1.5)]
struct Fraction;

#[derive(Alias)]
#[alias(name = "g", max_bytes)]
struct Nothing;

#[derive(Alias)]
#[alias(name = "h", memory = "64MiB")]
struct AnotherName;

#[cached(max_bytes = "64MiB")]
fn not_of_a_function(id: u64) -> u64 { id }

fn main() {}
