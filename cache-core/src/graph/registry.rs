//! What was declared, collected by the linker.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use crate::declare::{Alias, DefaultAlias, Function, Location, Named, Settings, Writer};
use crate::error::Error;
use crate::key::PLAIN;

/// What attributes and derives submit.
#[doc(hidden)]
#[derive(Debug)]
pub enum Declared {
    Function(&'static Function),
    Writer(&'static Writer),
    Named(Named),
    Alias(Named, Settings),
    /// A type that can be part of a key, by its name.
    Type(Named),
    /// The functions of an instance of a generic function or block.
    Instance(fn() -> Vec<Function>),
}

inventory::collect!(Declared);

/// The cached functions of this program, each once, by name.
///
/// A crate that nothing refers to is not linked and declares nothing: `use that_crate as _;` where the whole matters.
pub fn functions() -> impl Iterator<Item = &'static Function> {
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

/// The functions of instances that were registered with [`register!`](crate::register), by name and instance.
pub fn instances() -> impl Iterator<Item = Function> {
    let mut instances: Vec<_> = inventory::iter::<Declared>()
        .filter_map(|declared| match declared {
            Declared::Instance(functions) => Some(functions()),
            _ => None,
        })
        .flatten()
        .collect();
    instances.sort_by_key(|function| (function.name, function.location, function.instance));
    instances.dedup_by_key(|function| (function.name, function.location, function.instance));
    instances.into_iter()
}

/// Whether a function of the program has this name.
pub(crate) fn has_function(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        let functions = functions().map(|function| function.name);
        functions.chain(instances().map(|function| function.name)).collect()
    });
    NAMES.contains(name)
}

/// The writers of this program.
pub fn writers() -> impl Iterator<Item = &'static Writer> {
    inventory::iter::<Declared>().filter_map(|declared| match declared {
        Declared::Writer(writer) => Some(*writer),
        _ => None,
    })
}

/// The aliases, models, tenants and users of this program.
pub fn names() -> impl Iterator<Item = &'static Named> {
    inventory::iter::<Declared>().filter_map(|declared| match declared {
        Declared::Named(named) | Declared::Alias(named, _) => Some(named),
        _ => None,
    })
}

inventory::submit! {
    Declared::Alias(
        Named::new(
            "alias",
            DefaultAlias::NAME,
            Location { file: file!(), line: line!(), column: column!(), item: 0 },
        ),
        DefaultAlias::SETTINGS,
    )
}

/// The aliases of this program and what their attributes say.
pub(crate) fn aliases() -> BTreeMap<&'static str, Settings> {
    let declared = inventory::iter::<Declared>().filter_map(|declared| match declared {
        Declared::Alias(named, settings) => Some((named.name, *settings)),
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
    functions.chain(names().map(|named| ((named.kind, named.name), named.location)))
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
    let models = function.dependencies.iter().map(|dependency| ("model", dependency.model));
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
            Declared::Named(named) if named.kind == "model" => {
                locations.entry(named.name).or_default().insert(named.location)
            }
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
