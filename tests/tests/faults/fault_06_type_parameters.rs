//! Fault 6: type parameters are not in the key, and `sum::<u8>` answers for `sum::<u64>`.

use cache_core::{KeyName, cached};

#[cached(ttl = "1m")]
fn size<T: KeyName>(count: usize) -> usize {
    size_of::<T>() * count
}

#[cached(ttl = "1m")]
async fn parsed<T: KeyName + std::str::FromStr + std::fmt::Debug>(text: &str) -> Option<String> {
    text.parse::<T>().ok().map(|parsed| format!("{parsed:?}"))
}

#[cache_core::test]
async fn each_type_has_values_of_its_own() {
    for _ in 0..2 {
        assert_eq!((size::<u8>(3), size::<u64>(3), size::<[u8; 5]>(3)), (3, 24, 15));
        assert_eq!(parsed::<u64>("1").await.as_deref(), Some("1"));
        assert_eq!(parsed::<f64>("1").await.as_deref(), Some("1.0"));
        assert_eq!(parsed::<bool>("1").await, None);
    }
}

// That a type parameter without a name doesn't compile: `ui/fail/keys/type_parameters.rs`.
