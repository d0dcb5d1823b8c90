//! The cached functions and writers of a run: each way in which a value comes to depend on rows.

use std::collections::HashMap;
use std::sync::Arc;

use cache_core::{Alias, Model, cached, depends_on, invalidates, target};
use cache_sqlx::Tx;
use sqlx::Sqlite;

use super::source::{Broken, Seen, Source};

type Db = Arc<Source>;
type Read<T> = Result<T, Broken>;

pub const OFF_TTL_SECONDS: u64 = 2;

/// A row of the source of truth.
#[derive(Model)]
#[model(name = "chaos.item", id = i64)]
pub struct Item;

/// Writes of others are heard of.
#[derive(Alias)]
#[alias(name = "pushed", ttl = "20s", max_ttl = "20s")]
pub struct Pushed;

/// Each call asks.
#[derive(Alias)]
#[alias(name = "verified", ttl = "20s", coherence = verify)]
pub struct Verified;

/// Nobody is asked, and nobody is heard.
#[derive(Alias)]
#[alias(name = "off", ttl = "2s", coherence = off)]
pub struct Off;

/// So small that entries are thrown out all the time.
#[derive(Alias)]
#[alias(name = "small", ttl = "20s", max_entries = 8)]
pub struct Small;

async fn one(db: &Source, id: i64) -> Read<u64> {
    Ok(db.read(&[id]).await?[0].1)
}

/// The rows that stand together with one: always the same.
pub fn shelf(id: i64) -> [i64; 4] {
    [0, 1, 2, 3].map(|place| (id + place * 37) % super::memory::ROWS as i64)
}

#[cached(alias = Pushed, invalidate_on = [Item(id)])]
pub async fn pushed(db: Db, id: i64) -> Read<u64> {
    db.count_load(id);
    one(&db, id).await
}

#[cached(alias = Verified, invalidate_on = [Item(id)])]
pub async fn verified(db: Db, id: i64) -> Read<u64> {
    one(&db, id).await
}

#[cached(alias = Off, invalidate_on = [Item(id)])]
pub async fn off(db: Db, id: i64) -> Read<u64> {
    one(&db, id).await
}

#[cached(alias = Small, invalidate_on = [Item(id)])]
pub async fn small(db: Db, id: i64) -> Read<u64> {
    one(&db, id).await
}

/// Runs out of time all the time: then the old one is served while it is loaded behind the caller's back.
#[cached(alias = Pushed, ttl = "300ms", early = 1.0, stale_while_revalidate = "10s", stale_if_error = "10s", invalidate_on = [Item(id)])]
pub async fn refreshed(db: Db, id: i64) -> Read<u64> {
    one(&db, id).await
}

/// Of calls alone: it names no row itself.
#[cached(alias = Pushed)]
pub async fn nested(db: Db, id: i64) -> Read<Vec<Seen>> {
    let mut seen = Vec::new();
    for id in shelf(id) {
        seen.push((id, pushed(Arc::clone(&db), id).await?));
    }
    Ok(seen)
}

/// What it calls is asked about, too.
#[cached(alias = Verified)]
pub async fn nested_verified(db: Db, id: i64) -> Read<Vec<Seen>> {
    let mut seen = Vec::new();
    for id in shelf(id) {
        seen.push((id, pushed(Arc::clone(&db), id).await?));
    }
    Ok(seen)
}

/// Rows that only the result names.
#[cached(alias = Pushed, invalidate_on = [Item(each ret.iter().map(|(row, _)| *row))])]
pub async fn found(db: Db, id: i64) -> Read<Vec<Seen>> {
    db.read(&shelf(id)).await
}

#[cached(alias = Verified, invalidate_on = [Item(each ret.iter().map(|(row, _)| *row))])]
pub async fn found_verified(db: Db, id: i64) -> Read<Vec<Seen>> {
    db.read(&shelf(id)).await
}

/// Rows that turn out on the way.
#[cached(alias = Pushed)]
pub async fn learned(db: Db, id: i64) -> Read<Vec<Seen>> {
    let mut seen = Vec::new();
    for id in shelf(id) {
        depends_on(target::row::<Item>(&id)).await;
        seen.push((id, one(&db, id).await?));
    }
    Ok(seen)
}

/// Many keys in one call.
#[cached(alias = Pushed, each = ids, invalidate_on = [Item(each ids)])]
pub async fn batch(db: Db, ids: &[i64]) -> Read<HashMap<i64, u64>> {
    Ok(db.read(ids).await?.into_iter().collect())
}

#[cached(alias = Verified, each = ids, invalidate_on = [Item(each ids)])]
pub async fn batch_verified(db: Db, ids: &[i64]) -> Read<HashMap<i64, u64>> {
    Ok(db.read(ids).await?.into_iter().collect())
}

/// The whole model.
#[cached(alias = Pushed, invalidate_on = [Item])]
pub async fn all(db: Db) -> Read<Vec<Seen>> {
    let ids: Vec<i64> = (0..super::memory::ROWS as i64).step_by(32).collect();
    db.read(&ids).await
}

#[invalidates(Item(id))]
pub async fn set(db: &Source, id: i64) -> Read<Vec<Seen>> {
    db.write(&[id]).await
}

#[invalidates(Item(each ids))]
pub async fn set_many(db: &Source, ids: &[i64]) -> Read<Vec<Seen>> {
    db.write(ids).await
}

#[invalidates(Item)]
pub async fn set_model(db: &Source, ids: &[i64]) -> Read<Vec<Seen>> {
    db.write(ids).await
}

#[invalidates(Item(each ids))]
pub async fn set_in(tx: &mut Tx<Sqlite>, db: &Source, ids: &[i64]) -> Read<Vec<Seen>> {
    db.update(tx, ids).await
}

/// As the transaction sees them: never stored, and not served where the transaction has written.
#[cached(alias = Pushed, invalidate_on = [Item(id)])]
pub async fn within(tx: &mut Tx<Sqlite>, id: i64) -> Read<u64> {
    let version: Result<i64, _> =
        sqlx::query_scalar("select version from item where id = ?").bind(id).fetch_one(&mut **tx).await;
    version.map(|version| version as u64).map_err(|_| Broken(0))
}
