//! A Cluster: which primary has which slots, and how that is kept up.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cache_core::shared::{NodeId, TagId, TierError};
use redis::{Cmd, ConnectionAddr, Value};
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use crate::builder::Settings;
use crate::ears::Ears;
use crate::line::lock;
use crate::reply;
use crate::sentinels::at;
use crate::server::{Runtimes, Server};
use crate::slots::{SLOTS, slot};
use crate::stream;

/// How often it is asked which primary has which slots, where nothing hints at a change.
const LOOK: Duration = Duration::from_secs(1);

/// For how long after a slot was seen on its way others are expected to be.
const MOVING: Duration = Duration::from_secs(10);

/// A Cluster, its primaries as far as they are known, and who listens to them.
pub(crate) struct Cluster {
    pub(crate) settings: Settings,
    pub(crate) ears: Arc<Ears>,
    pub(crate) runtimes: Arc<Runtimes>,
    /// Where it is asked as long as no primary is known.
    seeds: Vec<ConnectionAddr>,
    map: Mutex<Arc<Map>>,
    numbers: Mutex<u64>,
    /// One at a time looks.
    looking: tokio::sync::Mutex<()>,
    hint: Notify,
    /// When a slot was last seen on its way from one server to another.
    moving: Mutex<Option<Instant>>,
    /// Whose turn it is to keep all of it up.
    turn: tokio::sync::Mutex<()>,
}

/// Which primary has which slots.
#[derive(Default)]
pub(crate) struct Map {
    servers: Vec<Arc<Server>>,
    /// By slot; empty as long as nothing is known.
    owners: Vec<Option<Arc<Server>>>,
}

impl Map {
    pub(crate) fn owner(&self, key: &[u8]) -> Option<&Arc<Server>> {
        self.owners.get(usize::from(slot(key)))?.as_ref()
    }

    pub(crate) fn servers(&self) -> &[Arc<Server>] {
        &self.servers
    }

    /// Any of them: for what has no key.
    pub(crate) fn any(&self) -> Option<&Arc<Server>> {
        self.servers.first()
    }

    fn at(&self, address: &ConnectionAddr) -> Option<&Arc<Server>> {
        self.servers.iter().find(|server| server.settings.server.addr() == address)
    }

    fn is(&self, ranges: &[Range]) -> bool {
        let mut expected: Vec<Option<&ConnectionAddr>> = vec![None; usize::from(SLOTS)];
        for range in ranges {
            expected[range.slots()].fill(Some(&range.address));
        }
        self.owners.len() == expected.len()
            && self
                .owners
                .iter()
                .zip(expected)
                .all(|(owner, address)| owner.as_ref().map(|owner| owner.settings.server.addr()) == address)
    }
}

/// Slots, and where their primary is.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Range {
    first: u16,
    last: u16,
    address: ConnectionAddr,
}

impl Range {
    fn slots(&self) -> std::ops::RangeInclusive<usize> {
        usize::from(self.first)..=usize::from(self.last)
    }
}

impl Cluster {
    pub(crate) fn new(settings: Settings, seeds: Vec<ConnectionAddr>) -> Arc<Cluster> {
        Arc::new(Cluster {
            settings,
            ears: Arc::default(),
            runtimes: Arc::new(Runtimes::default()),
            seeds,
            map: Mutex::default(),
            numbers: Mutex::new(0),
            looking: tokio::sync::Mutex::new(()),
            hint: Notify::new(),
            moving: Mutex::new(None),
            turn: tokio::sync::Mutex::new(()),
        })
    }

    /// Which primary has which slots, as it was known last.
    pub(crate) fn map(&self) -> Arc<Map> {
        Arc::clone(&lock(&self.map))
    }

    /// The server of a tag. As long as nothing is known it is none that anything is ever heard of.
    pub(crate) fn node(&self, tag: TagId) -> NodeId {
        let map = self.map();
        map.owner(&self.settings.names.epoch(tag)).map_or(NodeId(0), |server| server.node)
    }

    /// [`map`](Self::map), once something is known.
    pub(crate) async fn known(self: &Arc<Self>) -> Result<Arc<Map>, TierError> {
        let map = self.map();
        if map.servers.is_empty() { self.look_soon().await } else { Ok(map) }
    }

    /// Looks, on a runtime.
    pub(crate) async fn look_soon(self: &Arc<Self>) -> Result<Arc<Map>, TierError> {
        let cluster = Arc::clone(self);
        let before = self.map();
        let looking = self.runtimes.any()?.spawn(async move { cluster.look(&before).await });
        looking.await.unwrap_or_else(|_| Err(TierError::Unavailable("the runtime has ended".into())))?;
        Ok(self.map())
    }

    /// Something hints at a change.
    pub(crate) fn hint(&self) {
        self.hint.notify_one();
    }

    /// The server that a key's slot is on its way to, if that is why it wasn't done. One that has no slot yet is unknown.
    pub(crate) fn target(&self, map: &Map, error: &TierError) -> Option<Arc<Server>> {
        let (host, port) = reply::on_its_way(error)?;
        *lock(&self.moving) = Some(Instant::now());
        map.at(&at(self.settings.server.addr(), host.to_owned(), port)).cloned()
    }

    /// Whether slots are on their way from one server to another, as far as was seen lately.
    pub(crate) fn is_moving(&self) -> bool {
        lock(&self.moving).is_some_and(|at| at.elapsed() < MOVING)
    }

    /// Asks which primary has which slots, unless somebody has found out meanwhile.
    async fn look(self: &Arc<Self>, before: &Arc<Map>) -> Result<(), TierError> {
        let _looking = self.looking.lock().await;
        if !Arc::ptr_eq(before, &self.map()) {
            return Ok(());
        }
        let ranges = self.ask_around(before).await?;
        self.learn(before, &ranges);
        Ok(())
    }

    /// The answer of the first that answers, of those that are known, or else of those that were given.
    async fn ask_around(&self, before: &Map) -> Result<Vec<Range>, TierError> {
        let mut failed = TierError::Unavailable("no server of the Cluster is given".into());
        for server in before.servers() {
            let asked = timeout(self.settings.connect_timeout, ask(server)).await;
            match asked.unwrap_or_else(|_| Err(TierError::Unavailable("it doesn't answer".into()))) {
                Ok(ranges) => return Ok(ranges),
                Err(error) => failed = error,
            }
        }
        for seed in &self.seeds {
            match self.ask_seed(seed).await {
                Ok(ranges) => return Ok(ranges),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    async fn ask_seed(&self, seed: &ConnectionAddr) -> Result<Vec<Range>, TierError> {
        let server = self.server(NodeId(0), seed.clone());
        server
            .in_time(async {
                let (mut connection, _driver) = server.dial(crate::line::End::new(), |_| {}).await?;
                let answer = connection.send_packed_command(&question()).await.map_err(reply::explain)?;
                ranges(reply::good(answer)?, seed)
            })
            .await
    }

    fn server(&self, node: NodeId, address: ConnectionAddr) -> Arc<Server> {
        let server = self.settings.server.clone().set_addr(address);
        let settings = Settings { server, ..self.settings.clone() };
        Server::new(node, settings, Arc::clone(&self.ears), Arc::clone(&self.runtimes))
    }

    /// Tells listeners before anybody sees that a tag lies elsewhere.
    fn learn(&self, before: &Map, ranges: &[Range]) {
        if before.is(ranges) {
            return;
        }
        let mut map = Map { servers: Vec::new(), owners: vec![None; usize::from(SLOTS)] };
        let mut homes = BTreeMap::new();
        for range in ranges {
            let server = match map.at(&range.address).or_else(|| before.at(&range.address)) {
                Some(server) => Arc::clone(server),
                None => self.newcomer(before, range),
            };
            let home = homes.entry(server.node).or_insert(range.first);
            *home = range.first.min(*home);
            map.owners[range.slots()].fill(Some(Arc::clone(&server)));
            if map.at(&range.address).is_none() {
                map.servers.push(server);
            }
        }
        for server in &map.servers {
            server.lives_at(homes[&server.node]);
        }
        self.ears.suspect_all();
        let now: Vec<NodeId> = map.servers.iter().map(|server| server.node).collect();
        *lock(&self.map) = Arc::new(map);
        for server in before.servers().iter().filter(|server| !now.contains(&server.node)) {
            // Whoever has its slots now may lack its last bumps.
            self.ears.retire(server.node);
            server.reconsider();
        }
        self.hint();
    }

    /// A primary that was none before. If it has taken over from another, it may go on with what is known of that.
    fn newcomer(&self, before: &Map, range: &Range) -> Arc<Server> {
        let node = {
            let numbers = &mut *lock(&self.numbers);
            *numbers += 1;
            NodeId(*numbers)
        };
        let server = self.server(node, range.address.clone());
        if let Some(Some(owner)) = before.owners.get(usize::from(range.first)) {
            server.succeeds(owner);
        }
        // Before anybody finds a tag there: it isn't heard yet, and what it announces until it is would be missed though all
        // others are heard (I9).
        self.ears.lost(node);
        server
    }
}

/// Asks a server of which it is known that it belongs to it.
async fn ask(server: &Arc<Server>) -> Result<Vec<Range>, TierError> {
    let answer = server.line().await?.ask(&question()).await?;
    ranges(answer, server.settings.server.addr())
}

fn question() -> Cmd {
    let mut question = Cmd::new();
    question.arg("CLUSTER").arg("SLOTS");
    question
}

/// The answer to [`question`]. Where it names no host, it is the one that was asked.
fn ranges(answer: Value, asked: &ConnectionAddr) -> Result<Vec<Range>, TierError> {
    let Value::Array(rows) = answer else { return Err(reply::unexpected(&answer)) };
    let ranges: Option<Vec<Range>> = rows.into_iter().map(|row| range(row, asked)).collect();
    match ranges {
        Some(ranges) if !ranges.is_empty() => Ok(ranges),
        Some(_) => Err(TierError::Unavailable("the Cluster has no slots yet".into())),
        None => Err(reply::unexpected(&Value::Nil)),
    }
}

fn range(row: Value, asked: &ConnectionAddr) -> Option<Range> {
    let Value::Array(row) = row else { return None };
    let mut row = row.into_iter();
    let (Value::Int(first), Value::Int(last), Value::Array(primary)) =
        (row.next()?, row.next()?, row.next()?)
    else {
        return None;
    };
    let mut primary = primary.into_iter();
    let host = primary.next().and_then(reply::bytes).and_then(|host| String::from_utf8(host).ok());
    let host = host.filter(|host| !host.is_empty()).or_else(|| host_of(asked))?;
    let Some(Value::Int(port)) = primary.next() else { return None };
    let (first, last) = (u16::try_from(first).ok()?, u16::try_from(last).ok()?);
    let address = at(asked, host, u16::try_from(port).ok()?);
    (first <= last && last < SLOTS).then_some(Range { first, last, address })
}

fn host_of(address: &ConnectionAddr) -> Option<String> {
    match address {
        ConnectionAddr::Tcp(host, _) | ConnectionAddr::TcpTls { host, .. } => Some(host.clone()),
        _ => None,
    }
}

/// Keeps the map up, and a stream to each primary, when it is its turn.
pub(crate) async fn keep(cluster: Arc<Cluster>) {
    let _turn = cluster.turn.lock().await;
    let mut streams = JoinSet::new();
    let mut kept: BTreeMap<NodeId, AbortHandle> = BTreeMap::new();
    loop {
        let before = cluster.map();
        if let Err(error) = cluster.look(&before).await
            && before.servers.is_empty()
        {
            tracing::debug!(%error, "the Cluster can't be reached");
        }
        let map = cluster.map();
        for server in map.servers() {
            kept.entry(server.node).or_insert_with(|| streams.spawn(stream::keep(Arc::clone(server))));
        }
        kept.retain(|node, stream| {
            let stays = map.servers().iter().any(|server| server.node == *node);
            if !stays {
                stream.abort();
            }
            stays
        });
        let _ = timeout(LOOK, cluster.hint.notified()).await;
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("servers", &self.map().servers).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use cache_core::shared::{Listener, Sent, Suspects};

    use super::*;

    /// Notes the servers that are lost, and what the map was when it was told.
    struct Notes(Arc<Cluster>, Mutex<Vec<(NodeId, usize)>>);

    impl Listener for Notes {
        fn suspect(&self, _: Suspects<'_>) {}
        fn proven(&self, _: NodeId, _: Sent) {}
        fn lost(&self, node: NodeId) {
            lock(&self.1).push((node, self.0.map().servers().len()));
        }
        fn heard(&self, _: NodeId) {}
        fn promoted(&self, _: NodeId) {}
        fn restarted(&self, _: NodeId) {}
    }

    #[test]
    fn a_new_primary_is_not_heard_before_anybody_finds_a_tag_there() {
        let seed = ConnectionAddr::Tcp("seed".into(), 1);
        let settings = crate::url::read("redis+cluster://seed:1").unwrap().settings().unwrap();
        let cluster = Cluster::new(settings, vec![seed]);
        let notes = Arc::new(Notes(Arc::clone(&cluster), Mutex::default()));
        cluster.ears.add(Arc::clone(&notes) as Arc<dyn Listener>, Arc::default());
        let range = |port, first, last| {
            let address = ConnectionAddr::Tcp("host".into(), port);
            Range { first, last, address }
        };
        cluster.learn(&cluster.map(), &[range(7000, 0, 16_383)]);
        cluster.learn(&cluster.map(), &[range(7000, 0, 5), range(7001, 6, 16_383)]);
        assert_eq!(*lock(&notes.1), [(NodeId(1), 0), (NodeId(2), 1)]);
    }

    #[test]
    fn slots_are_read_as_servers_write_them() {
        let asked = ConnectionAddr::Tcp("asked".into(), 1);
        let row = |first, last, host: Value, port| {
            let primary = Value::Array(vec![host, Value::Int(port), Value::BulkString(b"id".to_vec())]);
            Value::Array(vec![Value::Int(first), Value::Int(last), primary])
        };
        let host = || Value::BulkString(b"host".to_vec());
        let rows = Value::Array(vec![row(0, 5, host(), 7000), row(6, 16_383, Value::Nil, 7001)]);
        let expected = [
            Range { first: 0, last: 5, address: ConnectionAddr::Tcp("host".into(), 7000) },
            Range { first: 6, last: 16_383, address: ConnectionAddr::Tcp("asked".into(), 7001) },
        ];
        assert_eq!(ranges(rows, &asked).unwrap(), expected);
        for bad in [
            row(6, 5, host(), 1),
            row(0, 16_384, host(), 1),
            row(-1, 5, host(), 1),
            row(0, 1, host(), 65_536),
        ] {
            assert!(ranges(Value::Array(vec![bad]), &asked).is_err());
        }
        for bad in [Value::Nil, Value::Array(vec![]), Value::Array(vec![Value::Nil])] {
            assert!(ranges(bad, &asked).is_err());
        }
    }
}
