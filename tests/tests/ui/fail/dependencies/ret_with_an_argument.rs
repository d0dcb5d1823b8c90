use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "shop.line", id = (i64, i64))]
struct Line;

#[cached(invalidate_on = [Line(order, ret)])]
fn last(order: i64) -> i64 { order }

#[cached(invalidate_on = [Line(ret, ret)])]
fn named_so(ret: i64) -> i64 { ret }

#[cached(invalidate_on = [Line(each ret.iter().map(|line| (order, *line)))])]
fn all(order: i64) -> Vec<i64> { vec![order] }

fn main() {}
