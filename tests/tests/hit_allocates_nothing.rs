//! A hit allocates nothing.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use cache_core::{CacheKey, KeyName, cached};
use tests::{Article, Org, Role};

#[cached(invalidate_on = [Article(id), across(Role)])]
fn plain(id: u64, text: &str) -> Arc<String> {
    Arc::new(format!("{id} {text}"))
}

#[cached(per_tenant, invalidate_on = [Role(id)])]
async fn scoped(org: Org, id: i64, filter: Option<&str>) -> Result<u64, String> {
    Ok(org.0 as u64 + id as u64 + filter.map_or(0, str::len) as u64)
}

#[derive(CacheKey)]
struct List(u64);

#[cache_core::methods]
impl List {
    #[cached(invalidate_on = [Article(id)])]
    fn price(&self, id: u64) -> u64 {
        self.0 * id
    }

    #[cached(ttl = "1m")]
    async fn of_type<T: KeyName>(&self, id: u64) -> usize {
        size_of::<T>() + id as usize
    }
}

fn poll<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a hit is ready at once"),
    }
}

#[test]
fn sync_and_async_functions_and_methods() {
    let calls = || {
        std::hint::black_box(plain(5, "details"));
        std::hint::black_box(poll(scoped(Org(7), 5, Some("active"))).unwrap());
        std::hint::black_box(List(2).price(5));
        std::hint::black_box(poll(List(2).of_type::<Article>(5)));
    };
    calls();
    calls();
    let counted = allocation_counter::measure(|| (0..100).for_each(|_| calls()));
    assert_eq!(counted.count_total, 0);
}
