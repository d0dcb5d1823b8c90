//! The parts of sequences, maps and enums, each of which is asked for in turn.

use std::any::type_name;

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::tracer::{Place, Refusal, Tracer};
use super::{Fault, Frame, Names, Trace};
use crate::shared::shape::{Node, Shape, Variant};

/// Elements, and fields by their place.
pub(super) struct Elements<'t> {
    pub(super) trace: &'t mut Trace,
    pub(super) shapes: &'t mut Vec<Shape>,
    pub(super) left: usize,
    pub(super) place: Place,
    /// Whether they are all of one shape.
    pub(super) one: bool,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Refusal;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let mut shape = Shape::Nothing;
        let position = if self.one { 0 } else { self.shapes.len() };
        let place = self.place.within(type_name::<S::Value>(), position);
        let read = seed.deserialize(Tracer { trace: self.trace, shape: &mut shape, place });
        if !self.one || self.shapes.is_empty() {
            self.shapes.push(shape);
        }
        read.map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// The entries of a map.
pub(super) struct Entries<'t> {
    pub(super) trace: &'t mut Trace,
    pub(super) key: &'t mut Shape,
    pub(super) value: &'t mut Shape,
    pub(super) left: usize,
    pub(super) place: Place,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let place = self.place.within(type_name::<S::Value>(), 0);
        seed.deserialize(Tracer { trace: self.trace, shape: self.key, place }).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let place = self.place.within(type_name::<S::Value>(), 1);
        seed.deserialize(Tracer { trace: self.trace, shape: self.value, place })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// One variant of an enum.
pub(super) struct Variants<'t> {
    pub(super) trace: &'t mut Trace,
    /// What it holds.
    pub(super) found: &'t mut Option<Variant>,
    pub(super) variant: usize,
    pub(super) place: Place,
}

impl<'de> EnumAccess<'de> for Variants<'_> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Refusal> {
        // By its place, as `bincode` does.
        let index = u32::try_from(self.variant).unwrap_or(u32::MAX);
        let index: U32Deserializer<Refusal> = index.into_deserializer();
        Ok((seed.deserialize(index)?, self))
    }
}

impl Variants<'_> {
    fn holds<R>(
        self,
        read: impl FnOnce(&mut Trace, &mut Vec<Shape>, Place) -> Result<R, Refusal>,
        variant: impl FnOnce(Vec<Shape>) -> Variant,
    ) -> Result<R, Refusal> {
        self.trace.reading.named = None;
        let mut shapes = Vec::new();
        let read = read(self.trace, &mut shapes, self.place)?;
        *self.found = Some(variant(shapes));
        Ok(read)
    }
}

impl<'de> VariantAccess<'de> for Variants<'_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        self.holds(|_, _, _| Ok(()), |_| Variant::Unit)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Refusal> {
        self.holds(
            |trace, shapes, place| {
                let mut shape = Shape::Nothing;
                let place = place.within(type_name::<S::Value>(), 0);
                let read = seed.deserialize(Tracer { trace, shape: &mut shape, place });
                shapes.push(shape);
                read
            },
            |mut shapes| Variant::Newtype(shapes.pop().unwrap_or_default()),
        )
    }

    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.holds(
            |trace, shapes, place| visitor.visit_seq(Elements { trace, shapes, left, place, one: false }),
            Variant::Tuple,
        )
    }

    fn struct_variant<V: Visitor<'de>>(self, names: Names, visitor: V) -> Result<V::Value, Refusal> {
        self.holds(
            |trace, shapes, place| {
                visitor.visit_seq(Elements { trace, shapes, left: names.len(), place, one: false })
            },
            |shapes| Variant::Struct(names, shapes),
        )
    }
}

impl Trace {
    /// The variant that an enum is read as.
    pub(super) fn choose(&mut self, number: usize, short: bool) -> Result<(Frame, usize), Refusal> {
        let inside = self.reading.within.iter().filter(|frame| frame.node == number);
        let (again, circle) =
            inside.fold((false, false), |(_, circle), frame| (true, circle | frame.answered.is_some()));
        if circle {
            return Err(self.fail(Fault::Circle).into());
        }
        let short = short || again || self.reading.seen.contains(&number) || !self.is_incomplete(number);
        if let (false, Node::Enum { variants, .. }) = (short, &self.nodes[number]) {
            // One that isn't known; then one that leads to what isn't.
            let unknown = variants.iter().position(Option::is_none);
            let mut passed: Vec<_> = self.reading.within.iter().map(|frame| frame.node).collect();
            passed.push(number);
            let leads = |variant: &Option<Variant>| {
                let shapes = variant.as_ref().map_or(&[][..], Variant::shapes);
                shapes.iter().any(|shape| shape.leads_to_unknown(&self.nodes, &mut passed))
            };
            if let Some(variant) = unknown.or_else(|| variants.iter().position(leads)) {
                return Ok((Frame { node: number, answered: None }, variant));
            }
        }
        let endless = self.endless.get_mut(&number).map_or(&mut [][..], |endless| endless);
        match endless.iter().position(|endless| !endless) {
            Some(variant) => Ok((Frame { node: number, answered: Some(Some(variant)) }, variant)),
            None => {
                // None comes to an end where it is: where it is elsewhere, one may.
                endless.fill(false);
                Err(self.fail(Fault::Circle).into())
            }
        }
    }
}
