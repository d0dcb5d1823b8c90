//! The application's own tests, as its authors write them: each has a cache, a clock and a database of its own, in memory.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use cache_core::{Cache, testing};
use erp::app::{App, router};
use erp::catalog::{Filter, Repository, SqlRepository};
use erp::data::{Size, make};
use erp::db::Db;
use erp::gold::{Away, Rate, Service, rate};
use erp::permissions::permissions;
use erp::sales::{bestsellers, totals};
use erp::scopes::Org;
use tower::ServiceExt;

async fn app() -> Arc<App> {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    make(&db, Size::SMALL).await.unwrap();
    App::new(db)
}

fn org() -> Org {
    Org("org-01".into())
}

fn catalog(app: &Arc<App>) -> SqlRepository {
    SqlRepository { app: Arc::clone(app), org: org() }
}

/// What person 1 is answered, by its status.
async fn send(app: &Arc<App>, method: &str, path: &str, body: &'static str) -> u16 {
    let request =
        Request::builder().method(method).uri(path).header("x-tenant", "org-01").header("x-user", "1");
    let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
    router(Arc::clone(app)).oneshot(request).await.unwrap().status().as_u16()
}

#[cache_core::test]
async fn a_grant_concerns_one_person_and_a_role_those_who_have_it() {
    let app = app().await;
    let mut watches = Vec::new();
    for person in [1, 2] {
        permissions(&app.db, org(), person).await.unwrap();
        watches.push(permissions::entry(org(), person).watch());
    }
    assert_eq!(send(&app, "PUT", "/roles/2/members/1", "null").await, 204);
    watches[0].assert_gone();
    watches[1].assert_kept();

    assert_eq!(permissions(&app.db, org(), 1).await.unwrap().roles, [2, 5]);
    let (one, two) = (permissions::entry(org(), 1).watch(), permissions::entry(org(), 2).watch());
    assert_eq!(send(&app, "PUT", "/roles/2", r#"["read"]"#).await, 204);
    one.assert_gone();
    two.assert_kept();
}

#[cache_core::test]
async fn an_order_that_fails_invalidates_nothing() {
    let app = app().await;
    let catalog = catalog(&app);
    let before = catalog.stock(4).await.unwrap().unwrap();
    let stock = catalog.stock_entry(4).watch();
    let order = r#"{"product":4,"branch":1,"quantity":1,"on":"2025-03-05"}"#;

    sqlx::query("update stock set quantity = 0").execute(app.db.query()).await.unwrap();
    assert_eq!(send(&app, "POST", "/orders", order).await, 409);
    stock.assert_kept();

    sqlx::query("update stock set quantity = 9").execute(app.db.query()).await.unwrap();
    assert_eq!(catalog.stock(4).await.unwrap(), Some(before), "nobody has said that it was written");
    assert_eq!(send(&app, "POST", "/orders", order).await, 201);
    stock.assert_gone();
    assert_eq!(catalog.stock(4).await.unwrap(), Some(8));
}

#[cache_core::test]
async fn a_sale_loads_one_month_of_twelve_again() {
    let app = app().await;
    let months = "2025-12".parse::<erp::months::Month>().unwrap().year_until();
    totals(&app.db, org(), &months).await.unwrap();
    bestsellers(&app.db, org(), &months).await.unwrap();
    let watches: Vec<_> = months.iter().map(|month| totals::entry(org(), *month).watch()).collect();
    let order = r#"{"product":4,"branch":1,"quantity":1,"on":"2025-03-05"}"#;
    assert_eq!(send(&app, "POST", "/orders", order).await, 201);
    let gone: Vec<_> = months.iter().zip(&watches).filter(|(_, watch)| watch.is_gone()).collect();
    assert_eq!(gone.iter().map(|(month, _)| month.to_string()).collect::<Vec<_>>(), ["2025-03"]);
    assert!(bestsellers::entry(org(), &months).get().await.is_none());
}

#[cache_core::test]
async fn searches_and_what_staff_sees_are_not_kept() {
    let app = app().await;
    let catalog = catalog(&app);
    let plain = Filter { page: 1, ..Filter::default() };
    let search = Filter { search: Some("product".to_owned()), ..plain.clone() };
    for _ in 0..2 {
        catalog.products(&search, false).await.unwrap();
        catalog.products(&plain, true).await.unwrap();
    }
    let products = Cache::current().stats().function("products");
    assert_eq!((products.bypassed, products.stores), (4, 0));
    catalog.products(&plain, false).await.unwrap();
    assert_ne!(catalog.products(&plain, true).await.unwrap(), catalog.products(&plain, false).await.unwrap());
}

#[cache_core::test]
async fn the_price_of_gold_outlives_an_outage_of_its_service() {
    let app = app().await;
    let ask = async || rate(Arc::clone(&app.exchange), "EUR".to_owned()).await;
    let price = Ok(Some(Rate { currency: "EUR".to_owned(), ounce: 365_200 }));
    app.exchange.set(Service::Down);
    assert_eq!(ask().await, Err(Away), "there is no last one");
    app.exchange.set(Service::Up);
    assert_eq!(ask().await, price);

    app.exchange.set(Service::Down);
    for _ in 0..3 {
        testing::advance(Duration::from_secs(60 * 15));
        assert_eq!(ask().await, price);
    }
    testing::advance(Duration::from_secs(60 * 20));
    assert_eq!(ask().await, Err(Away), "an hour is over");
}

#[cache_core::test]
async fn nobody_waits_for_a_slow_service_who_can_have_the_last_price() {
    let app = app().await;
    let ask = async || rate(Arc::clone(&app.exchange), "EUR".to_owned()).await;
    let price = ask().await;
    testing::advance(Duration::from_secs(120));
    app.exchange.set(Service::Slow);
    let impatient = async {
        while testing::waiting() == 0 {
            tokio::task::yield_now().await;
        }
        testing::advance(Duration::from_millis(300));
    };
    assert_eq!(tokio::join!(ask(), impatient).0, price);
    let stats = Cache::current().stats().function("rate");
    assert_eq!((stats.stale_served, stats.stores), (1, 1), "it hasn't answered yet");
}
