//! What a benchmark leaves behind: figures as JSON in the workspace's target folder.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde::Serialize;

/// The folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a member's folder is in its workspace's")
}

/// Writes `target/<name>.json`, in the workspace's folder wherever cargo puts what it builds.
pub(crate) fn write_json(name: &str, figures: &impl Serialize) -> Result<(), Box<dyn Error>> {
    let path = workspace().join("target").join(name).with_extension("json");
    fs::create_dir_all(workspace().join("target"))?;
    write_json_to(&path, figures)?;
    println!("\nwritten to target/{name}.json");
    Ok(())
}

/// Writes a file of JSON for people to read too.
pub(crate) fn write_json_to(path: &Path, figures: &impl Serialize) -> Result<(), Box<dyn Error>> {
    fs::write(path, serde_json::to_string_pretty(figures)? + "\n")
        .map_err(|error| format!("`{}`: {error}", path.display()).into())
}
