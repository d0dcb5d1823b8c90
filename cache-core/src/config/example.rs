//! The example file, from what reads it.

use std::fmt::Write;

use super::environment::variable;
use super::urls::{ALLOWED, DOC, DOC_OF_ALIAS, URL};
use super::{Aliases, GENERAL};
use crate::declare::Settings;

/// Every setting and its default: a file, as it is or with any of its settings uncommented.
pub(crate) fn example(aliases: &Aliases) -> String {
    let mut text = String::from(HEAD);
    for general in GENERAL {
        let (doc, allowed, name) = (general.doc, general.allowed, general.name);
        let set = format!("# {name} = \"{}\"", general.default);
        let _ =
            write!(text, "\n# {doc}\n# Allowed are {allowed}.\n{set:<WIDTH$} # {}\n", variable(None, name));
    }
    let unset = |alias| format!("{:<WIDTH$} # {}\n", format!("# {URL} is not set"), variable(alias, URL));
    let _ = write!(text, "\n# {DOC}\n# Allowed are {ALLOWED}.\n{}", unset(None));
    text += "\n# What an alias has:\n";
    for setting in Settings::ALL {
        let (name, doc, allowed) = (setting.name, setting.doc.trim(), setting.allowed);
        let _ = writeln!(text, "#\n# `{name}`: {doc}\n# Allowed are {allowed}.");
    }
    let _ = writeln!(text, "#\n# `{URL}`: {DOC_OF_ALIAS}\n# Allowed are {ALLOWED}.");
    for (alias, settings) in aliases {
        let bare = alias.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        let key = if bare { (*alias).to_owned() } else { format!("{alias:?}") };
        let _ = writeln!(text, "\n[alias.{key}]");
        for setting in Settings::ALL {
            let set = setting.toml(settings).unwrap_or_else(|| format!("{} is not set", setting.name));
            let set = format!("# {set}");
            let _ = writeln!(text, "{set:<WIDTH$} # {}", variable(Some(alias), setting.name));
        }
        text += &unset(Some(alias));
    }
    text
}

/// Where the variables stand.
const WIDTH: usize = 29;

const HEAD: &str = "\
# Settings of the cache: all there are, each with its default. What is set here overrides what the program's attributes
# say; the variable that stands beside a setting overrides it; and code overrides both. A function's own `ttl` is
# overridden by a lower `max_ttl` alone. `CACHE_FILE` says where this file is.
";
