//! `uuid`.

use ::uuid::Uuid;

use crate::key::{CacheKey, KeyWriter};

/// As its 16 bytes.
impl CacheKey for Uuid {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        key.bytes(self.as_bytes());
    }
}
