//! Finds the shape of a type by reading it, over and over, from nothing: what its `Deserialize` asks for is noted, and answered
//! with something that will do.
//!
//! One reading shows one variant of each enum, so there are as many as it takes until all are known. A type within itself is
//! noted once; inside of itself it is only answered, as shortly as it can be: no `Some`, no elements, and the first variant that
//! comes to an end. An answer that is refused, by a `try_from` say, is followed by another of the same kind in the next reading.
//! All of it is bounded, and the same in each process.

mod access;
mod answers;
mod tracer;

use std::any::type_name;
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::de::DeserializeOwned;

use self::answers::{Kind as Answer, count};
use self::tracer::Tracer;
use super::shape::{Node, Shape, Variant, incomplete};

/// How often a type is read.
const READINGS: usize = 2_000;
/// How many answers are given in one reading.
const ANSWERS: usize = 100_000;
/// How many values may lie within each other.
const DEPTH: usize = 128;
/// How many answers are tried with all of each other.
const TOGETHER: usize = 2;
/// From where on answers are short, for a type that contains itself without a name in between.
const DEEP: usize = DEPTH / 2;

/// Why a type can't be traced.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Why {
    /// It is kept aside before it is looked at, or finds out by names that it doesn't tell before: `untagged`, `tag`, `flatten`.
    Hidden,
    /// It took none of the answers: what it said of the last.
    Refused(String),
    /// It contains itself without end.
    Endless,
    /// It has more parts than are looked at.
    TooLarge,
    /// Its code panicked.
    Panicked,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Hidden => f.write_str(
                "is read by what it finds (`untagged`, `tag`, `flatten`), so what it may find can't be seen",
            ),
            Why::Refused(message) => write!(f, "took none of the values it was tried with ({message})"),
            Why::Endless => f.write_str("contains itself without end"),
            Why::TooLarge => f.write_str("has too many parts"),
            Why::Panicked => f.write_str("panicked while it was read"),
        }
    }
}

type Names = &'static [&'static str];

/// What is known so far.
#[derive(Default)]
struct Trace {
    nodes: Vec<Node>,
    numbers: HashMap<(&'static str, Names), usize>,
    /// Of each node, whether a part of it is unknown, as of the reading before; what is new is.
    incomplete: Vec<bool>,
    /// Which variants didn't come to an end.
    endless: HashMap<usize, Vec<bool>>,
    /// How many answers have been refused.
    refused: HashMap<Site, usize>,
    reading: Reading,
}

/// Who asked for what: a type, where that matters the type that it is a part of and its place there, and the kind of answer.
type Site = (&'static str, (&'static str, usize), Answer);

/// One reading.
#[derive(Default)]
struct Reading {
    /// The types that are being read.
    within: Vec<Frame>,
    /// The types that have been read, and need not be looked at again.
    seen: Vec<usize>,
    answers: usize,
    /// Which kinds of answer were given, the latest last.
    given: Vec<Site>,
    /// A variant that was named, and hasn't asked for what it holds.
    named: Option<(usize, usize)>,
    fault: Option<Fault>,
    /// Whether something was found out that will change the next reading.
    progress: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Frame {
    node: usize,
    /// The variant that is only answered, if it is an enum; `Some(None)`: a struct.
    answered: Option<Option<usize>>,
}

/// What ends a reading, or all of them.
#[derive(Clone)]
enum Fault {
    /// A type contains itself, this way. Another may do.
    Circle,
    Final(&'static str, Why),
}

/// The shape of a type, with those of the types in it.
pub(super) fn trace<T: DeserializeOwned>() -> Result<(Shape, Vec<Node>), (&'static str, Why)> {
    let mut trace = Trace::default();
    for _ in 0..READINGS {
        let mut root = Shape::Nothing;
        trace.reading = Reading::default();
        let tracer = Tracer::root(&mut trace, &mut root, type_name::<T>());
        let read = catch_unwind(AssertUnwindSafe(|| T::deserialize(tracer).map(drop)))
            .map_err(|_| (type_name::<T>(), Why::Panicked))?;
        trace.incomplete = incomplete(&trace.nodes);
        if trace.conclude(read.err(), type_name::<T>())? {
            if !root.reaches(&trace.incomplete) {
                return Ok((root, trace.nodes));
            }
            if !trace.reading.progress {
                // What it reads is not what it asked for: an error that it catches, say.
                let why = Why::Refused("not all of it can be reached".to_owned());
                return Err((type_name::<T>(), why));
            }
        }
    }
    Err((type_name::<T>(), Why::TooLarge))
}

impl Trace {
    /// What a reading has shown. Whether it came to its end.
    fn conclude(
        &mut self,
        error: Option<tracer::Refusal>,
        root: &'static str,
    ) -> Result<bool, (&'static str, Why)> {
        match (self.reading.fault.clone(), error) {
            (Some(Fault::Final(part, why)), _) => Err((part, why)),
            (Some(Fault::Circle), Some(_)) => {
                self.leave_circle().then_some(false).ok_or((root, Why::Endless))
            }
            (_, Some(error)) => self.answer_otherwise(error, root).map(|()| false),
            (_, None) => Ok(true),
        }
    }

    /// The variant that led around in a circle is not taken again.
    fn leave_circle(&mut self) -> bool {
        let answered = self.reading.within.iter().rev();
        let blamed = answered.filter_map(|frame| Some((frame.node, frame.answered??))).next();
        if let Some((node, variant)) = blamed {
            self.mark_endless(node, variant);
        }
        blamed.is_some()
    }

    fn mark_endless(&mut self, node: usize, variant: usize) {
        if let Some(endless) = self.endless.get_mut(&node) {
            endless[variant] = true;
        }
    }

    fn answer_otherwise(
        &mut self,
        error: tracer::Refusal,
        root: &'static str,
    ) -> Result<(), (&'static str, Why)> {
        if let Some((node, variant)) = self.reading.named {
            self.mark_endless(node, variant);
            if let Node::Enum { variants, .. } = &mut self.nodes[node] {
                variants[variant].get_or_insert(Variant::Refused);
            }
            return Ok(());
        }
        // The latest answer is the one that was refused, as a rule.
        let mut tried = Vec::new();
        for site in self.reading.given.iter().rev() {
            if tried.contains(site) {
                continue;
            }
            if tried.len() == TOGETHER {
                break;
            }
            let refused = self.refused.entry(*site).or_default();
            *refused += 1;
            if *refused < count(site.2) {
                return Ok(());
            }
            *refused = 0;
            tried.push(*site);
        }
        let part = self.reading.given.last().map_or(root, |(part, ..)| part);
        Err((part, Why::Refused(error.0)))
    }

    /// The number of a type: by who reads it and what it is made of, for two types may have one name.
    fn node(&mut self, reader: &'static str, names: Names, new: Node) -> usize {
        let next = self.nodes.len();
        *self.numbers.entry((reader, names)).or_insert_with(|| {
            if let Node::Enum { variants, .. } = &new {
                self.endless.insert(next, vec![false; variants.len()]);
            }
            self.nodes.push(new);
            next
        })
    }

    fn is_incomplete(&self, node: usize) -> bool {
        self.incomplete.get(node).copied().unwrap_or(true)
    }

    /// Counts an answer; `Err` if there were too many, or they lie too deep.
    fn step(&mut self, depth: usize, part: &'static str) -> Result<(), Fault> {
        self.reading.answers += 1;
        let fault = if self.reading.answers > ANSWERS {
            Fault::Final(part, Why::TooLarge)
        } else if depth > DEPTH {
            // By a type without a name, or by one that has too many others in it.
            Fault::Final(part, Why::Endless)
        } else {
            return Ok(());
        };
        Err(self.fail(fault))
    }

    fn fail(&mut self, fault: Fault) -> Fault {
        self.reading.fault.get_or_insert(fault).clone()
    }
}
