//! `Result` by other names, and wrappers of one's own.
#![deny(warnings)]

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use cache_core::{Outcome, cached};

type Answer<T> = Result<T, Arc<std::io::Error>>;

struct Reply<T>(Result<T, u16>);

impl<T> Outcome for Reply<T> {
    type Value = T;
    type Error = u16;

    fn as_result(&self) -> Result<&T, &u16> {
        self.0.as_ref()
    }

    fn from_result(result: Result<T, u16>) -> Self {
        Reply(result)
    }
}

/// Always holds a value. Not of serde, but what it holds is.
#[derive(Clone)]
struct Sent<T>(T);

impl<T> Outcome for Sent<T> {
    type Value = T;
    type Error = Infallible;

    fn as_result(&self) -> Result<&T, &Infallible> {
        Ok(&self.0)
    }

    fn from_result(Ok(value): Result<T, Infallible>) -> Self {
        Sent(value)
    }
}

/// Neither `Clone` nor of serde.
struct Failure;

#[cached(err_ttl = "1s", none_ttl = "off")]
fn alias(n: u64) -> Answer<Option<u64>> {
    Ok(Some(n))
}

#[cached]
fn io(n: u64) -> std::io::Result<u64> {
    Ok(n)
}

#[cached]
fn failing(n: u64) -> Result<u64, Failure> {
    if n == 0 { Err(Failure) } else { Ok(n) }
}

#[cached(err_ttl = "1s", store_if = |n| *n > 0)]
fn reply(n: u64) -> Reply<u64> {
    Reply(Ok(n))
}

#[cached(none_ttl = "1s")]
fn sent(n: u64) -> Sent<Option<u64>> {
    Sent(Some(n))
}

#[cached(err_ttl = "1s", none_ttl = "1s", store_if = |n| n.is_some(), expires_in = |n| Duration::from_secs(n.unwrap_or(1)))]
fn perhaps_sent(n: u64) -> Answer<Sent<Option<u64>>> {
    Ok(Sent(Some(n)))
}

#[cached(local)]
fn sent_here(n: u64) -> Result<Sent<Here>, Failure> {
    Ok(Sent(Here(n)))
}

#[cached(none_ttl = "1s")]
fn plain(n: u64) -> Option<u64> {
    Some(n)
}

/// Without serde.
#[derive(Clone, PartialEq, Debug)]
struct Here(u64);

#[cached(local)]
fn local(n: u64) -> Here {
    Here(n)
}

#[cached(pure)]
fn pure(n: u64) -> Here {
    Here(n)
}

fn main() {
    assert_eq!(alias(1).unwrap(), Some(1));
    assert_eq!(io(1).unwrap(), 1);
    assert!(failing(0).is_err());
    assert!(failing::entry(0).get().is_none());
    assert!(matches!((failing(1), failing::entry(1).get()), (Ok(1), Some(Ok(1)))));
    assert!(matches!((reply(1).0, reply::entry(1).get()), (Ok(1), Some(Reply(Ok(1))))));
    assert_eq!((sent(1).0, sent::entry(1).get().unwrap().0), (Some(1), Some(1)));
    assert_eq!(perhaps_sent(1).unwrap().0, Some(1));
    assert!(matches!(perhaps_sent::entry(1).get(), Some(Ok(Sent(Some(1))))));
    assert!(sent_here(1).is_ok() && matches!(sent_here::entry(1).get(), Some(Ok(Sent(Here(1))))));
    assert_eq!((plain(1), plain::entry(1).get()), (Some(1), Some(Some(1))));
    assert_eq!((local(1), local::entry(1).get()), (Here(1), Some(Here(1))));
    assert_eq!((pure(1), pure::entry(1).get()), (Here(1), Some(Here(1))));
}
