//! Blocks of methods.

use core::future::ready;
use core::marker::PhantomData;
use std::collections::BTreeMap;

use async_trait::async_trait;
use cache_core::{CacheKey, Everywhere, KeyName, Model, NoKey, cached, invalidates, methods, register};

use crate::public::{Article, Org, Settings};

/// Never a part of a key.
#[derive(NoKey, Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Catalog;

/// A part of it.
#[derive(CacheKey, Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Shelf(pub u8);

/// Of any model.
#[derive(NoKey, Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Repo<T>(PhantomData<T>);

#[methods]
impl Catalog {
    /// Of a number.
    #[cached(ttl = "15m", invalidate_on = [Article(name), Settings], when = !name.is_empty(), err_ttl = "1s")]
    #[inline]
    pub async fn title(&self, name: &str) -> Result<String, String> {
        let _: &Self = self;
        ready(Ok(name.to_owned())).await
    }

    /// Without an object.
    #[cached(per_tenant)]
    #[inline]
    #[must_use]
    pub fn limit(org: Org, (least, _): (i64, i64)) -> i64 {
        org.0.max(least)
    }

    /// Many at once.
    #[cached(each = ids, ttl = "15m")]
    #[inline]
    #[must_use]
    pub fn many(&self, ids: &[i64]) -> BTreeMap<i64, i64> {
        let _: &Self = self;
        ids.iter().map(|id| (*id, *id)).collect()
    }

    /// Kept here.
    #[cached(skip(self), companion = none)]
    fn hidden(&self, id: i64) -> i64 {
        let _: &Self = self;
        id
    }

    /// Writes.
    #[invalidates(Article(name), on = always)]
    #[inline]
    pub async fn rename(&mut self, name: &str) -> i64 {
        let _: (&mut Self, &str) = ready((self, name)).await;
        Self.hidden(1)
    }

    /// Not cached.
    #[inline]
    #[must_use]
    pub const fn plain(self) -> Self {
        self
    }
}

#[methods]
impl Shelf {
    /// By what it is.
    #[cached]
    #[inline]
    #[must_use]
    pub fn books(self) -> u8 {
        self.0
    }
}

#[methods]
impl<T: KeyName + Model<Scope = Everywhere>> Repo<T> {
    /// How many.
    #[cached(invalidate_on = [T])]
    #[inline]
    #[must_use]
    pub fn count(&self, year: u16) -> u16 {
        let _: &Self = self;
        year
    }

    /// Writes.
    #[invalidates(T)]
    #[inline]
    pub fn clear(&self) {
        let _: &Self = self;
    }
}

register!(Repo<Article>);

/// Reads.
#[methods]
pub trait Reader: KeyName + NoKey + Sync {
    /// Of its own.
    #[cached(ttl = "1m")]
    #[inline]
    fn read(&self, id: u64) -> u64 {
        let _: &Self = self;
        id
    }

    /// Of others.
    fn other(&self, id: u64) -> u64;
}

#[methods]
impl Reader for Shelves {
    #[cached]
    #[inline]
    fn other(&self, id: u64) -> u64 {
        let _: &Self = self;
        id
    }
}

/// A type of a trait.
#[derive(NoKey, Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Shelves;

impl KeyName for Shelves {
    #[inline]
    fn write_key_name(key: &mut cache_core::KeyWriter) {
        key.text("shelves");
    }
}

/// Reads and writes, as an object.
#[async_trait]
pub trait Store {
    /// Reads.
    async fn load(&self, name: &str) -> Result<String, String>;
    /// Writes.
    async fn save(&self, name: &str) -> Result<(), String>;
}

#[async_trait]
#[methods]
impl Store for Catalog {
    #[cached(invalidate_on = [Article(name)])]
    #[inline]
    async fn load(&self, name: &str) -> Result<String, String> {
        ready(Ok(name.to_owned())).await
    }

    #[invalidates(Article(name))]
    #[inline]
    async fn save(&self, name: &str) -> Result<(), String> {
        let _: &str = ready(name).await;
        Ok(())
    }
}

#[methods]
#[async_trait]
impl Store for Shelves {
    #[cached(invalidate_on = [Article(name)])]
    #[inline]
    async fn load(&self, name: &str) -> Result<String, String> {
        ready(Ok(name.to_owned())).await
    }

    #[invalidates(Article(name))]
    #[inline]
    async fn save(&self, name: &str) -> Result<(), String> {
        let _: &str = ready(name).await;
        Ok(())
    }
}
