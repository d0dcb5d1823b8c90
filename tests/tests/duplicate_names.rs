//! Names that stand for two: refused at start; where nobody starts, nothing that bears or refers to one is cached.

use cache_core::{Alias, Cache, Error, Model, Tenant, cached, graph, with_tenant_sync};
use tests::Source;

/// Two of one name in one place, for the compiler: the place is where the macro is called.
macro_rules! both {
    ($one:ident $first:literal, $other:ident $second:literal) => {
        fn $one(source: &Source) -> u64 {
            #[cached(name = "of-a-macro")]
            fn inner(source: &Source) -> u64 {
                source.read_sync() + $first
            }
            inner(source)
        }

        fn $other(source: &Source) -> u64 {
            #[cached(name = "of-a-macro")]
            fn inner(source: &Source) -> u64 {
                source.read_sync() + $second
            }
            inner(source)
        }
    };
}

both!(one_of_two 1, other_of_two 2);

/// The same tokens in two modules: what they call may differ.
macro_rules! modules {
    ($($module:ident),*) => {$(
        mod $module {
            #[cache_core::cached(name = "of-a-module")]
            pub(super) fn read(source: &tests::Source) -> u64 {
                source.read_sync()
            }
        }
    )*};
}

modules!(first, second);

/// A macro that copies a function, as some attributes do to check it: it counts once.
macro_rules! copied {
    ($function:item) => {
        $function

        #[allow(dead_code)]
        fn check() {
            $function
        }
    };
}

copied! {
    #[cached(name = "copied")]
    fn copied(source: &Source) -> u64 {
        source.read_sync()
    }
}

#[allow(dead_code)]
mod another {
    #[derive(cache_core::Alias)]
    #[alias(name = "twice")]
    pub(super) struct Twice;

    #[derive(cache_core::Model)]
    #[model(name = "twice")]
    pub(super) struct Row;

    #[derive(cache_core::Tenant, Clone, Copy)]
    pub(super) struct Shop(pub(super) i64);
}

#[derive(Alias)]
#[alias(name = "twice")]
struct Twice;

#[derive(Model)]
#[model(name = "twice")]
struct Row;

#[derive(Tenant, Clone, Copy)]
struct Shop(i64);

#[cached(alias = Twice)]
fn in_an_alias(source: &Source) -> u64 {
    source.read_sync()
}

#[cached(invalidate_on = [Row])]
fn of_a_model(source: &Source) -> u64 {
    source.read_sync()
}

#[cached(per_tenant)]
fn of_a_shop(source: &Source, shop: Shop) -> u64 {
    source.read_sync() + u64::from(shop.0 < 0)
}

/// Its key is covered by that of the other shop of that number, if only names are looked at.
#[cached(per_tenant)]
fn around(source: &Source, shop: another::Shop) -> u64 {
    of_a_shop(source, Shop(shop.0))
}

#[cached(per_tenant = ambient)]
fn of_any_shop(source: &Source) -> u64 {
    source.read_sync()
}

#[test]
fn what_refers_to_one_is_not_cached() {
    let error = Cache::builder().build().unwrap_err();
    let Error::DuplicateName { kind, name, .. } = &error else { panic!("{error}") };
    assert_eq!((*kind, *name), ("alias", "twice"), "the first of them");

    let reads = |call: &dyn Fn(&Source)| {
        let source = Source::new(1);
        call(&source);
        call(&source);
        source.reads()
    };
    assert_eq!(reads(&|source| assert_eq!((one_of_two(source), other_of_two(source)), (2, 3))), 4);
    assert_eq!(reads(&|source| assert_eq!((first::read(source), second::read(source)), (1, 1))), 4);
    assert_eq!(reads(&|source| _ = in_an_alias(source)), 2);
    assert_eq!(reads(&|source| _ = of_a_model(source)), 2);
    assert_eq!(reads(&|source| _ = of_a_shop(source, Shop(1))), 2);
    assert_eq!(reads(&|source| _ = around(source, another::Shop(1))), 2);
    assert_eq!(reads(&|source| _ = with_tenant_sync(Shop(1), || of_any_shop(source))), 2);
    assert_eq!(of_a_shop::entry(Shop(1)).get(), None);
    assert!(!of_a_shop::entry(Shop(1)).begin().store(1));
    let mine = Cache::current().sync_entry::<Twice, u64>(1);
    assert!(!mine.global().set(1));

    assert_eq!(reads(&|source| _ = copied(source)), 1, "a copy is no other");
    let named = |name| graph().functions.iter().filter(|function| function.name == name).count();
    assert_eq!((named("of-a-macro"), named("of-a-module"), named("copied")), (2, 2, 1));
}
