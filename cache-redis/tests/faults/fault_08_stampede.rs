//! Others: a hundred concurrent callers are a hundred loads.

use tokio::sync::Semaphore;

use super::*;

on_both! {
    a_hundred_callers_in_four_processes_are_one_load
}

/// A database that is slow until it is let go.
#[derive(NoKey, Debug)]
struct Slow {
    source: Source,
    begun: AtomicU64,
    gate: Semaphore,
}

#[cached(alias = Verified, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn slow_price(cache: &Cache, slow: &Slow, id: u64) -> u64 {
    let _ = (cache, id);
    let number = slow.source.read();
    slow.gate.acquire().await.expect("it stays open").forget();
    number
}

async fn a_hundred_callers_in_four_processes_are_one_load(program: Program) {
    // They share.
    let World { server, one, other, .. } = World::new(program, &[]).await;
    let [third, fourth] = [(); 2].map(|()| Process::at(server.url()));
    let processes = [one, other, third, fourth];
    let slow = Arc::new(Slow { source: Source::new(1), begun: AtomicU64::new(0), gate: Semaphore::new(0) });
    let callers: Vec<_> = (0..100)
        .map(|number| {
            let (cache, slow) = (processes[number % 4].0.clone(), Arc::clone(&slow));
            tokio::spawn(async move {
                slow.begun.fetch_add(1, Ordering::SeqCst);
                slow_price(&cache, &slow, 5).await
            })
        })
        .collect();
    let granted = server.calls("set");
    until("all of them wait", async || slow.begun.load(Ordering::SeqCst) == 100).await;
    // Who isn't granted the lease asks again and again whether the value is there.
    until("the other processes have asked for the lease", async || server.calls("set") >= granted + 3).await;
    slow.gate.add_permits(100);
    for caller in callers {
        assert_eq!(guarded(caller).await.expect("it doesn't panic"), 1);
    }
    assert_eq!(slow.source.reads(), 1);
}
