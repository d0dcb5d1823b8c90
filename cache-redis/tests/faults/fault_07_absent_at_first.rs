//! Others: the first call panics when the server is absent, the connection never recovers, its errors become the function's.

use super::*;

on_both! {
    the_first_call_is_answered_and_the_server_found_later
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct NoArticle(u64);

impl Source {
    fn find(&self, id: u64) -> Result<u64, NoArticle> {
        let number = self.read();
        if id == 404 { Err(NoArticle(id)) } else { Ok(number) }
    }
}

#[cached(alias = Verified, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn find(cache: &Cache, source: &Source, id: u64) -> Result<u64, NoArticle> {
    let _ = cache;
    source.find(id)
}

#[cached(alias = Verified, cache = cache, skip(cache), invalidate_on = [Article(id)])]
fn find_sync(cache: &Cache, source: &Source, id: u64) -> Result<u64, NoArticle> {
    let _ = cache;
    source.find(id)
}

#[invalidates(Article(id), cache = cache)]
async fn save(cache: &Cache, source: &Source, id: u64, to: u64) -> Result<(), NoArticle> {
    let _ = cache;
    source.find(id)?;
    source.number.store(to, Ordering::SeqCst);
    Ok(())
}

async fn the_first_call_is_answered_and_the_server_found_later(program: Program) {
    let mut server = Server::start(program, &[]);
    server.kill();
    let source = Arc::new(Source::new(1));
    let [one, other] = [(); 2].map(|()| Process::at(server.url()));
    // Of each kind there is a first call: in async code, without a runtime, of a writer.
    let first = std::thread::spawn({
        let (cache, source) = (one.0.clone(), Arc::clone(&source));
        move || [5, 404].map(|id| find_sync(&cache, &source, id))
    });
    assert_eq!(first.join().expect("it doesn't panic"), [Ok(1), Err(NoArticle(404))]);
    assert_eq!(guarded(find(&other.0, &source, 5)).await, Ok(1));
    assert_eq!(guarded(find(&other.0, &source, 404)).await, Err(NoArticle(404)));
    let absent = Process::at(server.url());
    assert_eq!(guarded(save(&absent.0, &source, 404, 2)).await, Err(NoArticle(404)));
    assert_eq!(guarded(save(&absent.0, &source, 5, 2)).await, Ok(()));
    drop(absent);

    server.start_again();
    let world = World { server, source, one, other };
    world.one.set(&world.source, 3).await;
    let heard = || world.server.command::<(String, u64)>("PUBSUB NUMSUB cache:epochs:0").1;
    until("both listen", async || heard() == 2).await;
    world.recovers(3).await;
    let World { source, one, other, .. } = world;
    assert_eq!(guarded(find(&one.0, &source, 5)).await, guarded(find(&other.0, &source, 5)).await);
}
