//! Beside each kind of mistake in `ui/fail` the right forms: a file of the same name.
#![deny(warnings)]

mod arguments;
mod batches;
mod blocks;
mod calls;
mod companions;
mod declarations;
mod dependencies;
mod entries;
mod errors;
mod functions;
mod graph;
mod keys;
mod options;
mod policies;
mod scopes;
mod tests;
mod ttl;
mod values;
mod writers;

use cache_core::{Tenant, User};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(Tenant, Clone, Copy)]
struct Client {
    #[tenant(parent)]
    org: Org,
    client: i64,
}

#[derive(User, Clone, Copy)]
struct UserId(i64);

fn main() {
    arguments::main();
    batches::main();
    blocks::main();
    calls::main();
    companions::main();
    declarations::main();
    dependencies::main();
    entries::main();
    errors::main();
    functions::main();
    graph::main();
    keys::main();
    options::main();
    policies::main();
    scopes::main();
    tests::main();
    ttl::main();
    values::main();
    writers::main();
}
