//! The tier, as a cache uses it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cache_core::Durability;
use cache_core::shared::{
    Answer, Bump, Cursor, Epoch, Lease, Listener, Listening, Matches, NodeId, Operation, Pattern, SharedTier,
    TagId,
};
use tokio::runtime::Handle;

use crate::builder::{Builder, Error, Settings};
use crate::cluster::Cluster;
use crate::ears::Ears;
use crate::line::Line;
use crate::operations;
use crate::replicas::{self, Written};
use crate::server::{Runtimes, Server};
use crate::stream::Listens;
use crate::url;

/// What processes share, on a server of Redis or Valkey. See [the crate](crate) for what it needs and what lies there.
///
/// It connects when it is used first, and again by itself. A clone uses the same connections.
#[derive(Clone)]
pub struct RedisTier {
    place: Place,
}

/// Where it is.
#[derive(Clone)]
pub(crate) enum Place {
    One(Arc<Server>),
    Cluster(Arc<Cluster>),
}

impl Place {
    pub(crate) fn ears(&self) -> &Ears {
        match self {
            Place::One(server) => &server.ears,
            Place::Cluster(cluster) => &cluster.ears,
        }
    }

    /// All that have tags.
    pub(crate) fn each_server(&self, visit: impl Fn(&Arc<Server>)) {
        match self {
            Place::One(server) => visit(server),
            Place::Cluster(cluster) => cluster.map().servers().iter().for_each(visit),
        }
    }

    pub(crate) fn runtimes(&self) -> &Runtimes {
        match self {
            Place::One(server) => &server.runtimes,
            Place::Cluster(cluster) => &cluster.runtimes,
        }
    }
}

impl RedisTier {
    /// The tier at a URL: one server, a Cluster or what Sentinels watch, and how to connect to it. [The crate](crate#urls) has all forms.
    ///
    /// # Errors
    ///
    /// If the URL is none. That nobody answers there is no error: it may be later.
    pub fn new(url: impl Into<String>) -> Result<RedisTier, Error> {
        url::read(&url.into())?.build()
    }

    /// Says more of it than a URL does.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn with(settings: Settings) -> RedisTier {
        let place = match settings.seeds.clone() {
            Some(seeds) => Place::Cluster(Cluster::new(settings, seeds)),
            None => {
                Place::One(Server::new(NodeId(0), settings, Arc::default(), Arc::new(Runtimes::default())))
            }
        };
        RedisTier { place }
    }
}

/// An operation: on the connection for commands, or in a Cluster at the server of that key, or spread over all. A macro, since
/// nothing says yet that an async closure's future is `Send`. What a Cluster takes is boxed, for one server needn't have room for it.
macro_rules! on {
    ($tier:ident, $operation:ident($($argument:expr),*) $(at $key:ident($text:expr))?) => {
        Box::pin(async move {
            match &$tier.place {
                Place::One(server) => {
                    let line = server.line().await?;
                    let done = operations::$operation(&line, &server.settings.names, $($argument),*).await;
                    server.seen(&line, done)
                }
                Place::Cluster(cluster) => on!(@cluster cluster, $operation($($argument),*) $(at $key($text))?),
            }
        })
    };
    (@cluster $cluster:ident, $operation:ident($($argument:expr),*)) => {
        Box::pin($cluster.$operation($($argument),*)).await
    };
    (@cluster $cluster:ident, $operation:ident($($argument:expr),*) at $key:ident($text:expr)) => {{
        let names = &$cluster.settings.names;
        let there = |line: Arc<Line>| -> Operation<'_, _> {
            Box::pin(async move { operations::$operation(&line, names, $($argument),*).await })
        };
        Box::pin($cluster.on(names.$key($text), there)).await
    }};
}

impl SharedTier for RedisTier {
    fn listen(&self, runtime: &Handle, listener: Arc<dyn Listener>) -> Box<dyn Listening> {
        Box::new(Listens::begin(&self.place, runtime, listener))
    }

    fn node(&self, tag: TagId) -> NodeId {
        match &self.place {
            Place::One(server) => server.node,
            Place::Cluster(cluster) => cluster.node(tag),
        }
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

    fn bump<'a>(&'a self, bumps: &'a [Bump], durability: Durability) -> Operation<'a, ()> {
        Box::pin(async move {
            let written = match &self.place {
                Place::One(server) => {
                    let line = server.line().await?;
                    let done = operations::bump(&line, &server.settings.names, bumps).await;
                    server.seen(&line, done)?;
                    vec![Written::through(&line, server)]
                }
                Place::Cluster(cluster) => Box::pin(cluster.bump(bumps)).await?,
            };
            match durability {
                Durability::Replicated => replicas::have(written).await,
                _ => Ok(()),
            }
        })
    }

    fn store<'a>(&'a self, key: &'a str, entry: &'a [u8], ttl: Duration) -> Operation<'a, ()> {
        on!(self, store(key, entry, ttl) at entry(key))
    }

    fn remove<'a>(&'a self, key: &'a str) -> Operation<'a, ()> {
        on!(self, remove(key) at entry(key))
    }

    fn find<'a>(
        &'a self,
        pattern: &'a Pattern,
        from: Option<Cursor>,
        removes: bool,
    ) -> Operation<'a, Matches> {
        Box::pin(async move {
            match &self.place {
                Place::One(server) => {
                    let position = from.map_or(0, |from| from.position);
                    server.find(pattern, position, removes).await
                }
                Place::Cluster(cluster) => cluster.find(pattern, from, removes).await,
            }
        })
    }

    fn lease<'a>(
        &'a self,
        key: &'a str,
        token: u128,
        ttl: Duration,
        expected: Duration,
    ) -> Operation<'a, Lease> {
        on!(self, lease(key, token, ttl, expected) at lease(key))
    }

    fn keep<'a>(&'a self, key: &'a str, token: u128, ttl: Duration) -> Operation<'a, bool> {
        on!(self, keep(key, token, ttl) at lease(key))
    }

    fn release<'a>(&'a self, key: &'a str, token: u128) -> Operation<'a, ()> {
        on!(self, release(key, token) at lease(key))
    }
}

impl fmt::Debug for RedisTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::One(server) => f.debug_tuple("RedisTier").field(server).finish(),
            Place::Cluster(cluster) => f.debug_tuple("RedisTier").field(cluster).finish(),
        }
    }
}
