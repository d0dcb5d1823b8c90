//! `#[tracing::instrument]`. Over ours it is of the body, which runs on a miss; under ours, of the call, hits included.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use cache_core::{cached, invalidates};
use tests::Article;
use tracing::Level;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::format::FmtSpan;

#[tracing::instrument(fields(doubled = id * 2), skip(secret))]
#[cached(skip(secret))]
async fn over(id: u64, secret: &str) -> u64 {
    tracing::info!("body");
    tokio::task::yield_now().await;
    tracing::info!("later");
    id + secret.len() as u64
}

#[cached(skip(secret))]
#[tracing::instrument(fields(doubled = id * 2), skip(secret))]
async fn under(id: u64, secret: &str) -> u64 {
    tracing::info!("body");
    tokio::task::yield_now().await;
    tracing::info!("later");
    id + secret.len() as u64
}

#[tracing::instrument(ret)]
#[cached]
fn sync_over(id: u64) -> u64 {
    tracing::info!("body");
    id
}

/// A pattern that binds one name is known by it.
#[derive(Debug)]
struct Wrapped(u64);

#[cached(skip(more))]
#[tracing::instrument(ret, skip(more))]
fn sync_under(Wrapped(id): Wrapped, (more, _): (u64, u64)) -> u64 {
    let _ = more;
    tracing::info!("body");
    id
}

#[tracing::instrument(err, skip_all)]
#[invalidates(Article(id))]
async fn write_over(id: u64) -> Result<(), String> {
    tracing::info!("body");
    Err(format!("full of {id}"))
}

#[invalidates(Article(id))]
#[tracing::instrument(err, skip_all)]
async fn write_under(id: u64) -> Result<(), String> {
    tracing::info!("body");
    Err(format!("full of {id}"))
}

#[invalidates(Article(id))]
#[tracing::instrument]
fn sync_write_under(Wrapped(id): Wrapped) {
    let _ = id;
    tracing::info!("body");
}

/// What is logged in this thread, a line each.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub(crate) fn start() -> (Log, DefaultGuard) {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::DEBUG)
            .with_span_events(FmtSpan::NEW)
            .with_ansi(false)
            .with_level(false)
            .with_target(false)
            .without_time()
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    /// What was logged since.
    pub(crate) fn take(&self) -> Vec<String> {
        let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

#[cache_core::test]
async fn over_a_cached_function_it_is_of_the_body() {
    let (log, _guard) = Log::start();
    for _ in 0..2 {
        assert_eq!(over(5, "ab").await, 7);
    }
    let span = "over{id=5 doubled=10}:";
    assert_eq!(
        log.take(),
        [
            "miss key=test:default:attributes::tracing::over:id=5",
            &format!("{span} new"),
            &format!("{span} body"),
            &format!("{span} later"),
            "hit key=test:default:attributes::tracing::over:id=5",
        ]
    );

    for _ in 0..2 {
        assert_eq!(sync_over(5), 5);
    }
    assert_eq!(
        log.take(),
        [
            "miss key=test:default:attributes::tracing::sync_over:id=5",
            "sync_over{id=5}: new",
            "sync_over{id=5}: body",
            "sync_over{id=5}: return=5",
            "hit key=test:default:attributes::tracing::sync_over:id=5",
        ]
    );
}

#[cache_core::test]
async fn under_a_cached_function_it_is_of_the_call() {
    let (log, _guard) = Log::start();
    for _ in 0..2 {
        assert_eq!(under(5, "ab").await, 7);
    }
    let span = "under{id=5 doubled=10}:";
    assert_eq!(
        log.take(),
        [
            format!("{span} new"),
            format!("{span} miss key=test:default:attributes::tracing::under:id=5"),
            format!("{span} body"),
            format!("{span} later"),
            format!("{span} new"),
            format!("{span} hit key=test:default:attributes::tracing::under:id=5"),
        ]
    );

    for _ in 0..2 {
        assert_eq!(sync_under(Wrapped(5), (6, 7)), 5);
    }
    let span = "sync_under{id=Wrapped(5)}:";
    assert_eq!(
        log.take(),
        [
            format!("{span} new"),
            format!("{span} miss key=test:default:attributes::tracing::sync_under:id=5"),
            format!("{span} body"),
            format!("{span} return=5"),
            format!("{span} new"),
            format!("{span} hit key=test:default:attributes::tracing::sync_under:id=5"),
            format!("{span} return=5"),
        ]
    );
}

#[cache_core::test]
async fn around_a_writer_it_covers_the_invalidation_if_it_is_under() {
    let (log, _guard) = Log::start();
    write_over(5).await.unwrap_err();
    assert_eq!(
        log.take(),
        [
            "write_over: new",
            "write_over: body",
            "write_over: error=full of 5",
            "invalidates writer=\"attributes::tracing::write_over\" tags=3",
        ]
    );

    write_under(5).await.unwrap_err();
    assert_eq!(
        log.take(),
        [
            "write_under: new",
            "write_under: body",
            "write_under: invalidates writer=\"attributes::tracing::write_under\" tags=3",
            "write_under: error=full of 5",
        ]
    );

    sync_write_under(Wrapped(5));
    assert_eq!(
        log.take(),
        [
            "sync_write_under{id=Wrapped(5)}: new",
            "sync_write_under{id=Wrapped(5)}: body",
            "sync_write_under{id=Wrapped(5)}: invalidates writer=\"attributes::tracing::sync_write_under\" tags=3",
        ]
    );
}
