//! The options of the attributes and derives, one file each. What doesn't compile is in `ui/`.

mod aliases;
mod batches;
mod cache;
mod companion;
mod depends_on;
mod err_ttl;
mod expires_in;
mod explicit;
mod generics;
mod invalidate_on;
mod invalidates;
mod key;
mod learned;
mod local;
mod methods;
mod mode;
mod names;
mod none_ttl;
mod pure;
mod reads;
mod skip;
mod statistics;
mod store_if;
mod targets;
mod test_kit;
mod when;
