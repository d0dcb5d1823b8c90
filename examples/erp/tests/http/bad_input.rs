//! Filters in another order are the same key, repeated ones another; who doesn't say who he is gets nothing, cached or not.

use crate::processes::{Coherence, World};
use crate::request::Request;

#[tokio::test]
async fn the_order_of_a_query_makes_no_difference_and_what_is_repeated_does() {
    let world = World::start(Coherence::Push);
    let one = &world.one;
    for (path, same, another) in [
        (
            "/products?category=1&order=price&from=5",
            "/products?from=5&order=price&category=1",
            "/products?from=5&order=price&category=1&category=2",
        ),
        ("/products?category=1&category=2", "/products?category=2&category=1", "/products?category=2"),
        (
            "/reports/sales?by=branch&branch=1",
            "/reports/sales?branch=1&by=branch",
            "/reports/sales?branch=2&by=branch",
        ),
    ] {
        let get = |path| Request::get("org-01", 1, path);
        let answer = one.send(&get(path)).await;
        let loads = one.loads().await;
        assert_eq!(one.send(&get(same)).await, answer);
        assert_eq!(one.loads().await, loads, "{same} is {path}");
        assert_ne!(one.send(&get(another)).await, answer);
        assert_eq!(one.loads().await, loads + 1, "{another} is not {path}");
    }
}

#[tokio::test]
async fn tenants_that_differ_in_case_only_are_two_and_none_is_none() {
    let world = World::start(Coherence::Push);
    let dashboard = |tenant: &str| Request::get(tenant, 1, "/dashboard");
    let (lower, upper) = (dashboard("org-01"), dashboard("ORG-01"));
    assert_ne!(world.one.send(&lower).await, world.one.send(&upper).await);
    for name in ["org-01:client:2", "1:client:2", "%", "_", "", &"x".repeat(10_000)] {
        let request = dashboard(name);
        for _ in 0..2 {
            assert_eq!(world.one.send(&request).await, world.plain.send(&request).await, "{request:?}");
        }
    }

    let url = |path: &str| format!("{}{path}", world.one.url());
    for path in ["/dashboard", "/profile", "/products/3"] {
        assert_eq!(reqwest::get(url(path)).await.unwrap().status(), 401, "{path}");
    }
}
