pub async fn search(
    db: &Db,
    search: &Search,
    request_id: u128,
) -> Result<Vec<i64>, Error> {
    use ::cache_core::private as __cache;
    let __cache_run = __cache::run(
        search::__call(&mut __cache::Call::new(), __cache::of(&db), __cache::of(&search))
            .when(|| {
                #[allow(unused, clippy::all, clippy::pedantic, clippy::restriction)]
                let __cache_when: bool = search.text.is_none();
                __cache_when
            }),
        || search::__shape(),
        __cache::Bare(async move {
            if false {
                return __cache::returned::<Result<Vec<i64>, Error>>();
            }
            db.search(search, request_id).await
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
pub enum __cache_companion_search<const CASE: u32> {}
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
pub type search = __cache_companion_search<
    {
        use ::cache_core::private as __cache;
        #[allow(unused_imports)]
        use ::cache_core::private::probes::*;
        0 | ((__cache::Probe::<&Db>::__CACHE_KEYED as u32) << 0usize)
            | ((__cache::Probe::<&Search>::__CACHE_KEYED as u32) << 1usize)
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
                ::core::concat!(::core::module_path!(), "::", "search"),
                <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(11529384052463169348u64),
                "(db: &Db, search: &Search, request_id: u128) -> Result<Vec<i64>, Error>",
                &["db", "search"],
                &[],
                ::cache_core::private::Rules::new(
                        ::cache_core::private::Rules::NONE
                            | ::cache_core::private::Rules::WHEN
                            | ::cache_core::private::Rules::STORE_IF,
                    )
                    .ttl(
                        ::cache_core::Ttl::For(
                            ::core::time::Duration::from_millis(60000u64),
                        ),
                    ),
            )
            .left_out(
                0
                    | (!::cache_core::private::Probe::<&Db>::__CACHE_KEYED as u64)
                        << 0usize
                    | (!::cache_core::private::Probe::<&Search>::__CACHE_KEYED as u64)
                        << 1usize,
                0u64,
            )
    });
    impl search {
        #[inline]
        fn __call<'__cache_call>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_argument_0: ::cache_core::private::Argument<'_, &Db>,
            __cache_argument_1: ::cache_core::private::Argument<'_, &Search>,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            __cache_call.of(&__CACHE_SITE);
            __cache_argument_0.__cache_part(false, __cache_call, 0u8);
            __cache_argument_1.__cache_part(false, __cache_call, 1u8);
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
                .store_if(|found| !found.is_empty())
        }
        ///Runs `search` and replaces what is stored.
        pub fn refresh(
            db: &Db,
            __cache_search: &Search,
            request_id: u128,
        ) -> impl ::core::future::Future<Output = Result<Vec<i64>, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Refresh,
                search(db, __cache_search, request_id),
            )
        }
        ///Runs `search` without the cache.
        pub fn uncached(
            db: &Db,
            __cache_search: &Search,
            request_id: u128,
        ) -> impl ::core::future::Future<Output = Result<Vec<i64>, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Uncached,
                search(db, __cache_search, request_id),
            )
        }
        ///Invalidates all entries of `search`.
        pub fn invalidate_all() -> ::cache_core::private::InvalidateAll {
            ::cache_core::private::invalidate_all(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
    }
    impl search {
        fn __cache_entry(
            db: ::core::option::Option<&Db>,
            search: ::core::option::Option<&Search>,
        ) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            __cache::entry(
                search::__call(
                    &mut __cache::Call::new(),
                    __cache::Argument(db.as_ref()),
                    __cache::Argument(search.as_ref()),
                ),
                search::__shape(),
                __cache::nothing,
            )
        }
    }
    impl __cache_companion_search<0u32> {
        ///The entry of a call of `search` with these arguments, whether it is stored or not.
        pub fn entry() -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            search::__cache_entry(
                ::core::option::Option::None,
                ::core::option::Option::None,
            )
        }
    }
    impl __cache_companion_search<1u32> {
        ///The entry of a call of `search` with these arguments, whether it is stored or not.
        pub fn entry(db: &Db) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            search::__cache_entry(
                ::core::option::Option::Some(db),
                ::core::option::Option::None,
            )
        }
    }
    impl __cache_companion_search<2u32> {
        ///The entry of a call of `search` with these arguments, whether it is stored or not.
        pub fn entry(search: &Search) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            search::__cache_entry(
                ::core::option::Option::None,
                ::core::option::Option::Some(search),
            )
        }
    }
    impl __cache_companion_search<3u32> {
        ///The entry of a call of `search` with these arguments, whether it is stored or not.
        pub fn entry(
            db: &Db,
            search: &Search,
        ) -> ::cache_core::Entry<Result<Vec<i64>, Error>> {
            search::__cache_entry(
                ::core::option::Option::Some(db),
                ::core::option::Option::Some(search),
            )
        }
    }
};
