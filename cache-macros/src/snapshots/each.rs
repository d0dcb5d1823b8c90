fn names(prefix: &str, ids: &[u64]) -> HashMap<u64, String> {
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
        type __CacheModel0 = Product;
        let __cache_how = ::cache_core::private::asked(names::__cache_site());
        #[allow(
            deprecated,
            unused,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction
        )]
        let __cache_whole = {
            let mut __cache_call = ::cache_core::private::Call::new(
                names::__cache_site(),
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
        let __cache_one = |ids: &u64| {
            let __cache_argument_0 = ::cache_core::private::Argument(
                ::core::option::Option::Some(&prefix),
            );
            let __cache_argument_1 = ::cache_core::private::Argument(
                ::core::option::Option::Some(&ids),
            );
            let mut __cache_call = ::cache_core::private::Call::new(
                names::__cache_site(),
            );
            __cache_argument_0.__cache_part(false, &mut __cache_call, 0u8);
            __cache_argument_1.__cache_part(false, &mut __cache_call, 1u8);
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
        let __cache_declare = |
            ids: &u64,
            __cache_dependencies: &mut ::cache_core::private::Dependencies|
        {
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
                            __CacheModel0,
                            _,
                            _,
                        >(
                            __cache_dependencies,
                            &__cache_scope,
                            &::cache_core::private::Row::<__CacheModel0>::of(&(ids)),
                        );
                    }
                }
            };
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
                <HashMap<u64, String> as ::cache_core::private::Many>::Value,
            >::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<
                        <HashMap<u64, String> as ::cache_core::private::Many>::Value,
                    >::new()
                        .__cache_errors(),
                )
        };
        ::cache_core::private::run_many_sync(
            (__cache_how, __cache_whole),
            &ids[..],
            __cache_shape,
            __cache_one,
            __cache_declare,
            |__cache_missing: ::std::vec::Vec<u64>| {
                #[allow(unused_variables)]
                #[allow(
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated
                )]
                let prefix = ::cache_core::private::again(&prefix);
                {
                    #[allow(
                        clippy::shadow_reuse,
                        clippy::shadow_same,
                        clippy::shadow_unrelated
                    )]
                    let ids = &__cache_missing[..];
                    (move || -> HashMap<u64, String> { find(prefix, ids) })()
                }
            },
        )
    }
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
enum names {}
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
impl names {
    ///Runs `names` and replaces what is stored.
    fn refresh(prefix: &str, ids: &[u64]) -> HashMap<u64, String> {
        ::cache_core::private::ask_sync(
            names::__cache_site(),
            ::cache_core::private::How::Refresh,
            || names(prefix, ids),
        )
    }
    ///Runs `names` without the cache.
    fn uncached(prefix: &str, ids: &[u64]) -> HashMap<u64, String> {
        ::cache_core::private::ask_sync(
            names::__cache_site(),
            ::cache_core::private::How::Uncached,
            || names(prefix, ids),
        )
    }
    ///Invalidates all entries of `names`.
    fn invalidate_all() -> ::cache_core::Invalidated {
        ::cache_core::private::invalidate_all(
            names::__cache_site(),
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
    type __CacheModel0 = Product;
    impl names {
        fn __cache_site() -> &'static ::cache_core::private::Site {
            static SITE: ::cache_core::private::Site = ::cache_core::private::Site::new(
                ::cache_core::private::Function::new(
                    ::core::concat!(::core::module_path!(), "::", "names"),
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
                            9153139222751315597u64,
                        ),
                    },
                    const { &["prefix", "ids"] },
                    const {
                        &[
                            ::cache_core::private::Dependency {
                                model: <__CacheModel0 as ::cache_core::Model>::NAME,
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
    impl names {
        ///The entry of a call of `names` with these arguments, whether it is stored or not.
        fn entry(
            prefix: &str,
            ids: u64,
        ) -> ::cache_core::SyncEntry<
            <HashMap<u64, String> as ::cache_core::private::Many>::Value,
        > {
            ::cache_core::private::sync_entry(
                {
                    let __cache_argument_0 = ::cache_core::private::Argument(
                        ::core::option::Option::Some(&prefix),
                    );
                    let __cache_argument_1 = ::cache_core::private::Argument(
                        ::core::option::Option::Some(&ids),
                    );
                    let mut __cache_call = ::cache_core::private::Call::new(
                        names::__cache_site(),
                    );
                    __cache_argument_0.__cache_part(false, &mut __cache_call, 0u8);
                    __cache_argument_1.__cache_part(false, &mut __cache_call, 1u8);
                    __cache_call
                },
                {
                    let __cache_shape = ::cache_core::private::Probe::<
                        <HashMap<u64, String> as ::cache_core::private::Many>::Value,
                    >::new()
                        .__cache_shared();
                    __cache_shape
                        .errors(
                            ::cache_core::private::Probe::<
                                <HashMap<u64, String> as ::cache_core::private::Many>::Value,
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
                        match ::cache_core::private::NoScope {
                            __cache_scope => {
                                __cache_dependencies.tenant(&__cache_scope);
                                ::cache_core::private::depend_row::<
                                    __CacheModel0,
                                    _,
                                    _,
                                >(
                                    __cache_dependencies,
                                    &__cache_scope,
                                    &::cache_core::private::Row::<__CacheModel0>::of(&(ids)),
                                );
                            }
                        }
                    };
                },
            )
        }
    }
};
