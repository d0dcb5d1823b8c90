use std::sync::Arc;

use cache_core::cached;

/// Neither `Serialize` nor `Deserialize`.
#[derive(PartialEq, Debug)]
struct Compiled(String);

#[cached(local)]
fn compiled(pattern: &str) -> Result<Arc<Compiled>, String> {
    Ok(Arc::new(Compiled(pattern.to_owned())))
}

#[cache_core::test]
fn what_is_no_data_is_cached() {
    let first = compiled("a+").unwrap();
    assert!(Arc::ptr_eq(&first, &compiled("a+").unwrap()));
}
