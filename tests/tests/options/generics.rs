//! Type parameters: part of the key, of functions and of blocks.

use std::marker::PhantomData;

use cache_core::{Alias, CacheKey, Everywhere, KeyName, Model, NoKey, cached, graph, invalidates, register};

#[derive(Model)]
#[model(name = "generics.user", id = u64)]
struct User;

#[derive(Model)]
#[model(name = "generics.role", id = u64)]
struct Role;

#[derive(CacheKey)]
struct Page<T>(T);

trait Named {
    const TEXT: &'static str;
}

impl Named for User {
    const TEXT: &'static str = "user";
}

impl Named for Role {
    const TEXT: &'static str = "role";
}

impl<T> Named for Page<T> {
    const TEXT: &'static str = "page";
}

#[cached(ttl = "1m")]
fn text<T: Named + KeyName>(id: u64) -> String {
    format!("{} {id}", T::TEXT)
}

#[cached(invalidate_on = [T(id)])]
async fn row<T: Named + Model<Id = u64, Scope = Everywhere>>(id: u64) -> String {
    format!("{} {id}", T::TEXT)
}

#[invalidates(T(id))]
async fn write<T: Model<Id = u64>>(id: u64) {
    let _ = id;
}

#[cached(ttl = "1m")]
fn sized<const N: usize, const UP: bool>(all: [u64; N]) -> u64 {
    if UP { all.iter().sum() } else { 0 }
}

#[cached(ttl = "1m")]
fn of_argument<T: CacheKey + KeyName + Clone + Send + Sync + 'static>(value: T) -> Result<usize, T> {
    let _ = value;
    Ok(std::mem::size_of::<T>())
}

#[cache_core::test]
fn types_are_a_part_of_the_key() {
    assert_eq!((text::<User>(5), text::<Role>(5)), ("user 5".into(), "role 5".into()));
    assert_eq!((text::<User>(5), text::<Role>(5)), ("user 5".into(), "role 5".into()));
    assert_eq!(
        text::entry::<User>(5).key(),
        "test:default:options::generics::text@43f1bd8f:id=5:T=generics.user"
    );
    assert_eq!(text::<Page<Role>>(5), "page 5");
    let keys = [
        text::entry::<Page<Role>>(5).key(),
        text::entry::<Page<User>>(5).key(),
        text::entry::<Page<Page<User>>>(5).key(),
    ];
    assert!(keys[0] != keys[1] && keys[1] != keys[2], "{keys:?}");
    assert_eq!(text::refresh::<User>(6), "user 6");
    assert_eq!(text::entry::<User>(6).get(), Some("user 6".into()));
    text::invalidate_all();
    assert_eq!(text::entry::<User>(6).get(), None, "all instances are one function");
}

#[cache_core::test]
async fn a_type_parameter_may_be_the_model() {
    assert_eq!((row::<User>(5).await, row::<Role>(5).await), ("user 5".into(), "role 5".into()));
    write::<User>(5).await;
    assert_eq!(row::entry::<User>(5).get().await, None);
    assert_eq!(row::entry::<Role>(5).get().await, Some("role 5".into()));
}

#[cache_core::test]
fn constants_are_a_part_of_the_key() {
    assert_eq!((sized::<2, true>([1, 2]), sized::<2, false>([1, 2])), (3, 0));
    assert_eq!((sized::<2, true>([1, 2]), sized::<2, false>([1, 2])), (3, 0));
    assert_eq!(of_argument(5_u8), Ok(1));
    assert_eq!(of_argument(5_u64), Ok(8), "equal values of two types are told apart by the type");
}

#[cache_core::test]
fn a_type_parameter_may_be_left_out() {
    assert_eq!(through(&Pointer(|| 7), 5), 12);
    assert_eq!(through::entry::<Pointer>(5).key(), "test:default:options::generics::through@2a2b7e06:id=5");
}

struct Pointer(fn() -> u64);
impl NoKey for Pointer {}

trait Ask {
    fn asked(&self) -> u64;
}

impl Ask for Pointer {
    fn asked(&self) -> u64 {
        self.0()
    }
}

#[cached(ttl = "1m", skip(D, source))]
fn through<D: NoKey + Ask>(source: &D, id: u64) -> u64 {
    source.asked() + id
}

#[derive(NoKey)]
struct Repo<T>(PhantomData<T>);

#[cache_core::methods]
impl<T: Named + Model<Id = u64, Scope = Everywhere>> Repo<T> {
    #[cached(invalidate_on = [T(id)])]
    async fn get(&self, id: u64) -> String {
        format!("{} {id}", T::TEXT)
    }

    #[cached(ttl = "1m")]
    fn count<K: KeyName>() -> usize {
        T::TEXT.len()
    }

    #[invalidates(T(id))]
    async fn save(&self, id: u64) {
        let _ = id;
    }
}

#[derive(Alias)]
#[alias(name = "generics", ttl = "1m")]
struct Pages;

/// With models and an alias that are no parameters, and a method that isn't there.
#[cache_core::methods]
impl<T> Page<T>
where
    T: KeyName + CacheKey,
{
    #[cached(alias = Pages, invalidate_on = [User(id), Role])]
    fn of(&self, id: u64) -> u64 {
        id
    }

    #[cfg(not(test))]
    #[cached(invalidate_on = [NotThere])]
    fn not_there(&self) -> u64 {
        0
    }
}

register!(Page<u8>);
register!(Repo<User>);
register!(Repo<Role>);
register!(fn row<User>);

#[cache_core::test]
async fn blocks_of_one_generic_type_are_told_apart() {
    let (users, roles) = (Repo::<User>(PhantomData), Repo::<Role>(PhantomData));
    assert_eq!((users.get(5).await, roles.get(5).await), ("user 5".into(), "role 5".into()));
    assert_eq!((users.get(5).await, roles.get(5).await), ("user 5".into(), "role 5".into()));
    assert_eq!(
        users.get_entry(5).key(),
        "test:default:options::generics::Repo<T>::get@43f1bd8f:id=5:T=generics.user"
    );
    users.save(5).await;
    assert_eq!(users.get_entry(5).get().await, None);
    assert_eq!(roles.get_entry(5).get().await, Some("role 5".into()));
    assert_eq!((Repo::<User>::count::<u8>(), Repo::<User>::count::<u16>()), (4, 4));
    assert_ne!(Repo::<User>::count_entry::<u8>().key(), Repo::<User>::count_entry::<u16>().key());
}

#[test]
fn instances_are_registered_with_what_they_depend_on() {
    let graph = graph();
    let found: Vec<_> = graph
        .functions
        .iter()
        .filter(|function| function.name.starts_with("options::generics"))
        .filter_map(|function| {
            let models: Vec<_> = function.dependencies.iter().map(|dependency| dependency.model).collect();
            Some((function.name, function.instance?, models))
        })
        .collect();
    assert_eq!(
        found,
        [
            ("options::generics::Page<T>::of", "Page<u8>", vec!["generics.role", "generics.user"]),
            ("options::generics::Repo<T>::get", "Repo<Role>", vec!["generics.role"]),
            ("options::generics::Repo<T>::get", "Repo<User>", vec!["generics.user"]),
            ("options::generics::row", "row<User>", vec!["generics.user"]),
        ]
    );
}

mod one {
    #[derive(cache_core::CacheKey)]
    pub(super) struct Same;
}

mod two {
    #[derive(cache_core::CacheKey)]
    pub(super) struct Same;
}

impl Named for one::Same {
    const TEXT: &'static str = "one";
}

impl Named for two::Same {
    const TEXT: &'static str = "two";
}

/// Two types of one name in one module, which only functions can have: never cached, for nothing tells them apart.
#[cache_core::test]
fn types_of_one_name_are_not_cached() {
    assert_eq!((text::<one::Same>(5), text::<two::Same>(5)), ("one 5".into(), "two 5".into()));
    assert!(text::entry::<one::Same>(5).get().is_some());

    fn first() -> String {
        #[derive(CacheKey)]
        struct Twin;
        impl Named for Twin {
            const TEXT: &'static str = "first";
        }
        text::<Twin>(5)
    }
    fn second() -> String {
        #[derive(CacheKey)]
        struct Twin;
        impl Named for Twin {
            const TEXT: &'static str = "second";
        }
        text::<Twin>(5)
    }
    assert_eq!((first(), second(), first()), ("first 5".into(), "second 5".into(), "first 5".into()));
}

/// A model that is called like a type that is none: not cached either, as a type parameter.
#[derive(Model)]
#[model(name = "u64")]
struct Odd;

impl Named for Odd {
    const TEXT: &'static str = "odd";
}

impl Named for u64 {
    const TEXT: &'static str = "number";
}

#[cache_core::test]
fn a_model_of_a_types_name_is_not_cached() {
    for _ in 0..2 {
        assert_eq!((text::<Odd>(5), text::<u64>(5)), ("odd 5".into(), "number 5".into()));
    }
    assert!(text::entry::<Odd>(5).get().is_none() && text::entry::<u64>(5).get().is_some());
}
