//! What was sold. Sums are kept by month, and a sale concerns the month that it is in: the totals of a
//! year are loaded again with one month's rows.

use std::collections::HashMap;
use std::sync::Arc;

use cache_core::{Alias, Model, cached, invalidates};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::catalog::ProductRow;
use crate::db::{Db, Tx};
use crate::months::Month;
use crate::people::Branch;
use crate::scopes::Org;

#[derive(Alias)]
#[alias(name = "reports", scope = tenant, ttl = "1h", max_entries = 50_000)]
pub struct Reports;

/// A tag: the sales of a month.
#[derive(Model)]
#[model(name = "sales.month", per_tenant = Org, id = Month)]
pub struct SalesOf;

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug, Default)]
pub struct Total {
    pub sales: i64,
    pub quantity: i64,
    pub cents: i64,
}

#[derive(FromRow)]
struct MonthRow {
    month: String,
    #[sqlx(flatten)]
    total: Total,
}

/// Each month an entry of its own, and one query for those that are missing.
#[cached(alias = Reports, each = months, invalidate_on = [SalesOf(each months)])]
pub async fn totals(db: &Db, org: Org, months: &[Month]) -> Result<HashMap<Month, Total>, sqlx::Error> {
    let mut totals: HashMap<_, _> = months.iter().map(|month| (*month, Total::default())).collect();
    let (Some(first), Some(last)) = (months.iter().min(), months.iter().max()) else { return Ok(totals) };
    let rows = "select substr(sold_on, 1, 7) as month, count(*) as sales,
            cast(sum(quantity) as bigint) as quantity, cast(sum(cents) as bigint) as cents
        from sale where org = $1 and sold_on >= $2 and sold_on <= $3 group by substr(sold_on, 1, 7)";
    let rows = sqlx::query_as(rows).bind(&*org.0).bind(first.first_day()).bind(last.last_day());
    let rows: Vec<MonthRow> = rows.fetch_all(db.query()).await?;
    for MonthRow { month, total } in rows {
        if let Some(place) = month.parse().ok().and_then(|month: Month| totals.get_mut(&month)) {
            *place = total;
        }
    }
    Ok(totals)
}

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub id: i64,
    pub name: String,
    #[sqlx(flatten)]
    pub total: Total,
}

/// The products that brought most, with their names: gone when one of them is renamed.
#[cached(alias = Reports, invalidate_on = [SalesOf(each months), ProductRow(each ret.iter().map(|line| line.id))])]
pub async fn bestsellers(db: &Db, org: Org, months: &[Month]) -> Result<Arc<Vec<Line>>, sqlx::Error> {
    let (Some(first), Some(last)) = (months.iter().min(), months.iter().max()) else {
        return Ok(Arc::default());
    };
    let lines = "select p.id, p.name, count(*) as sales, cast(sum(s.quantity) as bigint) as quantity,
            cast(sum(s.cents) as bigint) as cents
        from sale s join product p on p.org = s.org and p.id = s.product
        where s.org = $1 and s.sold_on >= $2 and s.sold_on <= $3
        group by p.id, p.name order by cents desc, p.id limit 10";
    let lines = sqlx::query_as(lines).bind(&*org.0).bind(first.first_day()).bind(last.last_day());
    lines.fetch_all(db.query()).await.map(Arc::new)
}

#[cached(alias = Reports, invalidate_on = [SalesOf(each months), Branch])]
pub async fn by_branch(db: &Db, org: Org, months: &[Month]) -> Result<Arc<Vec<Line>>, sqlx::Error> {
    let (Some(first), Some(last)) = (months.iter().min(), months.iter().max()) else {
        return Ok(Arc::default());
    };
    let lines = "select b.id, b.name, count(*) as sales, cast(sum(s.quantity) as bigint) as quantity,
            cast(sum(s.cents) as bigint) as cents
        from sale s join branch b on b.org = s.org and b.id = s.branch
        where s.org = $1 and s.sold_on >= $2 and s.sold_on <= $3
        group by b.id, b.name order by b.id";
    let lines = sqlx::query_as(lines).bind(&*org.0).bind(first.first_day()).bind(last.last_day());
    lines.fetch_all(db.query()).await.map(Arc::new)
}

/// A sale, to be booked.
#[derive(Clone, Debug)]
pub struct Sale {
    pub product: i64,
    pub branch: i64,
    pub person: i64,
    pub sold_on: String,
    pub month: Month,
    pub quantity: i64,
    pub cents: i64,
}

/// The number that it was given. Its reports are invalidated when the transaction commits.
#[invalidates(SalesOf(sale.month))]
pub async fn book(tx: &mut Tx, org: Org, sale: &Sale) -> Result<i64, sqlx::Error> {
    let number = "update org set last_sale = last_sale + 1 where name = $1 returning last_sale";
    let number: i64 = sqlx::query_scalar(number).bind(&*org.0).fetch_one(&mut **tx).await?;
    let insert = sqlx::query("insert into sale values ($1, $2, $3, $4, $5, $6, $7, $8)");
    let insert = insert.bind(&*org.0).bind(number).bind(sale.product).bind(sale.branch).bind(sale.person);
    insert.bind(&*sale.sold_on).bind(sale.quantity).bind(sale.cents).execute(&mut **tx).await?;
    Ok(number)
}
