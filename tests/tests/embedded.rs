//! With nothing installed every alias works in the process: without a runtime, sync and async. And what the log says.

use std::io::Write;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use cache_core::{Cache, Error, cached, with_tenant_sync};
use tests::{Org, Source};

#[cached]
async fn read(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

#[cached]
fn read_sync(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read_sync()
}

#[cached(per_tenant = ambient)]
fn of_tenant(source: &Source) -> u64 {
    source.read_sync()
}

/// Polls once: what is ready at once needs no runtime.
fn now<F: Future>(future: F) -> Option<F::Output> {
    struct Ignore;
    impl Wake for Ignore {
        fn wake(self: Arc<Self>) {}
    }
    match pin!(future).poll(&mut Context::from_waker(&Waker::from(Arc::new(Ignore)))) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn take(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8(bytes).unwrap().lines().map(|line| line.trim().to_owned()).collect()
    }
}

/// One test: there is one default cache in a process.
#[test]
fn a_process_has_a_cache_by_default() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_max_level(tracing::Level::DEBUG)
        .without_time()
        .with_ansi(false)
        .with_target(false)
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let source = Source::new(7);
        assert_eq!(now(read(&source, 5)), Some(7));
        assert_eq!(
            log.take(),
            [
                "INFO no cache was installed: every alias lives in this process",
                "DEBUG miss key=app:default:embedded::read:id=5",
            ]
        );
        assert_eq!(now(read(&source, 5)), Some(7));
        assert_eq!(log.take(), ["DEBUG hit key=app:default:embedded::read:id=5"]);
        assert_eq!((read_sync(&source, 5), read_sync(&source, 5)), (7, 7));
        assert_eq!(source.reads(), 2);
        log.take();

        assert_eq!(of_tenant(&source), 7);
        assert_eq!(log.take(), ["WARN not cached: there is no tenant here function=\"embedded::of_tenant\""]);
        assert_eq!(with_tenant_sync(Org(1), || of_tenant(&source)), 7);
        log.take();

        let invalidate = |name: &str| Cache::current().invalidate_sync(cache_core::target::function(name));
        invalidate("embedded::read");
        assert_eq!(log.take(), Vec::<String>::new());
        invalidate("embedded::raed");
        let warned =
            "WARN no cached function has this name: nothing is invalidated function=\"embedded::raed\"";
        assert_eq!(log.take(), [warned]);
        assert_eq!(Cache::builder().install().unwrap_err(), Error::AlreadyInUse);
    });
}
