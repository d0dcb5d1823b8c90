/// What it says.
pub fn price(article: u64, currency: &str) -> Result<u64, Error> {
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
        let __cache_how = ::cache_core::private::asked(price::__cache_site());
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
                ::core::option::Option::Some(&article),
            );
            let __cache_argument_1 = ::cache_core::private::Argument(
                ::core::option::Option::Some(&currency),
            );
            let mut __cache_call = ::cache_core::private::Call::new(
                price::__cache_site(),
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
        let __cache_shape = {
            let __cache_shape = ::cache_core::private::Probe::<Result<u64, Error>>::new()
                .__cache_shared();
            __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<u64, Error>>::new()
                        .__cache_errors(),
                )
        };
        ::cache_core::private::run_sync(
            __cache_how,
            __cache_call,
            __cache_shape,
            move |__cache_dependencies: &mut ::cache_core::private::Dependencies| {
                move || -> Result<u64, Error> { lookup(article, currency) }
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
pub enum price {}
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
impl price {
    ///Runs `price` and replaces what is stored.
    pub fn refresh(article: u64, currency: &str) -> Result<u64, Error> {
        ::cache_core::private::ask_sync(
            price::__cache_site(),
            ::cache_core::private::How::Refresh,
            || price(article, currency),
        )
    }
    ///Runs `price` without the cache.
    pub fn uncached(article: u64, currency: &str) -> Result<u64, Error> {
        ::cache_core::private::ask_sync(
            price::__cache_site(),
            ::cache_core::private::How::Uncached,
            || price(article, currency),
        )
    }
    ///Invalidates all entries of `price`.
    pub fn invalidate_all() -> ::cache_core::Invalidated {
        ::cache_core::private::invalidate_all(
            price::__cache_site(),
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
    impl price {
        fn __cache_site() -> &'static ::cache_core::private::Site {
            static SITE: ::cache_core::private::Site = ::cache_core::private::Site::new(
                ::cache_core::private::Function::new(
                    ::core::concat!(::core::module_path!(), "::", "price"),
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
                            515920924935525516u64,
                        ),
                    },
                    const { &["article", "currency"] },
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
    }
    impl price {
        ///The entry of a call of `price` with these arguments, whether it is stored or not.
        pub fn entry(
            article: u64,
            currency: &str,
        ) -> ::cache_core::SyncEntry<Result<u64, Error>> {
            ::cache_core::private::sync_entry(
                {
                    let __cache_argument_0 = ::cache_core::private::Argument(
                        ::core::option::Option::Some(&article),
                    );
                    let __cache_argument_1 = ::cache_core::private::Argument(
                        ::core::option::Option::Some(&currency),
                    );
                    let mut __cache_call = ::cache_core::private::Call::new(
                        price::__cache_site(),
                    );
                    __cache_argument_0.__cache_part(false, &mut __cache_call, 0u8);
                    __cache_argument_1.__cache_part(false, &mut __cache_call, 1u8);
                    __cache_call
                },
                {
                    let __cache_shape = ::cache_core::private::Probe::<
                        Result<u64, Error>,
                    >::new()
                        .__cache_shared();
                    __cache_shape
                        .errors(
                            ::cache_core::private::Probe::<Result<u64, Error>>::new()
                                .__cache_errors(),
                        )
                },
                |__cache_dependencies| {},
            )
        }
    }
};
