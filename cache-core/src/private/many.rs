//! `each = ids`: one call for many keys of one argument, whose result is a map.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use crate::block_on::block_on;
use crate::declare::Outcome;
use crate::fresh::context::Scopes;
use crate::path::ask::How;
use crate::path::batch::{Batch, unique};
use crate::path::call::{Call, Dependencies};
use crate::path::shape::{Kind, Shape};

/// What a function with `each` returns: a map, or an outcome that holds one.
#[diagnostic::on_unimplemented(
    message = "`each` is for functions that return a map from id to value, not `{Self}`",
    label = "expected a `HashMap` or a `BTreeMap`, by itself or in a `Result`",
    note = "what the map has no value for is not found, and not stored"
)]
pub trait Many: Sized {
    /// What its keys are.
    type Id;
    /// What is stored of each.
    type Value;

    /// What it holds; `None` if that is an error.
    fn pairs(&self) -> Option<impl Iterator<Item = (&Self::Id, &Self::Value)>>;

    /// Makes it of what was found.
    fn of(pairs: impl Iterator<Item = (Self::Id, Self::Value)>) -> Self;
}

/// A map from id to value.
pub trait Map {
    type Id;
    type Value;

    fn pairs(&self) -> impl Iterator<Item = (&Self::Id, &Self::Value)>;

    fn of(pairs: impl Iterator<Item = (Self::Id, Self::Value)>) -> Self;
}

macro_rules! maps {
    ($([$($generics:tt)*] $map:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Map for $map {
            type Id = I;
            type Value = V;

            fn pairs(&self) -> impl Iterator<Item = (&I, &V)> {
                self.iter()
            }

            fn of(pairs: impl Iterator<Item = (I, V)>) -> Self {
                pairs.collect()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Many for $map {
            type Id = I;
            type Value = V;

            fn pairs(&self) -> Option<impl Iterator<Item = (&I, &V)>> {
                Some(self.iter())
            }

            fn of(pairs: impl Iterator<Item = (I, V)>) -> Self {
                pairs.collect()
            }
        }
    )*};
}

maps! {
    [I: Eq + Hash, V, S: BuildHasher + Default] HashMap<I, V, S>;
    [I: Ord, V] BTreeMap<I, V>;
}

#[diagnostic::do_not_recommend]
impl<R: Outcome<Value: Map>> Many for R {
    type Id = <R::Value as Map>::Id;
    type Value = <R::Value as Map>::Value;

    fn pairs(&self) -> Option<impl Iterator<Item = (&Self::Id, &Self::Value)>> {
        self.as_result().ok().map(Map::pairs)
    }

    fn of(pairs: impl Iterator<Item = (Self::Id, Self::Value)>) -> Self {
        R::from_result(Ok(R::Value::of(pairs)))
    }
}

/// A map by the ids that `each` gives.
#[diagnostic::on_unimplemented(
    message = "`each` gives ids of type `{T}`, and what is returned is a map from others",
    label = "expected a map from `{T}`",
    note = "the map is from each of the ids to its value"
)]
pub trait ManyOf<T>: Many<Id = T> {}

#[diagnostic::do_not_recommend]
impl<T, R: Many<Id = T>> ManyOf<T> for R {}

/// What `each` asks of the other arguments.
#[diagnostic::on_unimplemented(
    message = "with `each` the body may run more than once, and an argument of type `{Self}` can be given to it once",
    label = "this argument can't be cloned",
    note = "borrow it, or take a type that is `Clone`"
)]
pub trait Again: Clone {}

#[diagnostic::do_not_recommend]
impl<T: Clone> Again for T {}

/// An argument for one more run of the body.
#[inline]
pub fn again<T: Again>(argument: &T) -> T {
    argument.clone()
}

/// Calls an async function for many ids. `whole` says what holds for the call as a whole, `one` is the call of one id,
/// and `body` loads those that are missing.
pub async fn run_many<T, R, K, B>(
    whole: Call,
    ids: &[T],
    shape: Shape<R::Value, K>,
    one: impl Fn(&T) -> Call,
    declare: impl Fn(&T, &mut Dependencies),
    body: impl FnMut(Vec<T>) -> B,
) -> R
where
    T: Clone,
    R: ManyOf<T>,
    R::Value: Clone,
    K: Kind<R::Value>,
    B: Future<Output = R>,
{
    run_many_of((whole, false), ids, shape, one, declare, body).await
}

/// [`run_many`] for sync functions.
pub fn run_many_sync<T, R, K>(
    whole: Call,
    ids: &[T],
    shape: Shape<R::Value, K>,
    one: impl Fn(&T) -> Call,
    declare: impl Fn(&T, &mut Dependencies),
    mut body: impl FnMut(Vec<T>) -> R,
) -> R
where
    T: Clone,
    R: ManyOf<T>,
    R::Value: Clone,
    K: Kind<R::Value>,
{
    let body = |missing| std::future::ready(body(missing));
    block_on(Box::pin(run_many_of((whole, true), ids, shape, one, declare, body)))
}

async fn run_many_of<T, R, K, B>(
    (whole, blocking): (Call, bool),
    ids: &[T],
    shape: Shape<R::Value, K>,
    one: impl Fn(&T) -> Call,
    declare: impl Fn(&T, &mut Dependencies),
    mut body: impl FnMut(Vec<T>) -> B,
) -> R
where
    T: Clone,
    R: ManyOf<T>,
    R::Value: Clone,
    K: Kind<R::Value>,
    B: Future<Output = R>,
{
    let how = whole.how;
    let Some(first) = ids.first() else {
        return match how {
            How::Uncached => body(Vec::new()).await,
            _ => R::of(std::iter::empty()),
        };
    };
    let key = |id: &T| one(id).place().1;
    let mut first = one(first);
    let served = whole.bypass.is_none() && first.bypass.is_none();
    let (bound, _) = first.place();
    // Each in its own scope: the ids may be tenants.
    let (dependencies, keys): (Vec<_>, Vec<_>) = ids
        .iter()
        .map(|id| {
            let mut call = one(id);
            let (bound, key) = call.place();
            (Dependencies::of(call, &bound), key)
        })
        .unzip();
    let (keys, places) = unique(keys);
    let mut given: Vec<_> = vec![0; keys.len()];
    for (at, place) in places.iter().enumerate().rev() {
        given[*place] = at;
    }
    let batch = Batch {
        bound: &bound,
        keys: &keys,
        scopes: Scopes::current(),
        served,
        bypass: whole.why_not().or(first.why_not()),
        blocking,
        shape: &shape,
        declare: |at: usize, declared: &mut Dependencies| {
            *declared = dependencies[given[at]].clone();
            declare(&ids[given[at]], declared);
        },
    };
    let body = |missing: Vec<usize>| {
        let loading = body(missing.iter().map(|at| ids[given[*at]].clone()).collect());
        let (keys, key) = (&keys, &key);
        async move {
            let result = loading.await;
            let Some(pairs) = result.pairs().filter(|_| how != How::Uncached) else { return Err(result) };
            let pairs: HashMap<_, _> = pairs.map(|(id, value)| (key(id), value)).collect();
            Ok(missing.iter().map(|at| pairs.get(&keys[*at]).map(|value| (*value).clone())).collect())
        }
    };
    let found = match how {
        How::Cached | How::Drawn => batch.run(body).await,
        How::Refresh => batch.refresh(body).await,
        How::Uncached => batch.body(body).await,
    };
    match found {
        Ok(found) => {
            // All that were asked for: several may have one key, by `key = (..)`.
            let pairs = ids.iter().zip(places);
            R::of(pairs.filter_map(|(id, place)| found[place].clone().map(|value| (id.clone(), value))))
        }
        // An error, or the result as it is.
        Err(result) => result,
    }
}
