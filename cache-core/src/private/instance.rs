//! Instances of generic blocks and functions: what `register!` asks for.

use std::marker::PhantomData;

use crate::declare::{Function, Writer};
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
    const DECLARED: Declarations;
}

/// The cached methods and the writers of a block.
#[derive(Clone, Copy, Debug)]
pub struct Declarations {
    pub functions: &'static [Function],
    pub writers: &'static [Writer],
}

/// The blocks of a type, found like [`Probe`](super::Probe).
#[derive(Debug)]
pub struct Instances<T, const PART: u8>(PhantomData<T>);

/// What holds where there is no such block.
pub trait NoInstance {
    const __CACHE_DECLARED: Declarations = Declarations { functions: &[], writers: &[] };
}

impl<T, const PART: u8> NoInstance for Instances<T, PART> {}

impl<T: Instance<PART>, const PART: u8> Instances<T, PART> {
    pub const __CACHE_DECLARED: Declarations = T::DECLARED;
}

/// The parts of a block under the name of the instance.
pub fn instance_of_block(name: &'static str, parts: &[Declarations]) -> graph::Instance {
    let functions = parts.iter().flat_map(|part| part.functions);
    let writers = parts.iter().flat_map(|part| part.writers);
    graph::Instance {
        functions: functions.map(|function| function.instance(name)).collect(),
        writers: writers.map(|writer| writer.instance(name)).collect(),
    }
}

/// A function or a writer likewise.
pub fn instance_of_function(name: &'static str, function: impl Generic) -> graph::Instance {
    function.registered(name)
}

/// What is registered with its types by itself.
pub trait Generic {
    fn registered(self, name: &'static str) -> graph::Instance;
}

impl Generic for Function {
    fn registered(self, name: &'static str) -> graph::Instance {
        graph::Instance { functions: vec![self.instance(name)], writers: Vec::new() }
    }
}

impl Generic for Writer {
    fn registered(self, name: &'static str) -> graph::Instance {
        graph::Instance { functions: Vec::new(), writers: vec![self.instance(name)] }
    }
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
