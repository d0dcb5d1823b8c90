//! What was declared, collected by the linker.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use crate::declare::{Alias, AliasFacts, DefaultAlias, Function, Levels, Location, Named, Settings, Writer};
use crate::error::Error;
use crate::key::PLAIN;

/// What attributes and derives submit.
#[doc(hidden)]
#[derive(Debug)]
pub enum Declared {
    Function(&'static Function),
    Writer(&'static Writer),
    Alias(Named, AliasFacts),
    /// A model, the levels of the tenants that its rows belong to, and its id as it was written.
    Model(Named, Option<&'static Levels>, &'static str),
    /// A tenant or a user, and what its levels are called.
    Scope(Named, Levels),
    /// A type that can be part of a key, by its name.
    Type(Named),
    /// What an instance of a generic function or block declares.
    Instance(fn() -> Instance),
}

/// The functions and writers of an instance that was registered with [`register!`](crate::register).
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct Instance {
    pub functions: Vec<Function>,
    pub writers: Vec<Writer>,
}

inventory::collect!(Declared);

/// The cached functions of this program, each once, by name.
pub(crate) fn functions() -> impl Iterator<Item = &'static Function> {
    let mut functions: Vec<_> = inventory::iter::<Declared>()
        .filter_map(|declared| match declared {
            Declared::Function(function) => Some(*function),
            _ => None,
        })
        .collect();
    // Other macros may copy a function: the same tokens in one place count once.
    functions.sort_by_key(|function| (function.name, function.location));
    functions.dedup_by_key(|function| (function.name, function.location));
    functions.into_iter()
}

/// The instances that were registered.
fn instances() -> impl Iterator<Item = Instance> {
    inventory::iter::<Declared>().filter_map(|declared| match declared {
        Declared::Instance(instance) => Some(instance()),
        _ => None,
    })
}

/// Their functions, by name and instance.
pub(crate) fn functions_of_instances() -> impl Iterator<Item = Function> {
    let mut functions: Vec<_> = instances().flat_map(|instance| instance.functions).collect();
    functions.sort_by_key(|function| (function.name, function.location, function.instance));
    functions.dedup_by_key(|function| (function.name, function.location, function.instance));
    functions.into_iter()
}

/// Whether a function of the program has this name.
pub(crate) fn has_function(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        let functions = functions().map(|function| function.name);
        functions.chain(functions_of_instances().map(|function| function.name)).collect()
    });
    NAMES.contains(name)
}

/// The writers of this program and of its instances, each once, by name.
pub(crate) fn writers() -> impl Iterator<Item = Writer> {
    let mut writers: Vec<_> = inventory::iter::<Declared>()
        .filter_map(|declared| match declared {
            Declared::Writer(writer) => Some(**writer),
            _ => None,
        })
        .chain(instances().flat_map(|instance| instance.writers))
        .collect();
    writers.sort_by_key(|writer| (writer.name, writer.instance, writer.location));
    writers.dedup_by_key(|writer| (writer.name, writer.instance, writer.location));
    writers.into_iter()
}

/// The aliases, models, tenants and users of this program, each once, by name.
pub(crate) fn names() -> impl Iterator<Item = (&'static Named, &'static Declared)> {
    let mut names: Vec<_> = inventory::iter::<Declared>()
        .filter_map(|declared| match declared {
            Declared::Alias(named, _) | Declared::Model(named, ..) | Declared::Scope(named, _) => {
                Some((named, declared))
            }
            _ => None,
        })
        .collect();
    names.sort_by_key(|(named, _)| (named.kind, named.name, named.location));
    names.dedup_by_key(|(named, _)| (named.kind, named.name, named.location));
    names.into_iter()
}

/// Where the default alias is declared.
pub(super) const DEFAULT_ALIAS: Location = Location::here(0);

inventory::submit! {
    Declared::Alias(Named::new("alias", DefaultAlias::NAME, DEFAULT_ALIAS), DefaultAlias::FACTS)
}

/// The aliases of this program and what their attributes say.
pub(crate) fn aliases() -> BTreeMap<&'static str, Settings> {
    let declared = inventory::iter::<Declared>().filter_map(|declared| match declared {
        Declared::Alias(named, facts) => Some((named.name, facts.settings)),
        // An alias may be a trait's implementation by hand.
        Declared::Function(function) => Some((function.alias, function.settings)),
        _ => None,
    });
    declared.collect()
}

/// What it is that has a name, and the name.
type Name = (&'static str, &'static str);

/// All that has one, and where it is declared.
fn named() -> impl Iterator<Item = (Name, Location)> {
    let functions = functions().map(|function| (("function", function.name), function.location));
    functions.chain(names().map(|(named, _)| ((named.kind, named.name), named.location)))
}

/// Names that stand for two things of a kind, with two of the places.
static AMBIGUOUS: LazyLock<BTreeMap<Name, (Location, Location)>> = LazyLock::new(|| {
    let (mut seen, mut ambiguous) = (BTreeMap::new(), BTreeMap::new());
    for (name, location) in named() {
        let first = *seen.entry(name).or_insert(location);
        if first != location {
            ambiguous.insert(name, (first.min(location), first.max(location)));
        }
    }
    ambiguous
});

/// Whether the name of a function, of its alias or of a model that it depends on stands for two: then it is not cached
/// (I7).
pub(crate) fn is_ambiguous(function: &Function) -> bool {
    let models = function.dependencies.iter().filter(|dependency| !dependency.is_parameter);
    let models = models.map(|dependency| ("model", dependency.model));
    [("function", function.name), ("alias", function.alias)]
        .into_iter()
        .chain(models)
        .any(|name| AMBIGUOUS.contains_key(&name))
}

/// Whether the name of a tenant or user stands for two: then nothing that has such a scope is cached (I7).
pub(crate) fn scopes_are_ambiguous() -> bool {
    static SCOPES: LazyLock<bool> =
        LazyLock::new(|| AMBIGUOUS.keys().any(|(kind, _)| matches!(*kind, "tenant" | "user")));
    *SCOPES
}

/// Type names that stand for two types.
static AMBIGUOUS_TYPES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let mut locations = BTreeMap::<_, HashSet<Location>>::new();
    for declared in inventory::iter::<Declared>() {
        match declared {
            Declared::Type(named) => locations.entry(named.name).or_default().insert(named.location),
            // A model is a type of its own name.
            Declared::Model(named, ..) => locations.entry(named.name).or_default().insert(named.location),
            _ => continue,
        };
    }
    let ambiguous = |name: &str, at: &HashSet<Location>| at.len() > 1 || PLAIN.contains(&name);
    locations.into_iter().filter(|(name, at)| ambiguous(name, at)).map(|(name, _)| name).collect()
});

/// Whether two types have this name: then no call with one of them as a type parameter is cached (I7). Not refused at
/// start: two functions may each have a type of one name inside of them, and never use it so.
pub(crate) fn is_ambiguous_type(name: &str) -> bool {
    !AMBIGUOUS_TYPES.is_empty() && AMBIGUOUS_TYPES.contains(name)
}

/// Whether every name stands for one thing.
pub(crate) fn check() -> Result<(), Error> {
    match AMBIGUOUS.first_key_value() {
        None => Ok(()),
        Some((&(kind, name), &(first, second))) => Err(Error::DuplicateName { kind, name, first, second }),
    }
}
