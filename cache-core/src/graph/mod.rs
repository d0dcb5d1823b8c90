//! What was declared, as a whole: every cached function, writer, alias and model that is linked into this program.

mod registry;

#[doc(hidden)]
pub use registry::Declared;
pub(crate) use registry::{
    aliases, check, has_function, is_ambiguous, is_ambiguous_type, scopes_are_ambiguous,
};
pub use registry::{functions, instances, names, writers};
