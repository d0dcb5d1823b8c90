//! The shared tier in memory keeps the contract, as a crate from outside examines it.

use cache_core::shared::MemoryTier;
use cache_core::testing::conformance::Candidate;

cache_core::testing::shared_tier_conformance!(candidate, worker_threads = 2);

async fn candidate() -> Candidate {
    let tier = MemoryTier::with_nodes(2);
    let clock = tier.clone();
    Candidate::new(tier.connect(), tier).replicas().advance(move |duration| clock.advance(duration))
}
