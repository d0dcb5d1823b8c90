//! `reqwest`.

use crate::declare::NoKey;

impl NoKey for ::reqwest::Client {}
