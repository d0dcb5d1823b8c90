/// What it says.
pub fn price(article: u64, currency: &str) -> Result<u64, Error> {
    price::__cache_run(::cache_core::private::Mode::Cached, article, currency)
}
#[doc(hidden)]
#[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
#[allow(
    non_camel_case_types,
    missing_copy_implementations,
    missing_debug_implementations
)]
pub enum price {}
impl price {
    #[doc(hidden)]
    #[allow(
        clippy::large_types_passed_by_value,
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::option_option,
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        clippy::unnecessary_wraps,
    )]
    fn __cache_body(article: u64, currency: &str) -> Result<u64, Error> {
        lookup(article, currency)
    }
}
#[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
#[allow(dead_code, unused_variables)]
impl price {
    ///Runs `price` and replaces what is stored.
    pub fn refresh(article: u64, currency: &str) -> Result<u64, Error> {
        price::__cache_run(::cache_core::private::Mode::Refresh, article, currency)
    }
    ///Runs `price` without the cache.
    pub fn uncached(article: u64, currency: &str) -> Result<u64, Error> {
        price::__cache_run(::cache_core::private::Mode::Uncached, article, currency)
    }
    ///Invalidates all entries of `price`.
    pub fn invalidate_all() -> ::cache_core::Invalidated {
        ::cache_core::private::invalidate_all(price::__cache_site())
    }
}
#[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
#[allow(dead_code, unused_parens, unused_variables)]
const _: () = {
    use ::cache_core::private::{AnyArgument as _, Fallback as _, OfWrapper as _};
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
                    },
                    &["article", "currency"],
                    &[],
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
        #[inline]
        fn __cache_run(
            __cache_mode: ::cache_core::private::Mode,
            article: u64,
            currency: &str,
        ) -> Result<u64, Error> {
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
            let __cache_shape = ::cache_core::private::Probe::<Result<u64, Error>>::new()
                .__cache_shared();
            let __cache_shape = __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<u64, Error>>::new()
                        .__cache_errors(),
                );
            ::cache_core::private::run_sync(
                __cache_mode,
                __cache_call,
                __cache_shape,
                move |__cache_dependencies: &mut ::cache_core::private::Dependencies| {
                    move || price::__cache_body(article, currency)
                },
            )
        }
    }
    impl price {
        ///The entry of a call of `price` with these arguments, whether it is stored or not.
        pub fn entry(
            article: u64,
            currency: &str,
        ) -> ::cache_core::SyncEntry<Result<u64, Error>> {
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
            let __cache_shape = ::cache_core::private::Probe::<Result<u64, Error>>::new()
                .__cache_shared();
            let __cache_shape = __cache_shape
                .errors(
                    ::cache_core::private::Probe::<Result<u64, Error>>::new()
                        .__cache_errors(),
                );
            ::cache_core::private::sync_entry(
                __cache_call,
                __cache_shape,
                |__cache_dependencies| {},
            )
        }
    }
};
