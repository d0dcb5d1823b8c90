async fn permissions(db: &Db, org: Org, user_id: i64) -> Result<Vec<i64>, Error> {
    {
        #[allow(
            deprecated,
            unused,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
        use ::cache_core::private::probes::*;
        #[allow(dead_code)]
        type __CacheModel0 = Role;
        #[allow(dead_code)]
        type __CacheModel1 = User;
        #[allow(dead_code)]
        type __CacheAlias = Permissions;
        let __cache_how = ::cache_core::private::asked(permissions::__cache_site());
        #[allow(
            deprecated,
            unused,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
        let __cache_call = {
            let __cache_argument_0 = ::cache_core::private::Argument(
                ::core::option::Option::Some(&db),
            );
            let __cache_argument_1 = ::cache_core::private::Argument(
                ::core::option::Option::Some(&org),
            );
            let __cache_argument_2 = ::cache_core::private::Argument(
                ::core::option::Option::Some(&user_id),
            );
            let mut __cache_call = ::cache_core::private::Call::new(
                permissions::__cache_site(),
            );
            __cache_call
                .tenant(
                    &::cache_core::private::resolve_tenant::<
                        <__CacheAlias as ::cache_core::Alias>::Tenant,
                        _,
                    >(
                        ::cache_core::private::pick(
                            ::cache_core::private::pick(
                                ::cache_core::private::pick(
                                    ::cache_core::private::NoArgument,
                                    __cache_argument_0.__cache_tenant(),
                                ),
                                __cache_argument_1.__cache_tenant(),
                            ),
                            __cache_argument_2.__cache_tenant(),
                        ),
                    ),
                );
            __cache_call
                .user(
                    &::cache_core::private::resolve_user::<
                        <__CacheAlias as ::cache_core::Alias>::User,
                        _,
                    >(
                        ::cache_core::private::pick(
                            ::cache_core::private::pick(
                                ::cache_core::private::pick(
                                    ::cache_core::private::NoArgument,
                                    __cache_argument_0.__cache_user(),
                                ),
                                __cache_argument_1.__cache_user(),
                            ),
                            __cache_argument_2.__cache_user(),
                        ),
                    ),
                );
            __cache_argument_0
                .__cache_part(
                    ::cache_core::private::is_scope(
                        &__cache_call,
                        __cache_argument_0.__cache_tenant(),
                        __cache_argument_0.__cache_user(),
                    ),
                    &mut __cache_call,
                    0u8,
                );
            __cache_argument_1
                .__cache_part(
                    ::cache_core::private::is_scope(
                        &__cache_call,
                        __cache_argument_1.__cache_tenant(),
                        __cache_argument_1.__cache_user(),
                    ),
                    &mut __cache_call,
                    1u8,
                );
            __cache_argument_2
                .__cache_part(
                    ::cache_core::private::is_scope(
                        &__cache_call,
                        __cache_argument_2.__cache_tenant(),
                        __cache_argument_2.__cache_user(),
                    ),
                    &mut __cache_call,
                    2u8,
                );
            let __cache_argument = ::cache_core::private::Argument(
                ::core::option::Option::Some(&db),
            );
            __cache_call
                .transaction(
                    __cache_argument.__cache_unit(),
                    __cache_argument.__cache_is_open(),
                );
            let __cache_argument = ::cache_core::private::Argument(
                ::core::option::Option::Some(&org),
            );
            __cache_call
                .transaction(
                    __cache_argument.__cache_unit(),
                    __cache_argument.__cache_is_open(),
                );
            __cache_call
        };
        #[allow(
            deprecated,
            unused,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
        let __cache_shape = {
            let __cache_shape = ::cache_core::private::Probe::<
                Result<Vec<i64>, Error>,
            >::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<Vec<i64>, Error>>::new()
                        .__cache_errors(),
                )
        };
        ::cache_core::private::run(
            __cache_how,
            __cache_call,
            __cache_shape,
            move |__cache_dependencies: &mut ::cache_core::private::Dependencies| {
                #[allow(
                    deprecated,
                    unused,
                    clippy::all,
                    clippy::pedantic,
                    clippy::nursery,
                    clippy::restriction
                )]
                let () = {
                    let __cache_argument_0 = ::cache_core::private::Argument(
                        ::core::option::Option::Some(&db),
                    );
                    let __cache_argument_1 = ::cache_core::private::Argument(
                        ::core::option::Option::Some(&org),
                    );
                    let __cache_argument_2 = ::cache_core::private::Argument(
                        ::core::option::Option::Some(&user_id),
                    );
                    match ::cache_core::private::resolve_tenant::<
                        <__CacheAlias as ::cache_core::Alias>::Tenant,
                        _,
                    >(
                        ::cache_core::private::pick(
                            ::cache_core::private::pick(
                                ::cache_core::private::pick(
                                    ::cache_core::private::NoArgument,
                                    __cache_argument_0.__cache_tenant(),
                                ),
                                __cache_argument_1.__cache_tenant(),
                            ),
                            __cache_argument_2.__cache_tenant(),
                        ),
                    ) {
                        __cache_scope => {
                            __cache_dependencies.tenant(&__cache_scope);
                            __cache_dependencies
                                .user(
                                    &::cache_core::private::resolve_user::<
                                        <__CacheAlias as ::cache_core::Alias>::User,
                                        _,
                                    >(
                                        ::cache_core::private::pick(
                                            ::cache_core::private::pick(
                                                ::cache_core::private::pick(
                                                    ::cache_core::private::NoArgument,
                                                    __cache_argument_0.__cache_user(),
                                                ),
                                                __cache_argument_1.__cache_user(),
                                            ),
                                            __cache_argument_2.__cache_user(),
                                        ),
                                    ),
                                );
                            ::cache_core::private::depend::<
                                __CacheModel0,
                                _,
                                _,
                            >(__cache_dependencies, &__cache_scope);
                            ::cache_core::private::depend_row::<
                                __CacheModel1,
                                _,
                                _,
                            >(
                                __cache_dependencies,
                                &__cache_scope,
                                &::cache_core::private::Row::<__CacheModel1>::of(&(user_id)),
                            );
                        }
                    }
                };
                async move {
                    #[allow(
                        deprecated,
                        unused,
                        clippy::all,
                        clippy::pedantic,
                        clippy::nursery,
                        clippy::restriction
                    )]
                    if false {
                        let __cache_returns: Result<Vec<i64>, Error> = loop {};
                        return __cache_returns;
                    }
                    db.permissions(org, user_id).await
                }
            },
        )
    }
        .await
}
#[doc(hidden)]
#[allow(
    dead_code,
    deprecated,
    missing_copy_implementations,
    missing_debug_implementations,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    unreachable_pub,
    unused,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
enum __cache_companion_permissions<const CASE: u32> {}
#[doc(hidden)]
#[allow(
    dead_code,
    deprecated,
    missing_copy_implementations,
    missing_debug_implementations,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    unreachable_pub,
    unused,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
type permissions = __cache_companion_permissions<
    {
        #[allow(
            dead_code,
            deprecated,
            missing_copy_implementations,
            missing_debug_implementations,
            non_camel_case_types,
            non_snake_case,
            private_interfaces,
            unreachable_pub,
            unused,
            unused_qualifications,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
        use ::cache_core::private::probes::*;
        0 | ((::cache_core::private::Probe::<&Db>::__CACHE_KEYED as u32) << 0usize)
            | ((::cache_core::private::Probe::<Org>::__CACHE_KEYED as u32) << 1usize)
    },
>;
#[allow(
    dead_code,
    deprecated,
    missing_copy_implementations,
    missing_debug_implementations,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    unreachable_pub,
    unused,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
impl permissions {
    ///Runs `permissions` and replaces what is stored.
    async fn refresh(db: &Db, org: Org, user_id: i64) -> Result<Vec<i64>, Error> {
        ::cache_core::private::ask(
                permissions::__cache_site(),
                ::cache_core::private::How::Refresh,
                permissions(db, org, user_id),
            )
            .await
    }
    ///Runs `permissions` without the cache.
    async fn uncached(db: &Db, org: Org, user_id: i64) -> Result<Vec<i64>, Error> {
        ::cache_core::private::ask(
                permissions::__cache_site(),
                ::cache_core::private::How::Uncached,
                permissions(db, org, user_id),
            )
            .await
    }
    ///Invalidates all entries of `permissions`.
    async fn invalidate_all() -> ::cache_core::Invalidated {
        ::cache_core::private::invalidate_all(
            permissions::__cache_site(),
            ::core::option::Option::None,
        )
    }
}
#[allow(
    dead_code,
    deprecated,
    missing_copy_implementations,
    missing_debug_implementations,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    unreachable_pub,
    unused,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
const _: () = {
    use ::cache_core::private::probes::*;
    #[allow(dead_code)]
    type __CacheModel0 = Role;
    #[allow(dead_code)]
    type __CacheModel1 = User;
    #[allow(dead_code)]
    type __CacheAlias = Permissions;
    impl permissions {
        fn __cache_site() -> &'static ::cache_core::private::Site {
            static SITE: ::cache_core::private::Site = ::cache_core::private::Site::new(
                ::cache_core::private::Function::new(
                    ::core::concat!(::core::module_path!(), "::", "permissions"),
                    (
                        <__CacheAlias as ::cache_core::Alias>::NAME,
                        <__CacheAlias as ::cache_core::Alias>::SETTINGS,
                    ),
                    ::cache_core::private::Location {
                        file: ::core::file!(),
                        line: ::core::line!(),
                        column: ::core::column!(),
                        item: ::cache_core::private::Location::item(
                            ::core::module_path!(),
                            13600473859825200627u64,
                        ),
                    },
                    const { &["db", "org", "user_id"] },
                    const {
                        &[
                            ::cache_core::private::Dependency {
                                model: <__CacheModel0 as ::cache_core::Model>::NAME,
                                extent: ::cache_core::private::Extent::Model,
                            },
                            ::cache_core::private::Dependency {
                                model: <__CacheModel1 as ::cache_core::Model>::NAME,
                                extent: ::cache_core::private::Extent::Row,
                            },
                        ]
                    },
                    ::cache_core::private::Rules::new(
                        ::core::option::Option::None,
                        ::core::option::Option::None,
                        ::core::option::Option::None,
                        false,
                        false,
                    ),
                    0u32,
                ),
            );
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& SITE.function)
            }
            &SITE
        }
    }
    impl permissions {
        fn __cache_entry(
            db: ::core::option::Option<&Db>,
            org: ::core::option::Option<Org>,
            user_id: i64,
        ) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            ::cache_core::private::entry(
                {
                    let __cache_argument_0 = ::cache_core::private::Argument(
                        db.as_ref(),
                    );
                    let __cache_argument_1 = ::cache_core::private::Argument(
                        org.as_ref(),
                    );
                    let __cache_argument_2 = ::cache_core::private::Argument(
                        ::core::option::Option::Some(&user_id),
                    );
                    let mut __cache_call = ::cache_core::private::Call::new(
                        permissions::__cache_site(),
                    );
                    __cache_call
                        .tenant(
                            &::cache_core::private::resolve_tenant::<
                                <__CacheAlias as ::cache_core::Alias>::Tenant,
                                _,
                            >(
                                ::cache_core::private::pick(
                                    ::cache_core::private::pick(
                                        ::cache_core::private::pick(
                                            ::cache_core::private::NoArgument,
                                            __cache_argument_0.__cache_tenant(),
                                        ),
                                        __cache_argument_1.__cache_tenant(),
                                    ),
                                    __cache_argument_2.__cache_tenant(),
                                ),
                            ),
                        );
                    __cache_call
                        .user(
                            &::cache_core::private::resolve_user::<
                                <__CacheAlias as ::cache_core::Alias>::User,
                                _,
                            >(
                                ::cache_core::private::pick(
                                    ::cache_core::private::pick(
                                        ::cache_core::private::pick(
                                            ::cache_core::private::NoArgument,
                                            __cache_argument_0.__cache_user(),
                                        ),
                                        __cache_argument_1.__cache_user(),
                                    ),
                                    __cache_argument_2.__cache_user(),
                                ),
                            ),
                        );
                    __cache_argument_0
                        .__cache_part(
                            ::cache_core::private::is_scope(
                                &__cache_call,
                                __cache_argument_0.__cache_tenant(),
                                __cache_argument_0.__cache_user(),
                            ),
                            &mut __cache_call,
                            0u8,
                        );
                    __cache_argument_1
                        .__cache_part(
                            ::cache_core::private::is_scope(
                                &__cache_call,
                                __cache_argument_1.__cache_tenant(),
                                __cache_argument_1.__cache_user(),
                            ),
                            &mut __cache_call,
                            1u8,
                        );
                    __cache_argument_2
                        .__cache_part(
                            ::cache_core::private::is_scope(
                                &__cache_call,
                                __cache_argument_2.__cache_tenant(),
                                __cache_argument_2.__cache_user(),
                            ),
                            &mut __cache_call,
                            2u8,
                        );
                    __cache_call
                },
                {
                    let __cache_shape = ::cache_core::private::Probe::<
                        Result<Vec<i64>, Error>,
                    >::new()
                        .__cache_shared();
                    __cache_shape
                        .errors(
                            ::cache_core::private::Probe::<
                                Result<Vec<i64>, Error>,
                            >::new()
                                .__cache_errors(),
                        )
                },
                |__cache_dependencies| {
                    #[allow(
                        deprecated,
                        unused,
                        clippy::all,
                        clippy::pedantic,
                        clippy::nursery,
                        clippy::restriction
                    )]
                    let () = {
                        let __cache_argument_0 = ::cache_core::private::Argument(
                            db.as_ref(),
                        );
                        let __cache_argument_1 = ::cache_core::private::Argument(
                            org.as_ref(),
                        );
                        let __cache_argument_2 = ::cache_core::private::Argument(
                            ::core::option::Option::Some(&user_id),
                        );
                        match ::cache_core::private::resolve_tenant::<
                            <__CacheAlias as ::cache_core::Alias>::Tenant,
                            _,
                        >(
                            ::cache_core::private::pick(
                                ::cache_core::private::pick(
                                    ::cache_core::private::pick(
                                        ::cache_core::private::NoArgument,
                                        __cache_argument_0.__cache_tenant(),
                                    ),
                                    __cache_argument_1.__cache_tenant(),
                                ),
                                __cache_argument_2.__cache_tenant(),
                            ),
                        ) {
                            __cache_scope => {
                                __cache_dependencies.tenant(&__cache_scope);
                                __cache_dependencies
                                    .user(
                                        &::cache_core::private::resolve_user::<
                                            <__CacheAlias as ::cache_core::Alias>::User,
                                            _,
                                        >(
                                            ::cache_core::private::pick(
                                                ::cache_core::private::pick(
                                                    ::cache_core::private::pick(
                                                        ::cache_core::private::NoArgument,
                                                        __cache_argument_0.__cache_user(),
                                                    ),
                                                    __cache_argument_1.__cache_user(),
                                                ),
                                                __cache_argument_2.__cache_user(),
                                            ),
                                        ),
                                    );
                                ::cache_core::private::depend::<
                                    __CacheModel0,
                                    _,
                                    _,
                                >(__cache_dependencies, &__cache_scope);
                                ::cache_core::private::depend_row::<
                                    __CacheModel1,
                                    _,
                                    _,
                                >(
                                    __cache_dependencies,
                                    &__cache_scope,
                                    &::cache_core::private::Row::<__CacheModel1>::of(&(user_id)),
                                );
                            }
                        }
                    };
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
