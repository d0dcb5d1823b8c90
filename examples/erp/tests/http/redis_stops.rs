//! Redis is killed while requests come in, and started again: no request fails, and afterwards all answers are right.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::json;

use crate::processes::{Coherence, World};
use crate::reads::kept;
use crate::request::Request;
use crate::until;

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_while_redis_is_away_and_all_are_right_afterwards() {
    let mut world = World::with_deadline(Coherence::Push, "50ms");
    let (answered, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let reads = [kept("org-01", 1), kept("ORG-01", 2)].concat();
    let World { one, other, plain, redis, .. } = &mut world;

    let asks = async |process: &_, first: usize| {
        for (number, read) in (0_u64..).zip(reads.iter().cycle().skip(first)) {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let process: &crate::processes::Erp = process;
            let answer = process.send(read).await;
            assert_eq!(answer.status, 200, "{read:?}: {}", answer.body);
            if number % 10 == 0 {
                let write =
                    Request::put("org-01", 1, format!("/products/{}/stock", number % 50 + 1), json!(number));
                assert_eq!(process.send(&write).await.status, 204, "{write:?}");
            }
            answered.fetch_add(1, Ordering::Relaxed);
        }
    };
    let so_many_more = async |more: u64| {
        let goal = answered.load(Ordering::Relaxed) + more;
        until("they are answered", async || answered.load(Ordering::Relaxed) >= goal).await;
    };
    let stops = async {
        so_many_more(200).await;
        redis.kill();
        so_many_more(400).await;
        redis.start_again();
        so_many_more(200).await;
        over.store(true, Ordering::Relaxed);
    };
    let one: &_ = one;
    let other: &_ = other;
    tokio::join!(asks(one, 0), asks(one, 20), asks(other, 0), asks(other, 20), stops);

    for process in [one, other] {
        until("all that was written is told", async || {
            let statistics = process.statistics().await;
            statistics.pending == 0 && !statistics.open
        })
        .await;
    }
    for process in [one, other] {
        for read in &reads {
            let expected = plain.send(read).await;
            until(&format!("{read:?}"), async || process.send(read).await == expected).await;
        }
    }
}
