//! Which tier lies where, by settings and by code.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::{self, GivenUrl};
use crate::shared::{SharedTier, backend};

/// Where what is shared lies.
pub(crate) struct Tiers {
    /// All epochs, and the entries of all aliases that have no place of their own.
    pub(crate) home: Arc<dyn SharedTier>,
    /// Others, and the aliases whose entries lie there.
    pub(crate) places: Vec<(Arc<dyn SharedTier>, Vec<&'static str>)>,
}

/// What code says of tiers: it wins.
#[derive(Clone, Default, Debug)]
pub(crate) struct InCode {
    pub(crate) home: Option<Arc<dyn SharedTier>>,
    pub(crate) aliases: BTreeMap<&'static str, Arc<dyn SharedTier>>,
}

impl Tiers {
    /// One for everything.
    pub(crate) fn of(home: Arc<dyn SharedTier>) -> Self {
        Tiers { home, places: Vec::new() }
    }

    /// Settles who wins, and makes tiers of the URLs that do: of one URL one tier. `Err` with all that can't be.
    pub(crate) fn resolve(given: &[GivenUrl], code: InCode) -> Result<Option<Tiers>, Vec<String>> {
        // By alias, with `None` for all: of two files, the later given wins.
        let mut winning: BTreeMap<Option<&'static str>, &GivenUrl> = BTreeMap::new();
        for given in given {
            let there = winning.entry(given.alias).or_insert(given);
            if given.layer >= there.layer {
                *there = given;
            }
        }
        winning.retain(|alias, _| match alias {
            Some(alias) => !code.aliases.contains_key(alias),
            None => code.home.is_none(),
        });
        let (mut mistakes, mut by_url) = (Vec::new(), BTreeMap::<&str, Arc<dyn SharedTier>>::new());
        let mut connect = |given: &'_ GivenUrl| match backend::connect(&given.url) {
            Ok(tier) => Some(tier),
            Err(why) => {
                mistakes.push(format!("{} {why}", given.place));
                None
            }
        };
        for given in winning.values().copied() {
            if !by_url.contains_key(given.url.as_str())
                && let Some(tier) = connect(given)
            {
                by_url.insert(&given.url, tier);
            }
        }
        let tier_of = |given: &GivenUrl| by_url.get(given.url.as_str()).cloned();
        let has_home = code.home.is_some() || winning.contains_key(&None);
        let home = code.home.or_else(|| winning.get(&None).and_then(|given| tier_of(given)));
        let by_setting = winning.iter().filter_map(|(alias, given)| Some(((*alias)?, tier_of(given)?)));
        let mut places: Vec<(Arc<dyn SharedTier>, Vec<&'static str>)> = Vec::new();
        for (alias, tier) in
            by_setting.chain(code.aliases.iter().map(|(alias, tier)| (*alias, Arc::clone(tier))))
        {
            if home.as_ref().is_some_and(|home| Arc::ptr_eq(home, &tier)) {
                continue;
            }
            match places.iter_mut().find(|(there, _)| Arc::ptr_eq(there, &tier)) {
                Some((_, aliases)) => aliases.push(alias),
                None => places.push((tier, vec![alias])),
            }
        }
        if !has_home {
            let by_setting = winning.values().map(|given| format!("{} is set", given.place));
            let in_code = code
                .aliases
                .keys()
                .map(|alias| format!("alias `{alias}` has a tier of its own, set in code"));
            mistakes.extend(by_setting.chain(in_code).map(|what| {
                format!(
                    "{what}, and there is no tier that all aliases share, for what says whether its entries are fresh; set `{}` too",
                    config::URL_OF_ALL
                )
            }));
        }
        match mistakes.is_empty() {
            true => Ok(home.map(|home| Tiers { home, places })),
            false => Err(mistakes),
        }
    }
}
