//! What gungraun says of a run: one JSON object per benchmark, one after the other.

use std::error::Error;

use serde_json::{Deserializer, Value};

use super::counts::Counts;

/// How many calls a benchmark makes.
const CALLS: u64 = 100;

/// Instructions of one call, of each benchmark.
pub(super) fn counts(summaries: &str) -> Result<Counts, Box<dyn Error>> {
    Deserializer::from_str(summaries).into_iter::<Value>().map(|summary| count(&summary?)).collect()
}

fn count(summary: &Value) -> Result<(String, u64), Box<dyn Error>> {
    let name = summary["function_name"].as_str().ok_or("a summary without a function")?;
    let instructions = &summary["profiles"][0]["data"]["total"]["metrics"]["Ir"]["values"];
    // Beside an earlier run there are two: the new one is first.
    let new = instructions.get("new").or_else(|| instructions.get("both")?.get(0));
    let new = new.and_then(integer).ok_or_else(|| format!("no instructions of `{name}`: {instructions}"))?;
    Ok((name.to_owned(), new.div_ceil(CALLS)))
}

/// `100` or `{"Int": 100}`.
fn integer(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.get("Int")?.as_u64())
}
