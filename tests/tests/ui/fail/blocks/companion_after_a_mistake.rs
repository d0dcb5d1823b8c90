use cache_core::{Model, NoKey, cached, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = u64)]
struct Product;

#[derive(NoKey)]
struct Catalog;

// The mistakes of all methods are told at once.
#[cache_core::methods(alias)]
impl Catalog {
    #[cached(tll = "1m")]
    async fn price(&self, id: u64) -> u64 { id }

    #[cached(skip(idd))]
    fn tax(&self, id: u64) -> u64 { id }

    #[invalidates]
    fn save(&self, id: u64) { let _ = id; }

    #[invalidates(Product())]
    fn save_all(&self) {}
}

pub struct Shop;

impl Shop {
    #[cached]
    pub fn price(&self, id: u64) -> u64 { id }
}

async fn callers() {
    // What stands beside the methods is still there: no error here.
    Catalog.price(5).await;
    Catalog.price_entry(5).get().await;
    Catalog.price_refresh(5).await;
    Catalog.tax_uncached(5);
    Catalog::tax_invalidate_all();
    Catalog.save(5);
    Catalog.save_all();
    Shop.price(5);
    Shop.price_entry(5).get();
}

fn main() { drop(callers()); }
