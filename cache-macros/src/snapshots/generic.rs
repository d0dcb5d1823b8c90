pub async fn count<M: Model<Scope = Everywhere>>(db: &Db) -> Result<u64, Error> {
    use ::cache_core::private as __cache;
    let __cache_run = __cache::run(
        count::__call::<M>(&mut __cache::Call::new(), __cache::of(&db)),
        || count::__shape::<M>(),
        move |__cache_tags: &mut __cache::Dependencies| {
            ::cache_core::private::depend::<M>(__cache_tags);
            async move {
                if false {
                    return __cache::returned::<Result<u64, Error>>();
                }
                db.count(M::NAME).await
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
pub enum __cache_companion_count<const CASE: u32> {}
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
pub type count = __cache_companion_count<
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
    static __CACHE_SITE: ::cache_core::private::Site = ::cache_core::private::Site::new({
        ::cache_core::private::Function::new(
                ::core::concat!(::core::module_path!(), "::", "count"),
                <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(11792712156300575046u64),
                "(db: &Db) -> Result<u64, Error>",
                &["db", "M"],
                &[
                    ::cache_core::private::Dependency::of_parameter(
                        "M",
                        ::cache_core::private::Extent::All,
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
    impl count {
        #[inline]
        fn __call<'__cache_call, M: Model<Scope = Everywhere>>(
            __cache_call: &'__cache_call mut ::cache_core::private::Call,
            __cache_argument_0: ::cache_core::private::Argument<'_, &Db>,
        ) -> &'__cache_call mut ::cache_core::private::Call {
            ::cache_core::private::inventory::submit! {
                ::cache_core::private::Declared::Function(& __CACHE_SITE.function)
            }
            __cache_call.of(&__CACHE_SITE);
            ::cache_core::private::visible::<M, _, _>(&__cache::NoScope);
            __cache_argument_0.__cache_part(false, __cache_call, 0u8);
            __cache_call.type_parameter::<M>(1u8);
            __cache_call
                .transaction(
                    __cache_argument_0.__cache_unit(),
                    __cache_argument_0.__cache_is_open(),
                );
            __cache_call
        }
        fn __shape<M: Model<Scope = Everywhere>>() -> ::cache_core::private::Shape<
            Result<u64, Error>,
            impl ::cache_core::private::Kind<Result<u64, Error>>,
        > {
            let __cache_shape = ::cache_core::private::Probe::<Result<u64, Error>>::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<u64, Error>>::new()
                        .__cache_errors(),
                )
        }
        ///Runs `count` and replaces what is stored.
        pub fn refresh<M: Model<Scope = Everywhere>>(
            db: &Db,
        ) -> impl ::core::future::Future<Output = Result<u64, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Refresh,
                count::<M>(db),
            )
        }
        ///Runs `count` without the cache.
        pub fn uncached<M: Model<Scope = Everywhere>>(
            db: &Db,
        ) -> impl ::core::future::Future<Output = Result<u64, Error>> {
            ::cache_core::private::ask(
                &__CACHE_SITE,
                ::cache_core::private::How::Uncached,
                count::<M>(db),
            )
        }
        ///Invalidates all entries of `count`.
        pub fn invalidate_all() -> ::cache_core::private::InvalidateAll {
            ::cache_core::private::invalidate_all(
                &__CACHE_SITE,
                ::core::option::Option::None,
            )
        }
        /// For `register!`.
        #[doc(hidden)]
        pub fn __cache_instance<M: Model<Scope = Everywhere>>() -> ::cache_core::private::Function {
            ::cache_core::private::Function::new(
                    ::core::concat!(::core::module_path!(), "::", "count"),
                    <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                    ::cache_core::private::Location::here(11792712156300575046u64),
                    "(db: &Db) -> Result<u64, Error>",
                    const { &["db", "M"] },
                    const {
                        &[
                            ::cache_core::private::Dependency::new(
                                <M as ::cache_core::Model>::FACTS,
                                ::cache_core::private::Extent::All,
                            ),
                        ]
                    },
                    ::cache_core::private::Rules::new(::cache_core::private::Rules::NONE),
                )
                .left_out(
                    0
                        | (!::cache_core::private::Probe::<&Db>::__CACHE_KEYED as u64)
                            << 0usize,
                    0u64,
                )
        }
    }
    impl count {
        fn __cache_entry<M: Model<Scope = Everywhere>>(
            db: ::core::option::Option<&Db>,
        ) -> ::cache_core::Entry<Result<u64, Error>> {
            __cache::entry(
                count::__call::<
                    M,
                >(&mut __cache::Call::new(), __cache::Argument(db.as_ref())),
                count::__shape::<M>(),
                |__cache_tags| {
                    ::cache_core::private::depend::<M>(__cache_tags);
                },
            )
        }
    }
    impl __cache_companion_count<0u32> {
        ///The entry of a call of `count` with these arguments, whether it is stored or not.
        pub fn entry<M: Model<Scope = Everywhere>>() -> ::cache_core::Entry<
            Result<u64, Error>,
        > {
            count::__cache_entry::<M>(::core::option::Option::None)
        }
    }
    impl __cache_companion_count<1u32> {
        ///The entry of a call of `count` with these arguments, whether it is stored or not.
        pub fn entry<M: Model<Scope = Everywhere>>(
            db: &Db,
        ) -> ::cache_core::Entry<Result<u64, Error>> {
            count::__cache_entry::<M>(::core::option::Option::Some(db))
        }
    }
};
