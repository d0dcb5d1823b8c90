//! For Markdown.

use std::fmt::Write;

use super::super::data::Graph;
use super::picture::{Kind, Node};

pub(super) fn render(graph: &Graph) -> String {
    let picture = graph.picture();
    let mut text = String::from("flowchart LR\n");
    for node in &picture.nodes {
        let _ = writeln!(text, "    {}", node.mermaid());
    }
    for cluster in &picture.clusters {
        let _ = writeln!(text, "    subgraph {}[\"{}\"]", cluster.id, escaped(&cluster.label));
        for node in &cluster.nodes {
            let _ = writeln!(text, "        {}", node.mermaid());
        }
        text.push_str("    end\n");
    }
    for edge in &picture.edges {
        let _ = writeln!(text, "    {} -->|\"{}\"| {}", edge.from, edge.label, edge.to);
    }
    text
}

impl Node {
    fn mermaid(&self) -> String {
        let (open, close) = match self.kind {
            Kind::Function => ("[", "]"),
            Kind::Writer => ("([", "])"),
            Kind::Model => ("[(", ")]"),
        };
        let lines: Vec<_> = self.label.iter().map(|line| escaped(line)).collect();
        format!("{}{open}\"{}\"{close}", self.id, lines.join("<br/>"))
    }
}

/// In quotes, names of type parameters would be elements of HTML, and a `#` begins a character's name.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '#' => escaped.push_str("#35;"),
            '"' => escaped.push_str("#quot;"),
            '&' => escaped.push_str("#amp;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}
