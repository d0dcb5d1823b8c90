//! The graph, out of what was declared.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::data::{
    AliasInfo, FunctionInfo, Graph, ModelInfo, Scope, TenantInfo, TtlFrom, UserInfo, WriterInfo,
};
use super::registry::{self, Declared};
use crate::declare::{self, Asked, Rules};
use crate::key::text;

/// What was declared, as a whole.
///
/// A crate that nothing refers to is not linked and declares nothing: `use that_crate as _;` where the whole matters.
///
/// ```
/// # mod app {
/// #     use cache_core::{Model, cached};
/// #     #[derive(Model)]
/// #     #[model(name = "shop.product", id = u64)]
/// #     pub struct Product;
/// #     #[cached(ttl = "15m", invalidate_on = [Product(id)])]
/// #     pub fn price(id: u64) -> u64 { id }
/// # }
/// # fn main() {
/// let graph = cache_core::graph();
/// for function in &graph.functions {
///     println!("{} at {}: {}", function.name, function.location, function.key);
/// }
/// # assert!(graph.functions.iter().any(|function| function.name.ends_with("price")));
/// # }
/// ```
pub fn graph() -> Graph {
    let functions = registry::functions().copied().chain(registry::functions_of_instances());
    let mut functions: Vec<_> = functions.collect();
    functions.sort_by_key(|function| (function.name, function.instance, function.location));
    let writers: Vec<_> = registry::writers().collect();

    let mut graph = Graph::default();
    for (named, declared) in registry::names() {
        let (name, location, allow) = (named.name, named.location, named.allow);
        match declared {
            Declared::Alias(_, facts) => graph.aliases.push(AliasInfo {
                name,
                location: (location != registry::DEFAULT_ALIAS).then_some(location),
                per_tenant: facts.per_tenant,
                per_user: facts.per_user,
                settings: facts.settings,
                allow,
            }),
            Declared::Model(_, tenant, id) => graph.models.push(ModelInfo {
                name,
                location: Some(location),
                per_tenant: tenant.map(|levels| levels.names()),
                id: Some(id),
                allow,
            }),
            Declared::Scope(_, levels) if named.kind == "tenant" => {
                graph.tenants.push(TenantInfo { name, levels: levels.names(), location, allow });
            }
            Declared::Scope(..) => graph.users.push(UserInfo { name, location, allow }),
            _ => {}
        }
    }
    graph.aliases_by_hand(&functions);
    graph.models_by_hand(functions.iter().flat_map(|function| function.dependencies));
    graph.models_by_hand(writers.iter().flat_map(|writer| writer.changes));
    graph.functions = functions.iter().map(FunctionInfo::new).collect();
    graph.writers = writers.iter().map(WriterInfo::new).collect();
    graph
}

impl Graph {
    /// An alias whose trait is implemented by hand is known by its use.
    fn aliases_by_hand(&mut self, functions: &[declare::Function]) {
        let mut found = BTreeMap::new();
        for function in functions {
            if !self.aliases.iter().any(|alias| alias.name == function.alias) {
                found.insert(function.alias, function);
            }
        }
        self.aliases.extend(found.into_values().map(|function| AliasInfo {
            name: function.alias,
            location: None,
            per_tenant: function.alias_asks[0],
            per_user: function.alias_asks[1],
            settings: function.settings,
            allow: &[],
        }));
        self.aliases.sort_by_key(|alias| alias.name);
    }

    /// So is a model.
    fn models_by_hand<'a>(&mut self, named: impl Iterator<Item = &'a declare::Dependency>) {
        let mut found = BTreeMap::new();
        for dependency in named.filter(|dependency| !dependency.is_parameter) {
            if !self.models.iter().any(|model| model.name == dependency.model) {
                found.insert(dependency.model, dependency);
            }
        }
        self.models.extend(found.into_values().map(|dependency| ModelInfo {
            name: dependency.model,
            location: None,
            per_tenant: dependency.per_tenant.then(Vec::new),
            id: None,
            allow: &[],
        }));
        self.models.sort_by_key(|model| model.name);
    }
}

impl FunctionInfo {
    fn new(function: &declare::Function) -> Self {
        let (tenant, user) = (Scope::new(function.tenant), Scope::new(function.user));
        let settings = &function.settings;
        let (ttl, ttl_from) = match function.rules.ttl {
            _ if function.rules.says(Rules::EXPIRES_IN) => (settings.max_ttl, TtlFrom::ExpiresIn),
            Some(ttl) if ttl <= settings.max_ttl => (ttl, TtlFrom::Attribute),
            None if settings.ttl <= settings.max_ttl => (settings.ttl, TtlFrom::OfAlias),
            _ => (settings.max_ttl, TtlFrom::MaxTtl),
        };
        FunctionInfo {
            name: function.name,
            instance: Some(function.instance).filter(|instance| !instance.is_empty()),
            location: function.location,
            signature: function.signature,
            alias: function.alias,
            ttl,
            ttl_from,
            key: key(function, &tenant, &user),
            tenant,
            user,
            dependencies: in_order(function.dependencies),
            rules: function.rules,
            version: function.version,
            each: Some(function.each).filter(|each| !each.is_empty()),
            allow: function.allow,
        }
    }
}

impl WriterInfo {
    fn new(writer: &declare::Writer) -> Self {
        WriterInfo {
            name: writer.name,
            instance: Some(writer.instance).filter(|instance| !instance.is_empty()),
            location: writer.location,
            changes: in_order(writer.changes),
            tenant: Scope::new(writer.tenant),
            on: writer.on,
            allow: writer.allow,
        }
    }
}

impl Scope {
    fn new(asked: Asked) -> Self {
        let candidates = match asked {
            Asked::Nothing | Asked::ByAlias(_) => return Scope::Global,
            Asked::Ambient => return Scope::Ambient,
            Asked::Expression(text) => return Scope::Expression(text),
            Asked::ByType(candidates) => candidates,
        };
        let mut found =
            candidates.arguments.iter().filter_map(|(name, levels)| levels.map(|levels| (*name, levels)));
        match (found.next(), found.next()) {
            (Some((name, levels)), None) => Scope::Argument { name, levels: levels.names() },
            (Some(_), Some(_)) => Scope::Several,
            (None, _) if candidates.open => Scope::Unknown,
            (None, _) => Scope::Global,
        }
    }

    /// Whether this argument is it.
    fn is(&self, argument: &str) -> bool {
        matches!(self, Scope::Argument { name, .. } if *name == argument)
    }

    /// As a part of a key; `what` it is where its levels are not known.
    fn write(&self, key: &mut String, what: &str) {
        match self {
            Scope::Global => {}
            Scope::Argument { levels, .. } if !levels.is_empty() => {
                let mut before = ':';
                for level in levels {
                    key.push(std::mem::replace(&mut before, '/'));
                    part(key, level, "");
                }
            }
            _ => {
                let _ = write!(key, ":{{{what}}}");
            }
        }
    }
}

/// Each once: what the author put in another order says the same.
fn in_order(dependencies: &[declare::Dependency]) -> Vec<declare::Dependency> {
    let mut dependencies = dependencies.to_vec();
    dependencies.sort_by_key(|dependency| (dependency.model, dependency.extent));
    dependencies.dedup();
    dependencies
}

/// Its keys, with placeholders: as [`text`] renders them.
fn key(function: &declare::Function, tenant: &Scope, user: &Scope) -> String {
    let mut key = format!("{{namespace}}:{}", function.alias);
    tenant.write(&mut key, "tenant");
    user.write(&mut key, "user");
    let _ = write!(key, ":{}", function.name);
    if function.version > 0 {
        let _ = write!(key, "@v{}", function.version);
    }
    let is_replaced = function.rules.says(Rules::KEY);
    for (position, name) in function.arguments.iter().enumerate() {
        let has =
            |bits: u64| u32::try_from(position).is_ok_and(|at| bits.checked_shr(at).unwrap_or(0) & 1 == 1);
        let is_scope = !is_replaced && (tenant.is(name) || user.is(name));
        if is_scope || has(function.left_out) {
            continue;
        }
        key.push(':');
        part(&mut key, name, if has(function.open) { "?" } else { "" });
    }
    key
}

/// `id={id}`.
fn part(key: &mut String, name: &str, doubt: &str) {
    text::encode(key, name.as_bytes());
    let _ = write!(key, "={{{name}{doubt}}}");
}
