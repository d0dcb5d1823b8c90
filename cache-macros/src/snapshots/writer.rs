async fn grant(db: &Db, org: Org, user_id: i64) -> Result<Role, Error> {
    #[allow(unused_imports)]
    use ::cache_core::private::{self as __cache, probes::*};
    __cache::write::<
        Result<Role, Error>,
        _,
        _,
    >(
            __cache_bumps_grant(__cache::Argument::of(&db), __cache::Argument::of(&org))
                .with(|__cache_bumps| {
                    ::cache_core::private::Row::<User>::of(&(user_id))
                        .bump(__cache_bumps);
                }),
            __cache::Probe::<Result<Role, Error>>::new().__cache_kind(),
            ::cache_core::private::Probe::<Result<Role, Error>>::new()
                .__cache_on()
                .on_ok(),
            async move {
                if false {
                    return __cache::returned::<Result<Role, Error>>();
                }
                db.grant(org, user_id).await
            },
            |__cache_bumps, ret| {
                ::cache_core::private::Row::<Role>::of(&(ret.id)).bump(__cache_bumps);
            },
        )
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
    non_upper_case_globals,
    private_interfaces,
    unreachable_pub,
    unused,
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
    #[allow(unused_imports)]
    use ::cache_core::private::{self as __cache, probes::*};
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
                model: <Role as ::cache_core::Model>::NAME,
                extent: ::cache_core::private::Extent::Row,
            },
            ::cache_core::private::Dependency {
                model: <User as ::cache_core::Model>::NAME,
                extent: ::cache_core::private::Extent::Row,
            },
        ],
    );
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
    ::cache_core::private::bump_later::<Role>(&mut __cache_bumps);
    __cache_bumps
}
