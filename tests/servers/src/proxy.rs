//! A network that is slow, or swallows everything.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::Server;

/// Stands between a server and who connects to it, until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    network: Arc<Network>,
}

#[derive(Debug, Default)]
struct Network {
    /// Connections of a smaller number get nothing through.
    swallowed: AtomicU64,
    delay: AtomicU64,
    ended: AtomicBool,
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
                let number = there.swallowed.load(Ordering::SeqCst);
                pass(&there, number, &client, &server);
                pass(&there, number, &server, &client);
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
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.network.ended.store(true, Ordering::SeqCst);
        // So that it looks.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Passes on what comes one way, in a thread.
fn pass(network: &Arc<Network>, number: u64, from: &TcpStream, to: &TcpStream) {
    let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else { return };
    let _ = to.set_nodelay(true);
    let network = Arc::clone(network);
    thread::spawn(move || {
        let mut buffer = [0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            thread::sleep(Duration::from_micros(network.delay.load(Ordering::SeqCst)));
            let swallowed = number < network.swallowed.load(Ordering::SeqCst);
            if !swallowed && to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
