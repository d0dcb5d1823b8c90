//! What a URL says: where the servers are, and in its query how to connect to them.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::builder::{Builder, Error};
use crate::tier::RedisTier;

/// Of all URLs that name a tier.
const SCHEMES: [&str; 13] = [
    "redis",
    "rediss",
    "redis+cluster",
    "rediss+cluster",
    "redis+sentinel",
    "rediss+sentinel",
    "unix",
    "valkey",
    "valkeys",
    "valkey+cluster",
    "valkeys+cluster",
    "valkey+sentinel",
    "valkeys+sentinel",
];

cache_core::register_tier!(SCHEMES, |url| Ok(std::sync::Arc::new(RedisTier::new(url)?)));

/// What the query of any URL may say.
const OF_ALL: [&str; 4] = ["connect_timeout", "connection_per_runtime", "prefix", "root_certificates"];
/// And that of one with Sentinels.
const OF_SENTINELS: [&str; 2] = ["sentinel_username", "sentinel_password"];
/// And that of a socket, which has no other place for them.
const OF_SOCKETS: [&str; 3] = ["user", "pass", "db"];

/// A builder for what a URL says. No error shows what may be a password.
pub(crate) fn read(url: &str) -> Result<Builder, Error> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let Some((scheme, rest)) = place.split_once("://") else { return Ok(Builder::new().url(place)) };
    let (kind, servers) = scheme.split_once('+').unwrap_or((scheme, ""));
    let more: &[&str] = match (kind, servers) {
        ("unix", _) => &OF_SOCKETS,
        (_, "sentinel") => &OF_SENTINELS,
        _ => &[],
    };
    let query = Query::read(query, more)?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts.split(',')),
        None => (String::new(), authority.split(',')),
    };
    let builder = match servers {
        "cluster" => Builder::new().cluster(hosts.map(|host| format!("{kind}://{user}{host}/{path}"))),
        "sentinel" => {
            let (name, database) = path.split_once('/').unwrap_or((path, ""));
            if name.is_empty() {
                return Err(Error::new("the URL names no primary: write `redis+sentinel://host:26379/name`"));
            }
            let asking = query.user_of_sentinels();
            let sentinels = hosts.map(|host| format!("{kind}://{asking}{}", with_port(host)));
            // In place of a host: where that is, the Sentinels say.
            let primary = format!("{kind}://{user}primary/{database}");
            Builder::new().url(primary).sentinels(decoded("name", name)?, sentinels)
        }
        _ => Builder::new().url(place),
    };
    query.apply(builder)
}

/// Where a Sentinel listens, unless it is said.
fn with_port(host: &str) -> String {
    let after_address = host.rsplit(']').next().unwrap_or(host);
    if after_address.contains(':') { host.to_owned() } else { format!("{host}:26379") }
}

/// What the query says, by name.
struct Query(Vec<(&'static str, String)>);

impl Query {
    fn read(query: &str, more: &[&'static str]) -> Result<Query, Error> {
        let known = || OF_ALL.iter().chain(more);
        let mut said = Vec::new();
        for setting in query.split('&').filter(|setting| !setting.is_empty()) {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            let Some(name) = known().find(|known| **known == name) else {
                let known: Vec<_> = known().map(|name| format!("`{name}`")).collect();
                // A password that holds a `?` looks like a query.
                let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                let what = if is_name { format!("`{name}`") } else { "something".to_owned() };
                return Err(Error::new(format!(
                    "the URL's query sets {what} that is nothing here; there are: {}",
                    known.join(", ")
                )));
            };
            if said.iter().any(|(there, _)| there == name) {
                return Err(Error::new(format!("the URL sets `{name}` twice")));
            }
            said.push((*name, decoded(name, value)?));
        }
        Ok(Query(said))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(said, _)| *said == name).map(|(_, value)| value.as_str())
    }

    /// As the Sentinels' URLs have it.
    fn user_of_sentinels(&self) -> String {
        let encoded = |name| utf8_percent_encode(self.get(name).unwrap_or_default(), NON_ALPHANUMERIC);
        match OF_SENTINELS.iter().any(|name| self.get(name).is_some()) {
            true => format!("{}:{}@", encoded(OF_SENTINELS[0]), encoded(OF_SENTINELS[1])),
            false => String::new(),
        }
    }

    fn apply(&self, mut builder: Builder) -> Result<Builder, Error> {
        for (name, value) in &self.0 {
            builder = match *name {
                "connect_timeout" => builder.connect_timeout(duration(value).ok_or_else(|| {
                    Error::new(format!(
                        "`connect_timeout` of the URL can't be `{value}`; allowed are whole numbers of `ms` or `s`, such as `500ms`"
                    ))
                })?),
                "connection_per_runtime" => builder.connection_per_runtime(value.parse().map_err(|_| {
                    Error::new(format!(
                        "`connection_per_runtime` of the URL can't be `{value}`; allowed are `true` and `false`"
                    ))
                })?),
                "prefix" => builder.prefix(value),
                "root_certificates" => builder.root_certificates(std::fs::read(value).map_err(|error| {
                    Error::new(format!("`root_certificates` of the URL, `{value}`, can't be read: {error}"))
                })?),
                "user" => builder.username(value),
                "pass" => builder.password(value),
                "db" => builder.database(value.parse().map_err(|_| {
                    Error::new(format!("`db` of the URL can't be `{value}`; allowed are whole numbers"))
                })?),
                // Told to the Sentinels.
                _ => builder,
            };
        }
        Ok(builder)
    }
}

fn decoded(what: &str, text: &str) -> Result<String, Error> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(String::from).map_err(|_| Error::new(format!("the `{what}` that the URL says is not UTF-8")))
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit): (_, fn(u64) -> Duration) = match text.strip_suffix("ms") {
        Some(number) => (number, Duration::from_millis),
        None => (text.strip_suffix('s')?, Duration::from_secs),
    };
    number.parse().ok().filter(|number| *number > 0).map(unit)
}

#[cfg(test)]
mod tests {
    use redis::ConnectionAddr;

    use super::*;
    use crate::builder::Settings;

    fn said(url: &str) -> Settings {
        read(url).and_then(Builder::settings).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    fn refused(url: &str) -> String {
        read(url).and_then(Builder::settings).err().unwrap_or_else(|| panic!("{url} is refused")).to_string()
    }

    fn tcp(host: &str, port: u16) -> ConnectionAddr {
        ConnectionAddr::Tcp(host.to_owned(), port)
    }

    #[test]
    fn one_server() {
        for url in [
            "redis://shop:s%40cret@host:7000/3?prefix=a%3a&connect_timeout=250ms",
            "valkey://shop:s%40cret@host:7000/3?connect_timeout=250ms&prefix=a:",
        ] {
            let settings = said(url);
            let redis = settings.server.redis_settings();
            assert_eq!(settings.server.addr(), &tcp("host", 7000));
            assert_eq!((redis.username(), redis.password(), redis.db()), (Some("shop"), Some("s@cret"), 3));
            assert_eq!(settings.connect_timeout, Duration::from_millis(250));
            assert_eq!(settings.names.channel(), "a:cache:epochs:3");
        }
        assert_eq!(said("redis://host?connect_timeout=2s").connect_timeout, Duration::from_secs(2));
        for (query, on) in
            [("", false), ("?connection_per_runtime=false", false), ("?connection_per_runtime=true", true)]
        {
            assert_eq!(said(&format!("redis://host{query}")).connection_per_runtime, on);
        }
        assert_eq!(said("redis://[::1]").server.addr(), &tcp("::1", 6379));
    }

    #[cfg(unix)]
    #[test]
    fn a_socket() {
        let settings = said("unix:///run/a.sock?user=shop&pass=s%26cret&db=2&prefix=b");
        let redis = settings.server.redis_settings();
        assert_eq!(settings.server.addr(), &ConnectionAddr::Unix("/run/a.sock".into()));
        assert_eq!((redis.username(), redis.password(), redis.db()), (Some("shop"), Some("s&cret"), 2));
        assert_eq!(settings.names.channel(), "bcache:epochs:2");
    }

    #[test]
    fn a_cluster() {
        let settings = said("redis+cluster://:s3cret@one:7000,two,[::1]:7001/?prefix=a");
        assert_eq!(settings.seeds.unwrap(), [tcp("one", 7000), tcp("two", 6379), tcp("::1", 7001)]);
        assert_eq!(settings.server.redis_settings().password(), Some("s3cret"));
    }

    #[test]
    fn sentinels() {
        let settings =
            said("valkey+sentinel://:s3cret@one,two:7000,[::1]/my%2dshop/4?sentinel_password=a%40b");
        let redis = settings.server.redis_settings();
        assert_eq!((redis.password(), redis.db()), (Some("s3cret"), 4));
        let asked = format!("{:?}", settings.sentinels.unwrap());
        for there in ["\"my-shop\"", "\"one\", 26379", "\"two\", 7000", "\"::1\", 26379"] {
            assert!(asked.contains(there), "{there} in {asked}");
        }
        let both = read("redis+sentinel://one/shop?sentinel_username=a%2fb&sentinel_password=c:d").unwrap();
        let asked = both.settings().unwrap().sentinels.unwrap().users();
        assert_eq!(asked, [(Some("a/b".to_owned()), Some("c:d".to_owned()))]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_without_a_secret() {
        for (url, why) in [
            (
                "redis://:s3cret@a?conect_timeout=1s",
                "sets `conect_timeout` that is nothing here; there are: `connect_timeout`, `connection_per_runtime`, `prefix`, `root_certificates`",
            ),
            ("redis://:s3cret@a?sentinel_password=s3cret", "sets `sentinel_password`"),
            (
                "redis+sentinel://:s3cret@a/shop?db=1",
                "there are: `connect_timeout`, `connection_per_runtime`, `prefix`, `root_certificates`, `sentinel_username`, `sentinel_password`",
            ),
            ("redis://:s3cret@a?connect_timeout=5", "`connect_timeout` of the URL can't be `5`"),
            ("redis://:s3cret@a?connect_timeout=0s", "can't be `0s`"),
            (
                "redis://:s3cret@a?connection_per_runtime=1",
                "`connection_per_runtime` of the URL can't be `1`",
            ),
            ("redis://:s3cret?s3cret@a", "sets something that is nothing here"),
            (
                "rediss://:s3cret@a?root_certificates=/nowhere.pem",
                "`root_certificates` of the URL, `/nowhere.pem`, can't be read: ",
            ),
            ("redis://:s3cret@a?root_certificates=Cargo.toml", "are for TLS"),
            ("redis://:s3cret@a?prefix=a&prefix=b", "sets `prefix` twice"),
            ("redis://:s3cret@a?prefix=%ff", "the `prefix` that the URL says is not UTF-8"),
            ("redis://:s3cret@a?prefix=%7b", "holds a `{`"),
            ("unix:///a?db=x&pass=s3cret", "`db` of the URL can't be `x`"),
            ("redis+sentinel://:s3cret@a", "names no primary"),
            ("redis+sentinel://:s3cret@a/shop/x", "the URL of the shared tier is wrong"),
            ("redis+cluster://:s3cret@a/1", "database 0"),
            ("redis+cluster://:s3cret@a,,b", "the URL of a server of the Cluster is wrong"),
            ("redis+ring://:s3cret@a", "the URL of the shared tier is wrong"),
        ] {
            let refused = refused(url);
            assert!(refused.contains(why) && !refused.contains("s3cret"), "{url}: {refused}");
        }
    }
}
