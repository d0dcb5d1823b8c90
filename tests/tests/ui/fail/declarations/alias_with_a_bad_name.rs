use cache_core::Alias;

#[derive(Alias)]
#[alias(name = "Prices")]
struct Upper;

#[derive(Alias)]
#[alias(name = "shop:prices")]
struct Colon;

#[derive(Alias)]
#[alias(name = prices)]
struct Word;

#[derive(Alias)]
#[alias(nme = "prices")]
struct Misspelt;

#[derive(Alias)]
#[alias("prices")]
struct ByItself;

#[derive(Alias)]
#[alias]
struct Nothing;

#[derive(Alias)]
#[alias = "prices"]
struct Equals;

fn main() {}
