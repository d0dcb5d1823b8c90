//! For comparing: one fact a line.

use std::fmt::Write;
use std::path::{Component, Path};

use super::super::data::Graph;
use super::facts::{Fact, Item};

pub(super) fn render(graph: &Graph) -> String {
    let sections = graph.sections();
    let sections = sections.iter().map(|section| {
        let items = section.items.iter().map(Item::json);
        format!("  {}: {}", quoted(section.name), list('[', ']', "  ", items))
    });
    list('{', '}', "", sections) + "\n"
}

impl Item {
    fn json(&self) -> String {
        let name = ("name", Fact::One(self.name.clone()));
        let file = self.location.map(|location| ("file", Fact::One(file(location.file))));
        let facts = [&name].into_iter().chain(&file).chain(&self.facts);
        let facts = facts.map(|(name, fact)| {
            let fact = match fact {
                Fact::One(fact) => quoted(fact),
                Fact::Several(facts) => {
                    list('[', ']', "      ", facts.iter().map(|fact| format!("        {}", quoted(fact))))
                }
            };
            format!("      {}: {fact}", quoted(name))
        });
        format!("    {}", list('{', '}', "    ", facts))
    }
}

/// Lines, with commas between them, in brackets.
fn list(open: char, close: char, indent: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<_> = lines.collect();
    match lines.is_empty() {
        true => format!("{open}{close}"),
        false => format!("{open}\n{}\n{indent}{close}", lines.join(",\n")),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            control if u32::from(control) < 0x20 => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The same on every machine: a file of another workspace, or of a registry, from the folder of its crate on.
fn file(path: &str) -> String {
    let (path, is_absolute) = (path.replace('\\', "/"), Path::new(path).is_absolute());
    if !is_absolute {
        return path;
    }
    let parts: Vec<_> = Path::new(&path)
        .components()
        .filter_map(|part| match part {
            Component::Normal(part) => part.to_str(),
            _ => None,
        })
        .collect();
    let folders = ["src", "tests", "examples", "benches"];
    let mut source = parts.iter().rposition(|part| folders.contains(part));
    // `src/tests` is a module.
    while let Some(at) = source
        && at > 0
        && folders.contains(&parts[at - 1])
    {
        source = Some(at - 1);
    }
    let start = source.map_or(parts.len() - 1, |at| at.saturating_sub(1));
    parts[start..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_the_same_on_every_machine() {
        assert_eq!(file("src/shop/price.rs"), "src/shop/price.rs");
        assert_eq!(file("src\\shop\\price.rs"), "src/shop/price.rs");
        assert_eq!(file("/elsewhere/shop/src/price.rs"), "shop/src/price.rs");
        assert_eq!(file("/registry/src/index-0123/shop-0.1.0/src/price.rs"), "shop-0.1.0/src/price.rs");
        assert_eq!(file("/elsewhere/shop/src/tests/price.rs"), "shop/src/tests/price.rs");
        assert_eq!(file("/elsewhere/src/shop/tests/price.rs"), "shop/tests/price.rs");
        assert_eq!(file("/price.rs"), "price.rs");
    }

    #[test]
    fn text_is_quoted() {
        assert_eq!(quoted("a \"b\" \\ \n\u{1}é"), r#""a \"b\" \\ \n\u0001é""#);
        assert_eq!(list('[', ']', "", std::iter::empty()), "[]");
    }
}
