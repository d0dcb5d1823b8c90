//! What is about to be invalidated: each tag once, and the model in place of very many of its rows.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use crate::key::tag::{ModelTags, Tag, TagHasher};

/// Beyond this many rows of a model in a tenant the model itself is invalidated.
const MOST_ROWS: usize = 1_000;

type Hashed = BuildHasherDefault<TagHasher>;

/// What an invalidation answers: whether readers see it already.
///
/// ```
/// use cache_core::{Cache, Invalidated, target, unit_of_work};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let cache = Cache::current();
/// assert_eq!(cache.invalidate(target::everything()).await, Invalidated::Confirmed);
/// let inside = unit_of_work(async { cache.invalidate(target::everything()).await }).await;
/// assert_eq!(inside, Invalidated::Queued); // until the unit has ended
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Invalidated {
    /// Reads that start now don't get what was loaded before.
    Confirmed,
    /// It will be: in a unit of work, when that ends; when the shared tier confirms it, if it doesn't now. Where
    /// [`Durability::Replicated`](crate::Durability::Replicated) is asked for and no replica has it, all processes see it, and it is
    /// sent again if another server takes over within a minute: unless this process is gone by then.
    Queued,
}

/// Collected tags.
#[derive(Clone, Default, Debug)]
pub(crate) struct Changes {
    tags: HashSet<Tag, Hashed>,
    /// Rows, by the tag that stands for all rows of their model.
    rows: HashMap<Tag, HashSet<Tag, Hashed>, Hashed>,
}

impl Changes {
    pub(crate) fn add(&mut self, tags: impl IntoIterator<Item = Tag>) {
        self.tags.extend(tags);
    }

    /// A write to a row.
    pub(crate) fn write_row(&mut self, tags: ModelTags<'_>, path: &[u8], id: &[u8]) {
        let ([row, any @ ..], all) = (tags.write_row(path, id), tags.all(path));
        self.row(row, all);
        self.add(any);
    }

    /// A row; `all` stands for all rows of its model in its tenant.
    pub(crate) fn row(&mut self, row: Tag, all: Tag) {
        if self.tags.contains(&all) {
            return;
        }
        let rows = self.rows.entry(all).or_default();
        rows.insert(row);
        if rows.len() > MOST_ROWS {
            self.rows.remove(&all);
            self.tags.insert(all);
        }
    }

    pub(crate) fn append(&mut self, other: Changes) {
        self.tags.extend(other.tags);
        for (all, rows) in other.rows {
            rows.into_iter().for_each(|row| self.row(row, all));
        }
    }

    /// Whether a tag is among them, by itself or in a model that stands for its rows.
    pub(crate) fn contains(&self, tag: Tag) -> bool {
        self.tags.contains(&tag) || self.rows.values().any(|rows| rows.contains(&tag))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.rows.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.tags.len() + self.rows.values().map(HashSet::len).sum::<usize>()
    }

    /// What stands for several comes before what it stands for: a row is never seen changed before its model is.
    pub(crate) fn into_tags(self) -> impl Iterator<Item = Tag> {
        self.into_rows().map(|(tag, _)| tag)
    }

    /// [`into_tags`](Self::into_tags), a row with the tag that stands for all rows of its model: from that they are made
    /// again.
    pub(crate) fn into_rows(self) -> impl Iterator<Item = (Tag, Option<Tag>)> {
        let rows =
            |(all, rows): (Tag, HashSet<Tag, Hashed>)| rows.into_iter().map(move |row| (row, Some(all)));
        self.tags.into_iter().map(|tag| (tag, None)).chain(self.rows.into_iter().flat_map(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tag_is_there_once_and_many_rows_are_their_model() {
        let (all, other) = (Tag(1), Tag(2));
        let mut changes = Changes::default();
        for row in 0..3_000 {
            changes.row(Tag(100 + row), all);
            changes.row(Tag(100_000 + row % 10), other);
            changes.add([Tag(7)]);
        }
        assert_eq!(changes.len(), 1 + 10 + 1);
        let mut more = Changes::default();
        more.row(Tag(100), all);
        more.row(Tag(100_000), other);
        changes.append(more);
        assert_eq!(changes.len(), 12);
        assert!(changes.into_tags().any(|tag| tag == all));
    }

    #[test]
    fn models_come_before_their_rows() {
        let tags = ModelTags { namespace: "test", model: "article" };
        let mut changes = Changes::default();
        (0..100_u8).for_each(|id| changes.write_row(tags, &[id % 7], &[id]));
        let rows: Vec<_> = changes.clone().into_rows().collect();
        assert!(rows.is_sorted_by_key(|(_, all)| all.is_some()));
        assert_eq!(rows.iter().filter(|(_, all)| all.is_some()).count(), 100);
        assert!(changes.into_tags().eq(rows.into_iter().map(|(tag, _)| tag)));
    }
}
