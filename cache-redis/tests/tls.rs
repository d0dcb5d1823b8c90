//! Connections by TLS, to a server that takes no others. Redis alone: the Valkey that tests run is built without.

use std::io::{self, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_core::shared::{Bump, Epoch, SharedTier, TagId, TierError};
use cache_core::{Alias, Cache, Model, NoKey, cached, invalidates, testing};
use cache_redis::RedisTier;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use servers::{Folder, Program, Server};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(parameters, key).expect("a certificate")
}

/// A server that is connected to by TLS alone, with a certificate for that host.
struct Secured {
    server: Server,
    port: u16,
    _folder: Folder,
}

impl Secured {
    fn new(authority: &Authority, host: &str) -> Secured {
        let folder = Folder::new();
        let key = KeyPair::generate().expect("a key");
        let parameters = CertificateParams::new([host.to_owned()]).expect("a host");
        let certificate = parameters.signed_by(&key, authority).expect("it is signed");
        let write = |name: &str, text: String| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).expect("a file can be written");
            file.to_str().expect("a path is text").to_owned()
        };
        let files = [
            write("certificate", certificate.pem()),
            write("key", key.serialize_pem()),
            write("root", authority.pem()),
        ];
        let server = Server::start(
            Program::Redis,
            &[
                "--tls-cert-file",
                &files[0],
                "--tls-key-file",
                &files[1],
                "--tls-ca-cert-file",
                &files[2],
                "--loglevel",
                "verbose",
                "--tls-auth-clients",
                "no",
            ],
        );
        // Between the look for a free port and its use somebody else may take it.
        let port = (0..20).find_map(|_| {
            let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|port| port.local_addr());
            let port = free.expect("there is a free port").port();
            let mut set = redis::cmd("CONFIG");
            set.arg("SET").arg("tls-port").arg(port).query::<()>(&mut server.connection()).ok().map(|()| port)
        });
        Secured { server, port: port.expect("it listens by TLS"), _folder: folder }
    }

    fn url(&self) -> String {
        format!("rediss://127.0.0.1:{}", self.port)
    }

    fn tier(&self, trusted: &Authority) -> RedisTier {
        RedisTier::builder().url(self.url()).root_certificates(trusted.pem()).build().expect("a tier")
    }
}

#[derive(Model)]
#[model(name = "article", id = u64)]
struct Article;

#[derive(Alias)]
#[alias(name = "secured", ttl = "1h", coherence = verify, deadline = "2s")]
struct Verified;

#[derive(NoKey, Debug)]
struct Source {
    number: AtomicU64,
    reads: AtomicU64,
}

#[cached(alias = Verified, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn price(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.reads.fetch_add(1, Ordering::SeqCst);
    source.number.load(Ordering::SeqCst)
}

#[invalidates(Article(id), cache = cache)]
async fn set_price(cache: &Cache, source: &Source, id: u64, price: u64) {
    let _ = (cache, id);
    source.number.store(price, Ordering::SeqCst);
}

fn source() -> Source {
    Source { number: AtomicU64::new(1), reads: AtomicU64::new(0) }
}

fn cache(tier: RedisTier) -> Cache {
    Cache::builder().tier(tier).build().expect("a cache")
}

async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(40), waiting).await.is_ok(), "in vain until {what}");
}

/// Commands and announcements.
#[tokio::test]
async fn two_processes_share_what_a_server_has_whose_root_is_given() {
    let authority = authority("ours");
    let secured = Secured::new(&authority, "127.0.0.1");
    let (source, caches) = (source(), [(); 2].map(|()| cache(secured.tier(&authority))));
    let id = AtomicU64::new(0);
    until("a value is shared", async || {
        let id = id.fetch_add(1, Ordering::SeqCst);
        price(&caches[0], &source, id).await;
        testing::settled(&caches[0]).await;
        let reads = source.reads.load(Ordering::SeqCst);
        price(&caches[1], &source, id).await;
        source.reads.load(Ordering::SeqCst) == reads
    })
    .await;
    for (number, [writer, reader]) in (2..).zip([[0, 1], [1, 0]]) {
        set_price(&caches[writer], &source, 0, number).await;
        until("it is confirmed", async || {
            caches[writer].stats().shared.is_some_and(|shared| !shared.open && shared.pending == 0)
        })
        .await;
        assert_eq!(price(&caches[reader], &source, 0).await, number);
    }
}

/// All that is logged as a warning or an error.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        let log = self.0.lock().expect("it is whole");
        String::from_utf8_lossy(&log).lines().map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("it is whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One that nobody trusts, and one that is another host's: it is said what is wrong, once, and calls go on.
#[tokio::test]
async fn a_wrong_certificate_is_one_error_and_no_outage() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    tracing_subscriber::util::SubscriberInitExt::init(subscriber);

    let (ours, theirs) = (authority("ours"), authority("theirs"));
    for (authority, host, why) in
        [(&theirs, "127.0.0.1", "UnknownIssuer"), (&ours, "elsewhere.example", "NotValidForName")]
    {
        let secured = Secured::new(authority, host);
        let tier = secured.tier(&ours);
        let refused = tier.read(None, &[]).await.unwrap_err();
        assert!(matches!(&refused, TierError::Refused(text) if text.contains(why)), "{refused:?}");
        let drawn = [Bump { tag: TagId(1), epoch: Epoch::draw() }];
        assert!(tier.init(&drawn, Duration::from_secs(60)).await.is_err());

        let refusals = || {
            let log = std::fs::read_to_string(secured.server.folder().join("log")).expect("it writes a log");
            log.matches("Error accepting a client connection").count()
        };
        let (before, refusals_before) = (log.lines().len(), refusals());
        let (source, cache) = (source(), cache(secured.tier(&ours)));
        for _ in 0..20 {
            assert_eq!(price(&cache, &source, 1).await, 1);
        }
        until("it has been tried again and again", async || {
            refusals() > refusals_before + 10 && cache.stats().shared.is_some_and(|shared| shared.open)
        })
        .await;
        let said: Vec<_> = log.lines().drain(before..).filter(|line| line.contains("certificate")).collect();
        // Each connection is one: that nothing is heard, and that it isn't asked any more.
        let [heard, asked] = &said[..] else { panic!("it is said once: {said:#?}") };
        assert!(
            heard.contains("announcements can't be heard") && asked.contains("is not asked any more"),
            "{said:#?}"
        );
        assert!(
            said.iter().all(|line| line.contains(why) && line.contains("root_certificates")),
            "{said:#?}"
        );

        set_price(&cache, &source, 1, 2).await;
        assert_eq!(price(&cache, &source, 1).await, 2);
    }
}

/// What is not encrypted is none of the server's business.
#[tokio::test]
async fn a_connection_without_tls_is_refused_there() {
    let secured = Secured::new(&authority("ours"), "127.0.0.1");
    let tier = RedisTier::new(secured.url().replace("rediss", "redis")).expect("a URL");
    assert!(tier.read(None, &[]).await.is_err());
}
