//! I2: an invalidation touches the tags that it names, however many entries depend on them.

use cache_core::{Cache, cached, invalidates, testing};
use tests::Article;

#[cached(invalidate_on = [Article])]
fn listed(page: u64) -> u64 {
    page
}

#[invalidates(Article)]
fn change_all() {}

#[cache_core::test]
fn one_bump_invalidates_all_that_depend_on_a_model() {
    for page in 0..500 {
        listed(page);
    }
    let watches: Vec<_> = (0..500).map(|page| listed::entry(page).watch()).collect();
    change_all();
    watches.iter().for_each(testing::Watch::assert_gone);
    assert_eq!(Cache::current().stats().invalidations, 1);
}
