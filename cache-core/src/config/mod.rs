//! Settings: what the attributes say, overridden by a file, by the environment, by code.

mod environment;
mod example;
mod file;
mod resolve;
#[cfg(test)]
mod tests;
mod urls;

use std::collections::BTreeMap;

pub(crate) use environment::read as read_environment;
pub(crate) use example::example;
pub(crate) use file::open as open_file;
pub(crate) use resolve::{Config, Resolved, resolve};
use urls::URL;
pub(crate) use urls::{GivenUrl, URL_OF_ALL};

use crate::declare::{Mode, Setting, Settings, Value};

/// Who gave a setting: the later in this list wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Layer {
    Attribute,
    File,
    Environment,
    Code,
}

/// What is set.
#[derive(Clone, Copy)]
pub(crate) enum What {
    General(&'static General),
    Of(&'static str, &'static Setting),
}

/// A setting that is not an alias's.
pub(crate) struct General {
    pub(crate) name: &'static str,
    doc: &'static str,
    allowed: &'static str,
    default: &'static str,
    is_allowed: fn(&str) -> bool,
}

pub(crate) static NAMESPACE: General = General {
    name: "namespace",
    doc: "The first part of every key: what tells this program's keys from others'.",
    allowed: NAMESPACES,
    default: "app",
    is_allowed: is_namespace,
};

pub(crate) static MODE: General = General {
    name: "mode",
    doc: "Whether the cache is used, by any alias. Of this and an alias's own the stricter holds.",
    allowed: Mode::ALLOWED,
    default: "on",
    is_allowed: |text| Mode::read(text).is_some(),
};

static GENERAL: [&General; 2] = [&NAMESPACE, &MODE];

pub(crate) const NAMESPACES: &str = "1 to 40 letters, digits, `_`, `-` and `.`, such as `erp`";

pub(crate) fn is_namespace(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=40).contains(&text.len()) && text.bytes().all(allowed)
}

/// The aliases of a program, with what their attributes say.
pub(crate) type Aliases = BTreeMap<&'static str, Settings>;

/// A setting as it was given.
#[derive(Clone)]
pub(crate) struct Given {
    layer: Layer,
    what: What,
    text: String,
    place: String,
}

/// What a reader has found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) given: Vec<Given>,
    pub(crate) urls: Vec<GivenUrl>,
    pub(crate) mistakes: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

impl Found {
    fn add(&mut self, layer: Layer, what: What, text: String, place: String) {
        let (is_allowed, allowed) = match what {
            What::General(general) => ((general.is_allowed)(&text), general.allowed),
            What::Of(_, setting) => ((setting.read)(&mut Settings::new(), &text), setting.allowed),
        };
        if !is_allowed {
            self.mistakes.push(format!("{place} can't be `{text}`; allowed are {allowed}"));
        } else if let Some(other) = self.instead_of(layer, what) {
            let other = &other.place;
            self.mistakes
                .push(format!("{place} is in place of {other}, which is set too; leave out one of them"));
        } else {
            self.given.push(Given { layer, what, text, place });
        }
    }

    fn add_url(&mut self, layer: Layer, alias: Option<&'static str>, url: String, place: String) {
        self.urls.push(GivenUrl { layer, alias, url, place });
    }

    /// What is given beside a setting that is in place of it. A later layer may well say otherwise.
    fn instead_of(&self, layer: Layer, what: What) -> Option<&Given> {
        let What::Of(alias, setting) = what else { return None };
        let other = setting.instead_of?;
        let is_it = |what| matches!(what, What::Of(of, given) if of == alias && given.name == other);
        self.given.iter().find(|given| given.layer == layer && is_it(given.what))
    }
}

/// What to say of a name that there is none of.
pub(crate) fn unknown<'a>(fault: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.collect();
    let meant = nearest(name, known.iter().copied())
        .map_or(String::new(), |name| format!(", did you mean `{name}`?"));
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let separator = if meant.is_empty() { ";" } else { "" };
    format!("{fault} `{name}`{meant}{separator} there are: {list}")
}

/// What was probably meant: two slips away at the most.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distances = known.map(|known| (strsim::osa_distance(name, known), known));
    distances
        .filter(|(distance, known)| *distance <= 2 && *distance < known.len())
        .min()
        .map(|(_, known)| known)
}
