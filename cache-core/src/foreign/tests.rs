//! One spelling for equal values, different ones for others (I7): values drawn from few, so that near misses are common.

use std::fmt::Debug;

use proptest::prelude::*;

use crate::key::tests::{cases, render};
use crate::key::{CacheKey, KeyWriter};

/// The bytes and the text of a key of one argument.
fn key(value: &impl CacheKey) -> (Box<[u8]>, String) {
    let mut writer = KeyWriter::new();
    writer.argument(0);
    value.write_key(&mut writer);
    let bytes = writer.finish();
    let text = render("f", &bytes);
    (bytes, text)
}

/// The text of a value alone.
fn text(value: &impl CacheKey) -> String {
    key(value).1["test:default:f:a=".len()..].to_owned()
}

/// Two values have one key if they are equal, two if they are not.
fn compare<T: CacheKey + PartialEq + Debug>(a: &T, b: &T) -> Result<(), TestCaseError> {
    let ((bytes_a, text_a), (bytes_b, text_b)) = (key(a), key(b));
    prop_assert_eq!(bytes_a == bytes_b, a == b, "{:?} {:?}: {}", a, b, text_a);
    prop_assert_eq!(text_a == text_b, a == b, "{:?} {:?}: {}", a, b, text_a);
    Ok(())
}

/// Seconds around midnight, the start of 1970, and anywhere.
fn seconds() -> impl Strategy<Value = i64> {
    prop_oneof![-2_i64..2, 86_398_i64..86_402, -60_000_000_000_i64..250_000_000_000]
}

fn nanoseconds() -> impl Strategy<Value = u32> {
    prop_oneof![0_u32..2, 999_999_998_u32..1_000_000_000, 0_u32..1_000_000_000]
}

mod uuid {
    use ::uuid::Uuid;

    use super::*;

    fn uuid() -> impl Strategy<Value = Uuid> {
        prop_oneof![0_u128..3, u128::MAX - 2..u128::MAX, any::<u128>()].prop_map(Uuid::from_u128)
    }

    proptest! {
        #![proptest_config(cases(1.0))]

        #[test]
        fn ids(a in uuid(), b in uuid()) {
            compare(&a, &b)?;
            compare(&a, &a.to_string().to_uppercase().parse().unwrap())?;
        }
    }

    #[test]
    fn they_are_readable() {
        let id: Uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
        assert_eq!(text(&id), "0x67e5504410b1426f9247bb680e5fe0c8");
    }
}

mod rust_decimal {
    use ::rust_decimal::Decimal;

    use super::*;

    fn decimal() -> impl Strategy<Value = Decimal> {
        const MOST: i128 = (1 << 96) - 1;
        let mantissa = prop_oneof![
            -2_i128..2,
            prop::sample::select(vec![-100, -10, 10, 20, 100, 101, 1_000, MOST, -MOST]),
            -MOST..MOST,
        ];
        let scale = prop_oneof![0_u32..4, 0_u32..=28];
        (mantissa, scale).prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
    }

    proptest! {
        #![proptest_config(cases(1.0))]

        #[test]
        fn numbers(a in decimal(), b in decimal()) {
            compare(&a, &b)?;
            compare(&a, &-a)?;
            let mut longer = a;
            longer.rescale(28);
            compare(&a, &longer)?;
        }
    }

    #[test]
    fn one_number_has_one_key() {
        let number = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(text(&number("1.0")), "(1,0)");
        assert_eq!(text(&number("1.00")), "(1,0)");
        assert_eq!(text(&number("-12.50")), "(-125,1)");
        assert_eq!(text(&number("100")), "(100,0)");
        assert_eq!(text(&-number("0.00")), "(0,0)");
    }
}

mod chrono {
    use ::chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

    use super::*;

    fn instant() -> impl Strategy<Value = DateTime<Utc>> {
        (seconds(), nanoseconds())
            .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap())
    }

    fn offset() -> impl Strategy<Value = FixedOffset> {
        prop_oneof![-2_i32..2, -86_399_i32..86_400].prop_map(|east| FixedOffset::east_opt(east).unwrap())
    }

    fn date() -> impl Strategy<Value = NaiveDate> {
        prop_oneof![
            instant().prop_map(|instant| instant.date_naive()),
            (-2_i32..2, 1_u32..3, 1_u32..3).prop_map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap()),
            prop::sample::select(vec![NaiveDate::MIN, NaiveDate::MAX]),
        ]
    }

    /// Leap seconds too.
    fn time() -> impl Strategy<Value = NaiveTime> {
        let at = |(seconds, nanos)| NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos);
        let leap = (prop::sample::select(vec![59_u32, 86_399]), nanoseconds())
            .prop_map(|(seconds, nanos)| (seconds, nanos + 1_000_000_000));
        let usual = (prop_oneof![0_u32..2, 59_u32..61, 0_u32..86_400], nanoseconds());
        prop_oneof![usual, leap].prop_map(move |time| at(time).unwrap())
    }

    fn delta() -> impl Strategy<Value = TimeDelta> {
        (seconds(), nanoseconds()).prop_map(|(seconds, nanos)| TimeDelta::new(seconds, nanos).unwrap())
    }

    proptest! {
        #![proptest_config(cases(1.0))]

        #[test]
        fn dates(a in date(), b in date()) {
            compare(&a, &b)?;
        }

        #[test]
        fn times(a in time(), b in time()) {
            compare(&a, &b)?;
            compare(&a, &b.with_nanosecond(a.nanosecond()).unwrap())?;
        }

        #[test]
        fn dates_with_times(a in (date(), time()), b in (date(), time())) {
            compare(&a.0.and_time(a.1), &b.0.and_time(b.1))?;
            compare(&a.0.and_time(a.1), &a.0.and_time(b.1))?;
            compare(&a.0.and_time(a.1), &b.0.and_time(a.1))?;
        }

        #[test]
        fn instants(a in instant(), b in instant(), one in offset(), other in offset()) {
            compare(&a, &b)?;
            compare(&a.with_timezone(&one), &b.with_timezone(&one))?;
            prop_assert_eq!(key(&a.with_timezone(&one)), key(&a.with_timezone(&other)));
            // The same time of day elsewhere is another instant.
            compare(&a.naive_utc().and_local_timezone(one).unwrap(), &a.naive_utc().and_local_timezone(other).unwrap())?;
        }

        #[test]
        fn deltas(a in delta(), b in delta()) {
            compare(&a, &b)?;
            compare(&a, &-a)?;
        }
    }

    #[test]
    fn they_are_readable() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        assert_eq!(text(&date), "(2026,11,21)");
        assert_eq!(text(&NaiveTime::from_hms_opt(9, 30, 0).unwrap()), "(34200,0)");
        assert_eq!(text(&date.and_hms_opt(9, 30, 0).unwrap()), "(1795253400,0)");
        assert_eq!(text(&date.and_hms_opt(9, 30, 0).unwrap().and_utc()), "(1795253400,0)");
        assert_eq!(text(&TimeDelta::milliseconds(-1_500)), "(-1,-500000000)");
    }
}

mod time {
    use ::time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset};

    use super::*;

    fn instant() -> impl Strategy<Value = OffsetDateTime> {
        (seconds(), nanoseconds()).prop_map(|(seconds, nanos)| {
            OffsetDateTime::from_unix_timestamp(seconds).unwrap().replace_nanosecond(nanos).unwrap()
        })
    }

    fn offset() -> impl Strategy<Value = UtcOffset> {
        prop_oneof![-2_i32..2, -86_399_i32..86_400]
            .prop_map(|east| UtcOffset::from_whole_seconds(east).unwrap())
    }

    fn date() -> impl Strategy<Value = Date> {
        let near = (-2_i32..2, prop::sample::select(vec![Month::January, Month::February]), 1_u8..3);
        prop_oneof![
            instant().prop_map(OffsetDateTime::date),
            near.prop_map(|(y, m, d)| Date::from_calendar_date(y, m, d).unwrap()),
            prop::sample::select(vec![Date::MIN, Date::MAX]),
        ]
    }

    fn time() -> impl Strategy<Value = Time> {
        instant().prop_map(OffsetDateTime::time)
    }

    fn duration() -> impl Strategy<Value = Duration> {
        let nanos = nanoseconds().prop_map(|nanos| i32::try_from(nanos).unwrap());
        (seconds(), nanos, any::<bool>())
            .prop_map(|(seconds, nanos, less)| Duration::new(seconds, if less { -nanos } else { nanos }))
    }

    proptest! {
        #![proptest_config(cases(1.0))]

        #[test]
        fn dates(a in date(), b in date()) {
            compare(&a, &b)?;
        }

        #[test]
        fn times(a in time(), b in time()) {
            compare(&a, &b)?;
            compare(&a, &b.replace_nanosecond(a.nanosecond()).unwrap())?;
        }

        #[test]
        fn dates_with_times(a in (date(), time()), b in (date(), time())) {
            compare(&a.0.with_time(a.1), &b.0.with_time(b.1))?;
            compare(&a.0.with_time(a.1), &a.0.with_time(b.1))?;
            compare(&a.0.with_time(a.1), &b.0.with_time(a.1))?;
        }

        #[test]
        fn instants(a in instant(), b in instant(), one in offset(), other in offset()) {
            compare(&a, &b)?;
            compare(&a.to_offset(one), &b.to_offset(one))?;
            compare(&a.to_offset(one), &a.to_offset(other))?;
            // The same time of day elsewhere is another instant.
            compare(&a.replace_offset(one), &a.replace_offset(other))?;
        }

        #[test]
        fn offsets(a in offset(), b in offset()) {
            compare(&a, &b)?;
        }

        #[test]
        fn durations(a in duration(), b in duration()) {
            compare(&a, &b)?;
            compare(&a, &-a)?;
        }
    }

    #[test]
    fn they_are_readable() {
        let date = Date::from_calendar_date(2026, Month::November, 21).unwrap();
        let time = Time::from_hms(9, 30, 0).unwrap();
        assert_eq!(text(&date), "(2026,11,21)");
        assert_eq!(text(&time), "(34200,0)");
        assert_eq!(text(&date.with_time(time)), "(1795253400,0)");
        assert_eq!(text(&date.with_time(time).assume_utc()), "(1795253400,0)");
        assert_eq!(text(&UtcOffset::from_hms(1, 0, 0).unwrap()), "3600");
        assert_eq!(text(&Duration::milliseconds(-1_500)), "(-1,-500000000)");
    }
}

mod axum {
    use ::axum::http::{Method, Uri};

    use super::*;

    fn uri() -> impl Strategy<Value = Uri> {
        "((ab|aB)://(a|A)(/A?)?|/A?)([?](a|A)?)?".prop_filter_map("no uri", |text| text.parse().ok())
    }

    fn method() -> impl Strategy<Value = Method> {
        "(GET|get|POST|[AB]{1,2})".prop_filter_map("no method", |text| text.parse().ok())
    }

    proptest! {
        #![proptest_config(cases(1.0))]

        #[test]
        fn uris(a in uri(), b in uri()) {
            compare(&a, &b)?;
        }

        #[test]
        fn methods(a in method(), b in method()) {
            compare(&a, &b)?;
        }
    }
}
