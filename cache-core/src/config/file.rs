//! Settings in a file.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Aliases, Found, GENERAL, Layer, URL, What, unknown};
use crate::declare::Settings;

/// Reads a file. `named` says by what, if not by code.
pub(crate) fn open(path: &Path, named: &str, aliases: &Aliases, found: &mut Found) {
    match std::fs::read_to_string(path) {
        Ok(source) => read(path, &source, aliases, found),
        Err(error) => found.mistakes.push(format!("{named}`{}` can't be read: {error}", path.display())),
    }
}

/// `namespace`, `mode`, `url`, and a table for each alias.
pub(super) fn read(path: &Path, source: &str, aliases: &Aliases, found: &mut Found) {
    let (table, errors) = DeTable::parse_recoverable(source);
    let reader = Reader { path, source, aliases };
    if !errors.is_empty() {
        // What can be made of the rest is no use to anybody.
        let message = |error: toml::de::Error| {
            reader.at(error.span().map_or(0, |span| span.start)) + error.message().trim_end()
        };
        return found.mistakes.extend(errors.into_iter().map(message));
    }
    for (key, value) in lines(table.get_ref()) {
        reader.general(key, value, found);
    }
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

/// The entries of a table in the order in which they were written.
fn lines<'t, 'a>(table: &'t DeTable<'a>) -> Vec<(&'t Key<'a>, &'t Value<'a>)> {
    let mut lines: Vec<_> = table.iter().collect();
    lines.sort_by_key(|(key, _)| key.span().start);
    lines
}

struct Reader<'a> {
    path: &'a Path,
    source: &'a str,
    aliases: &'a Aliases,
}

impl Reader<'_> {
    /// `cache.toml:12: `.
    fn at(&self, position: usize) -> String {
        let line = self.source[..position].matches('\n').count() + 1;
        format!("{}:{line}: ", self.path.display())
    }

    fn general(&self, key: &Key<'_>, value: &Value<'_>, found: &mut Found) {
        let (at, name) = (self.at(key.span().start), key.get_ref().as_ref());
        if let Some(general) = GENERAL.into_iter().find(|general| general.name == name) {
            found.add(Layer::File, What::General(general), text(value.get_ref()), format!("{at}`{name}`"));
        } else if name == URL {
            found.add_url(Layer::File, None, text(value.get_ref()), format!("{at}`{URL}`"));
        } else if name != "alias" {
            let known = GENERAL.iter().map(|general| general.name).chain([URL, "alias"]);
            found.mistakes.push(at + &unknown("no setting", name, known));
        } else if let DeValue::Table(tables) = value.get_ref() {
            lines(tables).into_iter().for_each(|(key, value)| self.alias(key, value, found));
        } else {
            found.mistakes.push(format!("{at}`alias` is not a table; write `[alias.<name>]`"));
        }
    }

    fn alias(&self, key: &Key<'_>, value: &Value<'_>, found: &mut Found) {
        let (at, name) = (self.at(key.span().start), key.get_ref().as_ref());
        let Some((alias, _)) = self.aliases.get_key_value(name) else {
            return found.mistakes.push(at + &unknown("no alias", name, self.aliases.keys().copied()));
        };
        let DeValue::Table(settings) = value.get_ref() else {
            return found
                .mistakes
                .push(format!("{at}`alias.{alias}` is not a table; write `[alias.{alias}]`"));
        };
        for (key, value) in lines(settings) {
            let (at, name) = (self.at(key.span().start), key.get_ref().as_ref());
            let place = format!("{at}`alias.{alias}.{name}`");
            match Settings::ALL.iter().find(|setting| setting.name == name) {
                Some(setting) => {
                    found.add(Layer::File, What::Of(alias, setting), text(value.get_ref()), place);
                }
                None if name == URL => {
                    found.add_url(Layer::File, Some(*alias), text(value.get_ref()), place);
                }
                None => {
                    let known = Settings::ALL.iter().map(|setting| setting.name).chain([URL]);
                    let kind = format!("alias `{alias}` has no setting");
                    found.mistakes.push(at + &unknown(&kind, name, known));
                }
            }
        }
    }
}

/// A value as a variable would have it.
fn text(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(is) => is.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "[..]".to_owned(),
        DeValue::Table(_) => "{..}".to_owned(),
    }
}
