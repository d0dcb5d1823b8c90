//! The tier, as a cache uses it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cache_core::shared::{
    Answer, Bump, Epoch, Lease, Listener, Listening, NodeId, Operation, SharedTier, TagId,
};
use tokio::runtime::Handle;

use crate::builder::{Builder, Error, Settings};
use crate::operations;
use crate::server::{Runtimes, Server};
use crate::stream::Listens;

/// What processes share, on a server of Redis or Valkey. See [the crate](crate) for what it needs and what lies there.
///
/// It connects when it is used first, and again by itself. A clone uses the same connections.
#[derive(Clone)]
pub struct RedisTier {
    server: Arc<Server>,
}

impl RedisTier {
    /// The tier at a URL: `redis://[user[:password]@]host[:port][/database]`, `rediss://` with TLS, or `unix:///path`.
    ///
    /// # Errors
    ///
    /// If the URL is none. That nobody answers there is no error: it may be later.
    pub fn new(url: impl Into<String>) -> Result<RedisTier, Error> {
        RedisTier::builder().url(url).build()
    }

    /// Says more of it than a URL does.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn with(settings: Settings) -> RedisTier {
        let server = Server::new(NodeId(0), settings, Arc::default(), Arc::new(Runtimes::default()));
        RedisTier { server }
    }
}

/// An operation on the connection for commands. A macro, since nothing says yet that an async closure's future is `Send`.
macro_rules! on {
    ($tier:ident, $operation:ident($($argument:expr),*)) => {
        Box::pin(async move {
            let server = &$tier.server;
            let line = server.line().await?;
            let result = operations::$operation(&line, &server.settings.names, $($argument),*).await;
            server.seen(&line, result)
        })
    };
}

impl SharedTier for RedisTier {
    fn listen(&self, runtime: &Handle, listener: Arc<dyn Listener>) -> Box<dyn Listening> {
        Box::new(Listens::begin(vec![Arc::clone(&self.server)], runtime, listener))
    }

    fn node(&self, _tag: TagId) -> NodeId {
        self.server.node
    }

    fn read<'a>(&'a self, key: Option<&'a str>, tags: &'a [TagId]) -> Operation<'a, Answer> {
        on!(self, read(key, tags))
    }

    fn init<'a>(&'a self, tags: &'a [Bump], ttl: Duration) -> Operation<'a, Vec<Option<Epoch>>> {
        on!(self, init(tags, ttl))
    }

    fn renew<'a>(&'a self, tags: &'a [TagId], ttl: Duration) -> Operation<'a, ()> {
        on!(self, renew(tags, ttl))
    }

    fn bump<'a>(&'a self, bumps: &'a [Bump]) -> Operation<'a, ()> {
        on!(self, bump(bumps))
    }

    fn store<'a>(&'a self, key: &'a str, entry: &'a [u8], ttl: Duration) -> Operation<'a, ()> {
        on!(self, store(key, entry, ttl))
    }

    fn remove<'a>(&'a self, key: &'a str) -> Operation<'a, ()> {
        on!(self, remove(key))
    }

    fn lease<'a>(
        &'a self,
        key: &'a str,
        token: u128,
        ttl: Duration,
        expected: Duration,
    ) -> Operation<'a, Lease> {
        on!(self, lease(key, token, ttl, expected))
    }

    fn keep<'a>(&'a self, key: &'a str, token: u128, ttl: Duration) -> Operation<'a, bool> {
        on!(self, keep(key, token, ttl))
    }

    fn release<'a>(&'a self, key: &'a str, token: u128) -> Operation<'a, ()> {
        on!(self, release(key, token))
    }
}

impl fmt::Debug for RedisTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisTier").field("server", &self.server).finish_non_exhaustive()
    }
}
