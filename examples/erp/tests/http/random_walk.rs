//! Reads and writes at random, with the process without a cache as the oracle: each read is asked of it too. `ERP_REQUESTS=100000`
//! walks further, `ERP_SEED` elsewhere.

use serde_json::json;

use crate::processes::{Coherence, World};
use crate::reads::{kept, passing};
use crate::request::Request;
use crate::until;

/// Numbers as if by chance, the same ones each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    fn of<'a, T>(&mut self, some: &'a [T]) -> &'a T {
        &some[usize::try_from(self.below(some.len() as u64)).expect("it is small")]
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

const TENANTS: [&str; 4] = ["org-01", "ORG-01", "org-01:client:2", "%"];

fn read(chance: &mut Chance) -> Request {
    let (tenant, user) = (*chance.of(&TENANTS), chance.below(3) as i64 + 1);
    let reads = if chance.below(10) == 0 { passing(tenant, user) } else { kept(tenant, user) };
    chance.of(&reads).clone()
}

fn write(chance: &mut Chance) -> Request {
    let (tenant, user) = (*chance.of(&TENANTS), chance.below(3) as i64 + 1);
    let (number, id, other) = (chance.below(1_000), chance.below(5) + 1, chance.below(3) + 1);
    let put = |path: String, body| Request::put(tenant, user, path, body);
    match chance.below(16) {
        0 | 1 => put(format!("/products/{id}/stock"), json!(number)),
        2 => put(format!("/products/{id}"), json!({"cents": number})),
        3 => put(format!("/products/{id}"), json!({"category": other, "name": format!("Product {number}")})),
        4 => put(format!("/categories/{other}"), json!(format!("Category {number}"))),
        // Some of them find too little in stock.
        5 | 6 => {
            let on = format!("20{}-{:02}-11", 24 + number % 2, number % 12 + 1);
            Request::post(
                tenant,
                user,
                "/orders",
                json!({"product": id, "branch": number % 2 + 1, "quantity": number + 1, "on": on}),
            )
        }
        7 if number % 2 == 0 => put(format!("/roles/{id}/members/{user}"), json!(null)),
        7 => Request::delete(tenant, user, format!("/roles/{id}/members/{user}")),
        8 => put(format!("/roles/{id}"), json!([format!("permission-{number}")])),
        9 => put("/dropdowns/terms/cash".to_owned(), json!({"label": format!("Cash {number}")})),
        10 => put("/reference/unit/pc".to_owned(), json!({"label": format!("Piece {number}")})),
        11 => {
            put("/profile".to_owned(), json!({"name": format!("Person {number}"), "mail": "a@example.com"}))
        }
        12 if number % 2 == 0 => {
            put(format!("/branches/{}", number % 2 + 1), json!(format!("Branch {number}")))
        }
        12 => put(format!("/branches/{}/people/{user}", id % 2 + 1), json!(null)),
        13 => put(format!("/projects/{id}"), json!(format!("Project {number}"))),
        14 if number % 2 == 0 => put(format!("/projects/{id}/members/{other}"), json!(null)),
        14 => Request::delete(tenant, user, format!("/projects/{id}/members/{other}")),
        _ => put(
            format!("/facility/1/{other}/orders/{number}"),
            json!({"title": "Leak", "done": number % 3 == 0}),
        ),
    }
}

/// Both processes read and write, and nothing that they answer is older than what was written before, in whichever of them: each
/// of their reads asks Redis.
#[tokio::test]
async fn verified_reads_are_those_of_the_database() {
    let (world, mut chance) = (World::start(Coherence::Verify), Chance(setting("ERP_SEED", 1)));
    for step in 0..setting("ERP_REQUESTS", 2_500) {
        let process = *chance.of(&world.cached());
        if chance.below(20) == 0 {
            let request = write(&mut chance);
            let status = process.send(&request).await.status;
            assert!(status < 300 || [404, 409].contains(&status), "{status}: {request:?}");
        } else {
            let request = read(&mut chance);
            assert_eq!(
                process.send(&request).await,
                world.plain.send(&request).await,
                "step {step}: {request:?}"
            );
        }
    }
}

/// One process writes. What it answers is right at once, and what the other answers is when it has heard.
#[tokio::test]
async fn pushed_reads_are_those_of_the_database_in_the_writers_process_and_soon_in_the_other() {
    let (world, mut chance) = (World::start(Coherence::Push), Chance(setting("ERP_SEED", 2)));
    for step in 0..setting("ERP_REQUESTS", 2_500) {
        if chance.below(20) == 0 {
            world.one.send(&write(&mut chance)).await;
        }
        let request = read(&mut chance);
        let expected = world.plain.send(&request).await;
        assert_eq!(world.one.send(&request).await, expected, "step {step}: {request:?}");
        until(&format!("step {step}: {request:?}"), async || world.other.send(&request).await == expected)
            .await;
    }
}
