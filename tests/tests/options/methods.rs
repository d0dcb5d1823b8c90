//! `#[cache_core::methods]`: methods, associated functions, traits and their implementations.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use cache_core::{CacheKey, KeyName, Model, NoKey, Tenant, cached, invalidates};

#[derive(Model)]
#[model(name = "methods.product", id = u64)]
struct Product;

/// A service: not a part of any key.
#[derive(NoKey, Default)]
struct Catalog {
    loads: AtomicU64,
}

#[cache_core::methods]
impl Catalog {
    #[cached(invalidate_on = [Product(id)])]
    async fn product(&self, id: u64) -> Result<u64, String> {
        if id == 0 {
            return Err("none".into());
        }
        tokio::task::yield_now().await;
        let id = id.checked_add(0).ok_or("too many")?;
        self.loads.fetch_add(1, Relaxed);
        Ok(id * 100)
    }

    #[invalidates(Product(id))]
    async fn set(&self, id: u64) {
        let _ = (self, id);
    }

    /// No `self` at all.
    #[cached(ttl = "1m")]
    fn tax(country: &str) -> usize {
        country.len()
    }

    /// Others stay as they are.
    fn loads(&self) -> u64 {
        self.loads.load(Relaxed)
    }
}

#[cache_core::test]
async fn a_method_is_cached_and_invalidated() {
    let catalog = Catalog::default();
    assert_eq!(catalog.product(5).await, Ok(500));
    assert_eq!(catalog.product(5).await, Ok(500));
    assert_eq!(catalog.product(0).await, Err("none".into()));
    assert_eq!(catalog.loads(), 1);
    assert_eq!(
        catalog.product_entry(5).key(),
        "test:default:options::methods::Catalog::product@2a2b7e06:id=5"
    );
    let (five, six) = (catalog.product_entry(5).watch(), catalog.product_entry(6).watch());
    catalog.set(5).await;
    five.assert_gone();
    six.assert_kept();
    assert_eq!(catalog.product(5).await, Ok(500));
    assert_eq!(catalog.loads(), 2);
}

#[cache_core::test]
async fn the_companion_is_functions_of_the_block() {
    let catalog = Catalog::default();
    assert_eq!(catalog.product_entry(5).get().await, None);
    assert_eq!(catalog.product_uncached(5).await, Ok(500));
    assert_eq!(catalog.product_entry(5).get().await, None, "uncached stores nothing");
    assert_eq!(catalog.product_refresh(5).await, Ok(500));
    assert_eq!(catalog.product_entry(5).get().await, Some(Ok(500)));
    assert_eq!(catalog.product_refresh(5).await, Ok(500));
    assert_eq!(catalog.loads(), 3);
    Catalog::product_invalidate_all().await;
    assert_eq!(catalog.product_entry(5).get().await, None);

    assert_eq!((Catalog::tax("at"), Catalog::tax("at")), (2, 2));
    assert_eq!(Catalog::tax_entry("at").get(), Some(2));
    assert_eq!(Catalog::tax_refresh("at"), 2);
    assert_eq!(Catalog::tax_uncached("at"), 2);
    Catalog::tax_invalidate_all();
    assert_eq!(Catalog::tax_entry("at").get(), None);
}

/// A value: a part of the key.
#[derive(CacheKey, Clone)]
struct Filter {
    category: u64,
}

#[cache_core::methods]
impl Filter {
    #[cached(ttl = "1m")]
    fn by_reference(&self, page: u64) -> u64 {
        self.category * 100 + page
    }

    #[cached(ttl = "1m")]
    fn by_value(mut self, page: u64) -> u64 {
        self.category += 1;
        self.category * 100 + page
    }

    #[cached(ttl = "1m")]
    fn behind_a_pointer(self: std::sync::Arc<Self>, (page, size): (u64, u64)) -> u64 {
        self.category * 100 + page * size
    }

    /// As the author knows: the same for all filters.
    #[cached(ttl = "1m", skip(self))]
    async fn pages(&self, size: u64) -> u64 {
        let _ = self;
        100 / size
    }

    #[cached(ttl = "1m", when = self.category > 1, invalidate_on = [Product(self.category)])]
    async fn some(&self) -> u64 {
        self.category
    }
}

#[cache_core::test]
async fn self_is_a_part_of_the_key_unless_it_is_skipped() {
    let (one, two) = (Filter { category: 1 }, Filter { category: 2 });
    assert_eq!((one.by_reference(3), two.by_reference(3)), (103, 203));
    assert_eq!(
        one.by_reference_entry(3).key(),
        "test:default:options::methods::Filter::by_reference@2a2b7e06:self=(category=1):page=3"
    );
    assert_eq!((one.clone().by_value(3), two.clone().by_value(3)), (203, 303));
    let shared = std::sync::Arc::new(Filter { category: 7 });
    assert_eq!(shared.clone().behind_a_pointer((1, 10)), 710);
    assert_eq!(shared.clone().behind_a_pointer_entry((1, 10)).get(), Some(710));

    assert_eq!(one.pages(10).await, 10);
    assert_eq!(Filter::pages_entry(10).get().await, Some(10));

    assert_eq!((one.some().await, two.some().await), (1, 2));
    assert_eq!((one.some_entry().get().await, two.some_entry().get().await), (None, Some(2)));
    Catalog::default().set(2).await;
    assert_eq!(two.some_entry().get().await, None);
}

/// What its methods change is no part of any key.
#[derive(NoKey)]
struct Connection {
    queries: u64,
}

#[cache_core::methods]
impl Connection {
    #[cached(ttl = "1m")]
    fn query(&mut self, mut page: u64) -> u64 {
        self.queries += 1;
        page += 1;
        page
    }
}

#[cache_core::test]
fn what_a_body_does_to_self_it_does_when_it_runs() {
    let mut connection = Connection { queries: 0 };
    assert_eq!((connection.query(3), connection.query(3), connection.query(4)), (4, 4, 5));
    assert_eq!(connection.queries, 2);
}

#[derive(Tenant, Clone, Copy)]
#[tenant(name = "shop")]
struct Shop(u64);

/// Its `self` is the scope.
#[cache_core::methods]
impl Shop {
    #[cached(per_tenant, ttl = "1m")]
    fn logo(&self) -> u64 {
        self.0
    }
}

#[cache_core::test]
fn self_may_be_the_tenant() {
    assert_eq!((Shop(1).logo(), Shop(2).logo()), (1, 2));
    assert_eq!(Shop(1).logo_entry().key(), "test:default:shop=1:options::methods::Shop::logo@2a2b7e06");
}

trait Source {
    async fn get(&self, id: u64) -> u64;
    fn name(&self) -> String;
}

trait Other {
    fn name(&self) -> String;
}

#[derive(CacheKey)]
struct Table(u64);

#[derive(CacheKey)]
struct View(u64);

#[cache_core::methods]
impl Source for Table {
    #[cached(ttl = "1m")]
    async fn get(&self, id: u64) -> u64 {
        self.0 + id
    }

    #[cached(ttl = "1m")]
    fn name(&self) -> String {
        "table".into()
    }
}

#[cache_core::methods]
impl Source for View {
    #[cached(ttl = "1m", companion = got)]
    async fn get(&self, id: u64) -> u64 {
        self.0 * 1000 + id
    }

    #[cached(ttl = "1m", companion = none)]
    fn name(&self) -> String {
        "view".into()
    }
}

#[cache_core::methods]
impl Other for View {
    #[cached(ttl = "1m")]
    fn name(&self) -> String {
        "other".into()
    }
}

#[cache_core::test]
async fn methods_of_traits_are_told_apart_by_type_and_trait() {
    let (table, view) = (Table(1), View(1));
    assert_eq!((table.get(5).await, view.get(5).await), (6, 1005));
    assert_eq!(
        (Source::name(&table), Source::name(&view), Other::name(&view)),
        ("table".into(), "view".into(), "other".into())
    );
    assert_eq!(table.get_entry(5).get().await, Some(6));
    assert_eq!(view.got_entry(5).get().await, Some(1005));
    assert_eq!(
        table.get_entry(5).key(),
        "test:default:options::methods::<Table as Source>::get@2a2b7e06:self=1:id=5"
    );
    assert_eq!(view.name_entry().get(), Some("other".into()));
    assert_eq!(table.get_refresh(6).await, 7);
    assert_eq!(table.get_entry(6).get().await, Some(7));
}

/// A default method: each implementation has entries of its own.
#[cache_core::methods]
trait Describe: KeyName + CacheKey {
    fn text(&self) -> String;

    #[cached(ttl = "1m")]
    fn described(&self, upper: bool) -> String {
        let text = self.text();
        if upper { text.to_uppercase() } else { text }
    }
}

impl Describe for Table {
    fn text(&self) -> String {
        "a table".into()
    }
}

impl Describe for View {
    fn text(&self) -> String {
        "a view".into()
    }
}

#[cache_core::test]
fn a_default_method_is_cached_for_each_implementation() {
    assert_eq!((Table(1).described(true), View(1).described(true)), ("A TABLE".into(), "A VIEW".into()));
    assert_eq!((Table(1).described(true), View(1).described(true)), ("A TABLE".into(), "A VIEW".into()));
    assert_eq!(Table(1).described_entry(true).get(), Some("A TABLE".into()));
    assert_eq!(
        View(1).described_entry(true).key(),
        "test:default:options::methods::Describe::described@43f1bd8f:self=1:upper=true:Self=options%3A%3Amethods%3A%3AView"
    );
}

/// What an implementation says of itself.
trait Repository {
    type Row;
    type Error;
    const TIMES: u64;

    fn find(&self, id: u64) -> Result<Option<Self::Row>, Self::Error>;
    async fn store(&self, row: Self::Row) -> Result<Self::Row, Self::Error>;
}

#[cache_core::methods]
impl Repository for Catalog {
    type Row = u64;
    type Error = String;
    const TIMES: u64 = 3;

    #[cached(ttl = "1m", key = (id * Self::TIMES))]
    fn find(&self, id: u64) -> Result<Option<Self::Row>, Self::Error> {
        Ok(Some(id * Self::TIMES))
    }

    #[cached(ttl = "1m")]
    async fn store(&self, row: Self::Row) -> Result<Self::Row, Self::Error> {
        Ok(row)
    }
}

#[cache_core::test]
async fn a_signature_may_name_what_the_block_defines() {
    let catalog = Catalog::default();
    assert_eq!((catalog.find(5), catalog.find_entry(5).get()), (Ok(Some(15)), Some(Ok(Some(15)))));
    assert_eq!(catalog.store(5).await, Ok(5));
    assert_eq!(catalog.store_entry(5).get().await, Some(Ok(5)));
    assert_eq!(catalog.find_refresh(5), Ok(Some(15)));
}

/// One of the two is there, whatever the tests are built for.
#[cache_core::methods]
impl Catalog {
    #[cfg(not(test))]
    #[cached(ttl = "1m", invalidate_on = [NotThere])]
    fn configured(&self, id: u64) -> String {
        id.to_string()
    }

    #[cached(ttl = "1m")]
    #[cfg(test)]
    fn configured(&self, id: u64) -> u64 {
        let _ = self;
        id
    }

    #[cached(ttl = "1m")]
    fn pinned(self: std::pin::Pin<&Self>, id: u64) -> u64 {
        self.loads() + id
    }
}

#[cache_core::test]
fn a_method_may_be_configured_away() {
    let catalog = Catalog::default();
    assert_eq!((catalog.configured(5), catalog.configured_entry(5).get()), (5, Some(5)));
    assert_eq!(catalog.configured_uncached(6), 6);
}

#[cache_core::test]
fn a_receiver_may_be_pinned() {
    let catalog = Catalog::default();
    assert_eq!(std::pin::Pin::new(&catalog).pinned(5), 5);
    assert_eq!(std::pin::Pin::new(&catalog).pinned_entry(5).get(), Some(5));
}

/// What is called by a `dyn` of it: the value doesn't depend on who it is.
#[cache_core::methods]
trait Clerk: NoKey {
    fn rate(&self) -> u64;

    #[cached(ttl = "1m", skip(Self))]
    fn total(&self, id: u64) -> u64 {
        self.rate() * id
    }
}

impl Clerk for Catalog {
    fn rate(&self) -> u64 {
        7
    }
}

#[cache_core::test]
fn a_trait_may_be_used_by_dyn() {
    let clerk: &dyn Clerk = &Catalog::default();
    assert_eq!((clerk.total(5), clerk.total_entry(5).get()), (35, Some(35)));
    Catalog::total_invalidate_all();
    assert_eq!(clerk.total_entry(5).get(), None);
}

trait Measure {
    fn size(&self) -> usize;
}

trait Power<const N: usize> {
    fn power(&self) -> usize;
}

/// Types of others have no companion.
#[cache_core::methods]
impl<T: CacheKey + KeyName> Measure for Vec<T> {
    #[cached(ttl = "1m", companion = none)]
    fn size(&self) -> usize {
        self.len() * std::mem::size_of::<T>()
    }
}

/// Nor have those that no path names.
#[cache_core::methods]
impl Measure for [Filter] {
    #[cached(ttl = "1m")]
    fn size(&self) -> usize {
        self.len()
    }
}

#[cache_core::methods]
impl<const N: usize> Power<N> for Filter {
    #[cached(ttl = "1m")]
    fn power(&self) -> usize {
        N * N
    }
}

trait Twice {
    fn twice(&self) -> u64;
}

#[cache_core::methods]
impl<T: Describe> Twice for T {
    #[cached(ttl = "1m")]
    fn twice(&self) -> u64 {
        self.text().len() as u64 * 2
    }
}

#[cache_core::test]
fn blocks_without_room_for_a_companion() {
    assert_eq!((vec![1_u8, 2].size(), vec![1_u16, 2].size()), (2, 4));
    assert_eq!([Filter { category: 1 }][..].size(), 1);
    assert_eq!(
        (Power::<2>::power(&Filter { category: 1 }), Power::<3>::power(&Filter { category: 1 })),
        (4, 9)
    );
    assert_eq!((Table(1).twice(), View(1).twice()), (14, 12));
}
