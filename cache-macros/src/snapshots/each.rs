fn names(prefix: &str, ids: &[u64]) -> HashMap<u64, String> {
    use ::cache_core::private as __cache;
    type __CacheModel0 = Product;
    ::cache_core::private::run_many_sync(
        names::__whole(),
        &ids[..],
        names::__shape(),
        |#[allow(clippy::restriction)] ids: &u64| __cache::Call::take(
            names::__call(&mut __cache::Call::new(), &prefix, ids),
        ),
        |
            #[allow(unused_variables, clippy::restriction)]
            ids: &u64,
            __cache_tags: &mut __cache::Dependencies|
        {
            ::cache_core::private::row::<__CacheModel0, _>(__cache_tags, &(ids));
        },
        |__cache_missing: ::std::vec::Vec<u64>| {
            #[allow(unused_variables, clippy::restriction)]
            let prefix = ::cache_core::private::again(&prefix);
            {
                #[allow(clippy::restriction)]
                let ids = &__cache_missing[..];
                (move || -> HashMap<u64, String> { find(prefix, ids) })()
            }
        },
    )
}
#[doc(hidden)]
#[allow(
    deprecated,
    missing_copy_implementations,
    missing_debug_implementations,
    nonstandard_style,
    unreachable_pub,
    unused,
    clippy::all,
    clippy::restriction
)]
enum names {}
#[allow(
    deprecated,
    impl_trait_overcaptures,
    nonstandard_style,
    private_interfaces,
    single_use_lifetimes,
    unreachable_pub,
    unused,
    unused_lifetimes,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
const _: () = {
    use ::cache_core::private as __cache;
    #[allow(unused_imports)]
    use ::cache_core::private::probes::*;
    type __CacheModel0 = Product;
    static __CACHE_SITE: ::cache_core::private::Site = ::cache_core::private::Site::new({
        ::cache_core::private::Function::new(
                ::core::concat!(::core::module_path!(), "::", "names"),
                <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(9153139222751315597u64),
                "(prefix: &str, ids: &[u64]) -> HashMap<u64, String>",
                &["prefix", "ids"],
                &[
                    ::cache_core::private::Dependency::new(
                        <__CacheModel0 as ::cache_core::Model>::FACTS,
                        ::cache_core::private::Extent::Row,
                    ),
                ],
                ::cache_core::private::Rules::new(::cache_core::private::Rules::NONE),
            )
            .each("ids")
    });
    impl names {
        #[inline]
        fn __call<'__cache_call>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_argument_0: &&str,
            __cache_argument_1: &u64,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            __cache_call.of(&__CACHE_SITE);
            ::cache_core::private::visible::<__CacheModel0, _, _>(&__cache::NoScope);
            __cache_call.argument(0u8, __cache_argument_0);
            __cache_call.argument(1u8, __cache_argument_1);
            __cache_call
        }
        fn __shape() -> ::cache_core::private::Shape<
            <HashMap<u64, String> as ::cache_core::private::Many>::Value,
            impl ::cache_core::private::Kind<
                <HashMap<u64, String> as ::cache_core::private::Many>::Value,
            >,
        > {
            let __cache_shape = ::cache_core::private::Probe::<
                <HashMap<u64, String> as ::cache_core::private::Many>::Value,
            >::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<
                        <HashMap<u64, String> as ::cache_core::private::Many>::Value,
                    >::new()
                        .__cache_errors(),
                )
        }
        fn __whole() -> ::cache_core::private::Call {
            let mut __cache_call = ::cache_core::private::Call::new();
            __cache_call.of(&__CACHE_SITE);
            __cache_call
        }
        ///Runs `names` and replaces what is stored.
        fn refresh(prefix: &str, ids: &[u64]) -> HashMap<u64, String> {
            ::cache_core::private::ask_sync(
                __CACHE_SITE.asking(::cache_core::private::How::Refresh),
                names(prefix, ids),
            )
        }
        ///Runs `names` without the cache.
        fn uncached(prefix: &str, ids: &[u64]) -> HashMap<u64, String> {
            ::cache_core::private::ask_sync(
                __CACHE_SITE.asking(::cache_core::private::How::Uncached),
                names(prefix, ids),
            )
        }
        ///Invalidates all entries of `names`.
        fn invalidate_all() -> ::cache_core::Invalidated {
            ::cache_core::private::invalidate_all_sync(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
    }
    impl names {
        ///The entry of a call of `names` with these arguments, whether it is stored or not.
        fn entry(
            prefix: &str,
            ids: u64,
        ) -> ::cache_core::SyncEntry<
            <HashMap<u64, String> as ::cache_core::private::Many>::Value,
        > {
            __cache::sync_entry(
                names::__call(&mut __cache::Call::new(), &prefix, &ids),
                names::__shape(),
                |__cache_tags| {
                    ::cache_core::private::row::<__CacheModel0, _>(__cache_tags, &(ids));
                },
            )
        }
    }
};
