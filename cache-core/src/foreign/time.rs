//! `time`.

use ::time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::key::{CacheKey, KeyWriter};

/// As year, month and day.
impl CacheKey for Date {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        (self.year(), u8::from(self.month()), self.day()).write_key(key);
    }
}

/// As seconds since midnight, and nanoseconds.
impl CacheKey for Time {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        let since_midnight = self.duration_since(Time::MIDNIGHT);
        since_midnight.write_key(key);
    }
}

/// As if it were in UTC.
impl CacheKey for PrimitiveDateTime {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        self.assume_utc().write_key(key);
    }
}

/// As the instant, in seconds since 1970 and nanoseconds: the same at all offsets.
impl CacheKey for OffsetDateTime {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        (self.unix_timestamp(), self.nanosecond()).write_key(key);
    }
}

/// As seconds to the east of UTC.
impl CacheKey for UtcOffset {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        self.whole_seconds().write_key(key);
    }
}

/// As seconds and nanoseconds, of one sign.
impl CacheKey for Duration {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        (self.whole_seconds(), self.subsec_nanoseconds()).write_key(key);
    }
}
