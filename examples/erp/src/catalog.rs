//! Products: lists by filter, order and page, details, stock. Searches and what staff sees are not cached. A write to a category
//! clears its product lists, a write to the stock of a product concerns nothing but that.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use cache_core::{Alias, CacheKey, Model, NoKey, cached, invalidates};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, FromRow};

use crate::app::App;
use crate::error::AppError;
use crate::scopes::Org;

#[derive(Alias)]
#[alias(name = "catalog", scope = tenant, ttl = "30m", max_entries = 100_000)]
pub struct Catalog;

#[derive(Model)]
#[model(name = "catalog.product", per_tenant = Org, id = i64)]
pub struct ProductRow;

#[derive(Model)]
#[model(name = "catalog.category", per_tenant = Org, id = i64)]
pub struct CategoryRow;

#[derive(Model)]
#[model(name = "catalog.stock", per_tenant = Org, id = i64)]
pub struct Stock;

/// A tag: the lists of products of a category.
#[derive(Model)]
#[model(name = "catalog.listing", per_tenant = Org, id = i64)]
pub struct Listing;

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug)]
pub struct Product {
    pub id: i64,
    pub name: String,
    pub cents: i64,
    pub category: i64,
    pub category_name: String,
}

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug)]
pub struct Category {
    pub id: i64,
    pub name: String,
    pub products: i64,
}

/// The order of a list.
#[derive(CacheKey, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    #[default]
    Name,
    Price,
}

/// Which products a list has. The order in which a request says it makes no difference, and so the same key; a category that is
/// repeated adds to those before.
#[derive(CacheKey, Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    pub categories: BTreeSet<i64>,
    pub search: Option<String>,
    pub from_cents: Option<i64>,
    pub to_cents: Option<i64>,
    pub order: Order,
    pub page: u32,
}

const PAGE: i64 = 20;

impl<S: Send + Sync> FromRequestParts<S> for Filter {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Filter, AppError> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(pairs) = query.map_err(|rejection| AppError::Invalid(rejection.body_text()))?;
        let mut filter = Filter { page: 1, ..Filter::default() };
        for (name, value) in pairs {
            let wrong = || AppError::Invalid(format!("`{name}` can't be `{value}`"));
            match &*name {
                "category" => drop(filter.categories.insert(value.parse().map_err(|_| wrong())?)),
                "search" => filter.search = Some(value),
                "from" => filter.from_cents = Some(value.parse().map_err(|_| wrong())?),
                "to" => filter.to_cents = Some(value.parse().map_err(|_| wrong())?),
                "order" if value == "name" => filter.order = Order::Name,
                "order" if value == "price" => filter.order = Order::Price,
                "page" => filter.page = value.parse().ok().filter(|page| *page > 0).ok_or_else(wrong)?,
                _ => return Err(wrong()),
            }
        }
        Ok(filter)
    }
}

/// What a catalog can do.
#[expect(async_fn_in_trait, reason = "the handlers name the one implementation")]
pub trait Repository {
    async fn product(&self, id: i64) -> Result<Option<Arc<Product>>, sqlx::Error>;
    async fn products(&self, filter: &Filter, staff: bool) -> Result<Arc<Vec<Product>>, sqlx::Error>;
    async fn categories(&self) -> Result<Arc<Vec<Category>>, sqlx::Error>;
    async fn stock(&self, product: i64) -> Result<Option<i64>, sqlx::Error>;
    async fn set_stock(&self, product: i64, quantity: i64) -> Result<bool, sqlx::Error>;
    async fn rename_category(&self, id: i64, name: &str) -> Result<bool, sqlx::Error>;
    async fn change(&self, product: &Product, before: &Product) -> Result<(), sqlx::Error>;
}

/// The catalog of an organisation, in the database: what a handler takes.
#[derive(NoKey)]
pub struct SqlRepository {
    pub app: Arc<App>,
    pub org: Org,
}

impl FromRequestParts<Arc<App>> for SqlRepository {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<SqlRepository, AppError> {
        Ok(SqlRepository { org: Org::from_request_parts(parts, app).await?, app: Arc::clone(app) })
    }
}

#[cache_core::methods]
impl Repository for SqlRepository {
    /// Gone when the product is written, or the category that it is in. That there is none isn't kept: whoever asks for ids by
    /// chance fills no memory.
    #[cached(
        alias = Catalog,
        per_tenant = self.org,
        none_ttl = "off",
        invalidate_on = [ProductRow(id), CategoryRow(ret.category)],
    )]
    async fn product(&self, id: i64) -> Result<Option<Arc<Product>>, sqlx::Error> {
        let product = "select p.id, p.name, p.cents, p.category, c.name as category_name
            from product p join category c on c.org = p.org and c.id = p.category
            where p.org = $1 and p.id = $2";
        let product = sqlx::query_as(product).bind(&*self.org.0).bind(id);
        Ok(product.fetch_optional(self.app.db.query()).await?.map(Arc::new))
    }

    /// A list of certain categories depends on the lists of these, any other on all. Searches are as good as never repeated, and
    /// what staff sees is nobody else's.
    #[cached(
        alias = Catalog,
        per_tenant = self.org,
        skip(staff),
        when = filter.search.is_none() && !staff,
        invalidate_on = [Listing(each &filter.categories)],
    )]
    async fn products(&self, filter: &Filter, staff: bool) -> Result<Arc<Vec<Product>>, sqlx::Error> {
        let categories: Vec<_> = filter.categories.iter().map(i64::to_string).collect();
        // Whole numbers, and words of this function.
        let categories = match &categories[..] {
            [] => String::new(),
            some => format!("and p.category in ({})", some.join(", ")),
        };
        let order = match filter.order {
            Order::Name => "p.name, p.id",
            Order::Price => "p.cents, p.id",
        };
        let products = format!(
            "select p.id, p.name, p.cents, p.category, c.name as category_name
                from product p join category c on c.org = p.org and c.id = p.category
                where p.org = $1 and p.cents between $2 and $3 and p.published >= $4 and lower(p.name) like $5
                {categories} order by {order} limit $6 offset $7"
        );
        let like = filter.search.as_ref().map_or("%".to_owned(), |text| format!("%{}%", text.to_lowercase()));
        let products = sqlx::query_as(AssertSqlSafe(products))
            .bind(&*self.org.0)
            .bind(filter.from_cents.unwrap_or(0))
            .bind(filter.to_cents.unwrap_or(i64::MAX))
            .bind(i64::from(!staff))
            .bind(like)
            .bind(PAGE)
            .bind((i64::from(filter.page) - 1) * PAGE);
        products.fetch_all(self.app.db.query()).await.map(Arc::new)
    }

    /// With how many products each has.
    #[cached(alias = Catalog, per_tenant = self.org, invalidate_on = [CategoryRow, Listing])]
    async fn categories(&self) -> Result<Arc<Vec<Category>>, sqlx::Error> {
        let categories = "select c.id, c.name, count(p.id) as products from category c
            left join product p on p.org = c.org and p.category = c.id and p.published = 1
            where c.org = $1 group by c.id, c.name order by c.id";
        let categories = sqlx::query_as(categories).bind(&*self.org.0).fetch_all(self.app.db.query());
        categories.await.map(Arc::new)
    }

    #[cached(alias = Catalog, per_tenant = self.org, none_ttl = "off", invalidate_on = [Stock(product)])]
    async fn stock(&self, product: i64) -> Result<Option<i64>, sqlx::Error> {
        let stock = sqlx::query_scalar("select quantity from stock where org = $1 and product = $2");
        stock.bind(&*self.org.0).bind(product).fetch_optional(self.app.db.query()).await
    }

    #[invalidates(Stock(product), per_tenant = self.org)]
    async fn set_stock(&self, product: i64, quantity: i64) -> Result<bool, sqlx::Error> {
        let update = sqlx::query("update stock set quantity = $3 where org = $1 and product = $2");
        let update = update.bind(&*self.org.0).bind(product).bind(quantity);
        Ok(update.execute(self.app.db.query()).await?.rows_affected() > 0)
    }

    /// Product lists show its name.
    #[invalidates(CategoryRow(id), Listing(id), per_tenant = self.org)]
    async fn rename_category(&self, id: i64, name: &str) -> Result<bool, sqlx::Error> {
        let update = sqlx::query("update category set name = $3 where org = $1 and id = $2");
        let update = update.bind(&*self.org.0).bind(id).bind(name);
        Ok(update.execute(self.app.db.query()).await?.rows_affected() > 0)
    }

    /// The lists where it was, and those where it is now.
    #[invalidates(
        ProductRow(product.id),
        Listing(before.category),
        Listing(product.category),
        per_tenant = self.org,
    )]
    async fn change(&self, product: &Product, before: &Product) -> Result<(), sqlx::Error> {
        let update = "update product set category = $3, name = $4, cents = $5 where org = $1 and id = $2 and category = $6";
        let update = sqlx::query(update).bind(&*self.org.0).bind(product.id).bind(product.category);
        let update = update.bind(&product.name).bind(product.cents).bind(before.category);
        match update.execute(self.app.db.query()).await?.rows_affected() {
            // It has moved since it was read: nothing is written.
            0 => Err(sqlx::Error::RowNotFound),
            _ => Ok(()),
        }
    }
}
