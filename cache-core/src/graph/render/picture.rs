//! What is drawn: writers, models, functions in their aliases, and what leads from one to the next.

use super::super::data::{AliasInfo, FunctionInfo, Graph};
use crate::declare::{Dependency, Extent, Value};

pub(super) struct Picture {
    pub(super) clusters: Vec<Cluster>,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

/// An alias, around its functions.
pub(super) struct Cluster {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) nodes: Vec<Node>,
}

pub(super) struct Node {
    pub(super) id: String,
    pub(super) kind: Kind,
    /// Lines.
    pub(super) label: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Function,
    Writer,
    Model,
}

pub(super) struct Edge {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) label: &'static str,
}

impl Graph {
    pub(super) fn picture(&self) -> Picture {
        let functions = self.functions.iter().enumerate();
        let cluster = |(at, alias): (usize, &AliasInfo)| Cluster {
            id: format!("a{at}"),
            label: format!(
                "{}, {}",
                alias.name,
                alias.settings.default_ttl().min(alias.settings.max_ttl).text()
            ),
            nodes: functions
                .clone()
                .filter(|(_, function)| function.alias == alias.name)
                .map(|(at, function)| Node::of_function(at, function))
                .collect(),
        };
        let mut clusters: Vec<_> = self.aliases.iter().enumerate().map(cluster).collect();
        clusters.retain(|cluster| !cluster.nodes.is_empty());

        let writers = self.writers.iter().enumerate().map(|(at, writer)| Node {
            id: format!("w{at}"),
            kind: Kind::Writer,
            label: label(writer.name, writer.instance),
        });
        let models = self.models.iter().enumerate().map(|(at, model)| Node {
            id: format!("m{at}"),
            kind: Kind::Model,
            label: match &model.per_tenant {
                None => vec![model.name.to_owned()],
                Some(levels) if levels.is_empty() => vec![model.name.to_owned(), "per tenant".to_owned()],
                Some(levels) => vec![model.name.to_owned(), format!("per {}", levels.join("/"))],
            },
        });

        let model = |dependency: &Dependency| {
            let at = self.models.iter().position(|model| model.name == dependency.model);
            at.filter(|_| !dependency.is_parameter).map(|at| format!("m{at}"))
        };
        let changes = self.writers.iter().enumerate().flat_map(|(at, writer)| {
            let of = writer.changes.iter().filter_map(|change| Some((model(change)?, change)));
            of.map(move |(model, change)| Edge {
                from: format!("w{at}"),
                to: model,
                label: extent(change.extent),
            })
        });
        let reads = functions.clone().flat_map(|(at, function)| {
            let of = function.dependencies.iter().filter_map(|read| Some((model(read)?, read)));
            of.map(move |(model, read)| Edge {
                from: model,
                to: format!("f{at}"),
                label: extent(read.extent),
            })
        });
        Picture { clusters, nodes: writers.chain(models).collect(), edges: changes.chain(reads).collect() }
    }
}

impl Node {
    fn of_function(at: usize, function: &FunctionInfo) -> Self {
        Node { id: format!("f{at}"), kind: Kind::Function, label: label(function.name, function.instance) }
    }
}

fn label(name: &str, instance: Option<&str>) -> Vec<String> {
    [name].into_iter().chain(instance).map(str::to_owned).collect()
}

fn extent(extent: Extent) -> &'static str {
    match extent {
        Extent::Row => "a row",
        Extent::Rows => "rows",
        Extent::Late => "rows of the result",
        Extent::All => "all rows",
        Extent::Across => "all tenants",
    }
}
