//! Data to begin with, made by the database itself: the same rows whenever it is done, on PostgreSQL and SQLite alike.

use sqlx::AssertSqlSafe;

use crate::db::Db;
use crate::progress::Progress;

/// How much there is, in each organisation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    orgs: i64,
    /// Also those whose names are made to confuse keys.
    odd: bool,
    branches: i64,
    categories: i64,
    products: i64,
    people: i64,
    projects: i64,
    sales: i64,
}

impl Size {
    /// 40 organisations, 2,000 categories, 100,000 products, 20,000 people, a million sales.
    pub const FULL: Size = Size {
        orgs: 40,
        odd: false,
        branches: 10,
        categories: 50,
        products: 2_500,
        people: 500,
        projects: 100,
        sales: 25_000,
    };

    /// For tests.
    pub const SMALL: Size = Size {
        orgs: 2,
        odd: true,
        branches: 2,
        categories: 4,
        products: 60,
        people: 12,
        projects: 5,
        sales: 200,
    };

    pub fn read(text: &str) -> Option<Size> {
        [("full", Size::FULL), ("small", Size::SMALL)]
            .into_iter()
            .find_map(|(name, size)| (name == text).then_some(size))
    }

    /// The names of all organisations.
    pub fn orgs(&self) -> Vec<String> {
        let mut names: Vec<_> = (1..=self.orgs).map(|number| format!("org-{number:02}")).collect();
        if self.odd {
            names.extend(["ORG-01", "org-01:client:2", "1:client:2", "%", "_", ""].map(ToOwned::to_owned));
            names.push("x".repeat(10_000));
        }
        names
    }
}

const SCHEMA: &str = include_str!("schema.sql");

/// What all organisations share.
const SHARED: &str = "
    insert into reference values
        ('currency', 'CHF', 'Swiss franc'), ('currency', 'EUR', 'Euro'), ('currency', 'USD', 'US dollar'),
        ('unit', 'pc', 'Piece'), ('unit', 'kg', 'Kilogram'), ('unit', 'm', 'Metre'),
        ('status', 'open', 'Open'), ('status', 'paid', 'Paid'), ('status', 'void', 'Void');
    insert into tax_rate
        with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < 50)
        select 'DE', i, '2007-01-01', 190 from n union all select 'CH', i, '2018-01-01', 77 from n
        union all select 'CH', i, '2024-01-01', 81 from n";

/// How many rows a table has.
type Rows = fn(&Size) -> i64;

/// The tables of an organisation, and how many rows each has.
const ROWS: [(&str, Rows); 12] = [
    ("branch", |size| size.branches),
    ("person", |size| size.people),
    ("role", |_| 5),
    ("role_permission", |_| 15),
    ("role_member", |size| size.people),
    ("category", |size| size.categories),
    ("product", |size| size.products),
    ("stock", |size| size.products),
    ("project", |size| size.projects),
    ("project_member", |size| size.people * 3),
    ("work_order", |_| 60),
    ("sale", |size| size.sales),
];

/// The columns of a table's row `i`. Numbers as if by chance are multiples of primes, and so the same each time.
fn columns(table: &str, size: &Size, org: usize) -> String {
    let Size { branches, categories, products, people, projects, .. } = size;
    match table {
        "branch" => format!("i, 'Branch {org}.' || i"),
        "person" => format!("i, i % {branches} + 1, 'Person {org}.' || i, 'person' || i || '@{org}.example'"),
        "role" => format!("i, 'Role {org}.' || i"),
        "role_permission" => format!("(i + 2) / 3, 'permission-' || ((i * 7 + {org}) % 11)"),
        "role_member" => format!("i, (i * 3 + {org}) % 5 + 1"),
        "category" => format!("i, 'Category {org}.' || i"),
        "product" => format!(
            "i, i % {categories} + 1, 'Product ' || ((i + {org}) * 7919 % 10007) || '-' || i, {org} + 100 + i * 104729 % 99991,
                case when i % 20 = 0 then 0 else 1 end"
        ),
        "stock" => format!("i, 1000 + (i + {org}) * 31 % 977"),
        "project" => format!("i, i % {branches} + 1, 'Project {org}.' || i"),
        "project_member" => format!("i * 13 % {projects} + 1, i % {people} + 1"),
        "work_order" => format!("i % 3 + 1, i % 4 + 1, i, 'Work order {org}.' || i, (i + {org}) / 3 % 2"),
        "sale" => {
            let chance = |multiplier: u32, of: i64| format!("((i + {org} * 1000003) * {multiplier} % 2147483647 / 7 % {of} + 1)");
            let (product, branch, person) =
                (chance(48_271, *products), chance(69_621, *branches), chance(39_373, *people));
            let (year, month, day) = (chance(16_807, 2), chance(62_089_911, 12), chance(742_938_285, 28));
            let two = |number: String| format!("substr(cast(100 + {number} as text), 2, 2)");
            let (month, day) = (two(month), two(day));
            format!(
                "i, {product}, {branch}, {person}, (2023 + {year}) || '-' || {month} || '-' || {day}, i % 5 + 1,
                    (i % 5 + 1) * ({org} + 100 + {product} * 104729 % 99991)"
            )
        }
        _ => unreachable!("each table has its columns"),
    }
}

/// Makes the tables and fills them, unless that is done.
///
/// # Errors
///
/// Those of the database.
pub async fn make(db: &Db, size: Size) -> Result<(), sqlx::Error> {
    let mut tx = db.begin().await?;
    if db.has_table(&mut tx, "org").await? {
        return Ok(());
    }
    sqlx::raw_sql(SCHEMA).execute(&mut *tx).await?;
    sqlx::raw_sql(SHARED).execute(&mut *tx).await?;
    let orgs = size.orgs();
    let progress = Progress::new("making data", orgs.len() as u64);
    for (done, org) in (1..).zip(&orgs) {
        sqlx::query("insert into org values ($1, $2)").bind(org).bind(size.sales).execute(&mut *tx).await?;
        for (table, rows) in ROWS {
            let insert = format!(
                "insert into {table}
                    with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < $2)
                    select cast($1 as text), {} from n where true on conflict do nothing",
                columns(table, &size, done)
            );
            let insert = sqlx::query(AssertSqlSafe(insert)).bind(org).bind(rows(&size));
            insert.execute(&mut *tx).await?;
        }
        for (value, label) in [("net-30", "30 days net"), ("net-10", "10 days net"), ("cash", "Cash")] {
            let insert = sqlx::query("insert into dropdown values ($1, 'terms', $2, $3)");
            insert.bind(org).bind(value).bind(format!("{label}, {done}")).execute(&mut *tx).await?;
        }
        progress.at(done as u64);
    }
    tx.commit().await?;
    // Whoever plans queries knows what there is.
    sqlx::raw_sql("analyze").execute(db.query()).await?;
    Ok(())
}
