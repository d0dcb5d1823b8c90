//! Settings in the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use super::{Aliases, Found, GENERAL, Layer, URL, What, nearest, open_file};
use crate::declare::Settings;

/// What all variables begin with.
pub(super) const PREFIX: &str = "CACHE_";

/// What a variable stands for.
#[derive(Clone, Copy)]
enum Meaning {
    /// The path of a settings file.
    File,
    Set(What),
    /// Of an alias, or of all.
    Url(Option<&'static str>),
}

/// Reads variables: `CACHE_NAMESPACE`, `CACHE_MODE`, `CACHE_URL`, `CACHE_FILE`, and `CACHE_<ALIAS>_<SETTING>`. One that is empty is
/// not set.
pub(crate) fn read(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    aliases: &Aliases,
    found: &mut Found,
) {
    let known = known(aliases, found);
    let ours = variables.into_iter().filter(|(_, value)| !value.is_empty()).filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
        Some((name, value))
    });
    for (name, value) in ours.collect::<BTreeMap<_, _>>() {
        let place = format!("`{name}`");
        match known.get(&name) {
            None => warn(&name, &known, aliases, found),
            Some(Meaning::File) => open_file(Path::new(&value), &format!("{place}: "), aliases, found),
            Some(meaning) => match (value.into_string(), meaning) {
                (Ok(text), Meaning::Set(what)) => found.add(Layer::Environment, *what, text, place),
                (Ok(url), Meaning::Url(alias)) => found.add_url(Layer::Environment, *alias, url, place),
                _ => found.mistakes.push(format!("{place} is not UTF-8")),
            },
        }
    }
}

/// `CACHE_PRICES_TTL`.
pub(super) fn variable(alias: Option<&str>, setting: &str) -> String {
    let shout = |text: &str| text.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_uppercase();
    let alias = alias.map_or(String::new(), |alias| shout(alias) + "_");
    format!("{PREFIX}{alias}{}", shout(setting))
}

/// All variables of this program. Each stands for one thing: who sets it at night should not have to find out that
/// it doesn't.
fn known(aliases: &Aliases, found: &mut Found) -> BTreeMap<String, Meaning> {
    let mut known =
        BTreeMap::from([(variable(None, "file"), Meaning::File), (variable(None, URL), Meaning::Url(None))]);
    known.extend(GENERAL.map(|general| (variable(None, general.name), Meaning::Set(What::General(general)))));
    let mut told = Vec::new();
    for alias in aliases.keys().copied() {
        let url = (URL, Meaning::Url(Some(alias)));
        let settings =
            Settings::ALL.iter().map(|setting| (setting.name, Meaning::Set(What::Of(alias, setting))));
        for (setting, meaning) in settings.chain([url]) {
            let name = variable(Some(alias), setting);
            let Some(Meaning::Set(What::Of(other, _)) | Meaning::Url(Some(other))) =
                known.insert(name.clone(), meaning)
            else {
                continue;
            };
            if !told.contains(&(other, alias)) {
                found.mistakes.push(format!(
                    "`{name}` stands for a setting of alias `{other}` and for one of alias `{alias}`; give one of them another \
                     name (`name = \"..\"`)"
                ));
                told.push((other, alias));
            }
        }
    }
    known
}

/// A name that means nothing here may be another program's; one that looks like ours is said.
fn warn(name: &str, known: &BTreeMap<String, Meaning>, aliases: &Aliases, found: &mut Found) {
    let meant = nearest(name, known.keys().map(String::as_str));
    let alias = aliases.keys().find(|alias| name.starts_with(&variable(Some(alias), "")));
    let remedy = match (meant, alias) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, Some(alias)) => {
            let all = Settings::ALL.iter().map(|setting| setting.name).chain([URL]);
            let all = all.map(|setting| format!("`{}`", variable(Some(alias), setting)));
            format!("those of alias `{alias}` are: {}", all.collect::<Vec<_>>().join(", "))
        }
        (None, None) => return,
    };
    found.warnings.push(format!("`{name}` sets nothing; {remedy}"));
}
