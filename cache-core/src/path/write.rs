//! The write path, from top to bottom: what is about to change, the body, the bump.

use std::sync::Arc;

use smallvec::SmallVec;

use super::call::CallScope;
use super::shape::Kind;
use super::tell::wait_until;
use super::transaction;
use crate::bound::Core;
use crate::cache::Cache;
use crate::declare::{Model, ModelScope, TenantPath, Writer};
use crate::fresh::changes::Changes;
use crate::fresh::context;
use crate::fresh::telling::Telling;
use crate::fresh::unit::Unit;
use crate::key::tag::{ModelTags, Tag};

/// What a writer invalidates when its body is over.
#[derive(Debug)]
pub struct Bumps {
    core: Arc<Core>,
    writer: &'static Writer,
    tenant: TenantPath,
    changes: Changes,
    /// Those of its transactions, or the unit of work around the writer: they end after the body, and so does the bump.
    units: SmallVec<[Arc<Unit>; 1]>,
    /// In place of the rows that the result would name, where there is no result: their whole models.
    instead: Vec<Tag>,
}

/// Which errors count as having written.
pub enum On<E> {
    /// All of them: the answer to a commit can be lost.
    Always,
    /// None.
    Ok,
    /// Those for which it is true.
    If(fn(&E) -> bool),
}

/// Which results of a writer count as having written, and the rows that they alone name.
pub struct Written<R, K: Kind<R>> {
    on: On<K::Error>,
    named: fn(&mut Bumps, &K::Value),
}

impl<R, K: Kind<R>> Written<R, K> {
    /// Which names none.
    pub fn new(_kind: K, on: On<K::Error>) -> Self {
        Written { on, named: |_, _| () }
    }

    /// Which names these.
    #[must_use]
    pub fn rows(self, named: fn(&mut Bumps, &K::Value)) -> Self {
        Written { named, ..self }
    }
}

impl<R, K: Kind<R>> std::fmt::Debug for Written<R, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Written").field("on", &self.on).finish_non_exhaustive()
    }
}

impl Bumps {
    /// Nothing yet.
    pub fn new(writer: &'static Writer, cache: &Cache) -> Self {
        Bumps {
            core: Arc::clone(cache.core()),
            writer,
            tenant: TenantPath::default(),
            changes: Changes::default(),
            units: SmallVec::new(),
            instead: Vec::new(),
        }
    }

    /// What only the arguments' expressions name.
    #[must_use]
    pub fn with(mut self, rows: impl FnOnce(&mut Self)) -> Self {
        rows(&mut self);
        self
    }

    /// The tenant that rows and models are in.
    pub fn tenant<S: CallScope>(&mut self, scope: &S) {
        let mut path = None;
        // None here is wider there: see `path`.
        self.tenant = scope.tenant(&mut path).ok().and(path).unwrap_or_default();
    }

    /// An argument that is a transaction: the bump follows its commit. With several it follows each, for any of them may
    /// be the one that holds what was written.
    #[inline]
    pub fn transaction(&mut self, unit: Option<&transaction::Unit>) {
        self.units.extend(unit.map(|unit| Arc::clone(unit.unit())));
    }

    /// The part of the writer's tenant that a model goes by. Without it the bump goes to all tenants: wider, never
    /// nothing.
    fn path<M: Model>(&self) -> Option<&[u8]> {
        let path = M::Scope::cut(&self.tenant);
        if path.is_none() {
            tracing::warn!(
                writer = self.writer.name,
                model = M::NAME,
                "has no tenant of the model's level: invalidates the model in all tenants"
            );
        }
        path
    }

    /// `M(id)`: a row.
    pub(crate) fn row<M: Model>(&mut self, id: &[u8]) {
        let mut changes = std::mem::take(&mut self.changes);
        match self.path::<M>() {
            Some(path) => changes.write_row(self.tags_of::<M>(), path, id),
            None => changes.add(self.tags_of::<M>().write_across()),
        }
        self.changes = changes;
    }

    /// `M`: the whole model, in the writer's tenant.
    pub(crate) fn model<M: Model>(&mut self) {
        let tags = self.whole::<M>();
        self.changes.add(tags);
    }

    /// `across(M)`: the model in all tenants.
    pub(crate) fn across<M: Model>(&mut self) {
        let tags = self.tags_of::<M>().write_across();
        self.changes.add(tags);
    }

    /// `M(ret..)`: rows that only the result names.
    pub(crate) fn later<M: Model>(&mut self) {
        let tags = self.whole::<M>();
        self.instead.extend(tags);
    }

    fn whole<M: Model>(&self) -> Vec<Tag> {
        let tags = self.tags_of::<M>();
        match self.path::<M>() {
            Some(path) => tags.write(path).into(),
            None => tags.write_across().into(),
        }
    }

    fn tags_of<M: Model>(&self) -> ModelTags<'_> {
        ModelTags { namespace: &self.core.namespace, model: M::NAME }
    }
}

/// Bumps when it is dropped: at the end of the body, or when the body is dropped or panics, for then it may have
/// written.
struct Pending(Option<Bumps>);

impl Drop for Pending {
    fn drop(&mut self) {
        let _told = self.bump();
    }
}

impl Pending {
    /// Bumps, unless that is done.
    fn bump(&mut self) -> Vec<Telling> {
        let Some(mut bumps) = self.0.take() else { return Vec::new() };
        if !bumps.instead.is_empty() {
            tracing::warn!(
                writer = bumps.writer.name,
                "ended without a result: invalidates whole models instead of the rows that it would have named"
            );
            bumps.changes.add(bumps.instead.drain(..));
        }
        tracing::debug!(writer = bumps.writer.name, tags = bumps.changes.len(), "invalidates");
        if bumps.units.is_empty() {
            return vec![bumps.core.send(None, bumps.changes)];
        }
        bumps.units.iter().map(|unit| bumps.core.send(Some(unit), bumps.changes.clone())).collect()
    }

    /// The body begins.
    fn new(mut bumps: Bumps) -> Self {
        if bumps.units.is_empty() {
            bumps.units.extend(context::unit());
        }
        bumps.units.iter().for_each(|unit| unit.write());
        Pending(Some(bumps))
    }

    /// The body is over. What it invalidates is on its way.
    fn settle<R, K: Kind<R>>(mut self, written: &Written<R, K>, result: &R) -> Vec<Telling> {
        let wrote = match (K::look(result), &written.on) {
            (Ok(value), _) => {
                if let Some(bumps) = &mut self.0 {
                    (written.named)(bumps, value);
                    bumps.instead.clear();
                }
                true
            }
            (Err(_), On::Always) => true,
            (Err(_), On::Ok) => false,
            (Err(error), On::If(predicate)) => predicate(error),
        };
        if !wrote {
            self.0 = None;
        }
        self.bump()
    }
}

/// What every async writer calls: the body, then the bump.
pub async fn write<R, K, B>(bumps: Bumps, written: Written<R, K>, body: B) -> R
where
    K: Kind<R>,
    B: Future<Output = R>,
{
    let pending = Pending::new(bumps);
    let result = body.await;
    for told in pending.settle(&written, &result) {
        told.await;
    }
    result
}

/// [`write`] for sync functions.
pub fn write_sync<R, K, B>(bumps: Bumps, written: Written<R, K>, body: B) -> R
where
    K: Kind<R>,
    B: FnOnce() -> R,
{
    let pending = Pending::new(bumps);
    let result = body();
    pending.settle(&written, &result).into_iter().for_each(|told| {
        wait_until(told);
    });
    result
}

impl<E> std::fmt::Debug for On<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            On::Always => "Always",
            On::Ok => "Ok",
            On::If(_) => "If",
        })
    }
}
