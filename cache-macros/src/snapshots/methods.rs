impl<T: Named> Repo<T> {
    async fn get(&self, id: u64) -> Result<T, Error> {
        use ::cache_core::private as __cache;
        let __cache_run = __cache::run(
            __cache_call_get_77dea5c6ee9f4df4::<
                T,
            >(&mut __cache::Call::new(), __cache::of(&self), &id),
            || __cache_shape_get_77dea5c6ee9f4df4::<T>(),
            move |__cache_tags: &mut __cache::Dependencies| {
                ::cache_core::private::row::<T, _>(__cache_tags, &(id));
                async move {
                    if false {
                        return __cache::returned::<Result<T, Error>>();
                    }
                    self.db.get(T::TABLE, id).await
                }
            },
        );
        __cache_run.await
    }
    fn save(&self, id: u64) {
        use ::cache_core::private as __cache;
        __cache::write_sync(
            __cache_bumps_save_77dea5c6ee9f4df4::<T>(__cache::of(&self))
                .with(|__cache_bumps| {
                    ::cache_core::private::row::<T, _>(__cache_bumps, &(id));
                }),
            __cache_written_save_77dea5c6ee9f4df4::<T>(),
            move || -> () {
                self.db.save(T::TABLE, id);
            },
        )
    }
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
    ///The entry of a call of `get` with these arguments, whether it is stored or not.
    fn get_entry(&self, id: u64) -> ::cache_core::Entry<Result<T, Error>> {
        use ::cache_core::private as __cache;
        __cache::entry(
            __cache_call_get_77dea5c6ee9f4df4::<
                T,
            >(&mut __cache::Call::new(), __cache::of(&self), &id),
            __cache_shape_get_77dea5c6ee9f4df4::<T>(),
            |__cache_tags| {
                ::cache_core::private::row::<T, _>(__cache_tags, &(id));
            },
        )
    }
    ///Runs `get` and replaces what is stored.
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
    fn get_refresh(
        &self,
        id: u64,
    ) -> impl ::core::future::Future<Output = Result<T, Error>> {
        ::cache_core::private::ask(
            &__CACHE_SITE_get_77dea5c6ee9f4df4,
            ::cache_core::private::How::Refresh,
            Self::get(self, id),
        )
    }
    ///Runs `get` without the cache.
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
    fn get_uncached(
        &self,
        id: u64,
    ) -> impl ::core::future::Future<Output = Result<T, Error>> {
        ::cache_core::private::ask(
            &__CACHE_SITE_get_77dea5c6ee9f4df4,
            ::cache_core::private::How::Uncached,
            Self::get(self, id),
        )
    }
    ///Invalidates all entries of `get`.
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
    fn get_invalidate_all() -> ::cache_core::private::InvalidateAll {
        ::cache_core::private::invalidate_all(
            &__CACHE_SITE_get_77dea5c6ee9f4df4,
            ::core::option::Option::None,
        )
    }
}
#[cached(__cache_taken)]
const _: () = ();
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
static __CACHE_SITE_get_77dea5c6ee9f4df4: ::cache_core::private::Site = ::cache_core::private::Site::new({
    {
        use ::cache_core::private::probes::*;
        ::cache_core::private::Function::new(
                ::core::concat!(::core::module_path!(), "::", "Repo<T>::get"),
                <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(12815164338361537018u64),
                "(&self, id: u64) -> Result<T, Error>",
                &["self", "id", "T"],
                &[
                    ::cache_core::private::Dependency::of_parameter(
                        "T",
                        ::cache_core::private::Extent::Row,
                    ),
                ],
                ::cache_core::private::Rules::new(::cache_core::private::Rules::NONE)
                    .ttl(
                        ::cache_core::Ttl::For(
                            ::core::time::Duration::from_millis(900000u64),
                        ),
                    ),
            )
            .left_out(0, 1u64)
    }
});
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
#[inline]
fn __cache_call_get_77dea5c6ee9f4df4<'__cache_call, T: Named>(
    __cache_call: &'__cache_call mut ::cache_core::private::Call,
    __cache_argument_0: ::cache_core::private::Argument<'_, &Repo<T>>,
    __cache_argument_1: &u64,
) -> &'__cache_call mut ::cache_core::private::Call {
    use ::cache_core::private as __cache;
    #[allow(unused_imports)]
    use ::cache_core::private::probes::*;
    ::cache_core::private::inventory::submit! {
        ::cache_core::private::Declared::Function(& __CACHE_SITE_get_77dea5c6ee9f4df4
        .function)
    }
    __cache_call.of(&__CACHE_SITE_get_77dea5c6ee9f4df4);
    ::cache_core::private::visible::<T, _, _>(&__cache::NoScope);
    __cache_argument_0.__cache_part(false, __cache_call, 0u8);
    __cache_call.argument(1u8, __cache_argument_1);
    __cache_call.type_parameter::<T>(2u8);
    __cache_call
        .transaction(
            __cache_argument_0.__cache_unit(),
            __cache_argument_0.__cache_is_open(),
        );
    __cache_call
}
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
fn __cache_shape_get_77dea5c6ee9f4df4<T: Named>() -> ::cache_core::private::Shape<
    Result<T, Error>,
    impl ::cache_core::private::Kind<Result<T, Error>>,
> {
    use ::cache_core::private as __cache;
    #[allow(unused_imports)]
    use ::cache_core::private::probes::*;
    let __cache_shape = ::cache_core::private::Probe::<Result<T, Error>>::new()
        .__cache_shared();
    __cache_shape
        .errors(::cache_core::private::Probe::<Result<T, Error>>::new().__cache_errors())
}
#[invalidates(__cache_taken)]
const _: () = ();
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
fn __cache_bumps_save_77dea5c6ee9f4df4<T: Named>(
    __cache_argument_0: ::cache_core::private::Argument<'_, &Repo<T>>,
) -> ::cache_core::private::Bumps {
    use ::cache_core::private as __cache;
    #[allow(unused_imports)]
    use ::cache_core::private::probes::*;
    static WRITER: ::cache_core::private::Writer = {
        ::cache_core::private::Writer::new(
                ::core::concat!(::core::module_path!(), "::", "Repo<T>::save"),
                ::cache_core::private::Location::here(8839114720470897376u64),
                &[
                    ::cache_core::private::Dependency::of_parameter(
                        "T",
                        ::cache_core::private::Extent::Row,
                    ),
                ],
            )
            .tenant(::cache_core::private::Asked::by_type(&[], true))
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
            &__cache::pick(__cache::NoArgument, __cache_argument_0.__cache_tenant()),
        );
    __cache_argument_0.__cache_commits();
    __cache_bumps.transaction(__cache_argument_0.__cache_unit());
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
fn __cache_written_save_77dea5c6ee9f4df4<T: Named>() -> ::cache_core::private::Written<
    (),
    impl ::cache_core::private::Kind<()>,
> {
    use ::cache_core::private as __cache;
    #[allow(unused_imports)]
    use ::cache_core::private::probes::*;
    let __cache_on = __cache::On::Always;
    __cache::Written::<
        (),
        _,
    >::new(__cache::Probe::<()>::new().__cache_kind(), __cache_on)
}
#[automatically_derived]
impl<T: Named> ::cache_core::private::Instance<0u8> for Repo<T> {
    const DECLARED: ::cache_core::private::Declarations = ::cache_core::private::Declarations {
        functions: &[
            {
                {
                    use ::cache_core::private::probes::*;
                    ::cache_core::private::Function::new(
                            ::core::concat!(
                                ::core::module_path!(), "::", "Repo<T>::get"
                            ),
                            <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                            ::cache_core::private::Location::here(
                                12815164338361537018u64,
                            ),
                            "(&self, id: u64) -> Result<T, Error>",
                            const { &["self", "id", "T"] },
                            const {
                                &[
                                    ::cache_core::private::Dependency::new(
                                        <T as ::cache_core::Model>::FACTS,
                                        ::cache_core::private::Extent::Row,
                                    ),
                                ]
                            },
                            ::cache_core::private::Rules::new(
                                    ::cache_core::private::Rules::NONE,
                                )
                                .ttl(
                                    ::cache_core::Ttl::For(
                                        ::core::time::Duration::from_millis(900000u64),
                                    ),
                                ),
                        )
                        .left_out(
                            0
                                | (!::cache_core::private::Probe::<&Self>::__CACHE_KEYED
                                    as u64) << 0usize,
                            0u64,
                        )
                }
            },
        ],
        writers: &[
            {
                {
                    use ::cache_core::private::probes::*;
                    ::cache_core::private::Writer::new(
                            ::core::concat!(
                                ::core::module_path!(), "::", "Repo<T>::save"
                            ),
                            ::cache_core::private::Location::here(
                                8839114720470897376u64,
                            ),
                            const {
                                &[
                                    ::cache_core::private::Dependency::new(
                                        <T as ::cache_core::Model>::FACTS,
                                        ::cache_core::private::Extent::Row,
                                    ),
                                ]
                            },
                        )
                        .tenant(
                            ::cache_core::private::Asked::by_type(
                                const {
                                    &[
                                        (
                                            "self",
                                            ::cache_core::private::Probe::<&Self>::__CACHE_TENANT,
                                        ),
                                    ]
                                },
                                false,
                            ),
                        )
                }
            },
        ],
    };
}
