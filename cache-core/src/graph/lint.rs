//! Lints: what is probably wrong with what was declared, as a whole. Each is a function of its own.

use std::fmt;

use super::data::{AliasInfo, Dependency, Extent, FunctionInfo, Graph, Location, Scope, WriterInfo};
use crate::declare::{Alias as _, DefaultAlias, Rules, Settings, Ttl, Value};

/// Something to look for.
#[derive(Clone, Copy)]
pub struct Lint {
    name: &'static str,
    explanation: &'static str,
    check: fn(&Graph, &mut Report<'_>),
}

/// Something that a lint has found.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the lint.
    pub lint: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where, if it is somewhere.
    pub location: Option<Location>,
    /// What to do.
    pub help: String,
}

/// Takes what a lint finds.
struct Report<'a> {
    lint: &'static str,
    findings: &'a mut Vec<Finding>,
}

/// A lint is the function of its name, and its documentation is its explanation.
macro_rules! lints {
    ($($(#[doc = $doc:literal])+ $name:ident;)*) => {
        static LINTS: &[Lint] = &[$(Lint {
            name: stringify!($name),
            explanation: concat!($($doc, "\n"),+),
            check: $name,
        },)*];
    };
}

// A new one is named in `cache-macros/src/allow.rs` too.
lints! {
    /// A function depends on a model, and no writer that is linked into the program changes it: what is stored stays until
    /// it runs out of time.
    ///
    /// A model that is invalidated by hand, or by the database, says `allow(dependency_never_invalidated)`. A generic writer
    /// of which no instance is registered may change any model: where there is one, nothing is said.
    dependency_never_invalidated;
    /// A writer changes a model, and no function that is linked into the program depends on it: an `invalidate_on` that was
    /// forgotten, or an invalidation that outlived its readers.
    ///
    /// A model that is read with `depends_on` alone, or by entries made by hand, says `allow(invalidation_of_nothing)`. A
    /// generic function of which no instance is registered may depend on any model: where there is one, nothing is said.
    invalidation_of_nothing;
    /// A writer has no tenant, or none of the right level, and changes rows that belong to tenants: it invalidates the model
    /// in all of them, with a warning each time.
    writer_without_tenant;
    /// Two functions, aliases, models, tenants or users have one name: a cache with such a program is refused at its start,
    /// and what bears or refers to the name isn't cached.
    duplicate_name;
    /// A time to live is longer than its alias's `max_ttl`, which caps it: what the attribute says isn't what happens.
    ttl_over_max;
    /// No function that is linked into the program is in the alias.
    ///
    /// One of entries that are made by hand alone says `allow(unused_alias)`.
    unused_alias;
    /// No cached function and no writer is linked into the program: a crate that nothing refers to isn't.
    empty_registry;
}

impl Lint {
    /// All that there are.
    pub fn all() -> impl Iterator<Item = &'static Lint> {
        LINTS.iter()
    }

    /// What `allow(..)` calls it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it looks for, why that is probably wrong, and when it isn't.
    pub fn explain(&self) -> String {
        self.explanation.lines().map(|line| format!("{}\n", line.trim())).collect()
    }
}

impl Graph {
    /// What is probably wrong, in the order of the source.
    ///
    /// ```
    /// for finding in cache_core::graph().lint() {
    ///     eprintln!("{finding}");
    /// }
    /// ```
    #[must_use]
    pub fn lint(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for Lint { name, check, .. } in LINTS {
            check(self, &mut Report { lint: name, findings: &mut findings });
        }
        findings.sort_by_key(|finding| finding.location);
        findings
    }
}

impl Report<'_> {
    /// Unless it is allowed where it is, or where what it is about is declared.
    fn add(&mut self, location: Option<Location>, allow: &[&[&str]], message: String, help: &str) {
        if !allow.iter().any(|allow| allow.contains(&self.lint)) {
            let (lint, help) = (self.lint, help.to_owned());
            self.findings.push(Finding { lint, message, location, help });
        }
    }
}

fn dependency_never_invalidated(graph: &Graph, report: &mut Report<'_>) {
    let may_change = |model: &str| {
        graph.writers.iter().any(|writer| {
            writer.changes.iter().any(|change| change.is_of(model) || graph.is_open(writer, change))
        })
    };
    for function in &graph.functions {
        for model in models(graph.own(function)) {
            if !may_change(model) {
                report.add(
                    Some(function.location),
                    &[function.allow, graph.allow_of(model)],
                    format!("{} depends on `{model}`, which no writer changes", function.called()),
                    "put `#[invalidates(..)]` on what writes it; a crate of writers that nothing refers to is linked by \
                     `use that_crate as _;`; of a model that is invalidated by hand or by the database say \
                     `#[model(.., allow(dependency_never_invalidated))]`",
                );
            }
        }
    }
}

fn invalidation_of_nothing(graph: &Graph, report: &mut Report<'_>) {
    let may_depend = |model: &str| {
        graph.functions.iter().any(|function| {
            function.dependencies.iter().any(|read| read.is_of(model) || graph.is_open(function, read))
        })
    };
    for writer in &graph.writers {
        for model in models(graph.own(writer)) {
            if !may_depend(model) {
                report.add(
                    Some(writer.location),
                    &[writer.allow, graph.allow_of(model)],
                    format!("{} invalidates `{model}`, which no cached function depends on", writer.called()),
                    "name it in the `invalidate_on` of what reads it, or take it out here; a crate of functions that nothing \
                     refers to is linked by `use that_crate as _;`; of a model that is read with `depends_on` alone say \
                     `#[model(.., allow(invalidation_of_nothing))]`",
                );
            }
        }
    }
}

fn writer_without_tenant(graph: &Graph, report: &mut Report<'_>) {
    for writer in &graph.writers {
        let changes = graph.own(writer).filter(|change| change.extent != Extent::Across);
        for name in models(changes) {
            let model = graph.models.iter().find(|model| model.name == name);
            let Some(levels) = model.and_then(|model| model.per_tenant.as_deref()) else { continue };
            if !writer.lacks(levels) {
                continue;
            }
            let whose = if levels.is_empty() {
                "tenants".to_owned()
            } else {
                format!("tenants (`{}`)", levels.join("/"))
            };
            let fault = match &writer.tenant {
                Scope::Several => "has two arguments that could be its tenant".to_owned(),
                Scope::Argument { levels, .. } => {
                    format!("has a tenant of another level (`{}`)", levels.join("/"))
                }
                _ => "has no tenant".to_owned(),
            };
            report.add(
                Some(writer.location),
                &[writer.allow, graph.allow_of(name)],
                format!(
                    "{} {fault}, and rows of `{name}` belong to {whose}: it invalidates them in all tenants",
                    writer.called()
                ),
                "take the tenant as an argument, or say whose rows they are: `per_tenant = ..`; if those of all tenants are \
                 written, say `across(..)`",
            );
        }
    }
}

fn duplicate_name(graph: &Graph, report: &mut Report<'_>) {
    type Place = (Option<Location>, &'static [&'static str]);
    let mut check = |kind: &str, named: Vec<(&'static str, Place)>| {
        for (position, (name, (location, allow))) in named.iter().enumerate() {
            let first = named[..position].iter().find(|(other, (at, _))| other == name && at != location);
            let Some((_, (first, other))) = first else { continue };
            let places = match (first, location) {
                (Some(first), Some(here)) if first.to_string() == here.to_string() => {
                    "a macro makes both here".to_owned()
                }
                (Some(first), Some(_)) => format!("here and at {first}"),
                _ => "here, and one that is there by itself".to_owned(),
            };
            report.add(
                location.or(*first),
                &[allow, other],
                format!("two {kind} are named `{name}`: {places}"),
                "give one of them another name (`name = \"..\"`)",
            );
        }
    };
    let functions = graph.functions.iter().filter(|function| function.instance.is_none());
    check(
        "functions",
        functions.map(|function| (function.name, (Some(function.location), function.allow))).collect(),
    );
    check("models", graph.models.iter().map(|model| (model.name, (model.location, model.allow))).collect());
    check("aliases", graph.aliases.iter().map(|alias| (alias.name, (alias.location, alias.allow))).collect());
    check(
        "tenants",
        graph.tenants.iter().map(|tenant| (tenant.name, (Some(tenant.location), tenant.allow))).collect(),
    );
    check("users", graph.users.iter().map(|user| (user.name, (Some(user.location), user.allow))).collect());
}

fn ttl_over_max(graph: &Graph, report: &mut Report<'_>) {
    const HELP: &str = "shorten the one or raise the other";
    for alias in &graph.aliases {
        let Settings { ttl, max_ttl, .. } = alias.settings;
        let (name, max) = (alias.name, max_ttl.text());
        if ttl > max_ttl {
            let message =
                format!("`ttl` of alias `{name}` is `{}`, longer than its `max_ttl`: `{max}`", ttl.text());
            report.add(alias.location, &[alias.allow], message, HELP);
        }
        for function in graph.in_alias(alias).filter(|function| function.instance.is_none()) {
            let rules = &function.rules;
            let said = [
                ("ttl", rules.ttl),
                ("none_ttl", rules.none_ttl.map(Ttl::For)),
                ("err_ttl", rules.err_ttl.map(Ttl::For)),
            ];
            for (option, ttl) in said {
                let Some(ttl) = ttl.filter(|ttl| *ttl > max_ttl) else { continue };
                let allow = [function.allow, alias.allow];
                if option == "ttl" && rules.says(Rules::PURE) {
                    report.add(
                        Some(function.location),
                        &allow,
                        format!(
                            "`{}` is `pure`, but not kept for longer than `max_ttl` of its alias `{name}`: `{max}`",
                            function.name
                        ),
                        "put it into an alias without `max_ttl`",
                    );
                    continue;
                }
                report.add(
                    Some(function.location),
                    &allow,
                    format!(
                        "`{option}` of `{}` is `{}`, longer than `max_ttl` of its alias `{name}`: `{max}`",
                        function.name,
                        ttl.text()
                    ),
                    HELP,
                );
            }
        }
    }
}

fn unused_alias(graph: &Graph, report: &mut Report<'_>) {
    let is_unused =
        |alias: &&AliasInfo| alias.name != DefaultAlias::NAME && graph.in_alias(alias).next().is_none();
    for alias in graph.aliases.iter().filter(is_unused) {
        report.add(
            alias.location,
            &[alias.allow],
            format!("no cached function is in alias `{}`", alias.name),
            "remove it; a crate of functions that nothing refers to is linked by `use that_crate as _;`; of an alias whose \
             entries are made by hand say `#[alias(.., allow(unused_alias))]`",
        );
    }
}

fn empty_registry(graph: &Graph, report: &mut Report<'_>) {
    if graph.functions.is_empty() && graph.writers.is_empty() {
        report.add(
            None,
            &[],
            "no cached function and no writer is linked into this program".to_owned(),
            "a crate that nothing refers to isn't: `use app as _;`, for the crate that declares them",
        );
    }
}

/// A function or a writer: what it names, and which others are the same with other types.
pub(super) trait Named: Sized + 'static {
    fn all(graph: &Graph) -> &[Self];
    fn identity(&self) -> (&'static str, Location);
    fn instance(&self) -> Option<&'static str>;
    fn named(&self) -> &[Dependency];

    /// For messages: with the types of an instance.
    fn called(&self) -> String {
        match (self.identity().0, self.instance()) {
            (name, None) => format!("`{name}`"),
            (name, Some(instance)) => format!("`{name}` of `{instance}`"),
        }
    }
}

impl Named for FunctionInfo {
    fn all(graph: &Graph) -> &[Self] {
        &graph.functions
    }

    fn identity(&self) -> (&'static str, Location) {
        (self.name, self.location)
    }

    fn instance(&self) -> Option<&'static str> {
        self.instance
    }

    fn named(&self) -> &[Dependency] {
        &self.dependencies
    }
}

impl Named for WriterInfo {
    fn all(graph: &Graph) -> &[Self] {
        &graph.writers
    }

    fn identity(&self) -> (&'static str, Location) {
        (self.name, self.location)
    }

    fn instance(&self) -> Option<&'static str> {
        self.instance
    }

    fn named(&self) -> &[Dependency] {
        &self.changes
    }
}

impl Graph {
    /// Whether any model may be meant: a type parameter of what has no registered instance.
    pub(super) fn is_open<T: Named>(&self, of: &T, dependency: &Dependency) -> bool {
        let is_instance = |other: &T| other.instance().is_some() && other.identity() == of.identity();
        dependency.is_parameter && !T::all(self).iter().any(is_instance)
    }

    /// What it names, and its generic, if it is an instance, doesn't.
    fn own<'a, T: Named>(&'a self, of: &'a T) -> impl Iterator<Item = &'a Dependency> {
        let is_generic = |other: &&T| other.instance().is_none() && other.identity() == of.identity();
        let generic = of.instance().and_then(|_| T::all(self).iter().find(is_generic));
        let is_known = move |dependency: &Dependency| {
            generic.is_some_and(|generic| generic.named().contains(dependency))
        };
        of.named().iter().filter(move |dependency| !dependency.is_parameter && !is_known(dependency))
    }

    fn allow_of(&self, model: &str) -> &'static [&'static str] {
        self.models.iter().find(|known| known.name == model).map_or(&[], |model| model.allow)
    }
}

/// Each once.
fn models<'a>(dependencies: impl Iterator<Item = &'a Dependency>) -> Vec<&'static str> {
    let mut models: Vec<_> = dependencies.map(|dependency| dependency.model).collect();
    models.sort_unstable();
    models.dedup();
    models
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = self.location {
            write!(f, "{location}: ")?;
        }
        write!(f, "{} [{}]\n  help: {}", self.message, self.lint, self.help)
    }
}

impl fmt::Debug for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lint").field("name", &self.name).finish_non_exhaustive()
    }
}
