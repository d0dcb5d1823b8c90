//! All endpoints that read.

use crate::request::Request;

/// Those of a person whose answers are kept, with ids that exist.
pub(crate) fn kept(tenant: &str, user: i64) -> Vec<Request> {
    let paths = [
        "/dashboard",
        "/dashboard?until=2024-06",
        "/reports/trend?from=2024-01&to=2024-12",
        "/reports/sales",
        "/reports/sales?by=branch&from=2024-03&to=2025-06",
        "/reports/sales?branch=2",
        "/products",
        "/products?category=1",
        "/products?category=2&order=price",
        "/products?category=1&category=2&page=2",
        "/products?from=1000&to=60000",
        "/products/3",
        "/products/4",
        "/products/3/stock",
        "/products/4/stock",
        "/categories",
        "/permissions",
        "/reference/currency",
        "/reference/unit",
        "/tax?jurisdiction=CH&category=2&on=2024-05-05",
        "/tax?jurisdiction=DE&category=2&on=2024-05-05",
        "/dropdowns/terms",
        "/projects",
        "/profile",
        "/branches/1",
        "/branches/2",
        "/facility/1",
        "/facility/2",
        "/facility/1/2/orders",
        "/facility/1/1/orders",
    ];
    paths.map(|path| Request::get(tenant, user, path)).into()
}

/// Those that nothing is kept of: searches, what staff sees, what doesn't exist, what makes no sense.
pub(crate) fn passing(tenant: &str, user: i64) -> Vec<Request> {
    let mut requests: Vec<_> = [
        "/products?search=product%201",
        "/products?search=%25",
        "/products?page=-1",
        "/products?page=0",
        "/products?category=x",
        "/products?colour=red",
        "/products?page=4000000000",
        "/products/999999",
        "/products/-1",
        "/products/999999/stock",
        "/branches/999999",
        "/facility/999999",
        "/facility/x/1/orders",
        "/dashboard?until=2024-13",
        "/dashboard?until=",
        "/reports/trend?from=2025-12&to=2024-01",
        "/reports/sales?by=colour",
        "/reference/%25",
        "/tax?jurisdiction=CH",
        "/tax?jurisdiction=XX&category=2&on=2024-05-05",
        "/dropdowns/%2E%2E",
        "/gold/XXX",
        "/nowhere",
    ]
    .map(|path| Request::get(tenant, user, path))
    .into();
    requests.push(Request { staff: true, ..Request::get(tenant, user, "/products?category=1") });
    requests
}
