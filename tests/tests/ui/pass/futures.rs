//! Futures are `Send` when the body is, small, and may call themselves.
#![deny(warnings)]

use std::rc::Rc;

use cache_core::{Model, Tenant, cached, invalidates};

#[derive(Tenant, Clone, Copy)]
struct Org(u64);

#[derive(Model)]
#[model(name = "ui.futures", per_tenant = Org, id = u64)]
struct Row;

#[cached]
async fn fibonacci(n: u64) -> u64 {
    if n < 2 { n } else { Box::pin(fibonacci(n - 1)).await + Box::pin(fibonacci(n - 2)).await }
}

#[cached(per_tenant, invalidate_on = [Row(id)])]
async fn row(org: Org, id: u64, text: &str) -> Result<u64, String> {
    tokio::task::yield_now().await;
    Ok(org.0 + id + text.len() as u64)
}

#[invalidates(Row(id))]
async fn write(org: Org, id: u64, text: &str) -> Result<u64, String> {
    tokio::task::yield_now().await;
    Ok(org.0 + id + text.len() as u64)
}

#[cached]
async fn large(id: u64) -> u64 {
    let scratch = [id; 4096];
    tokio::task::yield_now().await;
    scratch[17]
}

#[cached]
async fn not_send(n: u64) -> u64 {
    let n = Rc::new(n);
    tokio::task::yield_now().await;
    *n
}

fn is_send<T: Send>(future: T) -> T {
    future
}

fn main() {
    let text = String::from("abc");
    let _ = (is_send(row(Org(1), 1, &text)), is_send(write(Org(1), 1, &text)));
    let _ = (is_send(row::refresh(Org(1), 1, &text)), is_send(row::uncached(Org(1), 1, &text)));
    let _ = (is_send(row::invalidate_all()), is_send(row::entry(Org(1), 1, &text)));
    // The body waits in a box of its own, on a miss.
    assert!(size_of_val(&large(1)) < 256, "{}", size_of_val(&large(1)));

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        assert_eq!(tokio::spawn(fibonacci(30)).await.unwrap(), 832_040);
        assert_eq!(tokio::spawn(async { row(Org(1), 1, "abc").await }).await.unwrap(), Ok(5));
        assert_eq!(not_send(1).await, 1);
        assert_eq!(large(1).await, 1);
    });
}
