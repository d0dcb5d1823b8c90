async fn product(
    app: State<App>,
    org: Org,
    id: Path<i64>,
) -> Result<Json<Product>, AppError> {
    use ::cache_core::private as __cache;
    type __CacheModel0 = Product;
    let __cache_run = __cache::run(
        product::__call(
            &mut __cache::Call::new(),
            __cache::of(&app),
            __cache::of(&org),
            __cache::of(&id),
        ),
        || product::__shape(),
        move |__cache_tags: &mut __cache::Dependencies| {
            {
                #[allow(unused, clippy::all, clippy::pedantic, clippy::restriction)]
                let Path(id) = &id;
                ::cache_core::private::row::<__CacheModel0, _>(__cache_tags, &(id));
            }
            async move {
                if false {
                    return __cache::returned::<Result<Json<Product>, AppError>>();
                }
                #[allow(clippy::restriction)]
                let State(app) = app;
                #[allow(clippy::restriction)]
                let Path(id) = id;
                app.product(org, id).await.map(Json)
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
enum __cache_companion_product<const CASE: u32> {}
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
type product = __cache_companion_product<
    {
        use ::cache_core::private as __cache;
        #[allow(unused_imports)]
        use ::cache_core::private::probes::*;
        0 | ((__cache::Probe::<State<App>>::__CACHE_KEYED as u32) << 0usize)
            | ((__cache::Probe::<Org>::__CACHE_KEYED as u32) << 1usize)
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
                ::core::concat!(::core::module_path!(), "::", "product"),
                <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(12756451833773219020u64),
                "(State(app): State<App>, org: Org, Path(id): Path<i64>) -> Result<Json<Product>, AppError>",
                &["app", "org", "id"],
                &[
                    ::cache_core::private::Dependency::new(
                        <__CacheModel0 as ::cache_core::Model>::FACTS,
                        ::cache_core::private::Extent::Row,
                    ),
                ],
                ::cache_core::private::Rules::new(::cache_core::private::Rules::NONE),
            )
            .left_out(
                0
                    | (!::cache_core::private::Probe::<State<App>>::__CACHE_KEYED as u64)
                        << 0usize
                    | (!::cache_core::private::Probe::<Org>::__CACHE_KEYED as u64)
                        << 1usize
                    | (!::cache_core::private::Probe::<Path<i64>>::__CACHE_KEYED as u64)
                        << 2usize,
                0u64,
            )
            .scopes(
                ::cache_core::private::Asked::by_type(
                    &[("org", ::cache_core::private::Probe::<Org>::__CACHE_TENANT)],
                    true,
                ),
                ::cache_core::private::Asked::Nothing,
            )
    });
    impl product {
        #[inline]
        fn __call<'__cache_call>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_argument_0: ::cache_core::private::Argument<'_, State<App>>,
            __cache_argument_1: ::cache_core::private::Argument<'_, Org>,
            __cache_argument_2: ::cache_core::private::Argument<'_, Path<i64>>,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            let (app,) = match __cache_argument_0.0 {
                ::core::option::Option::Some(State(app)) => {
                    (::cache_core::private::Argument::of(app),)
                }
                ::core::option::Option::None => {
                    (::cache_core::private::Argument::none(),)
                }
            };
            let (id,) = match __cache_argument_2.0 {
                ::core::option::Option::Some(Path(id)) => {
                    (::cache_core::private::Argument::of(id),)
                }
                ::core::option::Option::None => {
                    (::cache_core::private::Argument::none(),)
                }
            };
            __cache_call.of(&__CACHE_SITE);
            let __cache_tenant = ::cache_core::private::resolve_tenant::<
                ::cache_core::Scoped,
                _,
            >(
                __cache::pick(
                    __cache::pick(
                        __cache::pick(__cache::NoArgument, app.__cache_tenant()),
                        __cache_argument_1.__cache_tenant(),
                    ),
                    id.__cache_tenant(),
                ),
            );
            __cache_call.tenant(&__cache_tenant);
            ::cache_core::private::visible::<__CacheModel0, _, _>(&__cache_tenant);
            app.__cache_part(
                __cache::is_scope(
                    __cache_call,
                    app.__cache_tenant(),
                    __cache::NotAScope,
                ),
                __cache_call,
                0u8,
            );
            __cache_argument_1
                .__cache_part(
                    __cache::is_scope(
                        __cache_call,
                        __cache_argument_1.__cache_tenant(),
                        __cache::NotAScope,
                    ),
                    __cache_call,
                    1u8,
                );
            id.__cache_part(
                __cache::is_scope(__cache_call, id.__cache_tenant(), __cache::NotAScope),
                __cache_call,
                2u8,
            );
            __cache_call.transaction(app.__cache_unit(), app.__cache_is_open());
            __cache_call
                .transaction(
                    __cache_argument_1.__cache_unit(),
                    __cache_argument_1.__cache_is_open(),
                );
            __cache_call.transaction(id.__cache_unit(), id.__cache_is_open());
            __cache_call
        }
        fn __shape() -> ::cache_core::private::Shape<
            Result<Json<Product>, AppError>,
            impl ::cache_core::private::Kind<Result<Json<Product>, AppError>>,
        > {
            let __cache_shape = ::cache_core::private::Probe::<
                Result<Json<Product>, AppError>,
            >::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<
                        Result<Json<Product>, AppError>,
                    >::new()
                        .__cache_errors(),
                )
        }
        ///Runs `product` and replaces what is stored.
        fn refresh(
            app: State<App>,
            org: Org,
            id: Path<i64>,
        ) -> impl ::core::future::Future<Output = Result<Json<Product>, AppError>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Refresh,
                product(app, org, id),
            )
        }
        ///Runs `product` without the cache.
        fn uncached(
            app: State<App>,
            org: Org,
            id: Path<i64>,
        ) -> impl ::core::future::Future<Output = Result<Json<Product>, AppError>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Uncached,
                product(app, org, id),
            )
        }
        ///Invalidates all entries of `product`.
        fn invalidate_all() -> ::cache_core::private::InvalidateAll {
            ::cache_core::private::invalidate_all(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
    }
    impl product {
        fn __cache_entry(
            app: ::core::option::Option<State<App>>,
            org: ::core::option::Option<Org>,
            id: Path<i64>,
        ) -> ::cache_core::Entry<Result<Json<Product>, AppError>> {
            __cache::entry(
                product::__call(
                    &mut __cache::Call::new(),
                    __cache::Argument(app.as_ref()),
                    __cache::Argument(org.as_ref()),
                    __cache::of(&id),
                ),
                product::__shape(),
                |__cache_tags| {
                    {
                        #[allow(
                            unused,
                            clippy::all,
                            clippy::pedantic,
                            clippy::restriction
                        )]
                        let Path(id) = &id;
                        ::cache_core::private::row::<
                            __CacheModel0,
                            _,
                        >(__cache_tags, &(id));
                    }
                },
            )
        }
    }
    impl __cache_companion_product<0u32> {
        ///The entry of a call of `product` with these arguments, whether it is stored or not.
        fn entry(id: Path<i64>) -> ::cache_core::Entry<Result<Json<Product>, AppError>> {
            product::__cache_entry(
                ::core::option::Option::None,
                ::core::option::Option::None,
                id,
            )
        }
    }
    impl __cache_companion_product<1u32> {
        ///The entry of a call of `product` with these arguments, whether it is stored or not.
        fn entry(
            app: State<App>,
            id: Path<i64>,
        ) -> ::cache_core::Entry<Result<Json<Product>, AppError>> {
            product::__cache_entry(
                ::core::option::Option::Some(app),
                ::core::option::Option::None,
                id,
            )
        }
    }
    impl __cache_companion_product<2u32> {
        ///The entry of a call of `product` with these arguments, whether it is stored or not.
        fn entry(
            org: Org,
            id: Path<i64>,
        ) -> ::cache_core::Entry<Result<Json<Product>, AppError>> {
            product::__cache_entry(
                ::core::option::Option::None,
                ::core::option::Option::Some(org),
                id,
            )
        }
    }
    impl __cache_companion_product<3u32> {
        ///The entry of a call of `product` with these arguments, whether it is stored or not.
        fn entry(
            app: State<App>,
            org: Org,
            id: Path<i64>,
        ) -> ::cache_core::Entry<Result<Json<Product>, AppError>> {
            product::__cache_entry(
                ::core::option::Option::Some(app),
                ::core::option::Option::Some(org),
                id,
            )
        }
    }
};
