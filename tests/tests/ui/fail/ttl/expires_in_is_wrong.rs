#[cache_core::cached(expires_in = 60)]
fn no_closure() -> u64 { 1 }

#[cache_core::cached(expires_in = |seconds| *seconds)]
fn no_duration() -> u64 { 1 }

#[cache_core::cached(ttl = "1m", expires_in = |seconds| std::time::Duration::from_secs(*seconds))]
fn two_ttls() -> u64 { 1 }

#[cache_core::cached(expires_in = |value| std::time::Duration::from_secs(*value + more))]
fn captures(more: u64) -> u64 { more }

#[cache_core::cached(pure, expires_in = |seconds| std::time::Duration::from_secs(*seconds))]
fn is_pure() -> u64 { 1 }

fn main() {}
