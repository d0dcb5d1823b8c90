//! What is said of each thing, fact by fact: the same in text and in JSON.

use super::super::data::{
    AliasInfo, FunctionInfo, Graph, ModelInfo, Scope, TenantInfo, TtlFrom, UserInfo, WriterInfo,
};
use crate::declare::{
    AfterErrors, Alias as _, DefaultAlias, Dependency, Extent, Location, Rules, Setting, Settings, Value,
};

/// All things of a kind.
pub(super) struct Section {
    /// In JSON.
    pub(super) name: &'static str,
    /// In text: of one, of several.
    pub(super) title: [&'static str; 2],
    pub(super) items: Vec<Item>,
}

/// A thing.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) location: Option<Location>,
    pub(super) facts: Vec<(&'static str, Fact)>,
}

/// What is said of it.
pub(super) enum Fact {
    One(String),
    Several(Vec<String>),
}

impl Graph {
    pub(super) fn sections(&self) -> [Section; 6] {
        let used =
            |alias: &&AliasInfo| alias.name != DefaultAlias::NAME || self.in_alias(alias).next().is_some();
        [
            Section::new(
                "functions",
                ["cached function", "cached functions"],
                &self.functions,
                FunctionInfo::item,
            ),
            Section::new("writers", ["writer", "writers"], &self.writers, WriterInfo::item),
            Section::new("models", ["model", "models"], &self.models, ModelInfo::item),
            Section::new("aliases", ["alias", "aliases"], self.aliases.iter().filter(used), AliasInfo::item),
            Section::new("tenants", ["tenant", "tenants"], &self.tenants, TenantInfo::item),
            Section::new("users", ["user", "users"], &self.users, UserInfo::item),
        ]
    }

    /// The functions of an alias.
    pub(in crate::graph) fn in_alias(&self, alias: &AliasInfo) -> impl Iterator<Item = &FunctionInfo> {
        self.functions.iter().filter(|function| function.alias == alias.name)
    }
}

impl Section {
    fn new<'a, T: 'a>(
        name: &'static str,
        title: [&'static str; 2],
        all: impl IntoIterator<Item = &'a T>,
        item: fn(&T) -> Item,
    ) -> Self {
        Section { name, title, items: all.into_iter().map(item).collect() }
    }
}

impl Item {
    fn new(name: &str, location: Option<Location>) -> Self {
        Item { name: name.to_owned(), location, facts: Vec::new() }
    }

    /// Adds a fact, unless there is nothing to say.
    fn one(mut self, name: &'static str, fact: impl Into<String>) -> Self {
        let fact = fact.into();
        if !fact.is_empty() {
            self.facts.push((name, Fact::One(fact)));
        }
        self
    }

    /// Adds several, likewise.
    fn several<T: ToString>(mut self, name: &'static str, facts: impl IntoIterator<Item = T>) -> Self {
        let facts: Vec<_> = facts.into_iter().map(|fact| fact.to_string()).collect();
        if !facts.is_empty() {
            self.facts.push((name, Fact::Several(facts)));
        }
        self
    }
}

// What is there of each comes last: then what is added before it changes no comma of another line.

impl FunctionInfo {
    fn item(&self) -> Item {
        let from = match self.ttl_from {
            TtlFrom::Attribute => "function",
            TtlFrom::OfAlias => "alias",
            TtlFrom::MaxTtl => "max_ttl of alias",
            TtlFrom::ExpiresIn => "value",
        };
        Item::new(self.name, Some(self.location))
            .one("instance", self.instance.unwrap_or_default())
            .one("signature", self.signature)
            .one("alias", self.alias)
            .one("ttl", self.ttl.text())
            .one("ttl_from", from)
            .one("tenant", self.tenant.text())
            .one("user", self.user.text())
            .several("depends_on", &self.dependencies)
            .several("options", self.options())
            .several("allow", self.allow)
            .one("key", self.key.as_str())
    }

    /// What its attribute says beyond what has a fact of its own, as it is written there.
    fn options(&self) -> Vec<String> {
        let flags = [
            ("pure", Rules::PURE),
            ("local", Rules::LOCAL),
            ("allow_stale", Rules::ALLOW_STALE),
            ("expires_in", Rules::EXPIRES_IN),
            ("when", Rules::WHEN),
            ("store_if", Rules::STORE_IF),
            ("key", Rules::KEY),
            ("cache", Rules::CACHE),
        ];
        let flags = flags.iter().filter(|(_, flag)| self.rules.says(*flag));
        let mut options: Vec<_> = flags.map(|(name, _)| (*name).to_owned()).collect();
        options.extend(self.each.map(|each| format!("each = {each}")));
        options.extend((self.version > 0).then(|| format!("version = {}", self.version)));
        options.extend(self.rules.none_ttl.map(|ttl| match ttl.is_zero() {
            true => "none_ttl = off".to_owned(),
            false => format!("none_ttl = {}", ttl.text()),
        }));
        let durations = [
            ("err_ttl", self.rules.err_ttl),
            ("stale_if_error", self.rules.stale_if_error),
            ("stale_while_revalidate", self.rules.stale_while_revalidate),
            ("load_timeout", self.rules.load_timeout),
        ];
        let durations = durations.into_iter().filter_map(|(name, duration)| Some((name, duration?)));
        options.extend(durations.map(|(name, duration)| format!("{name} = {}", duration.text())));
        options.extend(self.rules.early.map(|beta| format!("early = {}", f64::from(beta) / 1000.0)));
        options.extend(self.rules.verify_rate.map(|rate| format!("verify_rate = {}", f64::from(rate) / 1e6)));
        options
    }
}

impl WriterInfo {
    fn item(&self) -> Item {
        let on = match self.on {
            AfterErrors::Always => "always",
            AfterErrors::Never => "ok",
            AfterErrors::Sometimes => "some errors",
        };
        Item::new(self.name, Some(self.location))
            .one("instance", self.instance.unwrap_or_default())
            .several("changes", &self.changes)
            .one("tenant", self.tenant.text())
            .several("allow", self.allow)
            .one("on", on)
    }
}

impl ModelInfo {
    fn item(&self) -> Item {
        let tenant = self.per_tenant.as_ref().map(|levels| match levels.is_empty() {
            true => "unknown".to_owned(),
            false => levels.join("/"),
        });
        let id = match self.id {
            None => "unknown",
            Some("") => "none",
            Some(id) => id,
        };
        Item::new(self.name, self.location)
            .one("per_tenant", tenant.unwrap_or_default())
            .several("allow", self.allow)
            .one("id", id)
    }
}

impl AliasInfo {
    fn item(&self) -> Item {
        let scope = [("tenant", self.per_tenant), ("user", self.per_user)];
        let scope = scope.iter().filter(|(_, is_asked)| *is_asked).map(|(name, _)| *name);
        let setting = |setting: &Setting| setting.toml(&self.settings);
        Item::new(self.name, self.location)
            .several("scope", scope)
            .several("allow", self.allow)
            .several("settings", Settings::ALL.iter().filter_map(setting))
    }
}

impl TenantInfo {
    fn item(&self) -> Item {
        Item::new(self.name, Some(self.location))
            .several("allow", self.allow)
            .one("levels", self.levels.join("/"))
    }
}

impl UserInfo {
    fn item(&self) -> Item {
        Item::new(self.name, Some(self.location)).several("allow", self.allow)
    }
}

impl Scope {
    /// Nothing for nobody's.
    pub(in crate::graph) fn text(&self) -> String {
        match self {
            Scope::Global => String::new(),
            Scope::Argument { name, levels } if levels.is_empty() => format!("argument {name}"),
            Scope::Argument { levels, .. } => levels.join("/"),
            Scope::Ambient => "ambient".to_owned(),
            Scope::Expression(text) => format!("= {text}"),
            Scope::Several => "several".to_owned(),
            Scope::Unknown => "unknown".to_owned(),
        }
    }
}

impl std::fmt::Display for Dependency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (before, after) = match self.extent {
            Extent::Row => ("a row of ", ""),
            Extent::Rows => ("rows of ", ""),
            Extent::Late => ("rows of ", " that the result names"),
            Extent::All => ("all rows of ", ""),
            Extent::Across => ("all rows of ", " in all tenants"),
        };
        let parameter = if self.is_parameter { "type parameter " } else { "" };
        write!(f, "{before}{parameter}{}{after}", self.model)
    }
}
