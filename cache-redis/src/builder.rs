//! Saying where the servers are.

use std::fmt;
use std::time::Duration;

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion};

use crate::sentinels::{Sentinels, at};
use crate::tier::RedisTier;
use crate::wire::Names;

/// How long it may take to connect, unless it is said.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Says where the servers are, and how to connect to them: see [`RedisTier::builder`].
///
/// ```
/// use cache_redis::RedisTier;
/// use std::time::Duration;
///
/// # fn main() -> Result<(), cache_redis::Error> {
/// let tier = RedisTier::builder()
///     .url("redis://cache.internal:6380/2")
///     .username("shop")
///     .password("s3cret")
///     .connect_timeout(Duration::from_millis(500))
///     .build()?;
/// # drop(tier); Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Builder {
    url: String,
    username: Option<String>,
    password: Option<String>,
    database: Option<u32>,
    tls: bool,
    roots: Option<Vec<u8>>,
    connect_timeout: Duration,
    prefix: String,
    connection_per_runtime: bool,
    sentinels: Option<(String, Vec<String>)>,
    cluster: Option<Vec<String>>,
}

/// All that is needed to connect.
#[derive(Clone)]
pub(crate) struct Settings {
    /// The server; where its address is asked for, all but that.
    pub(crate) server: ConnectionInfo,
    pub(crate) sentinels: Option<Sentinels>,
    /// Where a Cluster is asked first which servers it has.
    pub(crate) seeds: Option<Vec<ConnectionAddr>>,
    pub(crate) connect_timeout: Duration,
    pub(crate) names: Names,
    /// Whether callers' runtimes have connections.
    pub(crate) connection_per_runtime: bool,
}

/// What is wrong with what was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error(String);

impl Builder {
    pub(crate) fn new() -> Self {
        Builder {
            url: "redis://localhost:6379".to_owned(),
            username: None,
            password: None,
            database: None,
            tls: false,
            roots: None,
            connect_timeout: CONNECT_TIMEOUT,
            prefix: String::new(),
            connection_per_runtime: false,
            sentinels: None,
            cluster: None,
        }
    }

    /// Where the server is: `redis://[user[:password]@]host[:port][/database]`, `rediss://` with TLS, or `unix:///path`.
    /// `redis://localhost:6379` unless it is said. What is said beside it wins. [`RedisTier::new`] takes more than this.
    #[must_use]
    pub fn url(self, url: impl Into<String>) -> Self {
        Builder { url: url.into(), ..self }
    }

    /// Asks Sentinels where the primary of that name is, one after the other, at URLs with their own passwords. What is said of the
    /// server by [`url`](Self::url) or beside it holds for the primary, but for its host and port.
    #[must_use]
    pub fn sentinels<U: Into<String>>(
        self,
        name: impl Into<String>,
        urls: impl IntoIterator<Item = U>,
    ) -> Self {
        let urls = urls.into_iter().map(Into::into).collect();
        Builder { sentinels: Some((name.into(), urls)), ..self }
    }

    /// A Cluster, some of whose servers are at these URLs. They say which others there are. What is said beside it, or by the
    /// first URL, holds for all of them, but for their hosts and ports.
    #[must_use]
    pub fn cluster<U: Into<String>>(self, urls: impl IntoIterator<Item = U>) -> Self {
        Builder { cluster: Some(urls.into_iter().map(Into::into).collect()), ..self }
    }

    /// Who connects.
    #[must_use]
    pub fn username(self, username: impl Into<String>) -> Self {
        Builder { username: Some(username.into()), ..self }
    }

    /// His password, or the server's.
    #[must_use]
    pub fn password(self, password: impl Into<String>) -> Self {
        Builder { password: Some(password.into()), ..self }
    }

    /// Which of the server's databases: 0 unless it is said.
    #[must_use]
    pub fn database(self, number: u32) -> Self {
        Builder { database: Some(number), ..self }
    }

    /// Connects by TLS, as `rediss://` says it too; takes the feature `tls`. The server's certificate is checked by what the system
    /// trusts, or by [`root_certificates`](Self::root_certificates).
    #[must_use]
    pub fn tls(self) -> Self {
        Builder { tls: true, ..self }
    }

    /// Whom to trust in place of those that the system trusts: certificates as PEM, one after the other. Servers and Sentinels that
    /// are connected to by TLS have one that is signed by one of these.
    #[must_use]
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        Builder { roots: Some(pem.into()), ..self }
    }

    /// How long it may take to connect, and how long a connection may owe an answer before it is given up: a second unless it is
    /// said. Calls don't wait for it: they have deadlines of their own.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Builder { connect_timeout: timeout, ..self }
    }

    /// What all keys begin with, for servers that are shared with something else: empty unless it is said. Neither of two on one
    /// server begins with the other. It holds no `{`, by which a Cluster would put all of it on one server.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<String>) -> Self {
        Builder { prefix: prefix.into(), ..self }
    }

    /// Gives each tokio runtime whose tasks call a connection for commands of its own, from their 64th call on: not, unless it is said.
    ///
    /// A call in a task is quicker by a quarter or so then, for its answer arrives where it runs and no other thread has to be woken. It is
    /// for runtimes that have I/O and time enabled, as those of `#[tokio::main]` have: others panic when they are to connect, once each. And for tasks
    /// that don't block their thread on an executor of their own: while they do, nothing moves the connection on, and calls end with
    /// their deadlines. Sync cached functions may be called anywhere; they, and all that no task calls, use the tier's own connection.
    #[must_use]
    pub fn connection_per_runtime(self, on: bool) -> Self {
        Builder { connection_per_runtime: on, ..self }
    }

    /// The tier. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// If what was said makes no sense. That a server can't be reached is none: it may be later.
    pub fn build(self) -> Result<RedisTier, Error> {
        Ok(RedisTier::with(self.settings()?))
    }

    pub(crate) fn settings(mut self) -> Result<Settings, Error> {
        if self.cluster.is_some() && self.sentinels.is_some() {
            return Err(Error("a Cluster has no Sentinels: give one of them".into()));
        }
        if let Some(urls) = &self.cluster {
            let Some(first) = urls.first() else {
                return Err(Error("no server of the Cluster is given: give the URLs of some".into()));
            };
            self.url.clone_from(first);
        }
        if self.prefix.contains('{') {
            return Err(Error(format!("the prefix `{}` holds a `{{`: leave it out", self.prefix)));
        }
        let by_tls = self.tls || self.url.starts_with("rediss:") || self.url.starts_with("valkeys:");
        if by_tls && !cfg!(feature = "tls") {
            return Err(Error(
                "a connection by TLS takes the feature `tls` of `cache-redis`: turn it on".into(),
            ));
        }
        let said = parse("the shared tier", &self.url)?;
        let roots = self.roots;
        let trusting = |info: ConnectionInfo| match &roots {
            Some(pem) => trusting(info, pem),
            None => Ok(info),
        };
        let sentinels =
            self.sentinels.map(|(name, urls)| Sentinels::new(name, &urls, trusting)).transpose()?;
        let address = match (self.tls, said.addr().clone()) {
            (true, ConnectionAddr::Tcp(host, port)) => {
                ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
            }
            (true, ConnectionAddr::Unix(_)) => {
                return Err(Error("a connection by `unix://` has no TLS: leave one of them out".into()));
            }
            (_, address) => address,
        };
        if roots.is_some() && !matches!(address, ConnectionAddr::TcpTls { .. }) {
            return Err(Error("root certificates are for TLS: write `rediss://`, or leave them out".into()));
        }
        let said = trusting(said.set_addr(address))?;
        let address = said.addr().clone();
        let seeds = self.cluster.map(|urls| seeds(&urls, &address)).transpose()?;
        let mut redis = said.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        if let Some(username) = self.username {
            redis = redis.set_username(username);
        }
        if let Some(password) = self.password {
            redis = redis.set_password(password);
        }
        if let Some(database) = self.database {
            redis = redis.set_db(database.into());
        }
        if seeds.is_some() && redis.db() != 0 {
            return Err(Error("a Cluster has database 0 alone: leave the number out".into()));
        }
        let names = Names::new(&self.prefix, redis.db());
        let server = said.set_redis_settings(redis);
        let Builder { connect_timeout, connection_per_runtime, .. } = self;
        Ok(Settings { server, sentinels, seeds, connect_timeout, names, connection_per_runtime })
    }
}

/// Where the servers of a Cluster are, connected to as that one is.
fn seeds(urls: &[String], like: &ConnectionAddr) -> Result<Vec<ConnectionAddr>, Error> {
    let seed = |url: &String| match parse("a server of the Cluster", url)?.addr() {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => {
            Ok(at(like, host.clone(), *port))
        }
        _ => Err(Error("a Cluster is not reached by `unix://`: give hosts and ports".into())),
    };
    urls.iter().map(seed).collect()
}

/// The same, if it is by TLS, with these to trust.
#[cfg(feature = "tls")]
fn trusting(info: ConnectionInfo, pem: &[u8]) -> Result<ConnectionInfo, Error> {
    if !matches!(info.addr(), ConnectionAddr::TcpTls { .. }) {
        return Ok(info);
    }
    let wrong =
        |why: &str| Error(format!("the root certificates are wrong: {why}; give certificates as PEM"));
    if !String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----") {
        return Err(wrong("there is none"));
    }
    let certificates = redis::TlsCertificates { client_tls: None, root_cert: Some(pem.to_vec()) };
    let client =
        redis::Client::build_with_tls(info, certificates).map_err(|error| wrong(&error.to_string()))?;
    Ok(client.get_connection_info().clone())
}

/// Nothing is by TLS.
#[cfg(not(feature = "tls"))]
fn trusting(info: ConnectionInfo, _pem: &[u8]) -> Result<ConnectionInfo, Error> {
    Ok(info)
}

pub(crate) fn parse(whose: &str, url: &str) -> Result<ConnectionInfo, Error> {
    if url.contains('?') {
        return Err(Error(format!("the URL of {whose} has a query: say with the builder what it says")));
    }
    // Not with the URL in it: there may be a password there.
    url.into_connection_info().map_err(|error| {
        let why = error.detail().map_or_else(|| error.category().to_owned(), str::to_owned);
        Error(format!("the URL of {whose} is wrong: {why}; write `redis://host:port/database`"))
    })
}

impl Error {
    pub(crate) fn new(text: impl Into<String>) -> Error {
        Error(text.into())
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL and the password are secrets.
        f.debug_struct("Builder").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(builder: Builder) -> String {
        builder.settings().err().expect("it is refused").to_string()
    }

    #[test]
    fn what_is_said_beside_the_url_wins() {
        let builder = Builder::new().url("redis://one:1@host:7000/3");
        let server = builder.clone().settings().unwrap().server;
        assert_eq!(server.addr(), &ConnectionAddr::Tcp("host".into(), 7000));
        let redis = server.redis_settings();
        assert_eq!((redis.username(), redis.password(), redis.db()), (Some("one"), Some("1"), 3));

        let settings = builder.username("two").password("2").database(4).prefix("a:").settings().unwrap();
        let redis = settings.server.redis_settings();
        assert_eq!((redis.username(), redis.password(), redis.db()), (Some("two"), Some("2"), 4));
        assert_eq!(
            (redis.protocol(), settings.names.channel()),
            (ProtocolVersion::RESP3, "a:cache:epochs:4")
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_without_a_secret() {
        for url in ["", "host:6379", "http://:s3cret@host", "redis://:s3cret@host/x", "redis://:s3cret@"] {
            let why = refused(Builder::new().url(url));
            assert!(
                why.starts_with("the URL of the shared tier is wrong: ") && !why.contains("s3cret"),
                "{why}"
            );
        }
        assert!(refused(Builder::new().prefix("a{b")).contains("holds a `{`"));
        assert!(refused(Builder::new().sentinels("shop", [""; 0])).contains("no Sentinel"));
        assert!(refused(Builder::new().cluster([""; 0])).contains("no server of the Cluster"));
        assert!(refused(Builder::new().cluster(["redis://host/1"])).contains("database 0"));
        assert!(
            refused(Builder::new().cluster(["redis://host", "unix:///tmp/socket"]))
                .contains("hosts and ports")
        );
        let both = Builder::new().cluster(["redis://host"]).sentinels("shop", ["redis://host"]);
        assert!(refused(both).contains("no Sentinels"));
        assert!(
            refused(Builder::new().sentinels("shop", ["host"])).starts_with("the URL of a Sentinel is wrong")
        );
        let shown = format!("{:?}", Builder::new().url("redis://:s3cret@host").password("s3cret"));
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn tls_takes_its_feature() {
        assert!(refused(Builder::new().root_certificates("")).contains("are for TLS"));
        for builder in [Builder::new().tls(), Builder::new().url("rediss://host")] {
            if cfg!(feature = "tls") {
                let server = builder.settings().unwrap().server;
                assert!(matches!(server.addr(), ConnectionAddr::TcpTls { insecure: false, .. }));
                assert!(refused(Builder::new().url("unix:///tmp/socket").tls()).contains("no TLS"));
                for pem in
                    ["", "no PEM", "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n"]
                {
                    let why = refused(Builder::new().tls().root_certificates(pem));
                    assert!(why.starts_with("the root certificates are wrong: "), "{why}");
                }
            } else {
                assert!(refused(builder).contains("the feature `tls`"));
            }
        }
    }
}
