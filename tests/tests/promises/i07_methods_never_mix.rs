//! I7 for methods and generics: no type, trait, block or type parameter has the key of another.

use std::collections::HashSet;
use std::marker::PhantomData;

use cache_core::{CacheKey, KeyName, Model, NoKey, cached};

#[derive(Model)]
#[model(name = "i07.account", id = u64)]
struct Account;

#[derive(Model)]
#[model(name = "i07.ledger", id = u64)]
struct Ledger;

#[derive(CacheKey)]
struct A(u64);

#[derive(CacheKey)]
struct B(u64);

#[derive(NoKey)]
struct Repo<T>(PhantomData<T>);

trait One {
    fn get(&self, id: u64) -> String;
}

trait Two {
    fn get(&self, id: u64) -> String;
}

#[cache_core::methods]
impl A {
    #[cached(ttl = "1m")]
    fn get(&self, id: u64) -> String {
        format!("A {id}")
    }
}

#[cache_core::methods]
impl B {
    #[cached(ttl = "1m")]
    fn get(&self, id: u64) -> String {
        format!("B {id}")
    }
}

#[cache_core::methods]
impl One for A {
    #[cached(ttl = "1m", companion = one)]
    fn get(&self, id: u64) -> String {
        format!("A as One {id}")
    }
}

#[cache_core::methods]
impl Two for A {
    #[cached(ttl = "1m", companion = two)]
    fn get(&self, id: u64) -> String {
        format!("A as Two {id}")
    }
}

#[cache_core::methods]
impl<T: KeyName> Repo<T> {
    #[cached(ttl = "1m")]
    fn get(&self, id: u64) -> String {
        format!("Repo {} {id}", std::any::type_name::<T>())
    }
}

/// A block of its own for one type: another function than the block for all.
#[cache_core::methods]
impl Repo<A> {
    #[cached(ttl = "1m")]
    fn only(&self, id: u64) -> String {
        format!("Repo<A> {id}")
    }
}

#[cache_core::methods]
impl Repo<B> {
    #[cached(ttl = "1m")]
    fn only(&self, id: u64) -> String {
        format!("Repo<B> {id}")
    }
}

#[derive(NoKey)]
struct Grade<const G: char>;

#[cache_core::methods]
impl Grade<'a'> {
    #[cached(ttl = "1m")]
    fn only(&self) -> char {
        'a'
    }
}

#[cache_core::methods]
impl Grade<'b'> {
    #[cached(ttl = "1m")]
    fn only(&self) -> char {
        'b'
    }
}

/// A macro that defines functions: of equal names, in one place of the source.
macro_rules! define {
    ($($ty:ident $text:literal;)*) => {$(
        #[cache_core::methods]
        impl $ty {
            #[cached(ttl = "1m")]
            fn defined(&self, id: u64) -> String {
                format!("{} {id}", $text)
            }
        }
    )*};
}

define! {
    A "defined A";
    B "defined B";
}

#[cache_core::test]
fn values_stay_with_their_type_trait_and_type_parameter() {
    let (a, b) = (A(1), B(1));
    let (accounts, ledgers) = (Repo::<Account>(PhantomData), Repo::<Ledger>(PhantomData));
    let (of_a, of_b) = (Repo::<A>(PhantomData), Repo::<B>(PhantomData));
    for _ in 0..2 {
        assert_eq!((a.get(5), b.get(5)), ("A 5".into(), "B 5".into()));
        assert_eq!((One::get(&a, 5), Two::get(&a, 5)), ("A as One 5".into(), "A as Two 5".into()));
        assert!(accounts.get(5).ends_with("Account 5"), "{}", accounts.get(5));
        assert!(ledgers.get(5).ends_with("Ledger 5"), "{}", ledgers.get(5));
        assert_eq!((of_a.only(5), of_b.only(5)), ("Repo<A> 5".into(), "Repo<B> 5".into()));
        assert_eq!((Grade::<'a'>.only(), Grade::<'b'>.only()), ('a', 'b'));
        assert_eq!((a.defined(5), b.defined(5)), ("defined A 5".into(), "defined B 5".into()));
    }
}

#[cache_core::test]
fn every_method_has_a_key_of_its_own() {
    let (a, b) = (A(1), B(1));
    let keys = [
        a.get_entry(5).key(),
        b.get_entry(5).key(),
        a.one_entry(5).key(),
        a.two_entry(5).key(),
        Repo::<Account>(PhantomData).get_entry(5).key(),
        Repo::<Ledger>(PhantomData).get_entry(5).key(),
        Repo::<Vec<Account>>(PhantomData).get_entry(5).key(),
        Repo::<A>(PhantomData).only_entry(5).key(),
        Repo::<B>(PhantomData).only_entry(5).key(),
        a.defined_entry(5).key(),
        b.defined_entry(5).key(),
        A(2).get_entry(5).key(),
    ];
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len(), "{keys:#?}");
    assert!(keys.iter().all(|key| !key.contains(['{', '}'])), "{keys:#?}");
}
