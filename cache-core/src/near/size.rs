//! How many bytes an entry takes, for stores that are bounded by them.
//!
//! A value is counted as serde takes it apart, in a form of fixed widths, which is near to what it is in memory: numbers as
//! wide as they are, 8 bytes for a length, 4 for a variant, 1 for whether there is something. Nothing is written, and
//! nothing allocated, but by what its author's `Serialize` allocates itself.

use std::fmt::{self, Display, Write};

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// What each entry takes beyond its key and its value: in the map, for the policy, with its stamps. Rounded up from what
/// `near-overhead` in `benches/README.md` measures. Cells of rows aren't counted, for entries share them.
pub(crate) const ENTRY: u64 = 192;

const LENGTH: usize = 8;
const VARIANT: usize = 4;
const OPTION: usize = 1;

/// What an entry takes.
pub(crate) fn of_entry(key: &[u8], value: usize) -> u64 {
    ENTRY + (key.len() + value) as u64
}

/// What a value takes. One that can't be serialized is counted as far as that came. Less than its type it never takes.
pub(crate) fn of<T: Serialize>(value: &T) -> usize {
    let mut size = Size(0);
    let _ = value.serialize(&mut size);
    size.0.max(size_of::<T>())
}

/// What a value without serde takes, as far as can be told: no more than its type says.
pub(crate) fn of_type<T>(_: &T) -> usize {
    size_of::<T>()
}

/// Bytes counted so far.
struct Size(usize);

impl Size {
    fn add(&mut self, bytes: usize) -> Result<(), fmt::Error> {
        self.0 += bytes;
        Ok(())
    }

    fn begin(&mut self, bytes: usize) -> Result<&mut Self, fmt::Error> {
        self.0 += bytes;
        Ok(self)
    }
}

impl Write for Size {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.add(text.len())
    }
}

macro_rules! as_wide_as_they_are {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method(self, _: $type) -> fmt::Result {
            self.add(size_of::<$type>())
        }
    )*};
}

impl<'a> Serializer for &'a mut Size {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = &'a mut Size;
    type SerializeTuple = &'a mut Size;
    type SerializeTupleStruct = &'a mut Size;
    type SerializeTupleVariant = &'a mut Size;
    type SerializeMap = &'a mut Size;
    type SerializeStruct = &'a mut Size;
    type SerializeStructVariant = &'a mut Size;

    as_wide_as_they_are! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
    }

    fn serialize_str(self, text: &str) -> fmt::Result {
        self.add(LENGTH + text.len())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> fmt::Result {
        self.add(LENGTH + bytes.len())
    }

    /// As text, which isn't made for that.
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> fmt::Result {
        self.add(LENGTH)?;
        write!(self, "{value}")
    }

    fn serialize_none(self) -> fmt::Result {
        self.add(OPTION)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> fmt::Result {
        value.serialize(self.begin(OPTION)?)
    }

    fn serialize_unit(self) -> fmt::Result {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> fmt::Result {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> fmt::Result {
        self.add(VARIANT)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> fmt::Result {
        value.serialize(self.begin(VARIANT)?)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, fmt::Error> {
        self.begin(LENGTH)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, fmt::Error> {
        self.begin(VARIANT)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, fmt::Error> {
        self.begin(LENGTH)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, fmt::Error> {
        self.begin(VARIANT)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// What is made of parts takes what they take.
macro_rules! made_of_parts {
    ($($of:ident: $($method:ident($($name:ty)?)),+;)*) => {$(
        impl $of for &mut Size {
            type Ok = ();
            type Error = fmt::Error;

            $(
                fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? part: &T) -> fmt::Result {
                    part.serialize(&mut **self)
                }
            )+

            fn end(self) -> fmt::Result {
                Ok(())
            }
        }
    )*};
}

made_of_parts! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeMap: serialize_key(), serialize_value();
    SerializeStruct: serialize_field(&'static str);
    SerializeStructVariant: serialize_field(&'static str);
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::declare::Settings;

    #[derive(Serialize)]
    enum Shape {
        Point,
        Circle(f32),
        Segment(u16, u16),
        Text { size: u8, text: String },
    }

    #[derive(Serialize)]
    struct Article {
        id: u64,
        name: String,
        price: Option<u32>,
        #[serde(flatten)]
        more: BTreeMap<String, bool>,
    }

    #[test]
    fn what_an_entry_takes_is_what_the_setting_says() {
        let doc = Settings::ALL.iter().find(|setting| setting.name == "max_bytes").unwrap().doc;
        assert!(doc.contains(&format!("{ENTRY} bytes for each entry")), "{doc}");
        assert_eq!(of_entry(&[0; 11], 8), ENTRY + 19);
    }

    #[test]
    fn numbers_are_as_wide_as_they_are_and_text_as_long() {
        assert_eq!(
            [of(&1_u8), of(&1_i16), of(&1_f32), of(&'a'), of(&1_u64), of(&1_i128)],
            [1, 2, 4, 4, 8, 16]
        );
        assert_eq!((of(&()), of(&true), of(&[1_u32; 5]), of(&(1_u64, 2_u64))), (0, 1, 20, 16));
        let text = "a".repeat(1_000);
        assert_eq!((of(&text), of(&vec![text.clone(), text])), (1_008, 8 + 2 * 1_008));
        assert_eq!(of(&vec![1_u64; 1_000]), 8_008);
        assert_eq!(of(&Arc::new(vec![1_u64; 1_000])), 8_008, "what is shared counts in full");
    }

    #[test]
    fn what_is_made_of_parts_takes_what_they_take() {
        let parts = |shapes: Vec<Shape>| of(&shapes) - 8;
        assert_eq!(parts((0..100).map(|_| Shape::Point).collect()), 400);
        assert_eq!(parts((0..100).map(|_| Shape::Circle(1.0)).collect()), 800);
        assert_eq!(parts((0..100).map(|_| Shape::Segment(1, 2)).collect()), 800);
        let text = || Shape::Text { size: 1, text: "a".repeat(20) };
        assert_eq!(parts((0..100).map(|_| text()).collect()), 100 * (4 + 1 + 8 + 20));
        // Of a length that isn't known before.
        let more = BTreeMap::from([("new".to_owned(), true)]);
        let article = Article { id: 1, name: "a".repeat(200), price: Some(5), more };
        let named = ["id", "name", "price"].map(|name| 8 + name.len()).iter().sum::<usize>();
        assert_eq!(of(&article), 8 + named + 8 + 208 + 5 + (8 + 3) + 1);
    }

    #[test]
    fn nothing_takes_less_than_its_type() {
        assert_eq!(of(&None::<[u64; 4]>), size_of::<Option<[u64; 4]>>());
        assert_eq!(of(&String::new()), size_of::<String>());
    }

    #[test]
    fn what_is_shown_as_text_is_counted_as_that() {
        struct Shown;
        impl Serialize for Shown {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&format_args!("{:>100}", 5))
            }
        }
        assert_eq!(of(&Shown), 108);
    }

    #[test]
    fn what_cannot_be_serialized_is_counted_as_far_as_that_came() {
        let (before, borrowed) = ("a".repeat(500), RefCell::new("b".repeat(500)));
        let _held = borrowed.borrow_mut();
        assert_eq!(of(&(before, &borrowed)), 508);
    }
}
