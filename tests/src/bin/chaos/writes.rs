//! What a process writes, and when that is confirmed.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use cache_core::{Invalidated, target};

use super::functions::{self as f, Item};
use super::memory::{Counts, Phase, WORKERS};
use super::source::Seen;
use super::worker::{Process, some_row};

impl Process {
    /// Writes as long as the run lasts.
    pub async fn write_for_ever(&self) {
        loop {
            tokio::time::sleep(Duration::from_millis(fastrand::u64(4..40))).await;
            if self.memory().phase() != Phase::Run {
                continue;
            }
            if self.replicated || fastrand::u32(..6) == 0 {
                self.write_by_hand(self.row_to_write()).await;
            } else {
                let (written, models) = self.write().await;
                self.written(&written, models);
            }
        }
    }

    /// Writes, each way. Says what was written when its writer has returned, and whether the model was invalidated.
    async fn write(&self) -> (Vec<Seen>, bool) {
        let db = self.db();
        let mut ids: Vec<i64> = (0..3).map(|_| self.row_to_write()).collect();
        ids.sort_unstable();
        ids.dedup();
        match fastrand::u32(..400) {
            0..180 => (f::set(&db, ids[0]).await.unwrap_or_default(), false),
            180..260 => (f::set_many(&db, &ids).await.unwrap_or_default(), false),
            // Seldom: it hides for a while what is lost of rows.
            260 if self.apart.is_none() => (f::set_model(&db, &ids).await.unwrap_or_default(), true),
            260..360 => (self.write_in_a_transaction(&ids, true).await.unwrap_or_default(), false),
            _ => (self.write_in_a_transaction(&ids, false).await.unwrap_or_default(), false),
        }
    }

    fn row_to_write(&self) -> i64 {
        let row = some_row();
        // There are as many rows for each of them.
        self.apart.map_or(row, |worker| row - row % WORKERS as i64 + worker)
    }

    async fn write_in_a_transaction(&self, ids: &[i64], commits: bool) -> Option<Vec<Seen>> {
        let db = self.db();
        let mut tx = cache_sqlx::begin(&db.pool).await.ok()?;
        let written = f::set_in(&mut tx, &db, ids).await.ok()?;
        // What it reads itself is its own, and nobody else's.
        let within = f::within(&mut tx, written[0].0).await;
        if within != Ok(written[0].1) && within.is_ok() {
            eprintln!("violation: a transaction that wrote {:?} reads {within:?}", written[0]);
            Counts::add(&self.counts().stale_beyond_promise);
        }
        if commits {
            tx.commit().await.ok()?;
            db.committed(&written);
            Some(written)
        } else {
            // From here on none of them may be read by anybody.
            written.iter().for_each(|(id, version)| self.memory().row(*id as usize).roll_back(*version));
            tx.rollback().await.ok()?;
            None
        }
    }

    /// Writes past all writers, and says so by hand.
    async fn write_by_hand(&self, id: i64) {
        let Ok(written) = self.db().write(&[id]).await else { return };
        let invalidated = self.cache.invalidate(target::row::<Item>(&id)).await;
        self.oracle.returned(&written);
        if invalidated == Invalidated::Confirmed {
            self.memory().note_confirmed(self.counts(), id as usize, written[0].1);
        } else if !self.replicated {
            self.unconfirmed.lock().expect("nobody panics with it").extend(written);
        }
    }

    /// Their writer has returned.
    fn written(&self, written: &[Seen], models: bool) {
        self.oracle.returned(written);
        self.unconfirmed.lock().expect("nobody panics with it").extend(written);
        self.confirm();
        if models && !written.is_empty() {
            Counts::add(&self.counts().invalidations_of_models);
        }
    }

    /// All whose writers have returned are confirmed, if nothing waits to be told.
    pub fn confirm(&self) {
        let mut unconfirmed = self.unconfirmed.lock().expect("nobody panics with it");
        let pending = self.cache.stats().shared.expect("there is a tier").pending;
        if pending == 0 {
            for (id, version) in unconfirmed.drain(..) {
                self.memory().note_confirmed(self.counts(), id as usize, version);
            }
        }
        self.counts().waiting.store(unconfirmed.len() as u64, SeqCst);
    }
}
