use cache_core::{Model, cached, invalidates};
use chrono::{DateTime, FixedOffset};
use rust_decimal::Decimal;
use tests::Source;
use time::Date;
use uuid::Uuid;

#[derive(Model)]
#[model(name = "options.document", id = Uuid)]
struct Document;

#[derive(Model)]
#[model(name = "options.rate")]
#[expect(dead_code, reason = "only its id counts")]
struct Rate {
    #[model(id)]
    currency: String,
    #[model(id)]
    day: Date,
}

#[cached(invalidate_on = [Document(id)])]
async fn document(source: &Source, id: &Uuid, at: DateTime<FixedOffset>, price: Decimal) -> u64 {
    let _ = (id, at, price);
    source.read().await
}

#[cached(invalidate_on = [Rate("EUR", day)])]
async fn rate(source: &Source, day: Date) -> u64 {
    let _ = day;
    source.read().await
}

#[invalidates(Document(each ids))]
fn write(ids: &[Uuid]) {
    let _ = ids;
}

#[invalidates(Rate(currency, day))]
fn write_rate(currency: String, day: Date) {
    let _ = (currency, day);
}

#[cache_core::test]
async fn equal_values_are_one_key_and_ids_are_rows() {
    let source = Source::new(1);
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let at = |text: &str| text.parse::<DateTime<FixedOffset>>().unwrap();
    let price = |text: &str| text.parse::<Decimal>().unwrap();
    let (noon, summer) = (at("2026-11-21T12:00:00Z"), at("2026-11-21T14:00:00+02:00"));

    document(&source, &one, noon, price("1.0")).await;
    document(&source, &one, summer, price("1.00")).await;
    assert_eq!(source.reads(), 1);
    document(&source, &two, noon, price("1.0")).await;
    document(&source, &one, at("2026-11-21T12:00:00+02:00"), price("1.0")).await;
    document(&source, &one, noon, price("1.1")).await;
    assert_eq!(source.reads(), 4);

    write(&[two]);
    document(&source, &one, noon, price("1.0")).await;
    assert_eq!(source.reads(), 4);
    document(&source, &two, noon, price("1.0")).await;
    assert_eq!(source.reads(), 5);
}

#[cache_core::test]
async fn they_are_parts_of_an_id() {
    let source = Source::new(1);
    let (today, tomorrow) =
        (Date::from_ordinal_date(2026, 325).unwrap(), Date::from_ordinal_date(2026, 326).unwrap());
    rate(&source, today).await;
    write_rate("EUR".to_owned(), tomorrow);
    write_rate("USD".to_owned(), today);
    rate(&source, today).await;
    assert_eq!(source.reads(), 1);
    write_rate("EUR".to_owned(), today);
    rate(&source, today).await;
    assert_eq!(source.reads(), 2);
}
