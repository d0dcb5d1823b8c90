//! All that generated code may touch. Not for use by hand: it changes without notice.

mod argument;
mod instance;
mod many;
mod probe;
mod result;
mod row;
mod scope;
mod visible;

pub use inventory;

/// What answers where no inherent method of a probe does: all of it, by one `use`.
pub mod probes {
    pub use super::argument::AnyArgument as _;
    pub use super::probe::{AnyReturned as _, Fallback as _, OfWrapper as _};
    pub use super::scope::AnyLevel as _;
}

pub use self::argument::{
    Accounted, Argument, EitherCacheKeyOrNoKey, InKey, Kept, LeftOut, NoFault, NotInKey, accounted, of,
};
pub use self::instance::{
    Declarations, Generic, Instance, Instances, NoInstance, NoParameters, instance_of_block,
    instance_of_function, type_name,
};
pub use self::many::{Again, Many, again, run_many, run_many_sync};
pub use self::probe::{Probe, Returned};
pub use self::result::{Errors, Fallible, Optional, Storable, StorableError, Storage};
pub use self::row::{Rows, ToldOfRows, row, row2, row3, row4};
pub use self::scope::{
    Ambient, Both, In, InUser, NoArgument, NoScope, NotAScope, OneTenant, OneUser, TenantLevel, is_scope,
    pick, resolve_tenant, resolve_user, tenant, user,
};
pub use self::visible::{
    Level, VisibleIn, assert_tenant, bump, bump_across, bump_later, depend, depend_across, depend_late,
    depend_rows, visible,
};
pub use crate::cache::Site;
pub use crate::declare::{
    AfterErrors, AliasFacts, Asked, Dependency, Extent, Function, Levels, Location, ModelFacts, Named, Rules,
    Writer,
};
pub use crate::graph::{Declared, check_graph};
pub use crate::key::NameOf;
pub use crate::key::ids::{FourParts, IdOf, ThreeParts, TwoParts};
pub use crate::path::ask::{How, ask, ask_sync};
pub use crate::path::call::{Call, CallScope, Dependencies};
pub use crate::path::entry::{InvalidateAll, entry, invalidate_all, invalidate_all_sync, sync_entry};
pub use crate::path::late::Found;
pub use crate::path::run::{Bare, Prepare, nothing, returned, run, run_behind, run_sync};
pub use crate::path::shape::{ByTrait, Kind, Plain, Shape, Within};
pub use crate::path::write::{Bumps, On, Written, write, write_sync};
