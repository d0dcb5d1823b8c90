//! Takes the Rust code out of the README, for `tests/tour.rs` to compile and run. It keeps its line numbers, so that
//! what the compiler says of it is said of the README.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=../README.md");
    let mut tour = String::new();
    let mut is_code = false;
    for line in fs::read_to_string("../README.md")?.lines() {
        if line.starts_with("```") {
            is_code = line == "```rust";
        } else if is_code {
            tour.push_str(line);
        }
        tour.push('\n');
    }
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("tour.rs"), tour)
}
