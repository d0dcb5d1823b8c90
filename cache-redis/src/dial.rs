//! Makes a connection, as far as it takes to send something.

use std::io;
use std::sync::Arc;

use cache_core::shared::TierError;
use redis::aio::MultiplexedConnection;
use redis::io::tcp::TcpSettings;
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, PushInfo, PushKind};
use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;

use crate::driver::Driver;
use crate::line::End;
use crate::reply::{explain, explain_greeting};

/// A connection, and what moves it on, unless `redis` does. What the server sends unasked goes to `heard`.
pub(crate) async fn dial(
    to: ConnectionInfo,
    end: Arc<End>,
    heard: impl Fn(PushInfo) + Send + Sync + 'static,
) -> Result<(MultiplexedConnection, Option<Driver>), TierError> {
    let told = Arc::clone(&end);
    // No answer in time is noticed by whoever waits for it.
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None)
        .set_push_sender(move |push: PushInfo| {
            match push.kind {
                PushKind::Disconnection => told.say(),
                _ => heard(push),
            }
            Ok::<(), ()>(())
        });
    match to.addr() {
        ConnectionAddr::Tcp(host, port) => {
            let stream = connect(host, *port).await.map_err(failed)?;
            // Of two commands the second one doesn't wait until the first has arrived.
            stream.set_nodelay(true).map_err(failed)?;
            greet(&to, stream, config, end).await
        }
        #[cfg(unix)]
        ConnectionAddr::Unix(path) => {
            let stream = UnixStream::connect(path).await.map_err(failed)?;
            greet(&to, stream, config, end).await
        }
        // What certificates mean is its business.
        _ => {
            let to = to.set_tcp_settings(TcpSettings::default().set_nodelay(true));
            let client = Client::open(to).map_err(explain)?;
            let connecting = client.get_multiplexed_async_connection_with_config(&config);
            let connection = connecting.await.map_err(explain_greeting)?;
            // It says nothing when its runtime ends.
            let ends = Ends(end);
            tokio::spawn(async move { ends.0.wait().await });
            Ok((connection, None))
        }
    }
}

/// Says that a connection has ended when it is dropped.
struct Ends(Arc<End>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.say();
    }
}

/// To that of its addresses that is the first to answer.
async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut connecting = JoinSet::new();
    for address in lookup_host((host, port)).await? {
        connecting.spawn(TcpStream::connect(address));
    }
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "it has no address");
    while let Some(connected) = connecting.join_next().await {
        match connected.map_err(io::Error::other).and_then(|connected| connected) {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

async fn greet(
    to: &ConnectionInfo,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    config: AsyncConnectionConfig,
    end: Arc<End>,
) -> Result<(MultiplexedConnection, Option<Driver>), TierError> {
    let greeting = MultiplexedConnection::new_with_config(to.redis_settings(), stream, config);
    let (connection, driver) = greeting.await.map_err(explain_greeting)?;
    Ok((connection, Some(Driver::spawn(driver, end))))
}

fn failed(error: io::Error) -> TierError {
    explain(error.into())
}
