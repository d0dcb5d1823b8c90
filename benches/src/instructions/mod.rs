//! Instructions of the hit path beside those that were committed: a regression is seen on a noisy machine too.

mod counts;
mod summary;
mod tools;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use crate::output::write_json_to;
use counts::{Compared, Counts, compare};

const REMEDY: &str = "`more` is a regression, unless there is a reason for it; `less` would hide the next one. If that is \
                      how it shall be: `cargo run --release -p benches -- instructions --renew`, and say why in the \
                      commit";

pub(crate) fn run(renew: bool) -> Result<(), Box<dyn Error>> {
    tools::find()?;
    let counted = summary::counts(&tools::run()?)?;
    if renew {
        write_json_to(&committed_path(), &counted)?;
        println!("written to benches/instructions.json");
    }
    let compared = compare(&committed()?, &counted);
    println!("{:<28} {:>9} {:>9}  instructions of one call", "", "committed", "now");
    compared.iter().for_each(|compared| println!("{compared}"));
    match compared.iter().all(Compared::is_as_committed) {
        true => Ok(()),
        false => Err(format!(
            "\nerror: instruction counts differ from benches/instructions.json by more than 5 %\n{REMEDY}"
        )
        .into()),
    }
}

fn committed_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.json")
}

fn committed() -> Result<Counts, Box<dyn Error>> {
    let text = fs::read_to_string(committed_path())
        .map_err(|error| format!("benches/instructions.json: {error}; `--renew` writes it"))?;
    Ok(serde_json::from_str(&text)?)
}
