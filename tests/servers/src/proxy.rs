//! A network that is slow, swallows everything, or one way of it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::Server;

/// Stands between a server and who connects to it, until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    network: Arc<Network>,
}

/// Which way bytes go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// What clients send.
    ToServer,
    /// What they are answered.
    ToClient,
}

#[derive(Debug, Default)]
struct Network {
    /// Connections of a smaller number get nothing through.
    swallowed: AtomicU64,
    delay: AtomicU64,
    /// Whether nothing gets through, each way.
    blocked: [AtomicBool; 2],
    connections: Mutex<Vec<Arc<Connection>>>,
    ended: AtomicBool,
}

#[derive(Debug)]
struct Connection {
    number: u64,
    client: TcpStream,
    server: TcpStream,
    /// Bytes of it got nowhere: what comes after them would be taken for them.
    lossy: AtomicBool,
    /// The server has closed it, and the client isn't told.
    half_open: AtomicBool,
    closed: AtomicBool,
}

impl Proxy {
    /// Before a server. It gets all through, at once.
    ///
    /// # Panics
    ///
    /// If there is no port for it.
    #[must_use]
    pub fn before(server: &Server) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
        let port = listener.local_addr().expect("it has an address").port();
        let network = Arc::new(Network::default());
        let (to, there) = (server.port(), Arc::clone(&network));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if there.ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { continue };
                let connection = Connection {
                    number: there.swallowed.load(Ordering::SeqCst),
                    client,
                    server,
                    lossy: AtomicBool::new(false),
                    half_open: AtomicBool::new(false),
                    closed: AtomicBool::new(false),
                };
                there.pass(connection);
            }
        });
        Proxy { port, network }
    }

    /// Where the server is, by this way.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// From the connections that there are nothing gets through any more, and nobody is told. New ones are as good as ever.
    pub fn swallow(&self) {
        self.network.swallowed.fetch_add(1, Ordering::SeqCst);
    }

    /// All takes so much longer, each way.
    pub fn slow(&self, delay: Duration) {
        let micros = u64::try_from(delay.as_micros()).expect("a short while");
        self.network.delay.store(micros, Ordering::SeqCst);
    }

    /// Nothing gets through that way, of new connections neither, until [`heal`](Self::heal).
    pub fn block(&self, way: Way) {
        self.network.blocked[way as usize].store(true, Ordering::SeqCst);
    }

    /// All gets through again. Connections of which bytes were lost end: no network goes on in the middle of an answer.
    pub fn heal(&self) {
        self.network.blocked.iter().for_each(|blocked| blocked.store(false, Ordering::SeqCst));
        self.network.close(|connection| connection.lossy.load(Ordering::SeqCst));
    }

    /// All connections end.
    pub fn cut(&self) {
        self.network.close(|_| true);
    }

    /// The server is told that all connections have ended, and the clients aren't: they get no answer any more.
    pub fn half_open(&self) {
        for connection in self.network.connections().iter() {
            connection.half_open.store(true, Ordering::SeqCst);
            let _ = connection.server.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.network.ended.store(true, Ordering::SeqCst);
        self.network.close(|_| true);
        // So that it looks.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Network {
    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Connection>>> {
        self.connections.lock().expect("nobody panics with it")
    }

    fn close(&self, which: impl Fn(&Connection) -> bool) {
        self.connections()
            .iter()
            .filter(|connection| which(connection))
            .for_each(|connection| connection.close());
    }

    /// Passes on what comes, each way in a thread.
    fn pass(self: &Arc<Self>, connection: Connection) {
        let connection = Arc::new(connection);
        let _ = connection.server.set_nodelay(true);
        let _ = connection.client.set_nodelay(true);
        {
            let mut connections = self.connections();
            connections.retain(|connection| !connection.closed.load(Ordering::SeqCst));
            connections.push(Arc::clone(&connection));
        }
        for way in [Way::ToServer, Way::ToClient] {
            let (network, connection) = (Arc::clone(self), Arc::clone(&connection));
            thread::spawn(move || network.pass_on(way, &connection));
        }
    }

    fn pass_on(&self, way: Way, connection: &Connection) {
        let (mut from, mut to) = match way {
            Way::ToServer => (&connection.client, &connection.server),
            Way::ToClient => (&connection.server, &connection.client),
        };
        let mut buffer = [0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            thread::sleep(Duration::from_micros(self.delay.load(Ordering::SeqCst)));
            let swallowed = connection.number < self.swallowed.load(Ordering::SeqCst)
                || connection.half_open.load(Ordering::SeqCst);
            // One that has lost bytes gets nothing through any more.
            let lost =
                self.blocked[way as usize].load(Ordering::SeqCst) || connection.lossy.load(Ordering::SeqCst);
            connection.lossy.fetch_or(lost, Ordering::SeqCst);
            if !swallowed && !lost && to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        if way == Way::ToServer || !connection.half_open.load(Ordering::SeqCst) {
            connection.close();
        }
    }
}

impl Connection {
    fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}
