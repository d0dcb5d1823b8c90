fn slug(title: &str) -> String {
    use ::cache_core::private as __cache;
    __cache::run_sync(
        slug::__call(&mut __cache::Call::new(), &title),
        || slug::__shape(),
        __cache::Bare(move || -> String { title.to_lowercase() }),
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
enum slug {}
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
    static __CACHE_SITE: ::cache_core::private::Site = ::cache_core::private::Site::new({
        ::cache_core::private::Function::new(
            ::core::concat!(::core::module_path!(), "::", "slug"),
            <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
            ::cache_core::private::Location::here(1774638234077455736u64),
            "(title: &str) -> String",
            &["title"],
            &[],
            ::cache_core::private::Rules::new(
                    ::cache_core::private::Rules::NONE
                        | ::cache_core::private::Rules::PURE,
                )
                .ttl(::cache_core::Ttl::Forever),
        )
    });
    impl slug {
        #[inline]
        fn __call<'__cache_call>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_argument_0: &&str,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            __cache_call.of(&__CACHE_SITE);
            __cache_call.argument(0u8, __cache_argument_0);
            __cache_call
        }
        fn __shape() -> ::cache_core::private::Shape<
            String,
            impl ::cache_core::private::Kind<String>,
        > {
            let __cache_shape = ::cache_core::private::Probe::<String>::new()
                .__cache_local();
            __cache_shape
                .errors(::cache_core::private::Probe::<String>::new().__cache_errors())
        }
        ///Runs `slug` and replaces what is stored.
        fn refresh(title: &str) -> String {
            ::cache_core::private::ask_sync(
                __CACHE_SITE.asking(::cache_core::private::How::Refresh),
                slug(title),
            )
        }
        ///Runs `slug` without the cache.
        fn uncached(title: &str) -> String {
            ::cache_core::private::ask_sync(
                __CACHE_SITE.asking(::cache_core::private::How::Uncached),
                slug(title),
            )
        }
        ///Invalidates all entries of `slug`.
        fn invalidate_all() -> ::cache_core::Invalidated {
            ::cache_core::private::invalidate_all_sync(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
    }
    impl slug {
        ///The entry of a call of `slug` with these arguments, whether it is stored or not.
        fn entry(title: &str) -> ::cache_core::SyncEntry<String> {
            __cache::sync_entry(
                slug::__call(&mut __cache::Call::new(), &title),
                slug::__shape(),
                __cache::nothing,
            )
        }
    }
};
