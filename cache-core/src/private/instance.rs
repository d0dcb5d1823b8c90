//! Instances of generic blocks and functions: what `register!` asks for.

use std::marker::PhantomData;

use crate::declare::Function;
use crate::graph;
use crate::key::KeyWriter;

/// A block under `#[cache_core::methods]` that has type parameters, with these given.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no cached methods with type parameters",
    label = "nothing to register",
    note = "what has no type parameters is registered by itself; `register!` is for instances of a generic block under \
            `#[cache_core::methods]`"
)]
pub trait Instance<const PART: u8> {
    const FUNCTIONS: &'static [Function];
}

/// The blocks of a type, found like [`Probe`](super::Probe).
#[derive(Debug)]
pub struct Instances<T, const PART: u8>(PhantomData<T>);

/// What holds where there is no such block.
pub trait NoInstance {
    const __CACHE_FUNCTIONS: &'static [Function] = &[];
}

impl<T, const PART: u8> NoInstance for Instances<T, PART> {}

impl<T: Instance<PART>, const PART: u8> Instances<T, PART> {
    pub const __CACHE_FUNCTIONS: &'static [Function] = T::FUNCTIONS;
}

/// What holds where a function has no type parameters.
pub trait NoParameters {
    fn __cache_instance<T: ?Sized>() -> Function
    where
        Self: Parameters,
    {
        unreachable!("nothing has `Parameters`")
    }
}

impl<T: ?Sized> NoParameters for T {}

/// Never holds: says what is wrong.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no type parameters",
    label = "nothing to register",
    note = "what has none is registered by itself; `register!` is for instances of a generic function"
)]
pub trait Parameters {}

/// Writes the name of a type that derives it.
pub fn type_name(key: &mut KeyWriter, name: &'static str) {
    key.text(name);
    if graph::is_ambiguous_type(name) {
        key.mark_ambiguous();
    }
}
