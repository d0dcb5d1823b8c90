use std::time::Duration;

use cache_core::cached;

#[cached(expires_in = 60)]
fn number() -> u64 { 1 }

#[cached(expires_in = "60s")]
fn text() -> u64 { 1 }

#[cached(expires_in = |seconds| *seconds)]
fn no_duration() -> u64 { 1 }

#[cached(ttl = "1m", expires_in = |seconds| Duration::from_secs(*seconds))]
fn two_ttls() -> u64 { 1 }

#[cached(expires_in = |value| Duration::from_secs(*value + more))]
fn captures(more: u64) -> u64 { more }

fn main() {}
