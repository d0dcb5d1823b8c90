//! Fault 4: `self` is not in the key, and `S(1).f(10)` answers for `S(2)`.

use cache_core::{CacheKey, cached};

#[derive(CacheKey, Clone, Copy)]
struct Scale(u64);

#[cache_core::methods]
impl Scale {
    #[cached(ttl = "1m")]
    fn times(&self, n: u64) -> u64 {
        self.0 * n
    }

    #[cached(ttl = "1m")]
    async fn later(self, n: u64) -> u64 {
        self.0 * n
    }
}

#[cache_core::test]
async fn each_self_has_values_of_its_own() {
    assert_eq!((Scale(1).times(10), Scale(2).times(10)), (10, 20));
    assert_eq!((Scale(1).times(10), Scale(2).times(10)), (10, 20));
    assert_eq!((Scale(1).later(10).await, Scale(2).later(10).await), (10, 20));
    assert_eq!(Scale(2).times_entry(10).get(), Some(20));
}

// That a `self` which is no key doesn't compile: `ui/fail/blocks/self_is_no_key.rs`.
