trait Source: KeyName + NoKey {
    async fn title(&self, id: u64) -> Result<Self::Title, Error> {
        use ::cache_core::private as __cache;
        type __CacheModel0 = Article;
        let __cache_run = __cache::run(
            __cache_call_title_a22f5b2acb809233::<
                Self,
            >(&mut __cache::Call::new(), __cache::of(&self), &id),
            || __cache_shape_title_a22f5b2acb809233::<Self>(),
            move |__cache_tags: &mut __cache::Dependencies| {
                ::cache_core::private::row::<__CacheModel0, _>(__cache_tags, &(id));
                async move {
                    if false {
                        return __cache::returned::<Result<Self::Title, Error>>();
                    }
                    self.read(id).await
                }
            },
        );
        __cache_run.await
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
    ///The entry of a call of `title` with these arguments, whether it is stored or not.
    fn title_entry(&self, id: u64) -> ::cache_core::Entry<Result<Self::Title, Error>>
    where
        Self: ::cache_core::KeyName,
    {
        use ::cache_core::private as __cache;
        type __CacheModel0 = Article;
        __cache::entry(
            __cache_call_title_a22f5b2acb809233::<
                Self,
            >(&mut __cache::Call::new(), __cache::of(&self), &id),
            __cache_shape_title_a22f5b2acb809233::<Self>(),
            |__cache_tags| {
                ::cache_core::private::row::<__CacheModel0, _>(__cache_tags, &(id));
            },
        )
    }
    ///Runs `title` and replaces what is stored.
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
    async fn title_refresh(&self, id: u64) -> Result<Self::Title, Error> {
        ::cache_core::private::ask(
                &__CACHE_SITE_title_a22f5b2acb809233,
                ::cache_core::private::How::Refresh,
                Self::title(self, id),
            )
            .await
    }
    ///Runs `title` without the cache.
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
    async fn title_uncached(&self, id: u64) -> Result<Self::Title, Error> {
        ::cache_core::private::ask(
                &__CACHE_SITE_title_a22f5b2acb809233,
                ::cache_core::private::How::Uncached,
                Self::title(self, id),
            )
            .await
    }
    ///Invalidates all entries of `title`.
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
    fn title_invalidate_all() -> ::cache_core::private::InvalidateAll
    where
        Self: ::core::marker::Sized,
    {
        ::cache_core::private::invalidate_all(
            &__CACHE_SITE_title_a22f5b2acb809233,
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
static __CACHE_SITE_title_a22f5b2acb809233: ::cache_core::private::Site = ::cache_core::private::Site::new({
    type __CacheModel0 = Article;
    {
        use ::cache_core::private::probes::*;
        ::cache_core::private::Function::new(
                ::core::concat!(::core::module_path!(), "::", "Source::title"),
                <::cache_core::DefaultAlias as ::cache_core::Alias>::FACTS,
                ::cache_core::private::Location::here(8382667051614639687u64),
                "(&self, id: u64) -> Result<Self::Title, Error>",
                &["self", "id", "Self"],
                &[
                    ::cache_core::private::Dependency::new(
                        <__CacheModel0 as ::cache_core::Model>::FACTS,
                        ::cache_core::private::Extent::Row,
                    ),
                ],
                ::cache_core::private::Rules::new(::cache_core::private::Rules::NONE),
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
fn __cache_call_title_a22f5b2acb809233<'__cache_call, __CacheSelf: ?Sized + Source>(
    __cache_call: &'__cache_call mut ::cache_core::private::Call,
    __cache_argument_0: ::cache_core::private::Argument<'_, &__CacheSelf>,
    __cache_argument_1: &u64,
) -> &'__cache_call mut ::cache_core::private::Call
where
    __CacheSelf: ::cache_core::KeyName,
{
    use ::cache_core::private as __cache;
    #[allow(unused_imports)]
    use ::cache_core::private::probes::*;
    type __CacheModel0 = Article;
    ::cache_core::private::inventory::submit! {
        ::cache_core::private::Declared::Function(& __CACHE_SITE_title_a22f5b2acb809233
        .function)
    }
    __cache_call.of(&__CACHE_SITE_title_a22f5b2acb809233);
    ::cache_core::private::visible::<__CacheModel0, _, _>(&__cache::NoScope);
    __cache_argument_0.__cache_part(false, __cache_call, 0u8);
    __cache_call.argument(1u8, __cache_argument_1);
    __cache_call.type_parameter::<__CacheSelf>(2u8);
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
fn __cache_shape_title_a22f5b2acb809233<__CacheSelf: ?Sized + Source>() -> ::cache_core::private::Shape<
    Result<<__CacheSelf>::Title, Error>,
    impl ::cache_core::private::Kind<Result<<__CacheSelf>::Title, Error>>,
> {
    use ::cache_core::private as __cache;
    #[allow(unused_imports)]
    use ::cache_core::private::probes::*;
    type __CacheModel0 = Article;
    let __cache_shape = ::cache_core::private::Probe::<
        Result<<__CacheSelf>::Title, Error>,
    >::new()
        .__cache_shared();
    __cache_shape
        .errors(
            ::cache_core::private::Probe::<Result<<__CacheSelf>::Title, Error>>::new()
                .__cache_errors(),
        )
}
