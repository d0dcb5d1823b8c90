async fn grant(db: &Db, org: Org, user_id: i64) -> Result<Role, Error> {
    use ::cache_core::private as __cache;
    type __CacheModel0 = Role;
    type __CacheModel1 = User;
    __cache::write(
            __cache_bumps_grant(__cache::of(&db), __cache::of(&org))
                .with(|__cache_bumps| {
                    ::cache_core::private::row::<
                        __CacheModel1,
                        _,
                    >(__cache_bumps, &(user_id));
                }),
            __cache_written_grant(),
            async move {
                if false {
                    return __cache::returned::<Result<Role, Error>>();
                }
                db.grant(org, user_id).await
            },
        )
        .await
}
#[doc(hidden)]
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
fn __cache_bumps_grant(
    __cache_argument_0: ::cache_core::private::Argument<'_, &Db>,
    __cache_argument_1: ::cache_core::private::Argument<'_, Org>,
) -> ::cache_core::private::Bumps {
    use ::cache_core::private as __cache;
    #[allow(unused_imports)]
    use ::cache_core::private::probes::*;
    type __CacheModel0 = Role;
    type __CacheModel1 = User;
    static WRITER: ::cache_core::private::Writer = {
        ::cache_core::private::Writer::new(
                ::core::concat!(::core::module_path!(), "::", "grant"),
                ::cache_core::private::Location::here(4190746329199984087u64),
                &[
                    ::cache_core::private::Dependency::new(
                        <__CacheModel0 as ::cache_core::Model>::FACTS,
                        ::cache_core::private::Extent::Late,
                    ),
                    ::cache_core::private::Dependency::new(
                        <__CacheModel1 as ::cache_core::Model>::FACTS,
                        ::cache_core::private::Extent::Row,
                    ),
                ],
            )
            .tenant(
                ::cache_core::private::Asked::by_type(
                    &[
                        ("db", ::cache_core::private::Probe::<&Db>::__CACHE_TENANT),
                        ("org", ::cache_core::private::Probe::<Org>::__CACHE_TENANT),
                    ],
                    false,
                ),
            )
            .on(::cache_core::private::AfterErrors::Never)
    };
    ::cache_core::private::inventory::submit! {
        ::cache_core::private::Declared::Writer(& WRITER)
    }
    let mut __cache_bumps = __cache::Bumps::new(
        &WRITER,
        &::cache_core::Cache::current(),
    );
    __cache_bumps
        .tenant(
            &__cache::pick(
                __cache::pick(__cache::NoArgument, __cache_argument_0.__cache_tenant()),
                __cache_argument_1.__cache_tenant(),
            ),
        );
    __cache_argument_0.__cache_commits();
    __cache_bumps.transaction(__cache_argument_0.__cache_unit());
    __cache_argument_1.__cache_commits();
    __cache_bumps.transaction(__cache_argument_1.__cache_unit());
    ::cache_core::private::bump_later::<__CacheModel0>(&mut __cache_bumps);
    __cache_bumps
}
#[doc(hidden)]
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
fn __cache_written_grant() -> ::cache_core::private::Written<
    Result<Role, Error>,
    impl ::cache_core::private::Kind<Result<Role, Error>>,
> {
    use ::cache_core::private as __cache;
    #[allow(unused_imports)]
    use ::cache_core::private::probes::*;
    type __CacheModel0 = Role;
    type __CacheModel1 = User;
    let __cache_on = ::cache_core::private::Probe::<Result<Role, Error>>::new()
        .__cache_on()
        .on_ok();
    __cache::Written::<
        Result<Role, Error>,
        _,
    >::new(__cache::Probe::<Result<Role, Error>>::new().__cache_kind(), __cache_on)
        .rows(|__cache_bumps, ret| {
            ::cache_core::private::row::<__CacheModel0, _>(__cache_bumps, &(ret.id));
        })
}
