//! `check_graph!` with a snapshot: what is committed, missing, different, accepted. Each in a process of its own, whose
//! crate seems to lie elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use cache_core::{Alias, Model, NoKey, Tenant, cached, graph, invalidates};

#[derive(Tenant, Clone, Copy)]
struct Shop(u32);

#[derive(Model)]
#[model(name = "product", per_tenant = Shop, id = u32)]
struct Product;

#[derive(Alias)]
#[alias(name = "prices", scope = tenant, ttl = "10m")]
struct Prices;

#[derive(NoKey)]
struct Db;

#[cached(alias = Prices, invalidate_on = [Product(id)])]
fn price(db: &Db, shop: Shop, id: u32) -> u32 {
    let _ = (db, shop);
    id
}

#[invalidates(Product(id))]
fn set_price(db: &Db, shop: Shop, id: u32) {
    let _ = (db, shop, id);
}

cache_core::check_graph!(snapshot = "tests/check_graph.json");

/// A folder of a test's own, that is empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check_graph").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("tests")).unwrap();
    folder
}

/// Runs the test that the macro made; gives what it says if it fails.
fn check(folder: &Path, update: &str) -> Result<(), String> {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "cache_graph", "--nocapture"])
        .env("CARGO_MANIFEST_DIR", folder)
        .env("UPDATE_CACHE_GRAPH", update)
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(text.contains("running 1 test"), "{text}");
    if output.status.success() { Ok(()) } else { Err(text) }
}

#[test]
fn a_snapshot_that_is_missing_fails_and_says_how_to_make_it() {
    let folder = folder("missing");
    let said = check(&folder, "").unwrap_err();
    let expected = "there is no `tests/check_graph.json`: `UPDATE_CACHE_GRAPH=1 cargo test` writes it, to be committed\n";
    assert!(said.contains(expected), "{said}");
    // Where it is, is where the author wrote the macro.
    let line = 1 + include_str!("check_graph.rs")
        .lines()
        .position(|line| line.starts_with("cache_core::check"))
        .unwrap();
    assert!(said.contains(&format!("tests/tests/check_graph.rs:{line}:")), "{said}");
    assert!(!folder.join("tests/check_graph.json").exists());
}

#[test]
fn a_snapshot_is_written_when_that_is_asked_for_and_holds_then() {
    let folder = folder("accepted");
    check(&folder, "0").unwrap_err();
    fs::remove_dir(folder.join("tests")).unwrap();
    check(&folder, "1").unwrap();
    let written = fs::read_to_string(folder.join("tests/check_graph.json")).unwrap();
    assert_eq!(written, include_str!("check_graph.json"));
    assert_eq!(written, graph().render(graph::Format::Json));
    check(&folder, "").unwrap();
    // As git writes it, here and there.
    fs::write(folder.join("tests/check_graph.json"), written.replace('\n', "\r\n")).unwrap();
    check(&folder, "").unwrap();
}

#[test]
fn a_snapshot_that_differs_fails_and_shows_where_and_how_to_accept_it() {
    let folder = folder("differs");
    let file = folder.join("tests/check_graph.json");
    let changed = include_str!("check_graph.json")
        .replace("(db: &Db, shop: Shop, id: u32) -> u32", "(db: &Db, shop: Shop, id: u32) -> u64")
        .replace(
            "\"a row of product\"\n      ],\n      \"key\"",
            "\"all rows of product\"\n      ],\n      \"key\"",
        )
        .replace("ttl = \\\"10m\\\"", "ttl = \\\"5m\\\"");
    fs::write(&file, changed).unwrap();
    let said = check(&folder, "").unwrap_err();
    let expected = r#"what the cache knows of this program is not what `tests/check_graph.json` says (-), but (+):

        "name": "check_graph::price",
-       "signature": "(db: &Db, shop: Shop, id: u32) -> u64",
+       "signature": "(db: &Db, shop: Shop, id: u32) -> u32",
-         "all rows of product"
+         "a row of product"
        "name": "prices",
-         "ttl = \"5m\"",
+         "ttl = \"10m\"",

if that is meant, `UPDATE_CACHE_GRAPH=1 cargo test` writes the file anew: commit it
"#;
    assert!(said.contains(expected), "{said}");
    check(&folder, "1").unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), include_str!("check_graph.json"));
}

#[test]
fn a_snapshot_that_is_no_file_says_why() {
    let folder = folder("unreadable");
    fs::create_dir(folder.join("tests/check_graph.json")).unwrap();
    for (update, expected) in [("", "`tests/check_graph.json` can't be read: "), ("1", "can't be written: ")]
    {
        let said = check(&folder, update).unwrap_err();
        assert!(said.contains(expected), "{said}");
    }
}

/// What moves is not changed: a reviewer is told of what it does, not of where it stands.
#[test]
fn a_snapshot_has_files_and_no_lines() {
    let json = include_str!("check_graph.json");
    assert_eq!(json.matches("\"file\": \"tests/tests/check_graph.rs\"").count(), 5);
    for function in graph().functions {
        assert!(!json.contains(&format!("{}:{}", function.location.file, function.location.line)));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    assert!(!json.contains(root.to_str().unwrap()), "nothing of this machine");
}

#[test]
fn all_of_it_is_called() {
    set_price(&Db, Shop(1), 5);
    assert_eq!(price(&Db, Shop(1), 5), 5);
    let _ = Prices;
}
