//! Two functions of one explicit name are refused at start, with both places; and not cached where nobody starts.

use cache_core::{Cache, Error, cached, graph};
use tests::Source;

mod one {
    use tests::Source;

    #[cache_core::cached(name = "the-same")]
    pub(super) fn read(source: &Source) -> u64 {
        source.read_sync()
    }
}

#[cached(name = "the-same")]
fn read(source: &Source) -> u64 {
    source.read_sync() + 1
}

#[cached]
fn another(source: &Source) -> u64 {
    source.read_sync()
}

#[test]
fn it_is_refused_at_start_and_never_served() {
    let error = Cache::builder().build().unwrap_err();
    let Error::DuplicateName { kind, name, first, second } = &error else { panic!("{error}") };
    assert_eq!((*kind, *name, first.line, second.line), ("function", "the-same", 9, 15));
    assert_eq!(
        error.to_string(),
        "two functions are named `the-same`: at tests/tests/duplicate_name.rs:9:5 and at \
         tests/tests/duplicate_name.rs:15:1; give one of them another name (`name = \"..\"`)"
    );
    assert_eq!(Cache::builder().install().unwrap_err(), error);

    let source = Source::new(1);
    for _ in 0..2 {
        assert_eq!((one::read(&source), read(&source), another(&source)), (1, 2, 1));
    }
    assert_eq!(source.reads(), 5, "the other one is cached");
    assert_eq!(read::entry().get(), None);
    assert_eq!(graph().functions.iter().filter(|function| function.name == "the-same").count(), 2);
}
