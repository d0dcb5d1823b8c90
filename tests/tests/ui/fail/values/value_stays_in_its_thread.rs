use std::rc::Rc;

use cache_core::cached;

#[cached(local)]
fn counted(id: u64) -> Rc<u64> { Rc::new(id) }

#[cached(local)]
fn called(id: u64) -> Box<dyn Fn() -> u64> { Box::new(move || id) }

fn main() {}
