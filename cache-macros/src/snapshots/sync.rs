/// What it says.
pub fn price(article: u64, currency: &str) -> Result<u64, Error> {
    use ::cache_core::private as __cache;
    __cache::run_sync(
        price::__call(&mut __cache::Call::new(), &article, &currency),
        || price::__shape(),
        __cache::Bare(move || -> Result<u64, Error> { lookup(article, currency) }),
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
pub enum price {}
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
            ::core::concat!(::core::module_path!(), "::", "price"),
            <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
            ::cache_core::private::Location::here(515920924935525516u64),
            "(article: u64, currency: &str) -> Result<u64, Error>",
            &["article", "currency"],
            &[],
            ::cache_core::private::Rules::new(::cache_core::private::Rules::NONE)
                .ttl(
                    ::cache_core::Ttl::For(
                        ::core::time::Duration::from_millis(900000u64),
                    ),
                ),
        )
    });
    impl price {
        #[inline]
        fn __call<'__cache_call>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_argument_0: &u64,
            __cache_argument_1: &&str,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            __cache_call.of(&__CACHE_SITE);
            __cache_call.argument(0u8, __cache_argument_0);
            __cache_call.argument(1u8, __cache_argument_1);
            __cache_call
        }
        fn __shape() -> ::cache_core::private::Shape<
            Result<u64, Error>,
            impl ::cache_core::private::Kind<Result<u64, Error>>,
        > {
            let __cache_shape = ::cache_core::private::Probe::<Result<u64, Error>>::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<u64, Error>>::new()
                        .__cache_errors(),
                )
        }
        ///Runs `price` and replaces what is stored.
        pub fn refresh(article: u64, currency: &str) -> Result<u64, Error> {
            ::cache_core::private::ask_sync(
                __CACHE_SITE.asking(::cache_core::private::How::Refresh),
                price(article, currency),
            )
        }
        ///Runs `price` without the cache.
        pub fn uncached(article: u64, currency: &str) -> Result<u64, Error> {
            ::cache_core::private::ask_sync(
                __CACHE_SITE.asking(::cache_core::private::How::Uncached),
                price(article, currency),
            )
        }
        ///Invalidates all entries of `price`.
        pub fn invalidate_all() -> ::cache_core::Invalidated {
            ::cache_core::private::invalidate_all_sync(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
    }
    impl price {
        ///The entry of a call of `price` with these arguments, whether it is stored or not.
        pub fn entry(
            article: u64,
            currency: &str,
        ) -> ::cache_core::SyncEntry<Result<u64, Error>> {
            __cache::sync_entry(
                price::__call(&mut __cache::Call::new(), &article, &currency),
                price::__shape(),
                __cache::nothing,
            )
        }
    }
};
