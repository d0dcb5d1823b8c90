//! What `check_graph!` runs: the lints, and a comparison with the file that is committed.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use super::data::Graph;
use super::diff::diff;
use super::graph;
use super::render::Format;

/// Set to something, it writes the snapshot anew. Not one of the settings, which begin with `CACHE_`.
const UPDATE: &str = "UPDATE_CACHE_GRAPH";

/// Behind the findings.
const MEANT: &str = "what is meant so says `allow(..)` in its attribute, with the name in brackets; `Lint::explain` in \
                     `cache_core::graph` says more of each\n\n";

/// Fails with all that is wrong: what `check_graph!` expands to. `snapshot` is the folder of the crate and a path from
/// there.
///
/// # Panics
///
/// Then.
#[track_caller]
pub fn check_graph(snapshot: Option<[&str; 2]>, allow: &[&str]) {
    let update = env::var_os(UPDATE).is_some_and(|value| !value.is_empty() && value != "0");
    // Tests may run elsewhere than they were built: who runs them says where the crate is.
    let moved = env::var_os("CARGO_MANIFEST_DIR");
    let snapshot = snapshot.map(|[folder, file]| {
        let path = Path::new(moved.as_deref().unwrap_or(folder.as_ref())).join(file);
        Snapshot { path, file, update }
    });
    if let Err(faults) = check(&graph(), snapshot.as_ref(), allow) {
        panic!("{faults}");
    }
}

/// The file that is committed.
struct Snapshot<'a> {
    path: PathBuf,
    /// As the author calls it.
    file: &'a str,
    /// Whether it is written anew.
    update: bool,
}

fn check(graph: &Graph, snapshot: Option<&Snapshot<'_>>, allow: &[&str]) -> Result<(), String> {
    let mut faults = String::new();
    let findings: Vec<_> =
        graph.lint().into_iter().filter(|finding| !allow.contains(&finding.lint)).collect();
    if !findings.is_empty() {
        let number =
            if findings.len() == 1 { "one finding" } else { &format!("{} findings", findings.len()) };
        let _ = writeln!(faults, "{number} in what the cache knows of this program:\n");
        for finding in &findings {
            let _ = writeln!(faults, "{finding}\n");
        }
        // An empty program has no attribute that could say so.
        if findings.iter().any(|finding| finding.location.is_some()) {
            faults.push_str(MEANT);
        }
    }
    if let Some(Err(fault)) = snapshot.map(|snapshot| snapshot.compare(&graph.render(Format::Json))) {
        faults.push_str(&fault);
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

impl Snapshot<'_> {
    fn compare(&self, now: &str) -> Result<(), String> {
        let file = self.file;
        if self.update {
            return self.write(now).map_err(|error| format!("`{file}` can't be written: {error}\n"));
        }
        match fs::read_to_string(&self.path) {
            Ok(committed) => match diff(&committed, now) {
                changes if changes.is_empty() => Ok(()),
                changes => Err(format!(
                    "what the cache knows of this program is not what `{file}` says (-), but (+):\n\n{changes}\n\
                     if that is meant, `{UPDATE}=1 cargo test` writes the file anew: commit it\n"
                )),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(format!("there is no `{file}`: `{UPDATE}=1 cargo test` writes it, to be committed\n"))
            }
            Err(error) => Err(format!("`{file}` can't be read: {error}\n")),
        }
    }

    fn write(&self, now: &str) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.path, now)
    }
}
