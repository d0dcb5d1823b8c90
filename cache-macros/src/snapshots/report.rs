async fn report(app: &App, filter: Filter) -> Result<Report, Error> {
    use ::cache_core::private as __cache;
    type __CacheModel0 = Sale;
    let __cache_run = __cache::run(
        report::__call(
                &mut __cache::Call::new(),
                ::cache_core::private::tenant(&(filter.org)).sees::<__CacheModel0, _>(),
                __cache::of(&app),
                __cache::of(&filter),
            )
            .part(0u8, &(filter.year))
            .part(1u8, &(filter.month)),
        || report::__shape(),
        move |__cache_tags: &mut __cache::Dependencies| {
            ::cache_core::private::depend::<__CacheModel0>(__cache_tags);
            async move {
                if false {
                    return __cache::returned::<Result<Report, Error>>();
                }
                app.report(&filter).await
            }
        },
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
enum report {}
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
    type __CacheModel0 = Sale;
    static __CACHE_SITE: ::cache_core::private::Site = ::cache_core::private::Site::new({
        ::cache_core::private::Function::new(
                ::core::concat!(::core::module_path!(), "::", "report"),
                <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(11589767153456222615u64),
                "(app: &App, filter: Filter) -> Result<Report, Error>",
                &["filter.year", "filter.month"],
                &[
                    ::cache_core::private::Dependency::new(
                        <__CacheModel0 as ::cache_core::Model>::FACTS,
                        ::cache_core::private::Extent::All,
                    ),
                ],
                ::cache_core::private::Rules::new(
                    ::cache_core::private::Rules::NONE
                        | ::cache_core::private::Rules::KEY,
                ),
            )
            .scopes(
                ::cache_core::private::Asked::Expression("filter.org"),
                ::cache_core::private::Asked::Nothing,
            )
    });
    impl report {
        #[inline]
        fn __call<'__cache_call, __CacheTenant: ?Sized>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_tenant: ::cache_core::private::In<'_, __CacheTenant>,
            __cache_argument_0: ::cache_core::private::Argument<'_, &App>,
            __cache_argument_1: ::cache_core::private::Argument<'_, Filter>,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            __cache_call.of(&__CACHE_SITE);
            __cache_call.tenant(&__cache_tenant);
            __cache_call
                .transaction(
                    __cache_argument_0.__cache_unit(),
                    __cache_argument_0.__cache_is_open(),
                );
            __cache_call
                .transaction(
                    __cache_argument_1.__cache_unit(),
                    __cache_argument_1.__cache_is_open(),
                );
            __cache_call
        }
        fn __shape() -> ::cache_core::private::Shape<
            Result<Report, Error>,
            impl ::cache_core::private::Kind<Result<Report, Error>>,
        > {
            let __cache_shape = ::cache_core::private::Probe::<
                Result<Report, Error>,
            >::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<Report, Error>>::new()
                        .__cache_errors(),
                )
        }
        ///Runs `report` and replaces what is stored.
        fn refresh(
            app: &App,
            filter: Filter,
        ) -> impl ::core::future::Future<Output = Result<Report, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Refresh,
                report(app, filter),
            )
        }
        ///Runs `report` without the cache.
        fn uncached(
            app: &App,
            filter: Filter,
        ) -> impl ::core::future::Future<Output = Result<Report, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Uncached,
                report(app, filter),
            )
        }
        ///Invalidates all entries of `report`.
        fn invalidate_all() -> ::cache_core::private::InvalidateAll {
            ::cache_core::private::invalidate_all(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
    }
    impl report {
        ///The entry of a call of `report` with these arguments, whether it is stored or not.
        fn entry(filter: Filter) -> ::cache_core::Entry<Result<Report, Error>> {
            __cache::entry(
                report::__call(
                        &mut __cache::Call::new(),
                        ::cache_core::private::tenant(&(filter.org))
                            .sees::<__CacheModel0, _>(),
                        __cache::Argument::none(),
                        __cache::of(&filter),
                    )
                    .part(0u8, &(filter.year))
                    .part(1u8, &(filter.month)),
                report::__shape(),
                |__cache_tags| {
                    ::cache_core::private::depend::<__CacheModel0>(__cache_tags);
                },
            )
        }
    }
};
