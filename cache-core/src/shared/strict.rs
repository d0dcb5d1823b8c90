//! Around a codec's serializer: what it would write and then not read, or read as something else.
//!
//! - A field that is left out (`skip_serializing_if`), where the reader finds fields by their place alone: what follows would
//!   move into its place.
//! - `Some` of nothing (`Some(None)`, `Some(())`), where nothing tells it from `None`.
//! - A value within so many others that the [guard](super::guard) of the reader would refuse it.

use std::cell::Cell;

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::guard::MAX_DEPTH;

/// Why a value can't be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// A field is left out.
    LeftOut,
    /// It would be read as `None`.
    SomeNothing,
    /// It lies too deep.
    TooDeep,
}

/// What a codec can't tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rules {
    /// Fields are found by their place.
    ByPlace,
    /// `Some` leaves no trace.
    BareSome,
}

/// A value, or a part of a codec, with the rules that it must keep.
#[derive(Clone, Copy)]
pub(super) struct Strict<'b, T> {
    inner: T,
    depth: u16,
    codec: Rules,
    /// Whether it is what `Some` holds.
    in_some: bool,
    /// The rule that was broken.
    fault: &'b Cell<Option<Fault>>,
}

impl<'b, T> Strict<'b, T> {
    pub(super) fn new(inner: T, codec: Rules, fault: &'b Cell<Option<Fault>>) -> Self {
        Strict { inner, depth: MAX_DEPTH, codec, in_some: false, fault }
    }

    fn with<U>(&self, inner: U) -> Strict<'b, U> {
        let Strict { depth, codec, in_some, fault, .. } = *self;
        Strict { inner, depth, codec, in_some, fault }
    }

    fn deeper<U, E: Error>(&self, inner: U) -> Result<Strict<'b, U>, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Strict { depth, in_some: false, ..self.with(inner) }),
            None => Err(self.fail(Fault::TooDeep)),
        }
    }

    fn nothing<E: Error>(&self) -> Result<(), E> {
        match self.in_some && self.codec == Rules::BareSome {
            true => Err(self.fail(Fault::SomeNothing)),
            false => Ok(()),
        }
    }

    fn fail<E: Error>(&self, fault: Fault) -> E {
        self.fault.set(Some(fault));
        E::custom("can't be written")
    }
}

impl<T: Serialize + ?Sized> Serialize for Strict<'_, &T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.inner.serialize(self.with(serializer))
    }
}

macro_rules! forward {
    ($($method:ident($($name:ident: $type:ty),*);)*) => {$(
        fn $method(self, $($name: $type),*) -> Result<S::Ok, S::Error> {
            self.inner.$method($($name),*)
        }
    )*};
}

macro_rules! open {
    ($($method:ident($($name:ident: $type:ty),*) -> $kind:ident;)*) => {
        $(fn $method(self, $($name: $type),*) -> Result<Self::$kind, S::Error> {
            let Strict { depth, codec, in_some, fault, .. } = self;
            Ok(Strict { inner: self.inner.$method($($name),*)?, depth, codec, in_some, fault })
        })*
    };
}

impl<'b, S: Serializer> Serializer for Strict<'b, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Strict<'b, S::SerializeSeq>;
    type SerializeTuple = Strict<'b, S::SerializeTuple>;
    type SerializeTupleStruct = Strict<'b, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Strict<'b, S::SerializeTupleVariant>;
    type SerializeMap = Strict<'b, S::SerializeMap>;
    type SerializeStruct = Strict<'b, S::SerializeStruct>;
    type SerializeStructVariant = Strict<'b, S::SerializeStructVariant>;

    forward! {
        serialize_bool(value: bool);
        serialize_i8(value: i8);
        serialize_i16(value: i16);
        serialize_i32(value: i32);
        serialize_i64(value: i64);
        serialize_i128(value: i128);
        serialize_u8(value: u8);
        serialize_u16(value: u16);
        serialize_u32(value: u32);
        serialize_u64(value: u64);
        serialize_u128(value: u128);
        serialize_f32(value: f32);
        serialize_f64(value: f64);
        serialize_char(value: char);
        serialize_str(value: &str);
        serialize_bytes(value: &[u8]);
        serialize_unit_struct(name: &'static str);
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str);
    }

    open! {
        serialize_seq(len: Option<usize>) -> SerializeSeq;
        serialize_tuple(len: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, len: usize) -> SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, len: usize) -> SerializeTupleVariant;
        serialize_map(len: Option<usize>) -> SerializeMap;
        serialize_struct(name: &'static str, len: usize) -> SerializeStruct;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, len: usize) -> SerializeStructVariant;
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.nothing()?;
        self.inner.serialize_none()
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.nothing()?;
        self.inner.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        let value = Strict { in_some: true, ..self.deeper(value)? };
        self.inner.serialize_some(&value)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = Strict { in_some: self.in_some, ..self.deeper(value)? };
        self.inner.serialize_newtype_struct(name, &value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = self.deeper(value)?;
        self.inner.serialize_newtype_variant(name, index, variant, &value)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! compound {
    ($($kind:ident: $($method:ident),*;)*) => {$(
        impl<S: $kind> $kind for Strict<'_, S> {
            type Ok = S::Ok;
            type Error = S::Error;

            $(fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
                let value = self.deeper(value)?;
                self.inner.$method(&value)
            })*

            fn end(self) -> Result<S::Ok, S::Error> {
                self.inner.end()
            }
        }
    )*};
}

macro_rules! fields {
    ($($kind:ident)*) => {$(
        impl<S: $kind> $kind for Strict<'_, S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), S::Error> {
                let value = self.deeper(value)?;
                self.inner.serialize_field(key, &value)
            }

            fn skip_field(&mut self, key: &'static str) -> Result<(), S::Error> {
                if self.codec == Rules::ByPlace {
                    return Err(self.fail(Fault::LeftOut));
                }
                self.inner.skip_field(key)
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.inner.end()
            }
        }
    )*};
}

compound! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
    SerializeMap: serialize_key, serialize_value;
}

fields!(SerializeStruct SerializeStructVariant);
