//! Others: a deploy changes what a value depends on or is made of, and nobody is told. Here each such change is a line of
//! the pull request: it differs in the snapshot of the graph that `check_graph!` holds a program to.

use cache_core::graph::Format;
use cache_core::{Alias, Model, Tenant, cached, graph, invalidates};

#[derive(Tenant, Clone, Copy)]
struct Warehouse(u64);

#[derive(Model)]
#[model(name = "fault-18.article", id = u64)]
struct Article;

#[derive(Model)]
#[model(name = "fault-18.stock", id = u64)]
struct Stock;

#[derive(Alias)]
#[alias(name = "fault-18.short", ttl = "1m")]
struct Short;

/// A program before a change and after it.
macro_rules! changes {
    ($($change:ident { $($before:tt)* } => { $($after:tt)* })*) => {$(
        mod $change {
            mod before {
                use super::super::*;
                $($before)*
            }

            mod after {
                use super::super::*;
                $($after)*
            }
        }
    )*};
}

changes! {
    another_dependency {
        #[cached(ttl = "10m", invalidate_on = [Article(id), Stock(id)])]
        fn read(id: u64) -> u64 { id }
    } => {
        #[cached(ttl = "10m", invalidate_on = [Article(id)])]
        fn read(id: u64) -> u64 { id }
    }
    more_of_a_model {
        #[cached(invalidate_on = [Article(id)])]
        fn read(id: u64) -> u64 { id }
    } => {
        #[cached(invalidate_on = [Article])]
        fn read(id: u64) -> u64 { id }
    }
    another_value {
        #[cached]
        fn read(id: u64) -> u64 { id }
    } => {
        #[cached]
        fn read(id: u64) -> Option<u64> { Some(id) }
    }
    another_argument {
        #[cached]
        fn read(id: u64) -> u64 { id }
    } => {
        #[cached]
        fn read(id: u64, page: u8) -> u64 { id + u64::from(page) }
    }
    another_time {
        #[cached(ttl = "10m")]
        fn read(id: u64) -> u64 { id }
    } => {
        #[cached(ttl = "15m")]
        fn read(id: u64) -> u64 { id }
    }
    another_alias {
        #[cached]
        fn read(id: u64) -> u64 { id }
    } => {
        #[cached(alias = Short)]
        fn read(id: u64) -> u64 { id }
    }
    another_scope {
        #[cached]
        fn read(of: Warehouse) -> u64 { of.0 }
    } => {
        #[cached(per_tenant)]
        fn read(of: Warehouse) -> u64 { of.0 }
    }
    another_option {
        #[cached]
        fn read(id: u64) -> Option<u64> { Some(id) }
    } => {
        #[cached(version = 2, none_ttl = "off")]
        fn read(id: u64) -> Option<u64> { Some(id) }
    }
    another_write {
        #[invalidates(Article(id), Stock(id))]
        fn write(id: u64) -> Result<(), u64> { Err(id) }
    } => {
        #[invalidates(Article(id), on = ok)]
        fn write(id: u64) -> Result<(), u64> { Err(id) }
    }
    another_id {
        #[expect(dead_code, reason = "a marker that nothing names")]
        #[derive(Model)]
        #[model(name = "another_id::before", id = u64)]
        struct Row;
    } => {
        #[expect(dead_code, reason = "a marker that nothing names")]
        #[derive(Model)]
        #[model(name = "another_id::after", per_tenant = Warehouse, id = (u64, String))]
        struct Row;
    }
    another_setting {
        #[derive(Alias)]
        #[alias(name = "another_setting.before", ttl = "1h")]
        struct Named;
    } => {
        #[derive(Alias)]
        #[alias(name = "another_setting.after", scope = tenant, ttl = "2h")]
        struct Named;
    }
}

/// The lines of the snapshot that a change takes away and those that it adds.
fn seen(change: &str) -> (Vec<String>, Vec<String>) {
    let [before, after] = ["before", "after"].map(|when| {
        let is_of = |name: &str| name.contains(change) && name.contains(when);
        let mut graph = graph();
        graph.functions.retain(|function| is_of(function.name));
        graph.writers.retain(|writer| is_of(writer.name));
        graph.models.retain(|model| is_of(model.name));
        graph.aliases.retain(|alias| is_of(alias.name));
        let json = graph.render(Format::Json).replace(when, "now");
        json.lines().map(|line| line.trim().trim_end_matches(',').to_owned()).collect::<Vec<_>>()
    });
    let without = |lines: &[String], others: &[String]| -> Vec<String> {
        lines.iter().filter(|line| !others.contains(line)).cloned().collect()
    };
    (without(&before, &after), without(&after, &before))
}

#[test]
fn a_change_is_seen_in_the_snapshot() {
    let check = |change: &str, gone: &[&str], come: &[&str]| {
        let (was, is) = seen(change);
        assert_eq!(
            (was, is),
            (gone.iter().map(ToString::to_string).collect(), come.iter().map(ToString::to_string).collect()),
            "{change}"
        );
    };
    check("another_dependency", &[r#""a row of fault-18.stock""#], &[]);
    check("more_of_a_model", &[r#""a row of fault-18.article""#], &[r#""all rows of fault-18.article""#]);
    check(
        "another_value",
        &[r#""signature": "(id: u64) -> u64""#],
        &[r#""signature": "(id: u64) -> Option<u64>""#],
    );
    let key = r#""key": "{namespace}:default:faults::fault_18_changes_go_unnoticed"#;
    check(
        "another_argument",
        &[r#""signature": "(id: u64) -> u64""#, &format!("{key}::another_argument::now::read:id={{id}}\"")],
        &[
            r#""signature": "(id: u64, page: u8) -> u64""#,
            &format!("{key}::another_argument::now::read:id={{id}}:page={{page}}\""),
        ],
    );
    check("another_time", &[r#""ttl": "10m""#], &[r#""ttl": "15m""#]);
    check(
        "another_alias",
        &[r#""alias": "default""#, r#""ttl": "5m""#, &format!("{key}::another_alias::now::read:id={{id}}\"")],
        &[
            r#""alias": "fault-18.short""#,
            r#""ttl": "1m""#,
            &format!("{key}::another_alias::now::read:id={{id}}\"").replace("default", "fault-18.short"),
        ],
    );
    check(
        "another_scope",
        &[&format!("{key}::another_scope::now::read:of={{of}}\"")],
        &[
            r#""tenant": "warehouse""#,
            &format!("{key}::another_scope::now::read\"").replace("default", "default:warehouse={warehouse}"),
        ],
    );
    check(
        "another_option",
        &[&format!("{key}::another_option::now::read:id={{id}}\"")],
        &[
            r#""options": ["#,
            r#""version = 2""#,
            r#""none_ttl = off""#,
            &format!("{key}::another_option::now::read@v2:id={{id}}\""),
        ],
    );
    check("another_write", &[r#""a row of fault-18.stock""#, r#""on": "always""#], &[r#""on": "ok""#]);
    check("another_id", &[r#""id": "u64""#], &[r#""per_tenant": "warehouse""#, r#""id": "(u64, String)""#]);
    check("another_setting", &[r#""ttl = \"1h\"""#], &[r#""scope": ["#, r#""tenant""#, r#""ttl = \"2h\"""#]);
}
