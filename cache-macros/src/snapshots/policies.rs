async fn rate(http: Client, currency: String) -> Result<Rate, Error> {
    use ::cache_core::private as __cache;
    let __cache_run = __cache::run_behind(
        rate::__call(&mut __cache::Call::new(), __cache::of(&http), &currency),
        || rate::__shape(),
        __cache::Bare(async move {
            if false {
                return __cache::returned::<Result<Rate, Error>>();
            }
            http.rate(currency).await
        }),
    );
    __cache_run.await
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
enum __cache_companion_rate<const CASE: u32> {}
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
type rate = __cache_companion_rate<
    {
        use ::cache_core::private as __cache;
        #[allow(unused_imports)]
        use ::cache_core::private::probes::*;
        0 | ((__cache::Probe::<Client>::__CACHE_KEYED as u32) << 0usize)
    },
>;
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
                ::core::concat!(::core::module_path!(), "::", "rate"),
                <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(5609121826877871327u64),
                "(http: Client, currency: String) -> Result<Rate, Error>",
                &["http", "currency"],
                &[],
                ::cache_core::private::Rules::new(::cache_core::private::Rules::NONE)
                    .stale_if_error(::core::time::Duration::from_millis(3600000u64))
                    .stale_while_revalidate(
                        ::core::time::Duration::from_millis(30000u64),
                    )
                    .load_timeout(::core::time::Duration::from_millis(300u64))
                    .early(1000u32),
            )
            .left_out(
                0
                    | (!::cache_core::private::Probe::<Client>::__CACHE_KEYED as u64)
                        << 0usize,
                0u64,
            )
    });
    impl rate {
        #[inline]
        fn __call<'__cache_call>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_argument_0: ::cache_core::private::Argument<'_, Client>,
            __cache_argument_1: &String,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            __cache_call.of(&__CACHE_SITE);
            __cache_argument_0.__cache_part(false, __cache_call, 0u8);
            __cache_call.argument(1u8, __cache_argument_1);
            __cache_call
                .transaction(
                    __cache_argument_0.__cache_unit(),
                    __cache_argument_0.__cache_is_open(),
                );
            __cache_call
        }
        fn __shape() -> ::cache_core::private::Shape<
            Result<Rate, Error>,
            impl ::cache_core::private::Kind<Result<Rate, Error>>,
        > {
            let __cache_shape = ::cache_core::private::Probe::<
                Result<Rate, Error>,
            >::new()
                .__cache_shared();
            let _ = ::cache_core::private::Probe::<Result<Rate, Error>>::new()
                .__cache_on();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<Rate, Error>>::new()
                        .__cache_errors(),
                )
        }
        ///Runs `rate` and replaces what is stored.
        fn refresh(
            http: Client,
            currency: String,
        ) -> impl ::core::future::Future<Output = Result<Rate, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Refresh,
                rate(http, currency),
            )
        }
        ///Runs `rate` without the cache.
        fn uncached(
            http: Client,
            currency: String,
        ) -> impl ::core::future::Future<Output = Result<Rate, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Uncached,
                rate(http, currency),
            )
        }
        ///Invalidates all entries of `rate`.
        fn invalidate_all() -> ::cache_core::private::InvalidateAll {
            ::cache_core::private::invalidate_all(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
    }
    impl rate {
        fn __cache_entry(
            http: ::core::option::Option<Client>,
            currency: String,
        ) -> ::cache_core::Entry<Result<Rate, Error>> {
            __cache::entry(
                rate::__call(
                    &mut __cache::Call::new(),
                    __cache::Argument(http.as_ref()),
                    &currency,
                ),
                rate::__shape(),
                __cache::nothing,
            )
        }
    }
    impl __cache_companion_rate<0u32> {
        ///The entry of a call of `rate` with these arguments, whether it is stored or not.
        fn entry(currency: String) -> ::cache_core::Entry<Result<Rate, Error>> {
            rate::__cache_entry(::core::option::Option::None, currency)
        }
    }
    impl __cache_companion_rate<1u32> {
        ///The entry of a call of `rate` with these arguments, whether it is stored or not.
        fn entry(
            http: Client,
            currency: String,
        ) -> ::cache_core::Entry<Result<Rate, Error>> {
            rate::__cache_entry(::core::option::Option::Some(http), currency)
        }
    }
};
