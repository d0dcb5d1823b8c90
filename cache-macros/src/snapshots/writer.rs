async fn grant(db: &Db, org: Org, user_id: i64) -> Result<Role, Error> {
    {
        #[allow(dead_code)]
        type __CacheModel0 = Role;
        #[allow(dead_code)]
        type __CacheModel1 = User;
        static WRITER: ::cache_core::private::Writer = ::cache_core::private::Writer::new(
            ::core::concat!(::core::module_path!(), "::", "grant"),
            ::cache_core::private::Location {
                file: ::core::file!(),
                line: ::core::line!(),
                column: ::core::column!(),
                item: ::cache_core::private::Location::item(
                    ::core::module_path!(),
                    4190746329199984087u64,
                ),
            },
            &[
                ::cache_core::private::Dependency {
                    model: <__CacheModel0 as ::cache_core::Model>::NAME,
                    extent: ::cache_core::private::Extent::Row,
                },
                ::cache_core::private::Dependency {
                    model: <__CacheModel1 as ::cache_core::Model>::NAME,
                    extent: ::cache_core::private::Extent::Row,
                },
            ],
        );
        ::cache_core::private::inventory::submit! {
            ::cache_core::private::Declared::Writer(& WRITER)
        }
        #[allow(
            deprecated,
            unused,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
        use ::cache_core::private::probes::*;
        let __cache_kind = ::cache_core::private::Probe::<Result<Role, Error>>::new()
            .__cache_kind();
        let __cache_on = ::cache_core::private::Probe::<Result<Role, Error>>::new()
            .__cache_on()
            .on_ok();
        #[allow(
            deprecated,
            unused,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
        let __cache_bumps = {
            let __cache_argument_0 = ::cache_core::private::Argument(
                ::core::option::Option::Some(&db),
            );
            let __cache_argument_1 = ::cache_core::private::Argument(
                ::core::option::Option::Some(&org),
            );
            let __cache_argument_2 = ::cache_core::private::Argument(
                ::core::option::Option::Some(&user_id),
            );
            let mut __cache_bumps = ::cache_core::private::Bumps::new(
                &WRITER,
                &::cache_core::Cache::current(),
            );
            __cache_bumps
                .tenant(
                    &::cache_core::private::pick(
                        ::cache_core::private::pick(
                            ::cache_core::private::pick(
                                ::cache_core::private::NoArgument,
                                __cache_argument_0.__cache_tenant(),
                            ),
                            __cache_argument_1.__cache_tenant(),
                        ),
                        __cache_argument_2.__cache_tenant(),
                    ),
                );
            __cache_argument_0.__cache_commits();
            __cache_bumps.transaction(__cache_argument_0.__cache_unit());
            __cache_argument_1.__cache_commits();
            __cache_bumps.transaction(__cache_argument_1.__cache_unit());
            {
                let __cache_bumps = &mut __cache_bumps;
                ::cache_core::private::bump_later::<__CacheModel0>(__cache_bumps);
                ::cache_core::private::bump_row::<
                    __CacheModel1,
                >(
                    __cache_bumps,
                    &::cache_core::private::Row::<__CacheModel1>::of(&(user_id)),
                );
            }
            __cache_bumps
        };
        ::cache_core::private::write::<
            Result<Role, Error>,
            _,
            _,
        >(
            __cache_bumps,
            __cache_kind,
            __cache_on,
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
                    let __cache_returns: Result<Role, Error> = loop {};
                    return __cache_returns;
                }
                db.grant(org, user_id).await
            },
            |__cache_bumps, ret| {
                ::cache_core::private::bump_row::<
                    __CacheModel0,
                >(
                    __cache_bumps,
                    &::cache_core::private::Row::<__CacheModel0>::of(&(ret.id)),
                );
            },
        )
    }
        .await
}
