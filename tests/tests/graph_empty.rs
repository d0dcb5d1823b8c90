//! A program that links nothing that is cached: it says so, for it was meant to.

use cache_core::graph;

#[test]
#[expect(unnameable_test_items, reason = "it fails, and that is looked at")]
fn an_empty_registry_is_found() {
    cache_core::check_graph!();
    let payload = std::panic::catch_unwind(cache_graph).expect_err("nothing is linked");
    assert_eq!(
        payload.downcast_ref::<String>().expect("a message"),
        "one finding in what the cache knows of this program:\n\n\
         no cached function and no writer is linked into this program [empty_registry]\n  \
         help: a crate that nothing refers to isn't: `use app as _;`, for the crate that declares them\n\n"
    );
    assert_eq!(graph().to_string(), "");
}

/// Where that is meant.
mod allowed {
    cache_core::check_graph!(allow = [empty_registry]);
}
