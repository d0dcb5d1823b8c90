//! Answers what a type asks for, and notes it.

use std::any::type_name;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, Deserializer, Visitor};

use super::access::{Elements, Entries, Variants};
use super::answers::{BYTES, CHARS, FLOATS, INTEGERS, Kind as Answer, LENGTHS, TEXTS, text_of_any};
use super::{DEEP, Fault, Frame, Names, Site, Trace, Why};
use crate::shared::shape::{Node, Shape};

/// What the type, or the trace, says against an answer.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Refusal(message.to_string())
    }
}

impl From<Fault> for Refusal {
    fn from(_: Fault) -> Self {
        Refusal("the reading ends".to_owned())
    }
}

/// Answers one question.
pub(super) struct Tracer<'t> {
    pub(super) trace: &'t mut Trace,
    /// Where it is noted what was asked for.
    pub(super) shape: &'t mut Shape,
    pub(super) place: Place,
}

/// Where in the type the question is asked.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The type that was asked for there.
    pub(super) asked: &'static str,
    /// The one that it is a part of.
    pub(super) of: &'static str,
    /// Which part.
    pub(super) position: usize,
    pub(super) depth: usize,
    /// Whether answers are to be short, for what is there is known already.
    pub(super) short: bool,
}

impl Place {
    /// One further in, where the type `asked` is asked for.
    pub(super) fn within(self, asked: &'static str, position: usize) -> Place {
        let depth = self.depth + 1;
        Place { asked, of: self.asked, position, depth, short: self.short || depth > DEEP }
    }

    /// One further in, in a type that adds nothing.
    pub(super) fn inner(self) -> Place {
        Place { of: self.of, position: self.position, ..self.within(self.asked, 0) }
    }

    /// Who asks: a type by itself, for it will ask for the same elsewhere; numbers and text by where they stand.
    fn site(self, kind: Answer) -> Site {
        let basic = !self.asked.contains("::") || self.asked == type_name::<String>();
        (self.asked, if basic { (self.of, self.position) } else { ("", 0) }, kind)
    }
}

impl<'t> Tracer<'t> {
    pub(super) fn root(trace: &'t mut Trace, shape: &'t mut Shape, asked: &'static str) -> Self {
        Tracer { trace, shape, place: Place { asked, of: asked, position: 0, depth: 0, short: false } }
    }

    /// Notes what is asked for; the number of the answer that is due.
    fn asked(&mut self, kind: Answer, shape: Shape) -> Result<usize, Refusal> {
        self.trace.step(self.place.depth, self.place.asked)?;
        *self.shape = shape;
        let site = self.place.site(kind);
        self.trace.reading.given.push(site);
        Ok(self.trace.refused.get(&site).copied().unwrap_or(0))
    }

    fn signed(&mut self, name: &'static str) -> Result<i8, Refusal> {
        self.asked(Answer::Integer, Shape::Plain(name)).map(|answer| INTEGERS[answer])
    }

    fn unsigned(&mut self, name: &'static str) -> Result<u8, Refusal> {
        self.signed(name).map(i8::unsigned_abs)
    }

    fn float(&mut self, name: &'static str) -> Result<f32, Refusal> {
        self.asked(Answer::Float, Shape::Plain(name)).map(|answer| FLOATS[answer])
    }

    fn text(&mut self) -> Result<&'static str, Refusal> {
        self.asked(Answer::Text, Shape::Plain("str")).map(|answer| TEXTS[answer])
    }

    fn bytes(&mut self) -> Result<&'static [u8], Refusal> {
        self.asked(Answer::Bytes, Shape::Plain("bytes")).map(|answer| &[1; 64][..BYTES[answer]])
    }

    fn nothing(&mut self, name: &'static str) -> Result<(), Refusal> {
        self.trace.step(self.place.depth, self.place.asked)?;
        *self.shape = Shape::Plain(name);
        Ok(())
    }

    /// How many elements a sequence or a map is to have.
    fn length(&mut self) -> Result<usize, Refusal> {
        let answer = self.asked(Answer::Length, Shape::Nothing)?;
        // The first answer is one element, so that it is seen.
        Ok(if self.place.short && answer == 0 { 0 } else { LENGTHS[answer] })
    }

    /// A struct, or what is like one: read in its turn, and noted if it is new.
    fn named<R>(
        self,
        reader: &'static str,
        names: Names,
        read: impl FnOnce(&mut Trace, &mut Vec<Shape>, Place) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        let Tracer { trace, shape, place } = self;
        trace.step(place.depth, place.asked)?;
        let number = trace.node(reader, names, Node::Struct { names, fields: None });
        *shape = Shape::Named(number);
        let inside = |frame: &&Frame| frame.node == number;
        if trace.reading.within.iter().filter(inside).any(|frame| frame.answered.is_some()) {
            return Err(trace.fail(Fault::Circle).into());
        }
        let again = trace.reading.within.iter().any(|frame| frame.node == number);
        let short =
            place.short || again || trace.reading.seen.contains(&number) || !trace.is_incomplete(number);
        let mut fields = Vec::new();
        let frame = Frame { node: number, answered: short.then_some(None) };
        let read = trace.inside(frame, |trace| read(trace, &mut fields, Place { short, ..place }))?;
        if !short {
            trace.reading.seen.push(number);
            if let Node::Struct { fields: known @ None, .. } = &mut trace.nodes[number] {
                *known = Some(fields);
                trace.reading.progress = true;
            }
        }
        Ok(read)
    }

    /// The forms that a type may take which decides by what it finds.
    fn any<'de, V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        match self.asked(Answer::Any, Shape::Any)? {
            0 => visitor.visit_u64(1),
            1 => visitor.visit_str(TEXTS[0]),
            2 => visitor.visit_unit(),
            3 => visitor.visit_bool(true),
            4 => visitor.visit_f64(1.0),
            5 => visitor.visit_map(MapDeserializer::new(std::iter::empty::<(u8, u8)>())),
            6 => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<u8>())),
            answer => visitor.visit_str(text_of_any(answer)),
        }
    }
}

impl Trace {
    /// Reads a type, inside of which it is known that it is being read.
    pub(super) fn inside<R>(
        &mut self,
        frame: Frame,
        read: impl FnOnce(&mut Trace) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        let outside = self.reading.within.len();
        self.reading.within.push(frame);
        let read = read(self);
        // Who led into a circle is looked for in what was read then.
        if self.reading.fault.is_none() {
            self.reading.within.truncate(outside);
        }
        read
    }
}

macro_rules! numbers {
    ($($method:ident: $visit:ident $of:ident $name:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
            let number = self.$of($name)?;
            visitor.$visit(number.into())
        }
    )*};
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Refusal;

    numbers! {
        deserialize_i8: visit_i8 signed "i8";
        deserialize_i16: visit_i16 signed "i16";
        deserialize_i32: visit_i32 signed "i32";
        deserialize_i64: visit_i64 signed "i64";
        deserialize_i128: visit_i128 signed "i128";
        deserialize_u8: visit_u8 unsigned "u8";
        deserialize_u16: visit_u16 unsigned "u16";
        deserialize_u32: visit_u32 unsigned "u32";
        deserialize_u64: visit_u64 unsigned "u64";
        deserialize_u128: visit_u128 unsigned "u128";
        deserialize_f32: visit_f32 float "f32";
        deserialize_f64: visit_f64 float "f64";
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        // Serde's own buffers, from which the type is read later, out of sight. They are told by name alone.
        let reader = type_name::<V>();
        if reader.starts_with("serde") && reader.contains("ContentVisitor") {
            return Err(self.trace.fail(Fault::Final(self.place.asked, Why::Hidden)).into());
        }
        self.any(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let answer = self.asked(Answer::Bool, Shape::Plain("bool"))?;
        visitor.visit_bool(answer == 0)
    }

    fn deserialize_char<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let answer = self.asked(Answer::Char, Shape::Plain("char"))?;
        visitor.visit_char(CHARS[answer])
    }

    fn deserialize_str<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let text = self.text()?;
        visitor.visit_str(text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let bytes = self.bytes()?;
        visitor.visit_bytes(bytes)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let mut inner = Shape::Nothing;
        let read = if self.place.short {
            self.nothing("none")?;
            visitor.visit_none()
        } else {
            self.trace.step(self.place.depth, self.place.asked)?;
            let place = self.place.inner();
            visitor.visit_some(Tracer { trace: self.trace, shape: &mut inner, place })
        };
        *self.shape = Shape::Option(Box::new(inner));
        read
    }

    fn deserialize_unit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        self.nothing("unit")?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.named(type_name::<V>(), &[], |trace, fields, place| {
            let mut shape = Shape::Nothing;
            let inner = Tracer { trace, shape: &mut shape, place: place.inner() };
            let read = visitor.visit_newtype_struct(inner);
            fields.push(shape);
            read
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let left = self.length()?;
        let mut shapes = Vec::new();
        let Tracer { trace, place, .. } = self;
        let read = visitor.visit_seq(Elements { trace, shapes: &mut shapes, left, place, one: true });
        *self.shape = Shape::Seq(Box::new(shapes.pop().unwrap_or_default()));
        read
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, Refusal> {
        let mut shapes = Vec::new();
        let Tracer { trace, place, shape } = self;
        let read = visitor.visit_seq(Elements { trace, shapes: &mut shapes, left, place, one: false });
        *shape = Shape::Tuple(shapes);
        read
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.named(type_name::<V>(), &[], |trace, shapes, place| {
            visitor.visit_seq(Elements { trace, shapes, left, place, one: false })
        })
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        let left = self.length()?;
        let (mut key, mut value) = (Shape::Nothing, Shape::Nothing);
        let Tracer { trace, place, shape } = self;
        let read = visitor.visit_map(Entries { trace, key: &mut key, value: &mut value, left, place });
        *shape = Shape::Map(Box::new(key), Box::new(value));
        read
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: Names,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.named(type_name::<V>(), names, |trace, shapes, place| {
            visitor.visit_seq(Elements { trace, shapes, left: names.len(), place, one: false })
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: Names,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let Tracer { trace, shape, place } = self;
        trace.step(place.depth, place.asked)?;
        let variants = vec![None; names.len()];
        let number = trace.node(type_name::<V>(), names, Node::Enum { names, variants });
        *shape = Shape::Named(number);
        let (frame, variant) = trace.choose(number, place.short)?;
        let place = Place { short: frame.answered.is_some(), ..place };
        trace.reading.named = Some((number, variant));
        let mut found = None;
        let read = trace.inside(frame, |trace| {
            visitor.visit_enum(Variants { trace, found: &mut found, variant, place })
        })?;
        trace.reading.named = None;
        if frame.answered.is_none() {
            trace.reading.seen.push(number);
            if let (Some(found), Node::Enum { variants, .. }) = (found, &mut trace.nodes[number])
                && variants[variant].is_none()
            {
                variants[variant] = Some(found);
                trace.reading.progress = true;
            }
        }
        Ok(read)
    }

    /// The names of fields or variants, where they aren't known before: serde's `flatten` and `tag`, or what does as they do.
    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refusal> {
        Err(self.trace.fail(Fault::Final(self.place.of, Why::Hidden)).into())
    }

    /// Something that isn't looked at, and stands there all the same.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.trace.step(self.place.depth, self.place.asked)?;
        *self.shape = Shape::Any;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
