//! Entries by their keys' text, for operators: found or removed, in this process and in the shared tier.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use super::call::text;
use crate::bound::Bound;
use crate::cache::Cache;
use crate::error::Error;
use crate::shared::Pattern;
use crate::shared::link::Link;

/// How long a step may take in the shared tier.
const DEADLINE: Duration = Duration::from_secs(2);
/// So many keys are shown.
const SHOWN: usize = 1_000;

/// What a pattern has met: see [`Cache::find_matching`].
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Matched {
    /// Entries of this process.
    pub near: usize,
    /// Entries of the shared tier. One that was stored or moved meanwhile may count twice, or not.
    pub shared: u64,
    /// Their keys, in order: the first thousand that were met, each once.
    pub keys: Vec<String>,
}

impl Cache {
    /// Which entries [`remove_matching`](Self::remove_matching) would remove: the same search, and nothing changes.
    ///
    /// # Errors
    ///
    /// Those of [`remove_matching`](Self::remove_matching).
    pub async fn find_matching(&self, pattern: &str) -> Result<Matched, Error> {
        self.search(pattern, false).await
    }

    /// Removes the entries whose keys match, in the shared tier and in this process. For operators, who want memory back, or an
    /// entry out of the way that they know by its key. A pattern is a key's text in which `*` stands for any text, and everything
    /// else for itself; it begins with the namespace.
    ///
    /// ```
    /// use cache_core::{Cache, DefaultAlias};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), cache_core::Error> {
    /// let cache = Cache::builder().namespace("erp").build()?;
    /// cache.entry::<DefaultAlias, u64>("report").global().set(5).await;
    ///
    /// let would_go = cache.find_matching("erp:*:key=rep*").await?;
    /// assert_eq!((would_go.near, would_go.keys.len()), (1, 1));
    /// assert_eq!(cache.remove_matching("erp:*:key=rep*").await?, would_go);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// This is no invalidation, and nothing is promised of it. Other processes go on serving what they hold; a load that is under
    /// way stores what it loads. What must not be served any more is [invalidated](Self::invalidate), at a cost that doesn't depend
    /// on how many keys that is; this here goes by all keys of the server. It does so in steps, each of a fraction of a millisecond,
    /// so that nobody else has to wait, in a Cluster on one primary after the other. A key of more than 200 bytes is known by its
    /// beginning alone.
    ///
    /// # Errors
    ///
    /// [`Error::Pattern`] if it doesn't begin with the namespace, and would reach what isn't this cache's; [`Error::Tier`] if the
    /// shared tier can't be searched, or doesn't answer. What was removed until then stays removed.
    pub async fn remove_matching(&self, pattern: &str) -> Result<Matched, Error> {
        self.search(pattern, true).await
    }

    async fn search(&self, text: &str, removes: bool) -> Result<Matched, Error> {
        let core = self.core();
        if !text.strip_prefix(&*core.namespace).is_some_and(|rest| rest.starts_with(':')) {
            let (pattern, namespace) = (text.to_owned(), core.namespace.to_string());
            return Err(Error::Pattern { pattern, namespace });
        }
        let pattern = Pattern::new(text);
        let (mut matched, mut keys) = (Matched::default(), BTreeSet::new());
        // Nothing that goes near here is copied back from there.
        if let Some(remote) = &core.remote {
            let places = remote.places.iter().map(|(place, _)| &**place);
            for link in places.chain([&remote.link]) {
                matched.shared += search_tier(link, &pattern, removes, &mut keys).await?;
            }
        }
        matched.near = self.search_near(&pattern, removes, &mut keys);
        matched.keys = keys.into_iter().collect();
        Ok(matched)
    }

    fn search_near(&self, pattern: &Pattern, removes: bool, keys: &mut BTreeSet<String>) -> usize {
        let functions = self.functions();
        let keys = RefCell::new(keys);
        let is_meant = |function: u32, bytes: &[u8]| {
            let Some(bound) = functions.get(function as usize) else { return false };
            let meant = texts(bound, bytes).find(|text| pattern.matches(text));
            meant.is_some_and(|text| {
                show(&mut keys.borrow_mut(), text);
                true
            })
        };
        self.aliases().iter().map(|alias| alias.near.find(removes, is_meant)).sum()
    }
}

/// How a key of a function is written: one way for each type that the function is known to store.
fn texts(bound: &Bound, key: &[u8]) -> impl Iterator<Item = String> {
    let mut types = bound.fingerprints();
    if types.is_empty() {
        // What it stores stays here, and has none.
        types.push(0);
    }
    types.into_iter().map(move |fingerprint| text(bound, key, fingerprint))
}

/// All steps of a search in a tier.
async fn search_tier(
    link: &Link,
    pattern: &Pattern,
    removes: bool,
    shown: &mut BTreeSet<String>,
) -> Result<u64, Error> {
    let (mut from, mut count) = (None, 0);
    loop {
        let step = link.call(DEADLINE, || link.tier.find(pattern, from, removes)).await;
        let step = step.map_err(|failure| Error::Tier(failure.to_string()))?;
        count += step.keys.len() as u64;
        step.keys.into_iter().for_each(|key| show(shown, key));
        from = step.next;
        if from.is_none() {
            return Ok(count);
        }
    }
}

fn show(shown: &mut BTreeSet<String>, key: String) {
    if shown.len() < SHOWN {
        shown.insert(key);
    }
}
