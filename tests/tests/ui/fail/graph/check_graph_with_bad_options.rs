cache_core::check_graph!(snapshot = graph, allow(unused_alias), snapshots = "cache-graph.json");

mod empty {
    cache_core::check_graph!(snapshot = "", allow = [unused]);
}

fn main() {}
