//! What the fuzzer found interesting, again: `scripts/fuzz`.

use std::path::Path;

use crate::shared::fuzz::read;

#[test]
fn corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/stored");
    let mut files = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        read(&std::fs::read(file.unwrap().path()).unwrap());
        files += 1;
    }
    assert!(files > 100, "{files}");
}
