use cache_core::CacheKey;

struct Range;

#[derive(CacheKey)]
struct Named { text: String, range: Range }

#[derive(CacheKey)]
struct Newtype(Range);

#[derive(CacheKey)]
struct Tuple(u64, Range);

#[derive(CacheKey)]
enum Variants { Price { limit: f64 }, Within(Range) }

fn main() {}
