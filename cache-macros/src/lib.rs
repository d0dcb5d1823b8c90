//! The attributes and derives of `cache-core`, which re-exports them, with examples.
//!
//! An attribute goes through four files: what was written (`parse`), what is wrong with it (`check`), what is
//! generated (`expand`), and the steps between them (`mod`). Expansion can't fail.
#![forbid(unsafe_code)]

mod allow;
mod arguments;
mod beside;
mod bytes;
mod cached;
mod check_graph;
mod dependency;
mod derive;
mod duration;
mod errors;
mod function;
mod invalidates;
mod lints;
mod location;
mod methods;
mod options;
mod paths;
mod register;
mod scope;
mod similar;
#[cfg(test)]
mod snapshots;
mod syntax;
mod test;
mod text;

use errors::Errors;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Caches what a function returns.
///
/// | option | meaning |
/// |---|---|
/// | `alias = A` | the named cache; `DefaultAlias` (5 minutes, 10,000 entries) if left out |
/// | `ttl = "15m"` | time to live: whole numbers with `ms`, `s`, `m`, `h`, `d`, or `"forever"`; default the alias's. More than 4 hours without `invalidate_on` don't compile |
/// | `allow_stale` | unless this is said |
/// | `per_tenant` | the argument whose type is a tenant scopes the value; `= expr`, or `= ambient` for the tenant around the call |
/// | `per_user` | the same for users |
/// | `global` | no scope, in an alias whose functions have one |
/// | `invalidate_on = [M, M(id), M(a, b), across(M)]` | what the value depends on: a model, a row, a model in all tenants |
/// | `invalidate_on = [M(ret.id), M(each ret.ids), M(each ids)]` | rows that only the result names, or that a list names. `ret` is a reference to the `Ok` value, and to what it holds if that is an `Option` |
/// | `skip(a, b)` | arguments that are not part of the key. Types that are `NoKey` are left out by themselves |
/// | `when = expr` | on the arguments: whether to use the cache |
/// | <code>store_if = \|v\| expr</code> | on the value: whether to store it |
/// | <code>expires_in = \|v\| expr</code> | a `Duration` from the value, in place of `ttl`; no longer than the alias's `max_ttl` |
/// | `pure` | depends on its arguments alone: in the process, without end |
/// | `name = ".."` | in place of `module::function` |
/// | `version = 2` | of the meaning of the value |
/// | `none_ttl = "30s"` | for `None`; `"off"` to not store it |
/// | `err_ttl = "2s"` | stores `Err` too, for that long, in this process |
/// | `stale_while_revalidate = "30s"` | for so long after its time has run out, the old value is served while one call loads it anew |
/// | `stale_if_error = "1h"` | for so long it is served in place of an `Err` |
/// | `load_timeout = "300ms"` | after so long a call is given the old value, while the load goes on. As long as the two above allow; without them, for as long again as the value was fresh |
/// | `early = 1.0` | loaded again before its time runs out, by lot, the likelier the less is left and the longer the load took (XFetch, with this beta): nobody waits for it |
/// | `verify_rate = 0.001` | what share of its hits is [verified](macro@Alias#verified-hits), in place of what its alias says. What is set for the alias from outside goes before both, unless it is what the alias says anyway: `1e-9` turns it off |
/// | `local` | never leaves the process: no serde |
/// | `each = ids` | `ids` (`&[T]`, `Vec<T>`, `&Vec<T>`) are many keys, and what is returned is a map from id to value, by itself or in an outcome: each id is an entry of its own, and what is missing is loaded in one call. `M(each ids)`: each depends on its own row |
/// | `key = (expr, ..)` | in place of the arguments in the key; each must occur in it, be in `skip`, or be `NoKey` |
/// | `companion = name` | what the type beside the function is called; `companion = none`: there is none |
/// | `cache = expr` | a `Cache` other than the one that calls use: `&Cache` from the arguments, `app.cache` |
/// | `allow(ttl_over_max, ..)` | lints of [`check_graph!`] that say nothing of this function |
/// | `crate = path` | where `cache_core` is, when renamed |
///
/// What is read in a transaction is never stored: an argument that is one (a `Transaction`, such as `cache_sqlx::Tx`, or
/// an `OpenTransaction`, such as sqlx's) makes the call one of a unit of work.
///
/// A result that names no row depends on its whole model, and so does a list that is empty or longer than 64 rows: an
/// entry that says "not found" is gone when the row is made. A row of the result that is written while the function runs
/// is noticed, and so is any other row of its model: then the value is returned and not stored. What turns out in the
/// middle is said with `depends_on`.
///
/// With `each = ids`, the body is called with the ids that are missing, and may be called again for those that others
/// were loading and didn't give: its other arguments are cloned. What the map has no value for is not stored.
/// `store_if`, `expires_in` and `none_ttl` are of each value, `when` is of the whole call, and `f::entry(..)` takes one id.
///
/// `stale_while_revalidate`, `stale_if_error`, `load_timeout` and `early` serve what ran out of time, never what was invalidated,
/// nor what isn't proven when other processes aren't heard. A load goes on behind its caller's back where the function is async,
/// has no type parameters and owns its arguments as they are written (`db: PgPool`, no `&PgPool`), and is called in a tokio
/// runtime; its body must be `Send` then. Otherwise one caller loads, and waits for it as long as it takes, while the others get
/// the old value. Such loads have permits of `max_loads`, there are no more than 256 of them in a cache (while there are, old
/// values are served and not loaded), and `Cache::shutdown` ends them. One
/// that takes longer than `load_wait` hands over to the next call. After an error the source is asked again by the next call;
/// with `err_ttl` too, an error is stored only where there is no old value. What is made of an old value in another cached function
/// is returned there, and not stored.
///
/// In expressions, arguments have their declared types; what a pattern binds is a reference.
///
/// Options that contradict each other don't compile, nor does one without effect, such as `allow_stale` on a TTL that isn't
/// long. The 4 hours are a limit of `none_ttl` and `err_ttl` too. An argument that is `&mut` is no part of a key, for the
/// body may change it: it is `NoKey`, as a connection is, or in `skip(..)`.
///
/// Beside the function stands a hidden type of the same name: `f::entry(..)` takes the keyed arguments and gives an
/// `Entry`; `f::refresh(..)`, `f::uncached(..)` take all arguments; `f::invalidate_all()` takes none.
///
/// Other attributes go over or under it. One over it, such as `#[tracing::instrument]`, sees the function as it is
/// written: what it adds runs with the body, on a miss. One under it sees the function that is called: what it adds runs
/// on a hit too. A handler's `#[debug_handler]` goes to either side. The same holds for [`macro@invalidates`].
#[proc_macro_attribute]
pub fn cached(attribute: TokenStream, item: TokenStream) -> TokenStream {
    attribute_macro(cached::cached, attribute, item)
}

/// Invalidates what depends on what a function writes, when it is over.
///
/// | what is written | invalidates what depends on |
/// |---|---|
/// | `M` | the model, in the writer's tenant |
/// | `M(id)`, `M(a, b)` | a row |
/// | `M(ret.id)` | a row that the result names: `ret` is a reference to the `Ok` value, or to the whole value |
/// | `M(each ids)` | each of these rows |
/// | `across(M)` | the model in all tenants |
/// | `per_tenant = expr`, `per_tenant = ambient` | the writer's tenant, where no argument is one |
/// | `on = always` | after errors too (the default: a commit's answer can be lost) |
/// | `on = ok` | only after success: where an error means that nothing was written |
/// | <code>on = \|e\| expr</code> | after success, and after errors for which it is true |
/// | `before_commit` | though an argument is an open transaction or a connection, which commits later: for use in a `unit_of_work` |
/// | `cache = expr` | a `Cache` other than the one that calls use |
/// | `allow(writer_without_tenant, ..)` | lints of [`check_graph!`] that say nothing of this writer |
/// | `crate = path` | where `cache_core` is, when renamed |
///
/// The bump comes when the body is over, however it ends: returned, dropped or panicked. In a `unit_of_work` it comes at
/// its end, and where an argument is a `Transaction`, such as `cache_sqlx::Tx`, at its commit. A writer without a tenant
/// bumps per-tenant models in all tenants, one that ends without a result bumps the whole model in place of rows that
/// the result would have named: wider, never nothing, and with a warning.
#[proc_macro_attribute]
pub fn invalidates(attribute: TokenStream, item: TokenStream) -> TokenStream {
    attribute_macro(invalidates::invalidates, attribute, item)
}

/// Tells cached methods and writers of a block what they can't see: goes on an `impl` block, or a trait, whose methods
/// have `#[cached]` or `#[invalidates]`.
///
/// In place of a companion type, a cached method `m` has functions beside it: `m_entry` (all arguments but those in
/// `skip(..)`), `m_refresh`, `m_uncached`, `m_invalidate_all`; `companion = other` gives them another prefix. Those of a
/// method in `impl Trait for Type` stand on the type; `companion = none` where that is a type of another crate, which has no
/// room for them.
///
/// The key holds the type, by its path in the source, the type parameters of the block by their
/// `KeyName`, and `self` as an argument: a part of the key (`CacheKey`), unless it is
/// `NoKey` or in `skip(self)`. In a trait, `Self` is a type parameter.
///
/// `#[async_trait]` goes over it or under it. Other attributes of a method see the method that is called, on either side
/// of ours.
///
/// A default method that an implementation caches too is two functions: what is called on a type parameter with the bound,
/// such as `t.m_refresh()`, is of the default.
///
/// | option | meaning |
/// |---|---|
/// | `part = 2` | for `register!`: tells several blocks of one generic type apart |
/// | `crate = path` | where `cache_core` is, when renamed |
#[proc_macro_attribute]
pub fn methods(attribute: TokenStream, item: TokenStream) -> TokenStream {
    attribute_macro(methods::methods, attribute, item)
}

/// Registers an instance of a generic block, `register!(Repo<Product>)`, or of a generic function,
/// `register!(fn count<Product>)`, which may be a writer: for `graph`, which shows what is declared. A function without
/// type parameters is registered by itself. `register!(crate = path; ..)` where `cache_core` is renamed.
#[proc_macro]
pub fn register(input: TokenStream) -> TokenStream {
    register::register(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a test that fails with all that is probably wrong with what is declared in a program, as a whole. It goes into a
/// file of tests, once, beside a `use app as _;` for each crate that nothing else there refers to.
///
/// | option | meaning |
/// |---|---|
/// | `snapshot = "cache-graph.json"` | fails too when the graph is not what this file says, from the folder of the crate on; `UPDATE_CACHE_GRAPH=1 cargo test` writes it anew |
/// | `allow = [unused_alias]` | lints that are not asked; of one item, its attribute says `allow(..)` |
/// | `crate = path` | where `cache_core` is, when renamed |
///
/// | lint | what it finds |
/// |---|---|
/// | `dependency_never_invalidated` | a model that functions depend on, and no writer changes |
/// | `invalidation_of_nothing` | a model that writers change, and no function depends on |
/// | `writer_without_tenant` | a writer that lacks the tenant of the rows that it changes |
/// | `duplicate_name` | a name that stands for two |
/// | `ttl_over_max` | a time to live over the `max_ttl` of its alias |
/// | `unused_alias` | an alias that no function is in |
/// | `empty_registry` | a program that links no function and no writer: the line `use app as _;` is missing |
///
/// `Lint::all` in `cache_core::graph` gives them with explanations, and `Graph::lint` runs them without a test.
#[proc_macro]
pub fn check_graph(input: TokenStream) -> TokenStream {
    check_graph::check_graph(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Runs a test in a cache of its own, with a clock that it moves. Sync, or async on a tokio runtime of its own;
/// `worker_threads = 4` for one with threads; `crate = path` where `cache_core` is renamed.
///
/// It fails if two functions, aliases, models, tenants or users of the program have one name. Doc tests of edition 2024 are
/// merged into one program: mark those that declare names that others have with `standalone_crate`.
#[proc_macro_attribute]
pub fn test(attribute: TokenStream, item: TokenStream) -> TokenStream {
    attribute_macro(test::test, attribute, item)
}

/// Declares a named cache: `#[derive(Alias)] #[alias(name = "prices", ttl = "1h")] struct Prices;`.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = ".."` | unique in the program | required |
/// | `scope = tenant`, `user`, `[tenant, user]` | every function is so scoped, or says `global` | none |
/// | `ttl = ".."` | of functions that give none | `"5m"` |
/// | `max_ttl = ".."` | no function's is longer | none |
/// | `jitter = 0.1` | by how much of itself a TTL is shortened at random | 0.1 |
/// | `max_entries = 10_000` | in each process | 10,000 |
/// | `max_bytes = "64MiB"` | in place of `max_entries`, in each process: keys, values by their serialized size, and 192 bytes for each entry; whole numbers of bytes, or of `KB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`. No function is `local` or `pure` then | none |
/// | `max_loads = 256` | at once, in each process, of async and of sync functions each | 256 |
/// | `load_wait = ".."` | how long a caller waits for another's load | `"10s"` |
/// | `coherence = push`, `verify`, `off` | how soon other processes' writes are seen, where there is a shared tier | `push` |
/// | `max_staleness = ".."` | how long what this process holds is served after others were heard last | `"1s"` |
/// | `deadline = ".."` | how long a call waits for an answer of the shared tier | `"50ms"` |
/// | `codec = bincode`, `rmp` | what values are written with on their way to the shared tier; types that don't say what they are, with `rmp` anyway | `bincode` |
/// | `compress = lz4`, `zstd` (a feature), `off` | how they are compressed there | `lz4` |
/// | `compress_threshold = "1KiB"` | from which size on | 1 KiB |
/// | `encrypt = true` | they must be encrypted there: with a tier and without `CacheBuilder::encryption` no cache is built. With keys those of all aliases are | `false` |
/// | `durability = primary`, `replicated` | when an invalidation counts as confirmed: when a replica has it, too. Holds for all that the process invalidates | `primary` |
/// | `verify_rate = 0.001` | what share of the hits, from 0 to 1, is loaded again behind the caller and compared with what he was served; see below | 0.0 |
/// | `mode = on`, `refresh`, `off` | whether it is used | `on` |
/// | `allow(unused_alias, ..)` | lints of [`check_graph!`] that say nothing of it | none |
///
/// # Verified hits
///
/// `verify_rate = 0.001` loads one hit of a thousand again, and says how stale what you serve is: writes that bypass the
/// application included. Its caller is given what is stored and waits for nothing; his function's body runs behind his back, like any
/// load one at a time for a key and within `max_loads`, with at most 64 such loads at once, and its result replaces the old one. `FunctionStats::verified` counts the
/// values compared, `FunctionStats::mismatches` those that differed though nothing had invalidated them, each with a warning in the log: the key,
/// and what the function says it depends on.
///
/// A value that differs is looked at again after `max_staleness`: what has been invalidated by then, by a writer that had
/// committed and not yet invalidated or by an announcement that was under way, is no mismatch and isn't counted. Nor is a
/// load that ended in an error, or in what isn't stored. Values are compared by the bytes that they have in the shared tier, in
/// which the order of a `HashMap` doesn't matter. What depends on the time, or on chance, differs rightly: leave such functions to another
/// alias. What a body calls that is cached itself is answered from the cache as always, and verified by itself.
///
/// Hits are verified where the body can run behind its caller's back: those of async functions that own their arguments and say
/// `verify_rate` themselves, `#[cached(verify_rate = 0.001)]`, or one of `early`, `stale_while_revalidate` and `load_timeout`, on a tokio
/// runtime. Others are served as always, and so are those of `local` and `pure` functions, which have no bytes to compare by; a
/// warning says so once. Nor are `each`, entries made by hand, or anything in a unit of work, nor what comes from the shared
/// tier: with `coherence = verify` nothing else is served, and no hit is verified.
#[proc_macro_derive(Alias, attributes(alias))]
pub fn alias(input: TokenStream) -> TokenStream {
    derive_macro(input, "alias", derive::alias::derive)
}

/// Makes a type a part of keys, by its fields; an enum by the names of its variants. `#[cache_key(crate = path)]` says
/// where `cache_core` is, when renamed; the other derives take `crate` beside their options.
#[proc_macro_derive(CacheKey, attributes(cache_key))]
pub fn cache_key(input: TokenStream) -> TokenStream {
    derive_macro(input, "cache_key", derive::cache_key::derive)
}

/// Declares a model: `#[derive(Model)] #[model(name = "shop.product")]`, with `#[model(id)]` on the field (or fields)
/// of the id, or `id = i64` on a marker; `per_tenant = Org` for a model whose rows belong to tenants; `allow(..)` for lints
/// of [`check_graph!`] that say nothing of it.
#[proc_macro_derive(Model, attributes(model))]
pub fn model(input: TokenStream) -> TokenStream {
    derive_macro(input, "model", derive::model::derive)
}

/// Leaves arguments of a type out of all keys.
#[proc_macro_derive(NoKey, attributes(no_key))]
pub fn no_key(input: TokenStream) -> TokenStream {
    derive_macro(input, "no_key", derive::no_key::derive)
}

/// Declares a tenant: `#[derive(Tenant)] struct Org(i64);`. A struct of several fields is a hierarchy, one level a
/// field; `#[tenant(parent)]` on the first says that it is a tenant itself. The name in keys is the field's, or the
/// type's in snake case, or what `#[tenant(name = "..")]` says. `allow(..)` is as of a model.
#[proc_macro_derive(Tenant, attributes(tenant))]
pub fn tenant(input: TokenStream) -> TokenStream {
    derive_macro(input, "tenant", derive::tenant::derive)
}

/// Declares a user: `#[derive(User)] struct UserId(i64);`. It takes the options of a [`Tenant`](macro@Tenant), but `parent`.
#[proc_macro_derive(User, attributes(user))]
pub fn user(input: TokenStream) -> TokenStream {
    derive_macro(input, "user", derive::user::derive)
}

type Attribute =
    fn(proc_macro2::TokenStream, proc_macro2::TokenStream) -> syn::Result<proc_macro2::TokenStream>;

fn attribute_macro(expand: Attribute, attribute: TokenStream, item: TokenStream) -> TokenStream {
    if attribute.to_string() == methods::TAKEN {
        return TokenStream::new();
    }
    let item = proc_macro2::TokenStream::from(item);
    match expand(attribute.into(), item.clone()) {
        Ok(tokens) => tokens.into(),
        Err(error) => {
            let error = error.into_compile_error();
            // The author's item survives, so that those who name it don't report that it is missing. An expression has no
            // room for both.
            let item = syn::parse2::<syn::Expr>(item.clone()).is_err().then_some(item);
            quote::quote!(#item #error).into()
        }
    }
}

fn derive_macro(
    input: TokenStream,
    attribute: &str,
    expand: impl FnOnce(&DeriveInput, &Errors) -> proc_macro2::TokenStream,
) -> TokenStream {
    let mut input = parse_macro_input!(input as DeriveInput);
    let errors = Errors::new();
    let path = derive::take_crate(&mut input.attrs, attribute, &errors);
    let tokens = expand(&input, &errors);
    errors.beside(paths::renamed(tokens, path.as_ref())).into()
}
