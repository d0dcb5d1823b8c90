//! x
use cache_core::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[derive(NoKey)]
struct Db {
    loads: AtomicU64,
}
impl Db {
    fn new() -> Db {
        Db { loads: AtomicU64::new(0) }
    }
    fn load(&self) -> u64 {
        self.loads.fetch_add(1, Ordering::SeqCst) + 1
    }
}

#[derive(Tenant, Clone, Copy)]
pub struct Org(pub i64);
#[derive(Model)]
#[model(name = "rbac.role", per_tenant = Org)]
pub struct Role {
    #[model(id)]
    pub id: i64,
    pub name: String,
}
#[derive(Model)]
#[model(name = "rbac.user", per_tenant = Org, id = i64)]
pub struct User;
#[derive(Alias)]
#[alias(name = "permissions", scope = tenant, ttl = "1h", max_entries = 100_000)]
pub struct Permissions;

#[cached(alias = Permissions, invalidate_on = [Role, User(user_id)])]
async fn permissions(db: &Db, org: Org, user_id: i64) -> Result<u64, std::io::Error> {
    let _ = (org, user_id);
    Ok(db.load())
}

#[invalidates(User(user_id))]
async fn grant(db: &Db, org: Org, user_id: i64) -> Result<(), std::io::Error> {
    let _ = (db, org, user_id);
    Ok(())
}

#[cached]
fn plain(n: u64, s: &str) -> String {
    format!("{n}{s}")
}

#[cache_core::test]
async fn first() {
    let db = Db::new();
    assert_eq!(permissions(&db, Org(1), 5).await.unwrap(), 1);
    assert_eq!(permissions(&db, Org(1), 5).await.unwrap(), 1);
    assert_eq!(permissions(&db, Org(2), 5).await.unwrap(), 2);
    let e = permissions::entry(Org(1), 5);
    println!("{}", e.key());
    assert_eq!(e.get().await.unwrap().unwrap(), 1);
    let w = e.watch();
    let w2 = permissions::entry(Org(2), 5).watch();
    grant(&db, Org(1), 5).await.unwrap();
    w.assert_gone();
    w2.assert_kept();
    assert_eq!(permissions(&db, Org(1), 5).await.unwrap(), 3);
    assert_eq!(permissions(&db, Org(2), 5).await.unwrap(), 2);
    testing::advance(Duration::from_secs(3600));
    assert_eq!(permissions(&db, Org(2), 5).await.unwrap(), 4);
    println!("{:#?}", Cache::current().stats());
    assert_eq!(plain(5, "x"), "5x");
    println!("{}", plain::entry(5, "x y").key());
}
