async fn permissions(db: &Db, org: Org, user_id: i64) -> Result<Vec<i64>, Error> {
    use ::cache_core::private as __cache;
    type __CacheModel0 = Role;
    type __CacheModel1 = User;
    let __cache_run = __cache::run(
        permissions::__call(
            &mut __cache::Call::new(),
            __cache::of(&db),
            __cache::of(&org),
            &user_id,
        ),
        || permissions::__shape(),
        move |__cache_tags: &mut __cache::Dependencies| {
            ::cache_core::private::depend::<__CacheModel0>(__cache_tags);
            ::cache_core::private::row::<__CacheModel1, _>(__cache_tags, &(user_id));
            async move {
                if false {
                    return __cache::returned::<Result<Vec<i64>, Error>>();
                }
                db.permissions(org, user_id).await
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
enum __cache_companion_permissions<const CASE: u32> {}
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
type permissions = __cache_companion_permissions<
    {
        use ::cache_core::private as __cache;
        #[allow(unused_imports)]
        use ::cache_core::private::probes::*;
        0 | ((__cache::Probe::<&Db>::__CACHE_KEYED as u32) << 0usize)
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
    type __CacheModel0 = Role;
    type __CacheModel1 = User;
    type __CacheAlias = Permissions;
    static __CACHE_SITE: ::cache_core::private::Site = ::cache_core::private::Site::new({
        ::cache_core::private::Function::new(
                ::core::concat!(::core::module_path!(), "::", "permissions"),
                <__CacheAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(13600473859825200627u64),
                "(db: &Db, org: Org, user_id: i64) -> Result<Vec<i64>, Error>",
                &["db", "org", "user_id"],
                &[
                    ::cache_core::private::Dependency::new(
                        <__CacheModel0 as ::cache_core::Model>::FACTS,
                        ::cache_core::private::Extent::All,
                    ),
                    ::cache_core::private::Dependency::new(
                        <__CacheModel1 as ::cache_core::Model>::FACTS,
                        ::cache_core::private::Extent::Row,
                    ),
                ],
                ::cache_core::private::Rules::new(::cache_core::private::Rules::NONE),
            )
            .left_out(
                0
                    | (!::cache_core::private::Probe::<&Db>::__CACHE_KEYED as u64)
                        << 0usize
                    | (!::cache_core::private::Probe::<Org>::__CACHE_KEYED as u64)
                        << 1usize,
                0u64,
            )
            .scopes(
                ::cache_core::private::Asked::by_alias(
                    &[
                        ("db", ::cache_core::private::Probe::<&Db>::__CACHE_TENANT),
                        ("org", ::cache_core::private::Probe::<Org>::__CACHE_TENANT),
                    ],
                    false,
                ),
                ::cache_core::private::Asked::by_alias(
                    &[
                        ("db", ::cache_core::private::Probe::<&Db>::__CACHE_USER),
                        ("org", ::cache_core::private::Probe::<Org>::__CACHE_USER),
                    ],
                    false,
                ),
            )
    });
    impl permissions {
        #[inline]
        fn __call<'__cache_call>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_argument_0: ::cache_core::private::Argument<'_, &Db>,
            __cache_argument_1: ::cache_core::private::Argument<'_, Org>,
            __cache_argument_2: &i64,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            __cache_call.of(&__CACHE_SITE);
            let __cache_tenant = ::cache_core::private::resolve_tenant::<
                <__CacheAlias as ::cache_core::Alias>::Tenant,
                _,
            >(
                __cache::pick(
                    __cache::pick(
                        __cache::NoArgument,
                        __cache_argument_0.__cache_tenant(),
                    ),
                    __cache_argument_1.__cache_tenant(),
                ),
            );
            __cache_call.tenant(&__cache_tenant);
            let __cache_user = ::cache_core::private::resolve_user::<
                <__CacheAlias as ::cache_core::Alias>::User,
                _,
            >(
                __cache::pick(
                    __cache::pick(
                        __cache::NoArgument,
                        __cache_argument_0.__cache_user(),
                    ),
                    __cache_argument_1.__cache_user(),
                ),
            );
            __cache_call.user(&__cache_user);
            ::cache_core::private::visible::<__CacheModel0, _, _>(&__cache_tenant);
            ::cache_core::private::visible::<__CacheModel1, _, _>(&__cache_tenant);
            __cache_argument_0
                .__cache_part(
                    __cache::is_scope(
                        __cache_call,
                        __cache_argument_0.__cache_tenant(),
                        __cache_argument_0.__cache_user(),
                    ),
                    __cache_call,
                    0u8,
                );
            __cache_argument_1
                .__cache_part(
                    __cache::is_scope(
                        __cache_call,
                        __cache_argument_1.__cache_tenant(),
                        __cache_argument_1.__cache_user(),
                    ),
                    __cache_call,
                    1u8,
                );
            __cache_call.argument(2u8, __cache_argument_2);
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
            Result<Vec<i64>, Error>,
            impl ::cache_core::private::Kind<Result<Vec<i64>, Error>>,
        > {
            let __cache_shape = ::cache_core::private::Probe::<
                Result<Vec<i64>, Error>,
            >::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<Vec<i64>, Error>>::new()
                        .__cache_errors(),
                )
        }
        ///Runs `permissions` and replaces what is stored.
        fn refresh(
            db: &Db,
            org: Org,
            user_id: i64,
        ) -> impl ::core::future::Future<Output = Result<Vec<i64>, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Refresh,
                permissions(db, org, user_id),
            )
        }
        ///Runs `permissions` without the cache.
        fn uncached(
            db: &Db,
            org: Org,
            user_id: i64,
        ) -> impl ::core::future::Future<Output = Result<Vec<i64>, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Uncached,
                permissions(db, org, user_id),
            )
        }
        ///Invalidates all entries of `permissions`.
        fn invalidate_all() -> ::cache_core::private::InvalidateAll {
            ::cache_core::private::invalidate_all(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
    }
    impl permissions {
        fn __cache_entry(
            db: ::core::option::Option<&Db>,
            org: ::core::option::Option<Org>,
            user_id: i64,
        ) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            __cache::entry(
                permissions::__call(
                    &mut __cache::Call::new(),
                    __cache::Argument(db.as_ref()),
                    __cache::Argument(org.as_ref()),
                    &user_id,
                ),
                permissions::__shape(),
                |__cache_tags| {
                    ::cache_core::private::depend::<__CacheModel0>(__cache_tags);
                    ::cache_core::private::row::<
                        __CacheModel1,
                        _,
                    >(__cache_tags, &(user_id));
                },
            )
        }
    }
    impl __cache_companion_permissions<0u32> {
        ///The entry of a call of `permissions` with these arguments, whether it is stored or not.
        fn entry(user_id: i64) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            permissions::__cache_entry(
                ::core::option::Option::None,
                ::core::option::Option::None,
                user_id,
            )
        }
    }
    impl __cache_companion_permissions<1u32> {
        ///The entry of a call of `permissions` with these arguments, whether it is stored or not.
        fn entry(db: &Db, user_id: i64) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            permissions::__cache_entry(
                ::core::option::Option::Some(db),
                ::core::option::Option::None,
                user_id,
            )
        }
    }
    impl __cache_companion_permissions<2u32> {
        ///The entry of a call of `permissions` with these arguments, whether it is stored or not.
        fn entry(
            org: Org,
            user_id: i64,
        ) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            permissions::__cache_entry(
                ::core::option::Option::None,
                ::core::option::Option::Some(org),
                user_id,
            )
        }
    }
    impl __cache_companion_permissions<3u32> {
        ///The entry of a call of `permissions` with these arguments, whether it is stored or not.
        fn entry(
            db: &Db,
            org: Org,
            user_id: i64,
        ) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            permissions::__cache_entry(
                ::core::option::Option::Some(db),
                ::core::option::Option::Some(org),
                user_id,
            )
        }
    }
};
