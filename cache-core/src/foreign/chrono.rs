//! `chrono`.

use ::chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike};

use crate::key::{CacheKey, KeyWriter};

/// As year, month and day.
impl CacheKey for NaiveDate {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        (self.year(), self.month(), self.day()).write_key(key);
    }
}

/// As seconds since midnight, and nanoseconds: a second's worth more of them in a leap second.
impl CacheKey for NaiveTime {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        (self.num_seconds_from_midnight(), self.nanosecond()).write_key(key);
    }
}

/// As if it were in UTC.
impl CacheKey for NaiveDateTime {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        self.and_utc().write_key(key);
    }
}

/// As the instant, in seconds since 1970 and nanoseconds: the same in all time zones.
impl<Tz: TimeZone> CacheKey for DateTime<Tz> {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        (self.timestamp(), self.timestamp_subsec_nanos()).write_key(key);
    }
}

/// As seconds and nanoseconds, of one sign.
impl CacheKey for TimeDelta {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        (self.num_seconds(), self.subsec_nanos()).write_key(key);
    }
}
