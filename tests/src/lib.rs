//! What the tests share: a source of truth whose reads can be held, and the domain of the examples.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use cache_core::{Model, NoKey, Tenant, User};
use tokio::sync::oneshot;

/// A database of one number. Counts its reads, and can hold them: after the number was read, before it is returned,
/// which is where every race is.
#[derive(NoKey, Debug, Default)]
pub struct Source {
    value: AtomicU64,
    reads: AtomicU64,
    holds: Mutex<VecDeque<(oneshot::Sender<()>, oneshot::Receiver<()>)>>,
}

/// A read that is held.
#[derive(Debug)]
pub struct Hold {
    reached: Option<oneshot::Receiver<()>>,
    release: Option<oneshot::Sender<()>>,
}

impl Source {
    /// Holding that number.
    pub fn new(value: u64) -> Self {
        Source { value: AtomicU64::new(value), ..Source::default() }
    }

    /// Changes the number.
    pub fn write(&self, value: u64) {
        self.value.store(value, Ordering::SeqCst);
    }

    /// How often it was read.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }

    /// The next read that isn't held yet stops between reading and returning.
    pub fn hold(&self) -> Hold {
        let (reached, reached_there) = oneshot::channel();
        let (release, released) = oneshot::channel();
        self.holds.lock().unwrap().push_back((reached, released));
        Hold { reached: Some(reached_there), release: Some(release) }
    }

    fn look(&self) -> (u64, Option<oneshot::Receiver<()>>) {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let value = self.value.load(Ordering::SeqCst);
        let hold = self.holds.lock().unwrap().pop_front();
        let released = hold.map(|(reached, released)| {
            let _ = reached.send(());
            released
        });
        (value, released)
    }

    /// Reads the number.
    pub async fn read(&self) -> u64 {
        let (value, hold) = self.look();
        if let Some(hold) = hold {
            let _ = hold.await;
        }
        value
    }

    /// Reads the number, blocking the thread while held.
    pub fn read_sync(&self) -> u64 {
        let (value, hold) = self.look();
        if let Some(hold) = hold {
            let _ = hold.blocking_recv();
        }
        value
    }
}

impl Hold {
    /// Ready when a read is held.
    pub async fn reached(&mut self) {
        self.reached.take().expect("asked once").await.expect("a read gets here");
    }

    /// Blocks until a read is held.
    pub fn reached_sync(&mut self) {
        self.reached.take().expect("asked once").blocking_recv().expect("a read gets here");
    }

    /// Lets the read go on.
    pub fn release(mut self) {
        let _ = self.release.take().expect("released once").send(());
    }
}

/// An organisation.
#[derive(Tenant, Clone, Copy, Debug)]
pub struct Org(pub i64);

/// A client of an organisation.
#[derive(Tenant, Clone, Copy, Debug)]
pub struct Client {
    /// Whose client.
    #[tenant(parent)]
    pub org: Org,
    /// Which one.
    pub client: i64,
}

/// A person.
#[derive(User, Clone, Copy, Debug)]
pub struct Person(pub i64);

/// A model without tenants.
#[derive(Model, Debug)]
#[model(name = "tests.article", id = u64)]
pub struct Article;

/// A model whose rows belong to organisations.
#[derive(Model, Debug)]
#[model(name = "tests.role", per_tenant = Org)]
pub struct Role {
    /// Which one.
    #[model(id)]
    pub id: i64,
}

/// A model whose rows belong to clients.
#[derive(Model, Debug)]
#[model(name = "tests.invoice", per_tenant = Client, id = i64)]
pub struct Invoice;

/// Yields until it is so: for what another task is about to do.
pub async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

/// Spins until it is so: for what another thread is about to do.
pub fn until_sync(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::yield_now();
    }
}

/// For a tier that stands before another one, its field: what it leaves as it is.
#[macro_export]
macro_rules! forward_to {
    ($tier:ident) => {
        fn renew<'a>(&'a self, tags: &'a [TagId], ttl: Duration) -> Operation<'a, ()> {
            self.$tier.renew(tags, ttl)
        }

        fn store<'a>(&'a self, key: &'a str, entry: &'a [u8], ttl: Duration) -> Operation<'a, ()> {
            self.$tier.store(key, entry, ttl)
        }

        fn remove<'a>(&'a self, key: &'a str) -> Operation<'a, ()> {
            self.$tier.remove(key)
        }

        fn lease<'a>(
            &'a self,
            key: &'a str,
            token: u128,
            ttl: Duration,
            expected: Duration,
        ) -> Operation<'a, cache_core::shared::Lease> {
            self.$tier.lease(key, token, ttl, expected)
        }

        fn keep<'a>(&'a self, key: &'a str, token: u128, ttl: Duration) -> Operation<'a, bool> {
            self.$tier.keep(key, token, ttl)
        }

        fn release<'a>(&'a self, key: &'a str, token: u128) -> Operation<'a, ()> {
            self.$tier.release(key, token)
        }
    };
}
