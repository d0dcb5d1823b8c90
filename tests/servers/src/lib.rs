//! Servers of Redis, Valkey and PostgreSQL for tests, benchmarks and examples: started on free ports, in temporary folders, and stopped when they
//! are dropped, or when the process that started them is gone, however it ended.

mod clock;
mod cluster;
mod folder;
mod postgres;
mod program;
mod proxy;
mod server;

pub use self::clock::WallClock;
pub use self::cluster::Cluster;
pub use self::folder::Folder;
pub use self::postgres::Postgres;
pub use self::program::Program;
pub use self::proxy::{Proxy, Way};
pub use self::server::Server;
