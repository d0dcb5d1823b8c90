//! `rust_decimal`.

use ::rust_decimal::Decimal;

use crate::key::{CacheKey, KeyWriter};

/// As its digits and how many of them are decimals, in the shortest form: `1.50` is `(15,1)`, as `1.5` is.
impl CacheKey for Decimal {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        let shortest = self.normalize();
        (shortest.mantissa(), shortest.scale()).write_key(key);
    }
}
