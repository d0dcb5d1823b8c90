//! `sqlx`: pools are no part of keys; what may have a transaction open isn't either, and is known as such. Connections
//! are types of their own for each database, behind its feature.

use ::sqlx::pool::PoolConnection;
use ::sqlx::{Connection, Database, Pool, Transaction};

use crate::declare::{NoKey, OpenTransaction};

impl<DB: Database> NoKey for Pool<DB> {}
impl<DB: Database> NoKey for PoolConnection<DB> {}
impl<DB: Database> NoKey for Transaction<'_, DB> {}

impl<DB: Database> OpenTransaction for Transaction<'_, DB> {
    fn is_open(&self) -> bool {
        true
    }
}

impl<DB: Database> OpenTransaction for PoolConnection<DB> {
    fn is_open(&self) -> bool {
        self.is_in_transaction()
    }
}

macro_rules! connections {
    ($($feature:literal $connection:ident)*) => {$(
        #[cfg(feature = $feature)]
        impl NoKey for ::sqlx::$connection {}

        #[cfg(feature = $feature)]
        impl OpenTransaction for ::sqlx::$connection {
            fn is_open(&self) -> bool {
                self.is_in_transaction()
            }
        }
    )*};
}

connections! {
    "sqlx-mysql" MySqlConnection
    "sqlx-postgres" PgConnection
    "sqlx-sqlite" SqliteConnection
}
