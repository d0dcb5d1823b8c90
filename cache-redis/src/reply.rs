//! What a server answered, and what is wrong with it.

use cache_core::shared::TierError;
use redis::{ErrorKind, RedisError, ServerErrorKind, Value};

/// What begins to say where a key's slot is on its way to.
const ON_ITS_WAY: &str = "the key is on its way to ";

/// An answer that is no error.
pub(crate) fn good(value: Value) -> Result<Value, TierError> {
    match value {
        Value::ServerError(error) => Err(explain(error.into())),
        value => Ok(value),
    }
}

/// Answers, none of which is an error.
pub(crate) fn all_good(values: Vec<Value>) -> Result<(), TierError> {
    values.into_iter().try_for_each(|value| good(value).map(drop))
}

/// The bytes of an answer, if it has some.
pub(crate) fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) => Some(text.into_bytes()),
        Value::VerbatimString { text, .. } => Some(text.into_bytes()),
        _ => None,
    }
}

/// The answers of a list.
pub(crate) fn list(value: Value, length: usize) -> Result<Vec<Value>, TierError> {
    match value {
        Value::Array(values) if values.len() == length => Ok(values),
        other => Err(unexpected(&other)),
    }
}

pub(crate) fn unexpected(value: &Value) -> TierError {
    let what = match value {
        Value::Array(values) => format!("a list of {}", values.len()),
        Value::Nil => "nothing".to_owned(),
        Value::Int(number) => format!("the number {number}"),
        _ => "something else".to_owned(),
    };
    TierError::Refused(format!("an answer that was not asked for: {what}"))
}

/// What it means to who asked.
pub(crate) fn explain(error: RedisError) -> TierError {
    let text = error.to_string();
    match error.kind() {
        ErrorKind::Server(ServerErrorKind::Ask) => match error.redirect_node() {
            Some((address, _)) => TierError::Unavailable(format!("{ON_ITS_WAY}{address}")),
            None => TierError::Unavailable(text),
        },
        ErrorKind::RESP3NotSupported => no_resp3(),
        ErrorKind::Server(
            ServerErrorKind::BusyLoading
            | ServerErrorKind::ClusterDown
            | ServerErrorKind::MasterDown
            | ServerErrorKind::Moved
            | ServerErrorKind::TryAgain,
        ) => TierError::Unavailable(text),
        ErrorKind::Io | ErrorKind::Client | ErrorKind::Parse => TierError::Unavailable(text),
        _ => TierError::Refused(text),
    }
}

/// What it means to who connects: servers and proxies say in many ways that they don't know `HELLO`, by which RESP3 begins.
pub(crate) fn explain_greeting(error: RedisError) -> TierError {
    let about_hello = error.detail().is_some_and(|detail| detail.to_ascii_lowercase().contains("hello"));
    match error.code() {
        Some("NOPROTO") => no_resp3(),
        Some("ERR") if about_hello => no_resp3(),
        _ => match bad_certificate(&error) {
            Some(why) => TierError::Refused(format!(
                "its certificate is not trusted ({why}): say whom to trust by `root_certificates`"
            )),
            None => explain(error),
        },
    }
}

/// What is wrong with the certificate of the server, if that is why there is no connection.
#[cfg(feature = "tls")]
fn bad_certificate(error: &RedisError) -> Option<String> {
    use std::error::Error;
    use std::sync::Arc;

    // `redis` gives what it keeps it in as the source.
    let kept: &Arc<dyn Error + Send + Sync> = error.source()?.downcast_ref()?;
    let error: &std::io::Error = kept.downcast_ref()?;
    match error.get_ref()?.downcast_ref()? {
        rustls::Error::InvalidCertificate(why) => Some(format!("{why:?}")),
        _ => None,
    }
}

#[cfg(not(feature = "tls"))]
fn bad_certificate(_error: &RedisError) -> Option<String> {
    None
}

fn no_resp3() -> TierError {
    TierError::Refused(
        "it speaks no RESP3: Redis 7.0 or newer is needed, or Valkey, without a proxy that hides it".into(),
    )
}

/// Whether a server that takes no writes has said so: it is a replica now.
pub(crate) fn is_read_only(error: &TierError) -> bool {
    matches!(error, TierError::Refused(text) if text.contains("READONLY"))
}

/// Whether a server of a Cluster has said that the key lies elsewhere: then it did nothing.
pub(crate) fn is_elsewhere(error: &TierError) -> bool {
    matches!(error, TierError::Unavailable(text) if text.contains("MOVED"))
}

/// The host and port of the server that a key's slot is on its way to, if that is what it said: then it did nothing.
pub(crate) fn on_its_way(error: &TierError) -> Option<(&str, u16)> {
    let TierError::Unavailable(text) = error else { return None };
    let (host, port) = text.strip_prefix(ON_ITS_WAY)?.rsplit_once(':')?;
    Some((host, port.parse().ok()?))
}
