//! For Graphviz.

use std::fmt::Write;

use super::super::data::Graph;
use super::picture::{Kind, Node};

pub(super) fn render(graph: &Graph) -> String {
    let picture = graph.picture();
    let mut text = String::from("digraph cache {\n    rankdir = LR;\n    node [shape = box];\n");
    for node in &picture.nodes {
        let _ = writeln!(text, "    {}", node.dot());
    }
    for cluster in &picture.clusters {
        let _ = writeln!(text, "    subgraph cluster_{} {{", cluster.id);
        let _ = writeln!(text, "        label = \"{}\";", escaped(&cluster.label));
        for node in &cluster.nodes {
            let _ = writeln!(text, "        {}", node.dot());
        }
        text.push_str("    }\n");
    }
    for edge in &picture.edges {
        let _ = writeln!(text, "    {} -> {} [label = \"{}\"];", edge.from, edge.to, edge.label);
    }
    text + "}\n"
}

impl Node {
    fn dot(&self) -> String {
        let shape = match self.kind {
            Kind::Function => "",
            Kind::Writer => ", shape = oval",
            Kind::Model => ", shape = cylinder",
        };
        let lines: Vec<_> = self.label.iter().map(|line| escaped(line)).collect();
        format!("{} [label = \"{}\"{shape}];", self.id, lines.join("\\n"))
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
