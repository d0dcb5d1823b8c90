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
    // Beside an earlier run's there is its count too, as `old`.
    let instructions = &summary["profiles"][0]["data"]["total"]["metrics"]["Ir"]["values"]["new"];
    let instructions = instructions.as_u64().ok_or_else(|| format!("no instructions of `{name}`"))?;
    Ok((name.to_owned(), instructions.div_ceil(CALLS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str =
        r#"{"function_name":"hit","profiles":[{"data":{"total":{"metrics":{"Ir":{"values":"#;

    #[test]
    fn each_object_is_a_benchmark() {
        let text = SUMMARY.to_owned() + r#"{"new":1234,"old":5}}}}}}]}"#;
        let two = text.replace("hit", "miss").replace("1234", "5600") + "\n" + &text;
        let counts = counts(&two).unwrap();
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [("hit".to_owned(), 13), ("miss".to_owned(), 56)]);
    }

    #[test]
    fn what_lacks_a_count_is_an_error() {
        let error = counts(r#"{"function_name":"hit","profiles":[]}"#).unwrap_err();
        assert_eq!(error.to_string(), "no instructions of `hit`");
    }
}
