//! `axum`.

use std::convert::Infallible;

use ::axum::extract::{Extension, Json, Path, Query, State};
use ::axum::http::{Method, Uri};

use crate::declare::{NoKey, Outcome};
use crate::key::{CacheKey, KeyWriter};

macro_rules! extractors {
    ($($extractor:ident)*) => {$(
        /// As what was extracted.
        impl<T: CacheKey> CacheKey for $extractor<T> {
            #[inline]
            fn write_key(&self, key: &mut KeyWriter) {
                self.0.write_key(key);
            }
        }
    )*};
}

extractors!(Path Query Json Extension);

/// As its name.
impl CacheKey for Method {
    #[inline]
    fn write_key(&self, key: &mut KeyWriter) {
        key.text(self.as_str());
    }
}

/// As scheme, authority, path and query; in the first two, case makes no difference.
impl CacheKey for Uri {
    fn write_key(&self, key: &mut KeyWriter) {
        let scheme = self.scheme_str().map(str::to_ascii_lowercase);
        let authority = self.authority().map(|authority| authority.as_str().to_ascii_lowercase());
        (scheme, authority, self.path(), self.query()).write_key(key);
    }
}

impl<T: NoKey> NoKey for State<T> {}
impl<T: NoKey> NoKey for Extension<T> {}

/// What is stored is what is sent.
impl<T> Outcome for Json<T> {
    type Value = T;
    type Error = Infallible;

    #[inline]
    fn as_result(&self) -> Result<&T, &Infallible> {
        Ok(&self.0)
    }

    #[inline]
    fn from_result(result: Result<T, Infallible>) -> Self {
        match result {
            Ok(value) => Json(value),
            Err(never) => match never {},
        }
    }
}
