//! All that generated code may touch. Not for use by hand: it changes without notice.

mod argument;
mod probe;
mod result;
mod row;
mod run;
mod scope;
mod visible;

pub use inventory;

pub use self::argument::{AnyArgument, Argument};
pub use self::probe::{Fallback, OfWrapper, Probe};
pub use self::result::{Errors, Fallible, Optional, Storable, StorableError, Storage};
pub use self::row::Row;
pub use self::run::{Mode, run, run_sync};
pub use self::scope::{
    Ambient, Both, In, InUser, NoArgument, NoScope, NotAScope, OneTenant, OneUser, is_scope, pick,
    resolve_tenant, resolve_user, tenant, user,
};
pub use self::visible::{
    Level, VisibleIn, assert_tenant, bump, bump_across, bump_later, bump_row, depend, depend_across,
    depend_row,
};
pub use crate::cache::Site;
pub use crate::declare::{Dependency, Extent, Function, Location, Named, Rules, Writer};
pub use crate::graph::Declared;
pub use crate::key::ids::{FourParts, IdOf, ThreeParts, TwoParts};
pub use crate::path::call::{Call, CallScope, Dependencies};
pub use crate::path::entry::{entry, invalidate_all, sync_entry};
pub use crate::path::shape::{ByTrait, Kind, Plain, Shape, Within};
pub use crate::path::write::{Bumps, On, write, write_sync};
