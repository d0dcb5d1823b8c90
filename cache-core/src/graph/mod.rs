//! What was declared, as a whole: every cached function, writer, alias and model that is linked into this program.

mod check;
mod collect;
mod data;
mod diff;
mod lint;
mod radius;
mod registry;
mod render;
#[cfg(test)]
mod tests;

#[doc(hidden)]
pub use check::check_graph;
pub use collect::graph;
pub use data::{
    AfterErrors, AliasInfo, Dependency, Extent, FunctionInfo, Graph, Location, ModelInfo, Rules, Scope,
    TenantInfo, TtlFrom, UserInfo, WriterInfo,
};
pub use lint::{Finding, Lint};
pub use radius::{BlastRadius, Reach, Reload, Writes, Written};
#[doc(hidden)]
pub use registry::{Declared, Instance};
pub(crate) use registry::{
    aliases, check, functions, has_function, is_ambiguous, is_ambiguous_type, scopes_are_ambiguous,
};
pub use render::{Format, UnknownFormat};
