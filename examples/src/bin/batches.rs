//! Many keys at once, with one query for what is missing: `cargo run -p examples --bin batches`.

use std::collections::HashMap;
use std::sync::Mutex;

use cache_core::{Alias, Cache, Model, NoKey, cached, invalidates, target};

#[derive(Model)]
#[model(name = "product", id = u64)]
struct Product;

/// A list of products: each is an entry of its own, and depends on its own row.
#[cached(each = ids, invalidate_on = [Product(each ids)])]
async fn titles(db: &Database, ids: &[u64]) -> HashMap<u64, String> {
    db.select_titles(ids)
}

#[invalidates(Product(id))]
async fn rename(db: &Database, id: u64, title: &str) {
    db.update_title(id, title);
}

/// The same by hand, where there is no function: here a price that an import pushes.
#[derive(Alias)]
#[alias(name = "prices", ttl = "10m")]
struct Prices;

#[tokio::main]
async fn main() {
    let db = Database::default();
    for (id, title) in [(5, "tea"), (6, "coffee"), (7, "cocoa")] {
        rename(&db, id, title).await;
    }

    titles(&db, &[5, 6]).await;
    titles(&db, &[5, 6, 7]).await;
    assert_eq!(db.queries(), [vec![5, 6], vec![7]]);
    println!("two lists that overlap: {:?}", db.queries());

    rename(&db, 6, "espresso").await;
    assert_eq!(titles(&db, &[5, 6, 7]).await[&6], "espresso");
    assert_eq!(db.queries().last(), Some(&vec![6]));
    println!("after a rename:         {:?}", db.queries().last());
    assert!(titles::entry(5).get().await.is_some());

    let cache = Cache::current();
    cache.entries::<Prices, u64, _>([5, 6]).global().set_many([(5, 250), (6, 400)]).await;
    let prices = cache.entries::<Prices, u64, _>([5, 6, 7]).global().depends_on(target::row::<Product>);
    let found = prices.get_or_set_many(async |missing| missing.into_iter().map(|id| (id, 999))).await;
    assert_eq!(found, [Some(250), Some(400), Some(999)]);
    println!("prices:                 {found:?}");
}

/// What a database would do, and a note of what it was asked for.
#[derive(NoKey, Default)]
struct Database {
    titles: Mutex<HashMap<u64, String>>,
    queries: Mutex<Vec<Vec<u64>>>,
}

impl Database {
    fn select_titles(&self, ids: &[u64]) -> HashMap<u64, String> {
        self.queries.lock().unwrap().push(ids.to_vec());
        let titles = self.titles.lock().unwrap();
        ids.iter().filter_map(|id| Some((*id, titles.get(id)?.clone()))).collect()
    }

    fn update_title(&self, id: u64, title: &str) {
        self.titles.lock().unwrap().insert(id, title.to_owned());
    }

    fn queries(&self) -> Vec<Vec<u64>> {
        self.queries.lock().unwrap().clone()
    }
}
