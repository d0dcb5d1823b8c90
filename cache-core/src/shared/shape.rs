//! The shape of a stored type: what its `Deserialize` asks for, as a graph, and as one line of text.
//!
//! ```text
//! {id:u64,name:str,next:?^0}      a struct with two fields and, perhaps, another of itself
//! <Unit|One(u8)|Two(u8,u8)|Named{x:f64}>
//! ```
//!
//! The text is what a fingerprint is made of, so it is a format: the names of fields and variants, what they hold, and their
//! order. The names of types are not in it, for they are not in the bytes.

use std::collections::HashMap;

use crate::key::text::encode;

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) enum Shape {
    /// Nothing was.
    #[default]
    Nothing,
    /// A number, text and so on, by its name.
    Plain(&'static str),
    /// Whatever comes: it decides by what it finds.
    Any,
    Option(Box<Shape>),
    Seq(Box<Shape>),
    Map(Box<Shape>, Box<Shape>),
    Tuple(Vec<Shape>),
    /// A type with a name, which may contain itself: its number.
    Named(usize),
}

/// A type with a name.
#[derive(Debug)]
pub(super) enum Node {
    /// With the names of its fields, none if they have none.
    Struct { names: &'static [&'static str], fields: Option<Vec<Shape>> },
    /// With the variants, as far as they are known.
    Enum { names: &'static [&'static str], variants: Vec<Option<Variant>> },
}

/// What a variant holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Variant {
    /// It can't be read here, whatever it holds: that of another platform.
    Refused,
    Unit,
    Newtype(Shape),
    Tuple(Vec<Shape>),
    Struct(&'static [&'static str], Vec<Shape>),
}

impl Node {
    /// Whether nothing of itself is unknown.
    pub(super) fn is_known(&self) -> bool {
        match self {
            Node::Struct { fields, .. } => fields.is_some(),
            Node::Enum { variants, .. } => variants.iter().all(Option::is_some),
        }
    }

    fn shapes(&self) -> Vec<&Shape> {
        match self {
            Node::Struct { fields, .. } => fields.iter().flatten().collect(),
            Node::Enum { variants, .. } => variants.iter().flatten().flat_map(Variant::shapes).collect(),
        }
    }
}

impl Variant {
    pub(super) fn shapes(&self) -> &[Shape] {
        match self {
            Variant::Refused | Variant::Unit => &[],
            Variant::Newtype(shape) => std::slice::from_ref(shape),
            Variant::Tuple(shapes) | Variant::Struct(_, shapes) => shapes,
        }
    }
}

/// Which types something of which is unknown, in themselves or in what they contain.
pub(super) fn incomplete(nodes: &[Node]) -> Vec<bool> {
    let mut incomplete: Vec<bool> = nodes.iter().map(|node| !node.is_known()).collect();
    loop {
        let before = incomplete.clone();
        for (at, node) in nodes.iter().enumerate() {
            incomplete[at] |= node.shapes().into_iter().any(|shape| shape.reaches(&before));
        }
        if incomplete == before {
            return incomplete;
        }
    }
}

impl Shape {
    /// Whether it contains, without another type in between, one of these types.
    pub(super) fn reaches(&self, types: &[bool]) -> bool {
        match self {
            Shape::Nothing | Shape::Plain(_) | Shape::Any => false,
            Shape::Option(inner) | Shape::Seq(inner) => inner.reaches(types),
            Shape::Map(key, value) => key.reaches(types) || value.reaches(types),
            Shape::Tuple(shapes) => shapes.iter().any(|shape| shape.reaches(types)),
            Shape::Named(number) => types.get(*number).copied().unwrap_or(true),
        }
    }

    /// Whether, on a way past none of the types `passed`, there is one of which something is unknown.
    pub(super) fn leads_to_unknown(&self, nodes: &[Node], passed: &mut Vec<usize>) -> bool {
        match self {
            Shape::Nothing | Shape::Plain(_) | Shape::Any => false,
            Shape::Option(inner) | Shape::Seq(inner) => inner.leads_to_unknown(nodes, passed),
            Shape::Map(key, value) => {
                key.leads_to_unknown(nodes, passed) || value.leads_to_unknown(nodes, passed)
            }
            Shape::Tuple(shapes) => shapes.iter().any(|shape| shape.leads_to_unknown(nodes, passed)),
            Shape::Named(number) if passed.contains(number) => false,
            Shape::Named(number) => {
                passed.push(*number);
                let node = &nodes[*number];
                !node.is_known() || node.shapes().iter().any(|shape| shape.leads_to_unknown(nodes, passed))
            }
        }
    }
}

/// A shape as text, and whether all of it says what it is.
pub(super) fn render(root: &Shape, nodes: &[Node]) -> (String, bool) {
    let mut text = Text { nodes, out: String::new(), seen: HashMap::new(), plain: true };
    text.shape(root);
    (text.out, text.plain)
}

struct Text<'a> {
    nodes: &'a [Node],
    out: String,
    /// In the order in which they are met.
    seen: HashMap<usize, usize>,
    plain: bool,
}

impl Text<'_> {
    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Nothing => self.out.push('_'),
            Shape::Plain(name) => self.out.push_str(name),
            Shape::Any => {
                self.plain = false;
                self.out.push('*');
            }
            Shape::Option(inner) => {
                self.out.push('?');
                self.shape(inner);
            }
            Shape::Seq(inner) => self.within('[', std::slice::from_ref(&**inner), ']'),
            Shape::Map(key, value) => {
                self.out.push('[');
                self.shape(key);
                self.out.push('=');
                self.shape(value);
                self.out.push(']');
            }
            Shape::Tuple(shapes) => self.within('(', shapes, ')'),
            Shape::Named(number) => self.named(*number),
        }
    }

    fn named(&mut self, number: usize) {
        let next = self.seen.len();
        if let Some(seen) = self.seen.get(&number) {
            self.out += &format!("^{seen}");
            return;
        }
        self.seen.insert(number, next);
        match &self.nodes[number] {
            Node::Struct { names, fields } => self.fields(names, fields.as_deref().unwrap_or_default()),
            Node::Enum { names, variants } => {
                self.out.push('<');
                for (at, variant) in variants.iter().enumerate() {
                    if at > 0 {
                        self.out.push('|');
                    }
                    encode(&mut self.out, names[at].as_bytes());
                    match variant {
                        None | Some(Variant::Unit) => {}
                        Some(Variant::Refused) => self.out.push('!'),
                        Some(Variant::Newtype(shape)) => self.within('(', std::slice::from_ref(shape), ')'),
                        Some(Variant::Tuple(shapes)) => self.within('(', shapes, ",)"),
                        Some(Variant::Struct(names, shapes)) => self.fields(names, shapes),
                    }
                }
                self.out.push('>');
            }
        }
    }

    /// More names than fields there are where fields have several.
    fn fields(&mut self, names: &[&str], shapes: &[Shape]) {
        self.out.push('{');
        for at in 0..names.len().max(shapes.len()) {
            if at > 0 {
                self.out.push(',');
            }
            if let Some(name) = names.get(at) {
                encode(&mut self.out, name.as_bytes());
                self.out.push(':');
            }
            if let Some(shape) = shapes.get(at) {
                self.shape(shape);
            }
        }
        self.out.push('}');
    }

    /// Equal neighbours once, with their number.
    fn within(&mut self, open: char, shapes: &[Shape], close: impl std::fmt::Display) {
        self.out.push(open);
        for (at, run) in shapes.chunk_by(|a, b| a == b).enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.shape(&run[0]);
            if run.len() > 1 {
                self.out += &format!("x{}", run.len());
            }
        }
        self.out += &close.to_string();
    }
}
