//! A request, and what is answered.

use std::fmt;

use reqwest::Method;

/// What somebody of an organisation asks for or writes.
#[derive(Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) tenant: String,
    pub(crate) user: i64,
    pub(crate) staff: bool,
    pub(crate) body: Option<serde_json::Value>,
}

/// What is compared: all of it that says something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn get(tenant: &str, user: i64, path: impl Into<String>) -> Request {
        let (method, path, tenant) = (Method::GET, path.into(), tenant.to_owned());
        Request { method, path, tenant, user, staff: false, body: None }
    }

    pub(crate) fn put(tenant: &str, user: i64, path: impl Into<String>, body: serde_json::Value) -> Request {
        Request { method: Method::PUT, body: Some(body), ..Request::get(tenant, user, path) }
    }

    pub(crate) fn post(tenant: &str, user: i64, path: impl Into<String>, body: serde_json::Value) -> Request {
        Request { method: Method::POST, ..Request::put(tenant, user, path, body) }
    }

    pub(crate) fn delete(tenant: &str, user: i64, path: impl Into<String>) -> Request {
        Request { method: Method::DELETE, ..Request::get(tenant, user, path) }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenant: String = self.tenant.chars().take(20).collect();
        write!(f, "{} {} of {} of `{tenant}`", self.method, self.path, self.user)?;
        self.body.as_ref().map_or(Ok(()), |body| write!(f, " {body}"))
    }
}
