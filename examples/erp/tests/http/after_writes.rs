//! After each kind of write both processes answer with the new state, and nothing else is loaded again.

use serde_json::json;

use crate::processes::{Coherence, World};
use crate::reads::kept;
use crate::request::Request;
use crate::until;

const ORG: &str = "org-01";

/// A write of person 1, and what it concerns: paths, up to a `*`, of all persons or of `1:` or `2:`.
struct Write {
    request: Request,
    concerns: &'static [&'static str],
}

fn put(path: &str, body: serde_json::Value, concerns: &'static [&'static str]) -> Write {
    Write { request: Request::put(ORG, 1, path, body), concerns }
}

fn writes() -> Vec<Write> {
    let order = json!({"product": 4, "branch": 1, "quantity": 2, "on": "2025-03-05"});
    let imported = json!([{"id": 3, "category": 2, "name": "Imported", "cents": 1}]);
    vec![
        put("/products/3/stock", json!(7), &["/products/3/stock"]),
        // It is in category 4. Lists of all products have it, and bestsellers may.
        put(
            "/products/3",
            json!({"cents": 5}),
            &["/products", "/products?from*", "/products/3", "/categories", "/reports/sales*", "/dashboard*"],
        ),
        put(
            "/products/3",
            json!({"category": 1}),
            &[
                "/products",
                "/products?from*",
                "/products?category=1*",
                "/products/3",
                "/categories",
                "/reports/sales*",
                "/dashboard*",
            ],
        ),
        // Products 3 and 4 are in it.
        put(
            "/categories/1",
            json!("Renamed"),
            &[
                "/products",
                "/products?from*",
                "/products?category=1*",
                "/products/3",
                "/products/4",
                "/categories",
                "/reports/sales*",
            ],
        ),
        // The first half of 2024 is another dashboard.
        Write {
            request: Request::post(ORG, 1, "/orders", order),
            concerns: &["/products/4/stock", "/dashboard", "/reports/sales*"],
        },
        put("/roles/2/members/1", json!(null), &["1:/permissions"]),
        put("/roles/5", json!(["read", "write"]), &["1:/permissions"]),
        Write { request: Request::delete(ORG, 1, "/roles/2/members/1"), concerns: &["1:/permissions"] },
        put("/reference/currency/CHF", json!({"label": "Franken"}), &["/reference/currency"]),
        put(
            "/tax",
            json!({"jurisdiction": "CH", "category": 2, "since": "2024-02-01", "permille": 82}),
            &["/tax?jurisdiction=CH*"],
        ),
        put("/dropdowns/terms/cash", json!({"label": "By hand"}), &["/dropdowns/terms"]),
        put("/profile", json!({"name": "New", "mail": "new@example.com"}), &["1:/profile"]),
        // Person 2 works there.
        put(
            "/branches/1",
            json!("Renamed"),
            &["/branches/1", "2:/profile", "/dashboard*", "/reports/sales*"],
        ),
        put(
            "/branches/1/people/1",
            json!(null),
            &["/branches/*", "/profile", "/dashboard*", "/reports/sales*"],
        ),
        // Both are in project 4, person 1 alone in 2, person 2 alone in 5.
        put("/projects/4", json!("Renamed"), &["/projects"]),
        put("/projects/2", json!("Renamed"), &["1:/projects"]),
        put("/projects/5/members/1", json!(null), &["/projects"]),
        Write { request: Request::delete(ORG, 1, "/projects/5/members/1"), concerns: &["/projects"] },
        put(
            "/facility/1/2/orders/7",
            json!({"title": "Leak", "done": false}),
            &["/facility/1", "/facility/1/2/orders"],
        ),
        Write {
            request: Request::post(ORG, 1, "/import", imported),
            concerns: &["/products*", "/categories", "/reports/sales*", "/dashboard*"],
        },
    ]
}

impl Write {
    fn concerns(&self, read: &Request) -> bool {
        let everybodys = ["/reference", "/tax"].iter().any(|path| read.path.starts_with(path));
        (everybodys || read.tenant == ORG)
            && self.concerns.iter().any(|concerned| {
                let (user, path) =
                    concerned.split_once(':').map_or((None, *concerned), |(user, path)| (Some(user), path));
                let same = match path.strip_suffix('*') {
                    Some(start) => read.path.starts_with(start),
                    None => read.path == path,
                };
                same && user.is_none_or(|user| user == read.user.to_string())
            })
    }
}

#[tokio::test]
async fn both_processes_answer_with_the_new_state_and_load_nothing_else() {
    let world = World::start(Coherence::Push);
    let reads =
        [kept(ORG, 1), kept(ORG, 2), kept("org-02", 1), kept("ORG-01", 1), kept("org-01:client:2", 1)]
            .concat();
    for (number, write) in writes().into_iter().enumerate() {
        let mut before = Vec::new();
        for read in &reads {
            before.push(world.plain.send(read).await);
            for process in world.cached() {
                process.send(read).await;
            }
        }
        // By turns through the one and the other.
        let [writer, _] =
            if number % 2 == 0 { [&world.one, &world.other] } else { [&world.other, &world.one] };
        let answer = writer.send(&write.request).await;
        assert!(answer.status < 300, "{:?}: {answer:?}", write.request);

        let mut changed = 0;
        let (concerned, others): (Vec<_>, Vec<_>) =
            reads.iter().zip(&before).partition(|(read, _)| write.concerns(read));
        for (read, before) in &concerned {
            let expected = world.plain.send(read).await;
            changed += usize::from(expected != **before);
            assert_eq!(
                writer.send(read).await,
                expected,
                "the writer's own process: {read:?} after {:?}",
                write.request
            );
            for process in world.cached() {
                let what = format!("{read:?} after {:?}", write.request);
                until(&what, async || process.send(read).await == expected).await;
            }
        }
        assert!(changed > 0, "{:?} changes nothing", write.request);
        for process in world.cached() {
            let loads = process.loads().await;
            for (read, before) in &others {
                assert_eq!(process.send(read).await, **before, "{read:?} after {:?}", write.request);
            }
            let lost = process.loads().await - loads;
            assert_eq!(lost, 0, "lost what {:?} doesn't concern", write.request);
        }
    }
}
