//! All that generated code may touch. Not for use by hand: it changes without notice.

mod ids;
mod probe;
mod scope;

pub use inventory;

pub(crate) use self::ids::id_bytes;
pub use self::ids::{Composite, IdOf};
pub use self::probe::{
    Fallback, Keyed, LeftOut, MayScope, NotAScope, Part, Probe, TenantArgument, UserArgument, assert_error,
    local, none_if, on_error, part, shared, store_if,
};
pub use self::scope::{Ambient, Global, In, InUser, NoScope, Said, Unsaid, VisibleIn, pick, tenant, user};
pub use crate::cache::Site;
pub use crate::declare::{Dependency, Extent, Function, Location, Named, Rules, Writer};
pub use crate::graph::Declared;
pub use crate::path::call::{ByTrait, Call, CallScope, Dependencies, Kind, Plain, Shape};
pub use crate::path::entry::{entry, invalidate_all, sync_entry};
pub use crate::path::read::{body, body_sync, refresh, refresh_sync, run, run_sync};
pub use crate::path::write::{Bumps, On, write, write_sync};
