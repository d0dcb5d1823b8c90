use cache_core::{Alias, NoKey, cached};

#[derive(Alias)]
#[alias(name = "compiled", ttl = "1h", max_bytes = "64MiB")]
struct Compiled;

#[derive(Alias)]
#[alias(name = "endless", ttl = "forever", max_bytes = "64MiB")]
struct Endless;

#[cached(alias = Compiled, local)]
fn compiled(id: u64) -> u64 { id }

#[cached(alias = Compiled, pure)]
fn squared(id: u64) -> u64 { id * id }

#[derive(NoKey)]
struct Compiler;

#[cache_core::methods]
impl Compiler {
    #[cached(alias = Compiled, local)]
    fn compile(&self, id: u64) -> u64 { id }
}

#[cached(alias = Endless, local)]
fn with_two_mistakes(id: u64) -> u64 { id }

fn main() {}
