//! The two ways through it all, each readable from top to bottom: [`read`] and [`write`].

pub(crate) mod ask;
pub(crate) mod asking;
pub(crate) mod batch;
pub(crate) mod begun;
pub(crate) mod board;
pub(crate) mod bytes;
pub(crate) mod call;
pub(crate) mod depends;
pub(crate) mod entries;
pub(crate) mod entry;
pub(crate) mod explicit;
pub(crate) mod fetch;
pub(crate) mod hear;
pub(crate) mod late;
pub(crate) mod lead;
pub(crate) mod lease;
pub(crate) mod load;
pub(crate) mod miss;
pub(crate) mod policy;
pub(crate) mod read;
pub(crate) mod recheck;
pub(crate) mod run;
pub(crate) mod search;
pub(crate) mod shape;
pub(crate) mod share;
pub(crate) mod stamps;
pub mod target;
pub(crate) mod tell;
pub(crate) mod transaction;
pub(crate) mod unit_of_work;
pub(crate) mod verify;
pub(crate) mod wait;
pub(crate) mod write;

#[cfg(test)]
mod elsewhere_tests;
