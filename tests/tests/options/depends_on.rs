//! `depends_on`: what turns out while a function runs.

use cache_core::{cached, depends_on, depends_on_sync, invalidates, target};
use tests::{Article, Client, Invoice, Org, Role, Source};

#[invalidates(Article(id))]
async fn write_article(id: u64) {
    let _ = id;
}

#[invalidates(Role(id))]
async fn write_role(org: Org, id: i64) {
    let _ = (org, id);
}

#[invalidates(Role)]
async fn write_roles(org: Org) {
    let _ = org;
}

#[invalidates(Invoice(id))]
async fn write_invoice(client: Client, id: i64) {
    let _ = (client, id);
}

#[cached]
async fn named_by(source: &Source) -> u64 {
    let id = source.read().await;
    depends_on(target::row::<Article>(&id)).await;
    id
}

#[cached]
fn named_by_sync(source: &Source) -> u64 {
    let id = source.read_sync();
    depends_on_sync(target::row::<Article>(&id));
    id
}

#[cache_core::test]
async fn a_row_that_turned_out() {
    let source = Source::new(5);
    named_by(&source).await;
    named_by_sync(&source);
    let (entry, sync) = (named_by::entry().watch(), named_by_sync::entry().watch());
    write_article(6).await;
    entry.assert_kept();
    sync.assert_kept();
    write_article(5).await;
    entry.assert_gone();
    sync.assert_gone();
}

#[cached]
async fn around(source: &Source) -> u64 {
    named_by(source).await
}

#[cache_core::test]
async fn a_load_around_it_depends_on_it_too() {
    let source = Source::new(5);
    named_by(&source).await;
    around(&source).await;
    write_article(6).await;
    assert_eq!(around::entry().get().await, Some(5));
    write_article(5).await;
    assert_eq!(around::entry().get().await, None);
}

#[cached(per_tenant)]
async fn of_client(client: Client) -> i64 {
    depends_on(target::row::<Role>(&5)).await;
    client.client
}

#[cache_core::test]
async fn the_row_is_in_the_tenant_of_the_load_at_the_models_level() {
    let entry = || of_client::entry(Client { org: Org(1), client: 7 });
    of_client(Client { org: Org(1), client: 7 }).await;
    let watch = entry().watch();
    write_role(Org(2), 5).await;
    write_role(Org(1), 6).await;
    watch.assert_kept();
    write_role(Org(1), 5).await;
    watch.assert_gone();

    of_client(Client { org: Org(1), client: 7 }).await;
    let watch = entry().watch();
    write_roles(Org(1)).await;
    watch.assert_gone();
}

#[cached]
async fn of_another_tenant(org: i64) -> i64 {
    depends_on(target::row::<Role>(&5).of(Org(org))).await;
    org
}

#[cached]
async fn of_no_tenant(org: i64) -> i64 {
    depends_on(target::row::<Role>(&5)).await;
    org
}

#[cached(per_tenant)]
async fn of_all_tenants(org: Org) -> i64 {
    depends_on(target::across::<Role>()).await;
    org.0
}

#[cached(per_tenant)]
async fn of_the_model(org: Org) -> i64 {
    depends_on(target::model::<Role>()).await;
    org.0
}

#[cache_core::test]
async fn a_tenant_is_given_or_it_is_wider() {
    of_another_tenant(1).await;
    of_no_tenant(1).await;
    of_all_tenants(Org(1)).await;
    of_the_model(Org(1)).await;
    let given = of_another_tenant::entry(1).watch();
    let none = of_no_tenant::entry(1).watch();
    let all = of_all_tenants::entry(Org(1)).watch();
    let model = of_the_model::entry(Org(1)).watch();
    write_role(Org(2), 6).await;
    none.assert_gone();
    all.assert_gone();
    given.assert_kept();
    model.assert_kept();
    write_role(Org(1), 6).await;
    model.assert_gone();
    given.assert_kept();
    write_role(Org(1), 5).await;
    given.assert_gone();
}

#[cached(per_tenant)]
async fn invoice_of_any_client(org: Org) -> i64 {
    depends_on(target::row::<Invoice>(&3)).await;
    org.0
}

#[cached(per_tenant)]
async fn for_client(client: Client) -> i64 {
    invoice_of_any_client::uncached(client.org).await
}

#[cache_core::test]
async fn a_call_without_the_cache_has_its_own_tenant() {
    let seven = Client { org: Org(1), client: 7 };
    for_client(seven).await;
    let watch = for_client::entry(seven).watch();
    write_invoice(Client { org: Org(1), client: 8 }, 3).await;
    watch.assert_gone();
}

#[cached]
async fn in_a_task() -> u64 {
    cache_core::spawn(async { depends_on(target::row::<Article>(&5)).await }).await.unwrap();
    5
}

#[cache_core::test]
async fn tasks_and_fills_are_part_of_the_load() {
    in_a_task().await;
    let fill = named_by::entry().begin().await;
    let read = fill.read(named_by::uncached(&Source::new(5))).await;
    assert!(fill.store(read));
    let (task, filled) = (in_a_task::entry().watch(), named_by::entry().watch());
    write_article(5).await;
    task.assert_gone();
    filled.assert_gone();
}

#[cache_core::test]
async fn outside_of_a_load_it_does_nothing() {
    depends_on(target::row::<Article>(&5)).await;
    depends_on_sync(target::model::<Article>());
    assert_eq!(cache_core::Cache::current().stats().tags, 0);
}
