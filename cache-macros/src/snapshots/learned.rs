async fn bestsellers(db: &Db) -> Result<Vec<Product>, Error> {
    use ::cache_core::private as __cache;
    type __CacheModel0 = Product;
    let __cache_run = __cache::run(
        bestsellers::__call(&mut __cache::Call::new(), __cache::of(&db)),
        || bestsellers::__shape(),
        move |__cache_tags: &mut __cache::Dependencies| {
            ::cache_core::private::depend_late::<__CacheModel0>(__cache_tags);
            async move {
                if false {
                    return __cache::returned::<Result<Vec<Product>, Error>>();
                }
                db.bestsellers().await
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
enum __cache_companion_bestsellers<const CASE: u32> {}
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
type bestsellers = __cache_companion_bestsellers<
    {
        use ::cache_core::private as __cache;
        #[allow(unused_imports)]
        use ::cache_core::private::probes::*;
        0 | ((__cache::Probe::<&Db>::__CACHE_KEYED as u32) << 0usize)
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
    type __CacheModel0 = Product;
    static __CACHE_SITE: ::cache_core::private::Site = ::cache_core::private::Site::new({
        ::cache_core::private::Function::new(
                ::core::concat!(::core::module_path!(), "::", "bestsellers"),
                <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(11505674411628764227u64),
                "(db: &Db) -> Result<Vec<Product>, Error>",
                &["db"],
                &[
                    ::cache_core::private::Dependency::new(
                        <__CacheModel0 as ::cache_core::Model>::FACTS,
                        ::cache_core::private::Extent::Late,
                    ),
                ],
                ::cache_core::private::Rules::new(::cache_core::private::Rules::NONE),
            )
            .left_out(
                0
                    | (!::cache_core::private::Probe::<&Db>::__CACHE_KEYED as u64)
                        << 0usize,
                0u64,
            )
    });
    impl bestsellers {
        #[inline]
        fn __call<'__cache_call>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_argument_0: ::cache_core::private::Argument<'_, &Db>,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            __cache_call.of(&__CACHE_SITE);
            ::cache_core::private::visible::<__CacheModel0, _, _>(&__cache::NoScope);
            __cache_argument_0.__cache_part(false, __cache_call, 0u8);
            __cache_call
                .transaction(
                    __cache_argument_0.__cache_unit(),
                    __cache_argument_0.__cache_is_open(),
                );
            __cache_call
        }
        fn __shape() -> ::cache_core::private::Shape<
            Result<Vec<Product>, Error>,
            impl ::cache_core::private::Kind<Result<Vec<Product>, Error>>,
        > {
            let __cache_shape = ::cache_core::private::Probe::<
                Result<Vec<Product>, Error>,
            >::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<Vec<Product>, Error>>::new()
                        .__cache_errors(),
                )
                .rows(|__cache_found, __cache_value| {
                    if let ::core::option::Option::Some(ret) = ::cache_core::private::Returned(
                            __cache_value,
                        )
                        .__cache_ret()
                    {
                        __cache_found
                            .add({
                                let mut __cache_rows = ::cache_core::private::Rows::<
                                    __CacheModel0,
                                >::new();
                                #[allow(
                                    unused,
                                    clippy::all,
                                    clippy::pedantic,
                                    clippy::restriction
                                )]
                                for __cache_id in ::core::iter::IntoIterator::into_iter(
                                    ret.iter().map(|product| product.id),
                                ) {
                                    ::cache_core::private::row::<
                                        __CacheModel0,
                                        _,
                                    >(&mut __cache_rows, &(__cache_id));
                                    if ::cache_core::private::ToldOfRows::is_full(
                                        &mut __cache_rows,
                                    ) {
                                        break;
                                    }
                                }
                                __cache_rows
                            });
                    }
                })
        }
        ///Runs `bestsellers` and replaces what is stored.
        fn refresh(
            db: &Db,
        ) -> impl ::core::future::Future<Output = Result<Vec<Product>, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Refresh,
                bestsellers(db),
            )
        }
        ///Runs `bestsellers` without the cache.
        fn uncached(
            db: &Db,
        ) -> impl ::core::future::Future<Output = Result<Vec<Product>, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Uncached,
                bestsellers(db),
            )
        }
        ///Invalidates all entries of `bestsellers`.
        fn invalidate_all() -> ::cache_core::private::InvalidateAll {
            ::cache_core::private::invalidate_all(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
    }
    impl bestsellers {
        fn __cache_entry(
            db: ::core::option::Option<&Db>,
        ) -> ::cache_core::Entry<Result<Vec<Product>, Error>> {
            __cache::entry(
                bestsellers::__call(
                    &mut __cache::Call::new(),
                    __cache::Argument(db.as_ref()),
                ),
                bestsellers::__shape(),
                |__cache_tags| {
                    ::cache_core::private::depend_late::<__CacheModel0>(__cache_tags);
                },
            )
        }
    }
    impl __cache_companion_bestsellers<0u32> {
        ///The entry of a call of `bestsellers` with these arguments, whether it is stored or not.
        fn entry() -> ::cache_core::Entry<Result<Vec<Product>, Error>> {
            bestsellers::__cache_entry(::core::option::Option::None)
        }
    }
    impl __cache_companion_bestsellers<1u32> {
        ///The entry of a call of `bestsellers` with these arguments, whether it is stored or not.
        fn entry(db: &Db) -> ::cache_core::Entry<Result<Vec<Product>, Error>> {
            bestsellers::__cache_entry(::core::option::Option::Some(db))
        }
    }
};
