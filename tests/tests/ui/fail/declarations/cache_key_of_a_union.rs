use cache_core::CacheKey;

#[derive(CacheKey)]
union Either {
    a: u32,
    b: f32,
}

fn main() {}
