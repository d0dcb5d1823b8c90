//! In blocks: `#[async_trait]` over `#[methods]` and under it, and attributes of the methods.

use async_trait::async_trait;
use cache_core::{NoKey, cached, graph, invalidates, methods};
use tests::{Article, Source};

use crate::tracing::Log;

#[async_trait]
trait Store: Sync {
    async fn load(&self, id: u64) -> Result<u64, String>;
    async fn save(&self, id: u64, value: u64) -> Result<(), String>;
}

#[derive(NoKey)]
struct Over(Source);

#[derive(NoKey)]
struct Under(Source);

#[async_trait]
#[methods]
impl Store for Over {
    #[cached(invalidate_on = [Article(id)])]
    async fn load(&self, id: u64) -> Result<u64, String> {
        let value = self.0.read().await;
        if value == 0 { Err(format!("no {id}")) } else { Ok(value) }
    }

    #[invalidates(Article(id))]
    async fn save(&self, id: u64, value: u64) -> Result<(), String> {
        tokio::task::yield_now().await;
        self.0.write(value);
        let _ = id;
        Ok(())
    }
}

#[methods]
#[async_trait]
impl Store for Under {
    #[cached(invalidate_on = [Article(id)])]
    async fn load(&self, id: u64) -> Result<u64, String> {
        let value = self.0.read().await;
        if value == 0 { Err(format!("no {id}")) } else { Ok(value) }
    }

    #[invalidates(Article(id))]
    async fn save(&self, id: u64, value: u64) -> Result<(), String> {
        tokio::task::yield_now().await;
        self.0.write(value);
        let _ = id;
        Ok(())
    }
}

async fn load_and_save(store: &dyn Store, source: &Source) {
    for id in [5, 6] {
        for _ in 0..2 {
            assert_eq!(store.load(id).await, Ok(1));
        }
    }
    assert_eq!(source.reads(), 2);
    store.save(5, 0).await.unwrap();
    for _ in 0..2 {
        assert_eq!(store.load(5).await, Err("no 5".to_owned()), "errors are not stored");
    }
    assert_eq!(store.load(6).await, Ok(1), "another row was not written");
    assert_eq!(source.reads(), 4);
}

#[cache_core::test]
async fn async_trait_goes_over_and_under() {
    let (over, under) = (Over(Source::new(1)), Under(Source::new(1)));
    load_and_save(&over, &over.0).await;
    load_and_save(&under, &under.0).await;
    assert_eq!(over.load_entry(6).get().await, Some(Ok(1)));
    assert_eq!(under.load_entry(6).get().await, Some(Ok(1)));
    assert_eq!(under.load_uncached(6).await, Err("no 6".to_owned()));
    for name in ["<Over as Store>::load", "<Under as Store>::load"] {
        let name = format!("attributes::methods::{name}");
        assert_eq!(graph().functions.iter().filter(|function| function.name == name).count(), 1, "{name}");
    }
}

#[derive(NoKey, Debug)]
struct Traced;

#[methods]
impl Traced {
    #[tracing::instrument(skip(self))]
    #[cached]
    async fn over(&self, id: u64) -> u64 {
        tracing::info!("body");
        id
    }

    #[cached]
    #[tracing::instrument(skip(self))]
    fn under(&self, id: u64) -> u64 {
        tracing::info!("body");
        id
    }
}

/// The block goes first, so both are of the call.
#[cache_core::test]
async fn in_a_block_either_side_is_of_the_call() {
    let (log, _guard) = Log::start();
    assert_eq!((Traced.over(5).await, Traced.over(5).await), (5, 5));
    assert_eq!((Traced.under(5), Traced.under(5)), (5, 5));
    let lines = |name: &str| {
        ["new", "miss", "body", "new", "hit"].map(|line| match line {
            "miss" | "hit" => {
                format!("{name}{{id=5}}: {line} key=test:default:attributes::methods::Traced::{name}:id=5")
            }
            _ => format!("{name}{{id=5}}: {line}"),
        })
    };
    assert_eq!(log.take(), [lines("over"), lines("under")].concat());
}
