//! Which arguments `entry` takes: what is `NoKey` is left out, by whatever it is pointed at.
#![deny(warnings)]

use std::sync::Arc;

use cache_core::{CacheKey, NoKey, Tenant, cached};

#[derive(NoKey, Default)]
struct Db;

#[derive(NoKey, Default)]
struct Client<T>(T);

#[derive(CacheKey, Clone, Copy)]
struct Id(u64);

#[derive(Tenant, Clone, Copy)]
struct Org(u64);

#[cached]
fn by_reference(db: &Db, id: Id) -> u64 {
    let _ = db;
    id.0
}

#[cached]
fn shared(db: Arc<Db>, client: Arc<Client<u64>>, id: u64) -> u64 {
    let _ = (db, client);
    id
}

#[cached]
fn owned(db: Db) -> u64 {
    let _ = db;
    1
}

#[cached(skip(b))]
fn five_of_unknown_kinds(a: Id, db: &Db, b: Id, c: &Id, client: Client<u64>) -> u64 {
    let _ = (db, client);
    a.0 + b.0 + c.0
}

#[cached]
fn all_kept(a: Id, b: Id, c: Id, d: Id, e: Id) -> u64 {
    a.0 + b.0 + c.0 + d.0 + e.0
}

#[cached(per_tenant)]
async fn in_a_tenant(db: &Db, org: Org, id: Id) -> u64 {
    let _ = db;
    org.0 + id.0
}

#[cached(per_tenant = request.0)]
fn by_expression(request: (Org, u64)) -> u64 {
    request.0.0 + request.1
}

#[cached]
fn none() -> u64 {
    1
}

fn main() {
    assert_eq!(by_reference(&Db, Id(1)), 1);
    assert_eq!(by_reference::entry(Id(1)).get(), Some(1));
    assert_eq!(shared(Arc::default(), Arc::default(), 1), 1);
    assert_eq!(shared::entry(1).get(), Some(1));
    assert_eq!((owned(Db), owned::entry().get()), (1, Some(1)));
    assert_eq!(five_of_unknown_kinds(Id(1), &Db, Id(2), &Id(3), Client(4)), 6);
    assert_eq!(five_of_unknown_kinds::entry(Id(1), &Id(3)).get(), Some(6));
    let id = Id(1);
    assert_eq!((all_kept(id, id, id, id, id), all_kept::entry(id, id, id, id, id).get()), (5, Some(5)));
    assert_eq!((by_expression((Org(1), 2)), by_expression::entry((Org(1), 2)).get()), (3, Some(3)));
    assert_eq!((none(), none::entry().get()), (1, Some(1)));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(in_a_tenant(&Db, Org(1), Id(2)).await, 3);
        assert_eq!(in_a_tenant::entry(Org(1), Id(2)).get().await, Some(3));
    });
}
