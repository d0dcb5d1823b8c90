//! `axum`.

use std::convert::Infallible;

use ::axum::extract::{Extension, Json, Path, Query, State};
use ::axum::http::{Method, Uri};

use crate::declare::{Levels, NoKey, Outcome, Tenant, TenantPath, User};
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

macro_rules! scopes {
    ($($extractor:ident)*) => {$(
        /// The tenant that was extracted.
        #[diagnostic::do_not_recommend]
        impl<T: Tenant> Tenant for $extractor<T> {
            // It is the same one: it lies there at no level of its own.
            type Parent = T;
            const LEVELS: Levels = T::LEVELS;

            #[inline]
            fn write_tenant(&self, path: &mut TenantPath) {
                self.0.write_tenant(path);
            }
        }

        /// The user who was extracted.
        #[diagnostic::do_not_recommend]
        impl<T: User> User for $extractor<T> {
            const NAME: &'static str = T::NAME;
        }
    )*};
}

scopes!(Path Extension);

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
