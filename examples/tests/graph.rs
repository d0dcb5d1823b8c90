//! The quickstart's graph, as the README shows it.

use std::process::{Command, Output};

fn quickstart(format: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quickstart")).args(["--graph", format]).output().unwrap()
}

#[test]
fn the_readme_shows_the_graph_of_the_quickstart() {
    let output = quickstart("mermaid");
    let drawn = String::from_utf8(output.stdout).unwrap();
    let shown = include_str!("../../README.md").split("```mermaid\n").nth(1).expect("a graph");
    assert_eq!(shown.split("```").next(), Some(&*drawn), "what the README shows, what the program prints");
}

#[test]
fn a_format_that_there_is_none_of_is_an_error() {
    let output = quickstart("svg");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "Error: no format `svg`; there are: `text`, `json`, `mermaid`, `dot`\n");
}
