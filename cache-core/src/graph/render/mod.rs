//! The graph, shown.

mod dot;
mod facts;
mod json;
mod mermaid;
mod picture;
mod text;

use std::fmt;
use std::str::FromStr;

use super::data::Graph;

/// How a graph is shown.
///
/// ```
/// use cache_core::graph::Format;
///
/// let format: Format = "mermaid".parse()?;
/// println!("{}", cache_core::graph().render(format));
/// # Ok::<_, cache_core::graph::UnknownFormat>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Format {
    /// For a terminal: all that is known, with lines and columns.
    Text,
    /// For comparing: one fact a line, in a stable order, with files and without lines, so that what is moved is not
    /// changed.
    Json,
    /// A [Mermaid](https://mermaid.js.org) flowchart, for Markdown: writers, models, functions in their aliases.
    Mermaid,
    /// The same for [Graphviz](https://graphviz.org).
    Dot,
}

impl Graph {
    /// The graph as text.
    #[must_use]
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => text::render(self),
            Format::Json => json::render(self),
            Format::Mermaid => mermaid::render(self),
            Format::Dot => dot::render(self),
        }
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Format::Text))
    }
}

const FORMATS: [(&str, Format); 4] =
    [("text", Format::Text), ("json", Format::Json), ("mermaid", Format::Mermaid), ("dot", Format::Dot)];

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = FORMATS.iter().find(|(known, _)| *known == name);
        found.map(|(_, format)| *format).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// There is no format of this name.
#[derive(Clone, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = FORMATS.map(|(name, _)| format!("`{name}`")).join(", ");
        write!(f, "no format `{}`; there are: {names}", self.0)
    }
}

/// As it is shown: this is what is printed of an error that `main` returns.
impl fmt::Debug for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for UnknownFormat {}
