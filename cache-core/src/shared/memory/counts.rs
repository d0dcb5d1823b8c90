//! What was asked of a tier.

use std::ops::Sub;

use super::fault::Request;

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What was asked of a tier through a connection, and what its listeners were told. The difference of two is what
        /// happened between them.
        #[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
        #[non_exhaustive]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Sub for Counts {
            type Output = Counts;

            fn sub(self, earlier: Counts) -> Counts {
                Counts { $($name: self.$name - earlier.$name,)* }
            }
        }
    };
}

counts! {
    /// Round trips: operations of all kinds, whatever came of them.
    requests,
    /// Operations: [`read`](crate::shared::SharedTier::read).
    reads,
    /// Operations: [`init`](crate::shared::SharedTier::init).
    inits,
    /// Operations: [`renew`](crate::shared::SharedTier::renew).
    renews,
    /// Operations: [`bump`](crate::shared::SharedTier::bump).
    bumps,
    /// Operations: [`store`](crate::shared::SharedTier::store).
    stores,
    /// Operations: [`remove`](crate::shared::SharedTier::remove).
    removes,
    /// Operations: [`find`](crate::shared::SharedTier::find).
    finds,
    /// Operations: [`lease`](crate::shared::SharedTier::lease).
    leases,
    /// Operations: [`keep`](crate::shared::SharedTier::keep).
    keeps,
    /// Operations: [`release`](crate::shared::SharedTier::release).
    releases,
    /// Entries that were asked for.
    entries_read,
    /// Epochs that were asked for, by reads.
    epochs_read,
    /// Epochs that were to be initialised.
    epochs_initialised,
    /// Tags that were to be bumped.
    tags_bumped,
    /// [Probes](crate::shared::Listening::probe), each of all servers.
    probes,
    /// Announcements that listeners were told: one for each tag, and for each `All`.
    announcements,
    /// Proofs of life that listeners were told, one for each server.
    proofs,
}

impl Counts {
    pub(super) fn request(&mut self, request: Request, entries: u64, tags: u64) {
        self.requests += 1;
        let of_its_kind = match request {
            Request::Read => &mut self.reads,
            Request::Init => &mut self.inits,
            Request::Renew => &mut self.renews,
            Request::Bump => &mut self.bumps,
            Request::Store => &mut self.stores,
            Request::Remove => &mut self.removes,
            Request::Find => &mut self.finds,
            Request::Lease => &mut self.leases,
            Request::Keep => &mut self.keeps,
            Request::Release => &mut self.releases,
        };
        *of_its_kind += 1;
        match request {
            Request::Read => {
                self.entries_read += entries;
                self.epochs_read += tags;
            }
            Request::Init => self.epochs_initialised += tags,
            Request::Bump => self.tags_bumped += tags,
            _ => {}
        }
    }
}
