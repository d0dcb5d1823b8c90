//! What counts instructions: valgrind, and the runner that the benchmark asks it through.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::process::{Command, Stdio};

use crate::output::workspace;

/// Of gungraun too: the two understand each other only if they are equal.
const VERSION: &str = "0.20.0";

/// Whether what is needed is installed.
pub(super) fn find() -> Result<(), Box<dyn Error>> {
    let valgrind = version_of("valgrind");
    if valgrind.is_none() {
        return Err("error: valgrind is missing: install it (Debian: apt-get install valgrind)".into());
    }
    let remedy = format!("cargo install gungraun-runner --version {VERSION} --locked");
    match version_of("gungraun-runner") {
        None => Err(format!("error: gungraun-runner is missing: `{remedy}`").into()),
        Some(version) if !version.ends_with(VERSION) => {
            Err(format!("error: {version} is installed, {VERSION} is needed: `{remedy}`").into())
        }
        Some(_) => Ok(()),
    }
}

fn version_of(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs the benchmark; what it says is JSON.
pub(super) fn run() -> Result<String, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args([
            "bench",
            "--quiet",
            "--package",
            "benches",
            "--bench",
            "instructions",
            "--",
            "--output-format=json",
        ])
        .current_dir(workspace())
        .stderr(Stdio::inherit())
        .output()?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => Err("error: the benchmark failed".into()),
    }
}
