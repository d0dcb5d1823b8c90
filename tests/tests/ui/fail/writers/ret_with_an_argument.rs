use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "shop.line", id = (i64, i64))]
struct Line;

#[invalidates(Line(order, ret))]
fn add(order: i64) -> i64 { order }

#[invalidates(Line(ret, ret))]
fn named_so(ret: i64) -> i64 { ret }

fn main() {}
