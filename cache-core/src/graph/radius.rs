//! The blast radius of a model: what a write to it makes reload.

use std::fmt;

use super::data::{Graph, ModelInfo, Scope, WriterInfo};
use crate::declare::{Dependency, Extent};

/// What writes to a model make reload.
///
/// By what attributes declare: a function that calls one of these is loaded again too, and which do is known when they
/// run.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct BlastRadius {
    /// The name of the model.
    pub model: &'static str,
    /// The levels of the tenants that its rows belong to, where they do.
    pub per_tenant: Option<Vec<&'static str>>,
    /// By how much is written, the least first.
    pub writes: Vec<Writes>,
    /// Generic functions and writers of which no instance is registered (`register!`): their type parameters may stand for
    /// this model too.
    pub open: Vec<&'static str>,
}

/// Writes of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Writes {
    /// How much is written.
    pub what: Written,
    /// Who writes so much. Invalidations by hand are not among them.
    pub writers: Vec<&'static str>,
    /// What is loaded again.
    pub reloads: Vec<Reload>,
}

/// How much is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Written {
    /// A row.
    Row,
    /// The whole model, in one tenant if its rows belong to tenants.
    All,
    /// The model in all tenants: as `across(..)` says, and a writer without a tenant does.
    Across,
}

/// What is loaded again of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Reload {
    /// The function.
    pub function: &'static str,
    /// Of an instance that was registered.
    pub instance: Option<&'static str>,
    /// Which of its entries.
    pub reach: Reach,
}

/// Which entries of a function a write reaches, the fewest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum Reach {
    /// Those that depend on the row.
    Row,
    /// Those whose result names the row, or names none.
    Late,
    /// All of the tenant.
    OfTenant,
    /// All.
    All,
}

impl Graph {
    /// What a write to this model makes reload; `None` if there is no such model.
    ///
    /// ```
    /// use cache_core::{Model, Tenant, cached, invalidates};
    ///
    /// #[derive(Tenant, Clone, Copy)]
    /// struct Shop(u32);
    ///
    /// #[derive(Model)]
    /// #[model(name = "shop.item", per_tenant = Shop, id = u32)]
    /// struct Item;
    ///
    /// #[cached(per_tenant, invalidate_on = [Item(id)])]
    /// fn price(shop: Shop, id: u32) -> u32 { id }
    ///
    /// #[cached(per_tenant, invalidate_on = [Item])]
    /// fn cheapest(shop: Shop) -> u32 { 1 }
    ///
    /// #[invalidates(Item(id))]
    /// fn set_price(shop: Shop, id: u32) { /* update */ }
    ///
    /// # fn main() {
    /// let radius = cache_core::graph().blast_radius(Item::NAME).expect("a model of the program");
    /// let text = radius.to_string();
    /// # let text = text.replace(concat!(module_path!(), "::"), "app::");
    /// # let (row, all) = (text.find("a write to a row").unwrap(), text.find("a write to all rows of one shop").unwrap());
    /// # let text = text[row..all].split("main::_doctest").next().unwrap();
    /// assert_eq!(text.lines().count(), 4);
    /// // a write to a row, by app::set_price, reloads
    /// //   app::cheapest  all entries of the shop
    /// //   app::price     the entries of that row
    /// # }
    /// ```
    #[must_use]
    pub fn blast_radius(&self, model: &str) -> Option<BlastRadius> {
        let model = self.models.iter().find(|known| known.name == model)?;
        let mut kinds = vec![Written::Row, Written::All, Written::Across];
        // All tenants are one where there is none; and nobody writes a row of a model without rows.
        kinds.retain(|kind| match kind {
            Written::Row => model.id != Some(""),
            Written::All => true,
            Written::Across => model.per_tenant.is_some(),
        });
        let writes = kinds.into_iter().map(|what| Writes {
            what,
            writers: self.writers_of(model, what),
            reloads: self.reloads(model, what),
        });
        Some(BlastRadius {
            model: model.name,
            per_tenant: model.per_tenant.clone(),
            writes: writes.collect(),
            open: self.open(),
        })
    }

    fn open(&self) -> Vec<&'static str> {
        let functions = self.functions.iter().filter(|function| {
            function.dependencies.iter().any(|dependency| self.is_open(*function, dependency))
        });
        let writers = self
            .writers
            .iter()
            .filter(|writer| writer.changes.iter().any(|change| self.is_open(*writer, change)));
        functions.map(|function| function.name).chain(writers.map(|writer| writer.name)).collect()
    }

    fn writers_of(&self, model: &ModelInfo, what: Written) -> Vec<&'static str> {
        let writes = |writer: &&WriterInfo| {
            writer.changes.iter().any(|change| written(writer, change, model) == Some(what))
        };
        let mut names: Vec<_> = self.writers.iter().filter(writes).map(|writer| writer.name).collect();
        names.dedup();
        names
    }

    fn reloads(&self, model: &ModelInfo, what: Written) -> Vec<Reload> {
        let reloads = self.functions.iter().filter_map(|function| {
            let reads = function.dependencies.iter().filter(|read| read.is_of(model.name));
            let reach = reads.map(|read| reach(what, read.extent, model.per_tenant.is_some())).max()?;
            Some(Reload { function: function.name, instance: function.instance, reach })
        });
        reloads.collect()
    }
}

/// How much of a model a writer changes by one of its changes.
fn written(writer: &WriterInfo, change: &Dependency, model: &ModelInfo) -> Option<Written> {
    if !change.is_of(model.name) {
        return None;
    }
    let lacks_tenant = model.per_tenant.as_ref().is_some_and(|levels| writer.lacks(levels));
    Some(match change.extent {
        _ if lacks_tenant => Written::Across,
        Extent::Row | Extent::Rows | Extent::Late => Written::Row,
        Extent::All if model.per_tenant.is_some() => Written::All,
        Extent::Across if model.per_tenant.is_some() => Written::Across,
        Extent::All | Extent::Across => Written::All,
    })
}

/// What the tags of [`ModelTags`](crate::key::tag::ModelTags) come to: a test compares the two.
pub(super) fn reach(written: Written, read: Extent, per_tenant: bool) -> Reach {
    match (written, read) {
        (Written::Row, Extent::Row | Extent::Rows) => Reach::Row,
        (Written::Row, Extent::Late) => Reach::Late,
        (Written::Across, _) | (_, Extent::Across) => Reach::All,
        (Written::Row | Written::All, _) if per_tenant => Reach::OfTenant,
        (Written::Row | Written::All, _) => Reach::All,
    }
}

impl WriterInfo {
    /// Whether it has certainly no tenant with these levels, so that it invalidates in all tenants.
    pub(super) fn lacks(&self, model: &[&str]) -> bool {
        match &self.tenant {
            Scope::Global | Scope::Several => true,
            Scope::Argument { levels, .. } => !levels.is_empty() && !levels.starts_with(model),
            Scope::Ambient | Scope::Expression(_) | Scope::Unknown => false,
        }
    }
}

impl fmt::Display for BlastRadius {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenant = match self.per_tenant.as_deref() {
            None => None,
            Some([.., last]) => Some(*last),
            Some([]) => Some("tenant"),
        };
        f.write_str(self.model)?;
        if let Some(tenant) = tenant {
            write!(f, ", per {tenant}")?;
        }
        f.write_str("\n")?;
        for Writes { what, writers, reloads } in &self.writes {
            let what = match (what, tenant) {
                (Written::Row, _) => "a row".to_owned(),
                (Written::All, Some(tenant)) => format!("all rows of one {tenant}"),
                (Written::All, None) => "all rows".to_owned(),
                (Written::Across, _) => "all rows of all tenants".to_owned(),
            };
            let by = if writers.is_empty() { String::new() } else { format!(", by {},", writers.join(", ")) };
            if reloads.is_empty() {
                writeln!(f, "\na write to {what}{by} reloads nothing")?;
                continue;
            }
            writeln!(f, "\na write to {what}{by} reloads")?;
            let names: Vec<_> = reloads.iter().map(Reload::name).collect();
            let width = names.iter().map(String::len).max().unwrap_or(0);
            for (name, reload) in names.iter().zip(reloads) {
                let reach = match reload.reach {
                    Reach::Row => "the entries of that row".to_owned(),
                    Reach::Late => "the entries whose result names that row, or none".to_owned(),
                    Reach::OfTenant => format!("all entries of the {}", tenant.unwrap_or("tenant")),
                    Reach::All => "all entries".to_owned(),
                };
                writeln!(f, "  {name:width$}  {reach}")?;
            }
        }
        if !self.open.is_empty() {
            writeln!(
                f,
                "\nof these no instance is registered, and it may be of this model: {}",
                self.open.join(", ")
            )?;
        }
        Ok(())
    }
}

impl Reload {
    fn name(&self) -> String {
        match self.instance {
            None => self.function.to_owned(),
            Some(instance) => format!("{} ({instance})", self.function),
        }
    }
}
