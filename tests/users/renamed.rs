//! All that takes `crate = path`, in a crate that has no `cache_core`.

use store::{Alias, CacheKey, KeyName, Model, NoKey, Tenant, User, cached, invalidates};

/// A tenant.
#[derive(Tenant, Clone, Copy)]
#[tenant(crate = store)]
pub struct Org(pub u64);

/// A user.
#[derive(User, Clone, Copy)]
#[user(crate = store)]
pub struct UserId(pub u64);

/// A model.
#[derive(Model)]
#[model(name = "renamed.product", per_tenant = Org, id = u64, crate = store)]
pub struct Product;

/// An alias.
#[derive(Alias)]
#[alias(name = "renamed", ttl = "1h", crate = store)]
pub struct Renamed;

/// A part of keys.
#[derive(CacheKey)]
#[cache_key(crate = store)]
pub enum Order {
    /// By price.
    Price,
    /// By something else.
    Other(u64),
}

/// Left out of keys.
#[derive(NoKey)]
#[no_key(crate = store)]
pub struct Db;

/// Reads.
#[cached(alias = Renamed, per_tenant, per_user, invalidate_on = [Product(id)], crate = store)]
pub async fn price<T: KeyName>(
    db: &Db,
    org: Org,
    user: UserId,
    id: u64,
    order: Order,
) -> Result<u64, String> {
    let _ = (db, order);
    Ok(org.0 + user.0 + id)
}

/// Writes.
#[invalidates(Product(id), crate = store)]
pub async fn set_price(org: Org, id: u64) {
    let _ = (org, id);
}

/// A block.
#[store::methods(crate = store)]
impl Db {
    /// Reads.
    #[cached(ttl = "1m")]
    pub fn tax(&self, id: u64) -> u64 {
        id
    }

    /// Writes.
    #[invalidates(Product(id))]
    pub fn set(&self, org: Org, id: u64) {
        let _ = (org, id);
    }
}

/// A block of all types.
#[derive(NoKey)]
#[no_key(crate = store)]
pub struct Repo<T>(pub T);

#[store::methods(crate = store)]
impl<T: KeyName> Repo<T> {
    /// Reads.
    #[cached(ttl = "1m")]
    pub fn count(&self) -> u64 {
        1
    }
}

store::register!(crate = store; Repo<Product>);
store::register!(crate = store; fn price<Product>);

#[cfg(test)]
mod tests {
    use super::*;

    #[store::test(crate = store)]
    async fn it_works_under_another_name() {
        assert_eq!(price::<Product>(&Db, Org(1), UserId(2), 3, Order::Price).await, Ok(6));
        assert!(price::entry::<Product>(Org(1), UserId(2), 3, Order::Price).get().await.is_some());
        set_price(Org(1), 3).await;
        assert!(price::entry::<Product>(Org(1), UserId(2), 3, Order::Price).get().await.is_none());
        assert_eq!((Db.tax(1), Db.tax_entry(1).get()), (1, Some(1)));
        Db.set(Org(1), 3);
        assert_eq!(Repo(Product).count(), 1);
        assert_eq!(store::graph().functions.iter().filter(|function| function.instance.is_some()).count(), 2);
    }
}
