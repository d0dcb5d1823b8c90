//! What an annotated function costs its author while compiling.
//!
//! Three crates of 500 functions with the same bodies, in one workspace under `target/compile-time`: plain ones, ours, and
//! those of `cached` 4.1. Their dependencies are built first; then each crate is checked and built, by turns, and what
//! the plain one takes is subtracted.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use crate::statistics::median;

const FUNCTIONS: usize = 500;

/// A crate of functions, and what stands over each of the four forms of them.
struct Variant {
    name: &'static str,
    dependency: &'static str,
    prelude: &'static str,
    /// `f(id: u64)`.
    sync: &'static str,
    /// `f(id: u64, name: &str)`.
    sync_text: &'static str,
    /// `async f(db: &Db, id: u64)`, where the connection is not part of the key.
    asynchronous: &'static str,
    /// `async f(db: &Db, id: u64, name: &str)`.
    asynchronous_text: &'static str,
}

const PLAIN: Variant = Variant {
    name: "plain",
    dependency: "",
    prelude: "pub struct Db;",
    sync: "",
    sync_text: "",
    asynchronous: "",
    asynchronous_text: "",
};

const OURS: Variant = Variant {
    name: "ours",
    dependency: "cache-core = { path = \"{root}/cache-core\" }",
    prelude: "use cache_core::cached;\n#[derive(cache_core::NoKey)]\npub struct Db;",
    sync: "#[cached(ttl = \"5m\")]",
    sync_text: "#[cached(ttl = \"5m\")]",
    asynchronous: "#[cached(ttl = \"5m\")]",
    asynchronous_text: "#[cached(ttl = \"5m\")]",
};

/// One load per key, a TTL and a bound, as ours has.
const CACHED: Variant = Variant {
    name: "cached",
    dependency: "cached = { version = \"=4.1.0\", features = [\"async\"] }",
    prelude: "use cached::macros::cached;\npub struct Db;",
    sync: "#[cached(ttl_secs = 300, max_size = 10_000, sync_writes = \"by_key\")]",
    sync_text: "#[cached(ttl_secs = 300, max_size = 10_000, sync_writes = \"by_key\", key = \"(u64, String)\", \
                convert = { (id, name.to_owned()) })]",
    asynchronous: "#[cached(ttl_secs = 300, max_size = 10_000, sync_writes = \"by_key\", key = \"u64\", convert = { id })]",
    asynchronous_text: "#[cached(ttl_secs = 300, max_size = 10_000, sync_writes = \"by_key\", \
                        key = \"(u64, String)\", convert = { (id, name.to_owned()) })]",
};

/// Its shortest form: no TTL, no bound, a load per caller.
const CACHED_BARE: Variant = Variant {
    name: "cached-bare",
    dependency: CACHED.dependency,
    prelude: CACHED.prelude,
    sync: "#[cached]",
    sync_text: "#[cached(key = \"(u64, String)\", convert = { (id, name.to_owned()) })]",
    asynchronous: "#[cached(key = \"u64\", convert = { id })]",
    asynchronous_text: "#[cached(key = \"(u64, String)\", convert = { (id, name.to_owned()) })]",
};

const VARIANTS: [&Variant; 4] = [&PLAIN, &OURS, &CACHED, &CACHED_BARE];

pub(crate) fn run(quick: bool) -> Result<(), Box<dyn Error>> {
    let rounds = if quick { 1 } else { 5 };
    let workspace = Workspace::generate()?;
    for command in ["check", "build"] {
        // The dependencies.
        for variant in VARIANTS {
            workspace.time(command, variant)?;
        }
        let mut seconds = VARIANTS.map(|_| Vec::new());
        for _ in 0..rounds {
            for (variant, seconds) in VARIANTS.iter().zip(&mut seconds) {
                seconds.push(workspace.time(command, variant)?);
            }
        }
        report(command, seconds.map(median));
    }
    Ok(())
}

fn report(command: &str, [plain, ours, cached, bare]: [f64; 4]) {
    let per_function = |seconds: f64| (seconds - plain) * 1e3 / FUNCTIONS as f64;
    println!("cargo {command}, {FUNCTIONS} functions");
    println!("  {:<46} {plain:6.2} s", "plain");
    for (name, seconds) in [
        ("ours", ours),
        ("cached 4.1, TTL, bound, one load per key", cached),
        ("cached 4.1, as short as it can be", bare),
    ] {
        println!("  {name:<46} {seconds:6.2} s  {:6.2} ms per function", per_function(seconds));
    }
    println!(
        "  ours / cached {:.2}, ours / short cached {:.2}",
        per_function(ours) / per_function(cached),
        per_function(ours) / per_function(bare)
    );
}

struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    fn generate() -> Result<Self, Box<dyn Error>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace")?;
        let folder = root.join("target/compile-time");
        fs::create_dir_all(&folder)?;
        let members = VARIANTS.map(|variant| format!("\"{}\"", variant.name)).join(", ");
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[workspace]\nresolver = \"3\"\nmembers = [{members}]\n\n[profile.dev.package.\"*\"]\ndebug = false\n"
            ),
        )?;
        for variant in VARIANTS {
            let member = folder.join(variant.name);
            fs::create_dir_all(member.join("src"))?;
            let dependency = variant.dependency.replace("{root}", &root.display().to_string());
            let manifest = format!(
                "[package]\nname = \"of-{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependency}\n",
                variant.name
            );
            fs::write(member.join("Cargo.toml"), manifest)?;
            fs::write(member.join("src/lib.rs"), source(variant)?)?;
        }
        Ok(Workspace { folder })
    }

    /// Compiles a crate anew: its dependencies are there.
    fn time(&self, command: &str, variant: &Variant) -> Result<f64, Box<dyn Error>> {
        let source = self.folder.join(variant.name).join("src/lib.rs");
        fs::File::options().write(true).open(source)?.set_modified(std::time::SystemTime::now())?;
        let start = Instant::now();
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args([command, "--quiet", "--package", &format!("of-{}", variant.name)])
            .current_dir(&self.folder)
            // What was compiled before would be taken again.
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("CARGO_TARGET_DIR")
            .status()?;
        let seconds = start.elapsed().as_secs_f64();
        match status.success() {
            true => Ok(seconds),
            false => Err(format!("`cargo {command}` of `{}` failed", variant.name).into()),
        }
    }
}

/// Functions of the four forms by turns, and a call of each: of an async function that nobody polls, nothing is generated.
fn source(variant: &Variant) -> Result<String, std::fmt::Error> {
    let (mut text, mut calls) = (format!("{}\n", variant.prelude), String::new());
    for number in 0..FUNCTIONS {
        let name = format!("function_{number}");
        let (attribute, signature, body, call) = match number % 4 {
            0 => (
                variant.sync,
                format!("fn {name}(id: u64) -> u64"),
                format!("id + {number}"),
                format!("{name}(id);"),
            ),
            1 => (
                variant.sync_text,
                format!("fn {name}(id: u64, name: &str) -> String"),
                format!("format!(\"{{name}} {{id}} {number}\")"),
                format!("{name}(id, \"7\");"),
            ),
            2 => (
                variant.asynchronous,
                format!("async fn {name}(db: &Db, id: u64) -> Option<u64>"),
                format!("{{ let _ = db; Some(id + {number}) }}"),
                format!("give(Box::pin({name}(&Db, id)));"),
            ),
            _ => (
                variant.asynchronous_text,
                format!(
                    "async fn {name}(db: &Db, id: u64, name: &str) -> Result<String, std::num::ParseIntError>"
                ),
                format!("{{ let _ = db; Ok(format!(\"{{}} {number}\", name.parse::<u64>()? + id)) }}"),
                format!("give(Box::pin({name}(&Db, id, \"7\")));"),
            ),
        };
        write!(text, "\n{attribute}\npub {signature} {{\n    {body}\n}}\n")?;
        writeln!(calls, "    {call}")?;
    }
    write!(text, "\npub fn call_all(id: u64) {{\n{calls}}}\n\n")?;
    writeln!(text, "fn give<T>(_: std::pin::Pin<Box<dyn Future<Output = T>>>) {{}}")?;
    Ok(text)
}
