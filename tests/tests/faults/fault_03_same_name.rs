//! Others: functions of one name in two modules share their entries.

use cache_core::cached;

mod one {
    #[cache_core::cached]
    pub(super) fn get(id: u64) -> u64 {
        id + 1
    }
}

mod other {
    #[cache_core::cached]
    pub(super) fn get(id: u64) -> u64 {
        id + 2
    }
}

#[cached(name = "shop:product")]
fn get(id: u64) -> u64 {
    id + 3
}

#[cache_core::test]
fn functions_of_one_name_are_distinct() {
    for _ in 0..2 {
        assert_eq!((one::get(1), other::get(1), get(1)), (2, 3, 4));
    }
    let keys = [one::get::entry(1).key(), other::get::entry(1).key(), get::entry(1).key()];
    assert_eq!(
        keys,
        [
            "test:default:faults::fault_03_same_name::one::get@2a2b7e06:id=1",
            "test:default:faults::fault_03_same_name::other::get@2a2b7e06:id=1",
            "test:default:shop:product@2a2b7e06:id=1",
        ]
    );
}

/// Defined by a macro, twice.
macro_rules! getters {
    ($($module:ident $value:literal),*) => {$(
        mod $module {
            #[cache_core::cached]
            pub(super) fn get(id: u64) -> u64 {
                id + $value
            }
        }
    )*};
}

getters!(first 10, second 20);

#[cache_core::test]
fn functions_that_a_macro_defines_are_distinct() {
    for _ in 0..2 {
        assert_eq!((first::get(1), second::get(1)), (11, 21));
    }
}
