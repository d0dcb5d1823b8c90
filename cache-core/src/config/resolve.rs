//! Which setting holds, and whether what holds can be.

use std::fmt;
use std::sync::Arc;

use super::{Aliases, Given, GivenUrl, Layer, NAMESPACE, What};
use crate::declare::{Function, Mode, Rules, Settings, Value};

/// What code makes of an alias's settings.
pub(crate) type Change = Arc<dyn Fn(Settings) -> Settings + Send + Sync>;

/// All that was given, by whomever.
#[derive(Clone, Default)]
pub(crate) struct Config {
    pub(crate) given: Vec<Given>,
    pub(crate) urls: Vec<GivenUrl>,
    pub(crate) namespace: Option<String>,
    pub(crate) mode: Option<Mode>,
    /// Whether entries would lie in a shared tier, and there are no keys to encrypt them by.
    pub(crate) in_the_clear: bool,
    /// By alias, with what its attribute says.
    pub(crate) changes: Vec<(&'static str, Settings, Change)>,
}

/// What holds.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) namespace: String,
    pub(crate) mode: Mode,
    pub(crate) aliases: Aliases,
}

/// Settles who wins. `Err` with all that can't be, each in a sentence.
pub(crate) fn resolve(
    config: &Config,
    mut aliases: Aliases,
    functions: impl IntoIterator<Item = &'static Function>,
) -> Result<Resolved, Vec<String>> {
    let mut given = config.given.clone();
    given.sort_by_key(|given| given.layer);
    let (mut namespace, mut mode) = (NAMESPACE.default.to_owned(), Mode::On);
    for Given { what, text, .. } in &given {
        match what {
            What::General(general) if general.name == NAMESPACE.name => namespace = text.clone(),
            What::General(_) => mode = Mode::read(text).unwrap_or(mode),
            What::Of(..) => {}
        }
    }
    let mut mistakes = Vec::new();
    let functions: Vec<_> = functions.into_iter().collect();
    // An alias whose trait is implemented by hand is known by its use.
    for (alias, declared, _) in &config.changes {
        aliases.entry(alias).or_insert(*declared);
    }
    for (alias, settings) in &mut aliases {
        let mut of = OfAlias::new(alias, *settings);
        for given in &given {
            if let What::Of(name, setting) = given.what
                && name == *alias
            {
                (setting.read)(&mut of.settings, &given.text);
                of.places[index(setting.name)] = (given.layer, given.place.clone());
            }
        }
        config.changes.iter().filter(|(name, ..)| name == alias).for_each(|(.., change)| of.change(change));
        of.check(&mut mistakes);
        if config.in_the_clear {
            of.check_encryption(&mut mistakes);
        }
        let functions = functions.iter().filter(|function| function.alias == *alias);
        functions.for_each(|function| of.check_function(function, &mut mistakes));
        *settings = of.settings;
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Resolved {
        namespace: config.namespace.clone().unwrap_or(namespace),
        mode: config.mode.unwrap_or(mode),
        aliases,
    })
}

/// An alias's settings and where each comes from.
struct OfAlias {
    alias: &'static str,
    settings: Settings,
    places: Vec<(Layer, String)>,
}

fn index(setting: &str) -> usize {
    Settings::ALL.iter().position(|other| other.name == setting).expect("a setting of the table")
}

impl OfAlias {
    fn new(alias: &'static str, settings: Settings) -> Self {
        let place = |name| (Layer::Attribute, format!("`{name}` of alias `{alias}`"));
        let places = Settings::ALL.iter().map(|setting| place(setting.name)).collect();
        OfAlias { alias, settings, places }
    }

    fn change(&mut self, change: &Change) {
        let before = self.settings;
        self.settings = change(before);
        for (setting, place) in Settings::ALL.iter().zip(&mut self.places) {
            if (setting.text)(&before) != (setting.text)(&self.settings) {
                *place = (Layer::Code, format!("`{}` of alias `{}`, set in code,", setting.name, self.alias));
            }
        }
    }

    fn check(&self, mistakes: &mut Vec<String>) {
        for (setting, (_, place)) in Settings::ALL.iter().zip(&self.places) {
            if !(setting.is_allowed)(&self.settings) {
                let (found, allowed) = ((setting.text)(&self.settings).unwrap_or_default(), setting.allowed);
                mistakes.push(format!("{place} can't be `{found}`; allowed are {allowed}"));
            }
        }
        let [(ttl_layer, ttl), (cap_layer, cap)] = ["ttl", "max_ttl"].map(|name| &self.places[index(name)]);
        // A cap that was set over a longer TTL caps it: that is what it is for. A TTL beyond the cap that it was set
        // under would do nothing.
        if self.settings.ttl > self.settings.max_ttl
            && *ttl_layer > Layer::Attribute
            && ttl_layer >= cap_layer
        {
            let (found, max) = (self.settings.ttl.text(), self.settings.max_ttl.text());
            mistakes.push(format!(
                "{ttl} is `{found}`, longer than {cap} allows: `{max}`; shorten the one or raise the other"
            ));
        }
    }

    fn check_encryption(&self, mistakes: &mut Vec<String>) {
        if self.settings.encrypt {
            let place = &self.places[index("encrypt")].1;
            mistakes.push(format!(
                "{place} can't be `true`: there are no keys to encrypt by what the shared tier would hold; give them with \
                 `Cache::builder().encryption(EncryptionKeys::from_env(\"CACHE_ENCRYPTION_KEYS\")?)`, or set `false`"
            ));
        }
    }

    /// What the attributes are held to when they are compiled.
    fn check_function(&self, function: &Function, mistakes: &mut Vec<String>) {
        self.check_size(function, mistakes);
        self.check_ttl(function, mistakes);
    }

    fn check_size(&self, function: &Function, mistakes: &mut Vec<String>) {
        let Some(max) = self.settings.max_bytes.filter(|_| function.rules.says(Rules::LOCAL | Rules::PURE))
        else {
            return;
        };
        let (place, name) = (&self.places[index("max_bytes")].1, function.name);
        let stays = if function.rules.says(Rules::PURE) { "pure" } else { "local" };
        mistakes.push(format!(
            "{place} can't be `{max}`: `{name}` at {} is `{stays}`, so that nothing tells how large its values are; set \
             `max_entries`, or give the function another alias, or leave out `{stays}`",
            function.location,
        ));
    }

    fn check_ttl(&self, function: &Function, mistakes: &mut Vec<String>) {
        let ttl = self.settings.ttl.min(self.settings.max_ttl);
        let says =
            function.rules.ttl.is_some() || function.rules.says(Rules::ALLOW_STALE | Rules::EXPIRES_IN);
        if says || !function.dependencies.is_empty() || ttl.is_short() {
            return;
        }
        let (place, name) = (&self.places[index("ttl")].1, function.name);
        mistakes.push(format!(
            "{place} can't be `{}`: `{name}` at {} has no `invalidate_on`, so that nothing would ever replace a stale value; \
             set 4 hours or less, or let the function name what it depends on, give a shorter `ttl`, or say `allow_stale`",
            self.settings.ttl.text(),
            function.location,
        ));
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.given.iter().map(|given| (&given.place, &given.text));
        let mut map = f.debug_map();
        map.entries(given);
        // Not the URLs themselves: there may be passwords there.
        map.entries(self.urls.iter().map(|given| (given, "..")));
        map.entries(self.namespace.iter().map(|namespace| ("namespace", namespace)));
        map.entries(self.mode.iter().map(|mode| ("mode", mode)));
        map.finish_non_exhaustive()
    }
}
