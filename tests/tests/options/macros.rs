//! Functions, blocks and types that the author's own macros define, of types and expressions that their callers give.

use std::time::Duration;

use cache_core::{Alias, Cache, CacheKey, Model, NoKey, Tenant, User, cached, invalidates};

macro_rules! tenant {
    ($text:literal $name:ident { $($(#[$parent:meta])? $field:ident: $ty:ty),* }) => {
        #[derive(Tenant, Clone)]
        #[tenant(name = $text)]
        struct $name { $($(#[$parent])? $field: $ty),* }
    };
}

macro_rules! keys {
    ($record:ident { $($field:ident: $ty:ty),* } $tuple:ident($($item:ty),*) $choice:ident($one:ty)) => {
        #[derive(CacheKey, Clone)]
        struct $record { $($field: $ty),* }

        #[derive(CacheKey, Clone)]
        struct $tuple($($item),*);

        #[derive(CacheKey, Clone)]
        enum $choice { One($one) }
    };
}

tenant!("macros.region" Region { region: u64 });
tenant!("macros.org" Org { #[tenant(parent)] region: Region, id: u64 });
keys!(Filter { page: u64, sort: String } Pair(u64, String) Choice(u64));

#[derive(User, Clone, Copy)]
#[user(name = "macros.user")]
struct Caller(u64);

#[derive(Alias)]
#[alias(name = "macros", scope = tenant, ttl = "1m")]
struct Scoped;

#[derive(Model)]
#[model(name = "macros.row", id = u64)]
struct Row;

#[derive(NoKey, Default)]
struct Db;

struct Out {
    id: u64,
    others: Vec<u64>,
}

macro_rules! define {
    ($alias:ty, $model:path, $id:ident: $ty:ty, $org:ty, $user:ty, $when:expr, $key:expr, $ids:ident, $cache:expr, $ttl:literal) => {
        #[cached(alias = $alias, per_user, key = ($id, $key), when = $when, none_ttl = $ttl, cache = $cache, invalidate_on = [$model($id), $model(each $ids)])]
        async fn all($id: $ty, org: $org, user: $user, $ids: Vec<$ty>) -> Result<Option<u64>, String> {
            Ok($ids.into_iter().next().map(|other| $id + other))
        }

        #[cached(ttl = $ttl, local, invalidate_on = [$model(ret.id), $model(each ret.others)])]
        fn late(first: $ty, (second, third): ($ty, Filter)) -> std::sync::Arc<Out> {
            Out { id: first, others: vec![second, third.page] }.into()
        }

        #[invalidates($model($id), $model(each $ids), on = always)]
        async fn write($id: $ty, org: $org, $ids: Vec<$ty>) -> u64 {
            let _ = org;
            $id + $ids.into_iter().sum::<u64>()
        }
    };
}

macro_rules! block {
    ($ty:ident, $id:ty, { $($rest:tt)* }) => {
        #[cache_core::methods]
        impl $ty {
            #[cached(ttl = "1m", invalidate_on = [Row(id)])]
            fn ours(&self, id: $id) -> $id {
                id
            }

            $($rest)*
        }
    };
}

block!(Db, u64, {
    #[cached(ttl = "1m", invalidate_on = [Row(id)])]
    async fn theirs(&self, id: u64, pair: &Pair, choice: Choice) -> u64 {
        let Choice::One(one) = choice;
        id + pair.0 + one
    }

    #[invalidates(Row(id))]
    fn write(&self, id: u64) {
        let _ = (self, id);
    }
});

macro_rules! until {
    ($name:ident, $id:ident: $ty:ty, $expires_in:expr, $on:expr) => {
        #[cached(expires_in = $expires_in)]
        fn $name($id: $ty) -> $ty {
            $id
        }

        #[invalidates(Row, on = $on)]
        fn failing() -> Result<(), bool> {
            Err(false)
        }
    };
}

until!(seconds, id: u64, |id| Duration::from_secs(*id), |error| *error);

mod values {
    use super::*;

    define!(Scoped, Row, id: u64, Org, Caller, id > 0, others.len(), others, Cache::current(), "30s");

    #[cache_core::test]
    async fn what_callers_of_a_macro_give_is_seen() {
        let org = Org { region: Region { region: 1 }, id: 7 };
        let entry = all::entry(5, org.clone(), Caller(3), vec![6]);
        assert_eq!(all(5, org.clone(), Caller(3), vec![6]).await, Ok(Some(11)));
        assert_eq!(entry.get().await, Some(Ok(Some(11))));
        assert_eq!(write(9, org, vec![6]).await, 15);
        assert_eq!(entry.get().await, None);

        let filter = Filter { page: 6, sort: String::new() };
        let late_entry = late::entry(1, (2, filter.clone()));
        assert_eq!(late(1, (2, filter.clone())).others, [2, 6]);
        assert!(late_entry.get().is_some_and(|out| out.id == 1));
        Db.write(6);
        assert!(late_entry.get().is_none());
    }
}

#[cache_core::test]
async fn blocks_of_two_macros() {
    assert_eq!((Db.ours(5), Db.theirs(5, &Pair(1, String::new()), Choice::One(2)).await), (5, 8));
    assert_eq!(Db.ours_entry(5).get(), Some(5));
    Db.write(5);
    assert_eq!(Db.ours_entry(5).get(), None);
    assert_eq!(Db.theirs_entry(5, &Pair(1, String::new()), Choice::One(2)).get().await, None);
}

#[cache_core::test]
fn closures_from_afar() {
    assert_eq!((seconds(5), seconds::entry(5).get()), (5, Some(5)));
    let _ = Db.ours(5);
    assert!(failing().is_err());
    assert_eq!(Db.ours_entry(5).get(), Some(5), "the error says that nothing was written");
}
