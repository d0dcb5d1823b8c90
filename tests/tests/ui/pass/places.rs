//! Functions in functions, private types, `super::` paths, re-exports, `cfg`.
#![deny(warnings)]

use cache_core::{CacheKey, cached};

#[derive(CacheKey)]
struct Private(u64);

fn twice(n: u64) -> u64 {
    2 * n
}

#[cached]
fn of_a_private_type(of: Private) -> u64 {
    of.0
}

mod inner {
    pub mod deep {
        use cache_core::cached;

        /// See [`doubled`] and [`super::Own`].
        #[cached]
        pub(crate) fn doubled(n: super::super::Private, own: &super::Own) -> u64 {
            super::super::twice(n.0) + own.0
        }
    }

    #[derive(cache_core::CacheKey)]
    pub struct Own(pub u64);

    pub(crate) use self::deep::doubled as renamed;
}

#[cfg(any())]
#[cached]
fn not_there(of: NotThere) -> NotThere {
    of
}

#[cfg(all())]
#[cached]
fn there(of: Private) -> u64 {
    of.0
}

#[cached]
fn r#type(r#match: u64) -> u64 {
    r#match
}

fn main() {
    fn local(n: u64) -> u64 {
        #[derive(cache_core::CacheKey)]
        struct Local(u64);

        #[cached]
        fn of_a_local_type(local: Local) -> u64 {
            local.0
        }
        assert_eq!(of_a_local_type::entry(Local(n)).get(), None);
        of_a_local_type(Local(n))
    }
    assert_eq!(local(5), 5);
    assert_eq!(of_a_private_type(Private(5)), 5);
    assert_eq!(there(Private(5)), 5);

    use inner::{Own, deep::doubled, renamed};
    assert_eq!(doubled(Private(5), &Own(1)), 11);
    assert_eq!(renamed(Private(5), &Own(1)), 11);
    assert_eq!(doubled::entry(Private(5), &Own(1)).get(), Some(11));
    assert_eq!(renamed::entry(Private(5), &Own(1)).get(), Some(11));
    renamed::invalidate_all();
    assert_eq!(doubled::entry(Private(5), &Own(1)).get(), None);

    assert_eq!(r#type(5), 5);
    assert!(r#type::entry(5).key().ends_with("::type@2a2b7e06:match=5"), "{}", r#type::entry(5).key());
}
