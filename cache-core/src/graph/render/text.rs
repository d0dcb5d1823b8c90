//! For a terminal.

use std::fmt::Write;

use super::super::data::Graph;
use super::facts::{Fact, Item};

pub(super) fn render(graph: &Graph) -> String {
    let mut text = String::new();
    for section in graph.sections() {
        if section.items.is_empty() {
            continue;
        }
        let count = section.items.len();
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{count} {}", section.title[usize::from(count > 1)]);
        for item in &section.items {
            let _ = write!(text, "\n{}", item.text());
        }
    }
    text
}

impl Item {
    fn text(&self) -> String {
        let at = self.location.map(|location| ("at", Fact::One(location.to_string())));
        let facts: Vec<_> = at.iter().chain(&self.facts).collect();
        let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut text = format!("{}\n", self.name);
        for (name, fact) in facts {
            let lines = match fact {
                Fact::One(line) => std::slice::from_ref(line),
                Fact::Several(lines) => lines,
            };
            let names = std::iter::once(*name).chain(std::iter::repeat(""));
            for (name, line) in names.zip(lines) {
                let name = name.replace('_', " ");
                let _ = writeln!(text, "  {name:width$}  {line}");
            }
        }
        text
    }
}
