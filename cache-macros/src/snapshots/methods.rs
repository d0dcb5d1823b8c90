impl<T: Named> Repo<T> {
    async fn get(&self, id: u64) -> Result<T, Error> {
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
            let __cache_how = ::cache_core::private::asked(
                __cache_site_get_77dea5c6ee9f4df4(),
            );
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
                    ::core::option::Option::Some(&self),
                );
                let __cache_argument_1 = ::cache_core::private::Argument(
                    ::core::option::Option::Some(&id),
                );
                let mut __cache_call = ::cache_core::private::Call::new(
                    __cache_site_get_77dea5c6ee9f4df4(),
                );
                __cache_argument_0.__cache_part(false, &mut __cache_call, 0u8);
                __cache_argument_1.__cache_part(false, &mut __cache_call, 1u8);
                __cache_call.type_parameter::<T>(2u8);
                let __cache_argument = ::cache_core::private::Argument(
                    ::core::option::Option::Some(&self),
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
                    Result<T, Error>,
                >::new()
                    .__cache_shared();
                __cache_shape
                    .errors(
                        ::cache_core::private::Probe::<Result<T, Error>>::new()
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
                        match ::cache_core::private::NoScope {
                            __cache_scope => {
                                __cache_dependencies.tenant(&__cache_scope);
                                ::cache_core::private::depend_row::<
                                    T,
                                    _,
                                    _,
                                >(
                                    __cache_dependencies,
                                    &__cache_scope,
                                    &::cache_core::private::Row::<T>::of(&(id)),
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
                            let __cache_returns: Result<T, Error> = loop {};
                            return __cache_returns;
                        }
                        self.db.get(T::TABLE, id).await
                    }
                },
            )
        }
            .await
    }
    fn save(&self, id: u64) {
        {
            static WRITER: ::cache_core::private::Writer = ::cache_core::private::Writer::new(
                ::core::concat!(::core::module_path!(), "::", "Repo<T>::save"),
                ::cache_core::private::Location {
                    file: ::core::file!(),
                    line: ::core::line!(),
                    column: ::core::column!(),
                    item: ::cache_core::private::Location::item(
                        ::core::module_path!(),
                        8839114720470897376u64,
                    ),
                },
                &[],
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
            let __cache_kind = ::cache_core::private::Probe::<()>::new().__cache_kind();
            let __cache_on = ::cache_core::private::On::Always;
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
                    ::core::option::Option::Some(&self),
                );
                let __cache_argument_1 = ::cache_core::private::Argument(
                    ::core::option::Option::Some(&id),
                );
                let mut __cache_bumps = ::cache_core::private::Bumps::new(
                    &WRITER,
                    &::cache_core::Cache::current(),
                );
                __cache_bumps
                    .tenant(
                        &::cache_core::private::pick(
                            ::cache_core::private::pick(
                                ::cache_core::private::NoArgument,
                                __cache_argument_0.__cache_tenant(),
                            ),
                            __cache_argument_1.__cache_tenant(),
                        ),
                    );
                __cache_argument_0.__cache_commits();
                __cache_bumps.transaction(__cache_argument_0.__cache_unit());
                {
                    let __cache_bumps = &mut __cache_bumps;
                    ::cache_core::private::bump_row::<
                        T,
                    >(__cache_bumps, &::cache_core::private::Row::<T>::of(&(id)));
                }
                __cache_bumps
            };
            ::cache_core::private::write_sync::<
                (),
                _,
                _,
            >(
                __cache_bumps,
                __cache_kind,
                __cache_on,
                move || -> () {
                    self.db.save(T::TABLE, id);
                },
                |_, _| (),
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
    ///The entry of a call of `get` with these arguments, whether it is stored or not.
    fn get_entry(&self, id: u64) -> ::cache_core::Entry<Result<T, Error>> {
        use ::cache_core::private::probes::*;
        ::cache_core::private::entry(
            {
                let __cache_argument_0 = ::cache_core::private::Argument(
                    ::core::option::Option::Some(&self),
                );
                let __cache_argument_1 = ::cache_core::private::Argument(
                    ::core::option::Option::Some(&id),
                );
                let mut __cache_call = ::cache_core::private::Call::new(
                    __cache_site_get_77dea5c6ee9f4df4(),
                );
                __cache_argument_0.__cache_part(false, &mut __cache_call, 0u8);
                __cache_argument_1.__cache_part(false, &mut __cache_call, 1u8);
                __cache_call.type_parameter::<T>(2u8);
                __cache_call
            },
            {
                let __cache_shape = ::cache_core::private::Probe::<
                    Result<T, Error>,
                >::new()
                    .__cache_shared();
                __cache_shape
                    .errors(
                        ::cache_core::private::Probe::<Result<T, Error>>::new()
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
                    match ::cache_core::private::NoScope {
                        __cache_scope => {
                            __cache_dependencies.tenant(&__cache_scope);
                            ::cache_core::private::depend_row::<
                                T,
                                _,
                                _,
                            >(
                                __cache_dependencies,
                                &__cache_scope,
                                &::cache_core::private::Row::<T>::of(&(id)),
                            );
                        }
                    }
                };
            },
        )
    }
    ///Runs `get` and replaces what is stored.
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
    async fn get_refresh(&self, id: u64) -> Result<T, Error> {
        ::cache_core::private::ask(
                __cache_site_get_77dea5c6ee9f4df4(),
                ::cache_core::private::How::Refresh,
                Self::get(self, id),
            )
            .await
    }
    ///Runs `get` without the cache.
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
    async fn get_uncached(&self, id: u64) -> Result<T, Error> {
        ::cache_core::private::ask(
                __cache_site_get_77dea5c6ee9f4df4(),
                ::cache_core::private::How::Uncached,
                Self::get(self, id),
            )
            .await
    }
    ///Invalidates all entries of `get`.
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
    async fn get_invalidate_all() -> ::cache_core::Invalidated {
        ::cache_core::private::invalidate_all(
            __cache_site_get_77dea5c6ee9f4df4(),
            ::core::option::Option::None,
        )
    }
}
#[cached(__cache_taken)]
const _: () = ();
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
fn __cache_site_get_77dea5c6ee9f4df4() -> &'static ::cache_core::private::Site {
    static SITE: ::cache_core::private::Site = ::cache_core::private::Site::new(
        ::cache_core::private::Function::new(
            ::core::concat!(::core::module_path!(), "::", "Repo<T>::get"),
            (
                <::cache_core::DefaultAlias as ::cache_core::Alias>::NAME,
                <::cache_core::DefaultAlias as ::cache_core::Alias>::SETTINGS,
            ),
            ::cache_core::private::Location {
                file: ::core::file!(),
                line: ::core::line!(),
                column: ::core::column!(),
                item: ::cache_core::private::Location::item(
                    ::core::module_path!(),
                    12815164338361537018u64,
                ),
            },
            const { &["self", "id", "T"] },
            const { &[] },
            ::cache_core::private::Rules::new(
                ::core::option::Option::Some(
                    ::cache_core::Ttl::For(
                        ::core::time::Duration::from_millis(900000u64),
                    ),
                ),
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
#[invalidates(__cache_taken)]
const _: () = ();
#[automatically_derived]
impl<T: Named> ::cache_core::private::Instance<0u8> for Repo<T> {
    const FUNCTIONS: &'static [::cache_core::private::Function] = &[
        {
            ::cache_core::private::Function::new(
                ::core::concat!(::core::module_path!(), "::", "Repo<T>::get"),
                (
                    <::cache_core::DefaultAlias as ::cache_core::Alias>::NAME,
                    <::cache_core::DefaultAlias as ::cache_core::Alias>::SETTINGS,
                ),
                ::cache_core::private::Location {
                    file: ::core::file!(),
                    line: ::core::line!(),
                    column: ::core::column!(),
                    item: ::cache_core::private::Location::item(
                        ::core::module_path!(),
                        12815164338361537018u64,
                    ),
                },
                const { &["self", "id", "T"] },
                const {
                    &[
                        ::cache_core::private::Dependency {
                            model: <T as ::cache_core::Model>::NAME,
                            extent: ::cache_core::private::Extent::Row,
                        },
                    ]
                },
                ::cache_core::private::Rules::new(
                    ::core::option::Option::Some(
                        ::cache_core::Ttl::For(
                            ::core::time::Duration::from_millis(900000u64),
                        ),
                    ),
                    ::core::option::Option::None,
                    ::core::option::Option::None,
                    false,
                    false,
                ),
                0u32,
            )
        },
    ];
}
