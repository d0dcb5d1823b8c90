//! The backends of a program: which of them makes a tier of a URL.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::SharedTier;

/// What a backend makes of a URL. What it says of one that it can't take is shown to users, and must hold no password.
pub type Connect = fn(&str) -> Result<Arc<dyn SharedTier>, Box<dyn Error + Send + Sync>>;

/// A kind of shared tier, by the schemes of its URLs: what [`register_tier!`](crate::register_tier) makes known.
pub struct Backend {
    schemes: &'static [&'static str],
    connect: Connect,
}

inventory::collect!(Backend);

/// Lets settings name a kind of shared tier by URLs of these schemes: `CACHE_URL=redis://..`.
///
/// The linker collects backends. A crate that a program never refers to is not linked: it says `use the_crate as _;`.
///
/// ```
/// use cache_core::shared::MemoryTier;
/// use std::sync::Arc;
///
/// // In the crate of the backend. Nothing is connected yet when this has returned.
/// cache_core::register_tier!(["memory"], |_url| Ok(Arc::new(MemoryTier::new())));
/// ```
#[macro_export]
macro_rules! register_tier {
    ($schemes:expr, $connect:expr $(,)?) => {
        $crate::private::inventory::submit! { $crate::shared::Backend::new(&$schemes, $connect) }
    };
}

impl Backend {
    #[doc(hidden)]
    pub const fn new(schemes: &'static [&'static str], connect: Connect) -> Self {
        Backend { schemes, connect }
    }
}

/// The tier at a URL; otherwise why there is none and what to do, without the URL: a password may be in it.
pub(crate) fn connect(url: &str) -> Result<Arc<dyn SharedTier>, String> {
    let Some(scheme) = scheme(url) else {
        return Err(format!("is no URL; allowed are {}", allowed()));
    };
    let serves = |backend: &&Backend| backend.schemes.contains(&scheme);
    match inventory::iter::<Backend>().filter(serves).collect::<Vec<_>>()[..] {
        [backend] => (backend.connect)(url).map_err(|error| format!("can't be used: {error}")),
        [] => Err(format!(
            "has the scheme `{scheme}`, which nothing in this program serves; allowed are {}",
            allowed()
        )),
        _ => Err(format!(
            "has the scheme `{scheme}`, which two crates of this program serve: leave one of them out"
        )),
    }
}

/// What stands before `://`, if it can be a scheme.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once("://")?;
    let is_one = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_one.then_some(scheme)
}

fn allowed() -> String {
    let mut schemes: Vec<_> = inventory::iter::<Backend>().flat_map(|backend| backend.schemes).collect();
    schemes.sort_unstable();
    schemes.dedup();
    match schemes.as_slice() {
        [] => "those of a backend, and none is linked: for Redis and Valkey put `cache-redis` into Cargo.toml and \
               `use cache_redis as _;` into the program"
            .to_owned(),
        _ => {
            let urls: Vec<_> = schemes.iter().map(|scheme| format!("`{scheme}://..`")).collect();
            format!(
                "{}; another backend is linked by `use the_crate as _;`, as `cache-redis` is by `use cache_redis as _;`",
                urls.join(", ")
            )
        }
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend").field("schemes", &self.schemes).finish_non_exhaustive()
    }
}
