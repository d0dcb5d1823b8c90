//! All endpoints with all tenants, those whose names are made to confuse keys among them: each answer is, byte for byte, the one
//! without a cache. First nothing is cached, then all that may be.

use erp::data::Size;

use crate::processes::{Coherence, World};
use crate::reads::{kept, passing};

#[tokio::test]
async fn no_tenant_sees_another_and_no_user_another() {
    let world = World::start(Coherence::Push);
    let mut bodies = std::collections::HashMap::new();
    let tenants = [Size::SMALL.orgs(), vec!["nobody".to_owned()]].concat();
    for tenant in &tenants {
        for user in [1, 2, 999] {
            for request in [kept(tenant, user), passing(tenant, user)].concat() {
                let expected = world.plain.send(&request).await;
                for process in world.cached() {
                    for _ in 0..2 {
                        assert_eq!(process.send(&request).await, expected, "{request:?}");
                    }
                }
                if request.path == "/profile" && expected.status == 200 {
                    let before = bodies.insert(expected.body, (tenant.clone(), user));
                    assert_eq!(
                        before, None,
                        "each person has a profile of its own, or nothing is shown here"
                    );
                }
            }
        }
    }
    assert!(bodies.len() >= 2 * (tenants.len() - 1));
    for process in world.cached() {
        let statistics = process.statistics().await;
        let hits: u64 = statistics.functions.values().map(|function| function.hits).sum();
        assert!(hits > 1_000, "it was cached: {statistics:?}");
    }
}
