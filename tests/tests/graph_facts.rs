//! What the graph knows of functions, writers, models and aliases, of each kind one; and what it says it doesn't know.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::time::Duration;

use cache_core::graph::{AfterErrors, Extent, Format, FunctionInfo, Scope, TtlFrom, WriterInfo};
use cache_core::{
    Alias, CacheKey, Everywhere, KeyName, Model, NoKey, PerTenant, Root, Scoped, Settings, Tenant,
    TenantPath, Ttl, Unscoped, User, cached, graph, invalidates, register,
};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(Tenant, Clone, Copy)]
struct Client {
    #[tenant(parent)]
    org: Org,
    client: i64,
}

/// What its levels are called, nobody says.
#[derive(Clone, Copy)]
struct Site(u8);

impl Tenant for Site {
    type Parent = Root;

    fn write_tenant(&self, path: &mut TenantPath) {
        path.level("site", &self.0);
        path.complete::<Self>();
    }
}

impl CacheKey for Site {
    fn write_key(&self, key: &mut cache_core::KeyWriter) {
        self.0.write_key(key);
    }
}

#[derive(User, Clone, Copy)]
#[user(name = "who")]
struct Person(i64);

#[derive(Model)]
#[model(name = "facts.role", per_tenant = Org)]
struct Role {
    #[model(id)]
    id: i64,
    #[model(id)]
    name: String,
}

#[derive(Model)]
#[model(name = "facts.article", id = u64)]
struct Article;

#[derive(Model)]
#[model(name = "facts.settings")]
struct Sets;

#[derive(Model)]
#[model(name = "facts.whole", per_tenant = Org)]
struct Whole;

#[derive(Model)]
#[model(name = "facts.everybody", per_tenant = Org)]
struct Everybody;

struct ByHand;

impl KeyName for ByHand {
    fn write_key_name(key: &mut cache_core::KeyWriter) {
        key.text("facts.by-hand");
    }
}

impl Model for ByHand {
    type Id = u64;
    type Scope = PerTenant<Site>;
    const NAME: &'static str = "facts.by-hand";
}

#[derive(Alias)]
#[alias(name = "scoped", scope = [tenant, user], ttl = "1h", max_ttl = "2h")]
struct Scopes;

struct Plain;

impl Alias for Plain {
    const NAME: &'static str = "plain";
    const SETTINGS: Settings = Settings::new().ttl(Ttl::Forever);
    type Tenant = Scoped;
    type User = Unscoped;
}

#[derive(NoKey)]
struct Db;

#[cached(alias = Scopes, invalidate_on = [Whole, Role(person.0, "a"), across(Everybody), Article(ret)])]
fn by_alias(db: &Db, org: Org, person: &Person, more: Option<u8>) -> u64 {
    let _ = db;
    u64::from(more.unwrap_or(0)) + org.0.unsigned_abs() + person.0.unsigned_abs()
}

#[cached(alias = Scopes, global, ttl = "3h", invalidate_on = [Sets])]
fn global(id: u64) -> u64 {
    id
}

#[cached(per_tenant, per_user = ambient, expires_in = |_| Duration::from_secs(1))]
fn inside(client: Client) -> u64 {
    client.client.unsigned_abs()
}

#[cached(per_tenant = Client { org, client: 1 }, per_user = Person(1))]
fn computed(org: Org) -> u64 {
    org.0.unsigned_abs()
}

#[cached(per_tenant, invalidate_on = [ByHand(id)])]
fn by_hand(site: Site, id: u64) -> u64 {
    id + u64::from(site.0)
}

#[cached(alias = Plain, ttl = "1m")]
fn in_an_alias_by_hand(org: &Org) -> u64 {
    org.0.unsigned_abs()
}

#[cached(per_tenant)]
fn of_any<T: Tenant + CacheKey + KeyName, K: CacheKey + KeyName>(tenant: T, key: K) -> u64 {
    let _ = (tenant, key);
    1
}

struct Wrap<T>(T);

impl<T: CacheKey> CacheKey for Wrap<T> {
    fn write_key(&self, key: &mut cache_core::KeyWriter) {
        self.0.write_key(key);
    }
}

#[cached(ttl = "forever", allow_stale, version = 3)]
fn patterns(Wrap(wrapped): Wrap<u8>, (a, b): (u8, u8), Org(of): Org) -> u64 {
    u64::from(wrapped + a + b) + of.unsigned_abs()
}

#[cached(key = (id % 10, text.len()), skip(trace), when = id > 0, store_if = |v| *v > 0, name = "facts:keyed")]
fn keyed(id: u64, text: &str, trace: f64) -> u64 {
    let _ = trace;
    id + text.len() as u64
}

#[cached(each = ids, none_ttl = "off", invalidate_on = [Article(each ids), Article(each others)], skip(others))]
fn many(ids: &[u64], others: &[u64]) -> HashMap<u64, Option<u64>> {
    let _ = others;
    ids.iter().map(|id| (*id, None)).collect()
}

#[cached(pure, err_ttl = "2s")]
fn pure(id: u64) -> Result<Option<u64>, u8> {
    Ok(Some(id))
}

#[invalidates(M(id), Sets)]
fn save_any<M: Model<Id = u64, Scope = Everywhere>>(id: u64) {
    let _ = id;
}

register!(fn save_any<Article>);

struct Repo<M>(PhantomData<M>);

impl<M> NoKey for Repo<M> {}

#[cache_core::methods]
impl<M: Model<Id = u64, Scope = Everywhere>> Repo<M> {
    #[cached(invalidate_on = [M(id), Sets])]
    fn get<'a>(&'a self, id: u64, text: &'a str) -> Option<String> {
        Some(format!("{id}{text}"))
    }

    #[invalidates(M(id), Sets)]
    fn save(&self, id: u64) {
        let _ = id;
    }
}

register!(Repo<Article>);

#[derive(NoKey)]
struct Service;

#[cache_core::methods]
impl Service {
    #[cached(invalidate_on = [Article(id)])]
    async fn read(&self, id: u64) -> Option<u64> {
        Some(id)
    }

    #[invalidates(Article(id), on = |_| true)]
    fn write(&self, org: Org, id: u64) -> Result<(), u8> {
        let _ = (org, id);
        Ok(())
    }
}

#[invalidates(Role(ret.id, &ret.name), per_tenant = org, on = ok)]
fn rename(org: Org, of: Org) -> Result<Role, u8> {
    Ok(Role { id: org.0 + of.0, name: String::new() })
}

#[invalidates(Article(each ids))]
fn taken((ids, _): (Vec<u64>, u8), db: impl Sized) {
    let _ = (ids, db);
}

#[invalidates(across(ByHand), Sets, per_tenant = ambient)]
fn all() {}

fn function(name: &str, instance: Option<&str>) -> FunctionInfo {
    let graph = graph();
    let mut functions = graph.functions.into_iter();
    let is_it = |function: &FunctionInfo| function.name.trim_start_matches("graph_facts::") == name;
    functions.find(|function| is_it(function) && function.instance == instance).expect("declared")
}

fn writer(name: &str, instance: Option<&str>) -> WriterInfo {
    let graph = graph();
    let mut writers = graph.writers.into_iter();
    let is_it = |writer: &WriterInfo| writer.name.trim_start_matches("graph_facts::") == name;
    writers.find(|writer| is_it(writer) && writer.instance == instance).expect("declared")
}

fn argument(name: &'static str, levels: &[&'static str]) -> Scope {
    Scope::Argument { name, levels: levels.to_vec() }
}

#[test]
fn scopes_are_known_by_type() {
    let scopes = |name: &str| {
        let FunctionInfo { tenant, user, .. } = function(name, None);
        (tenant, user)
    };
    assert_eq!(scopes("by_alias"), (argument("org", &["org"]), argument("person", &["who"])));
    assert_eq!(scopes("global"), (Scope::Global, Scope::Global));
    assert_eq!(scopes("inside"), (argument("client", &["org", "client"]), Scope::Ambient));
    let computed_ = (Scope::Expression("Client { org, client: 1 }"), Scope::Expression("Person(1)"));
    assert_eq!(scopes("computed"), computed_);
    assert_eq!(scopes("by_hand"), (argument("site", &[]), Scope::Global));
    assert_eq!(scopes("in_an_alias_by_hand"), (argument("org", &["org"]), Scope::Global));
    assert_eq!(scopes("of_any"), (Scope::Unknown, Scope::Global));

    let tenant = |name: &str| writer(name, None).tenant;
    assert_eq!(tenant("rename"), Scope::Expression("org"));
    assert_eq!(tenant("Service::write"), argument("org", &["org"]));
    assert_eq!(tenant("all"), Scope::Ambient);
    assert_eq!(tenant("taken"), Scope::Unknown, "a pattern, and a type without a name");
}

#[test]
fn keys_are_as_they_will_be_with_placeholders() {
    let key = |name: &str, instance: Option<&str>| function(name, instance).key;
    let plain = |name: &str| key(name, None);
    assert_eq!(plain("by_alias"), "{namespace}:scoped:org={org}:who={who}:graph_facts::by_alias:more={more}");
    assert_eq!(plain("inside"), "{namespace}:default:org={org}/client={client}:{user}:graph_facts::inside");
    assert_eq!(plain("computed"), "{namespace}:default:{tenant}:{user}:graph_facts::computed:org={org}");
    assert_eq!(plain("by_hand"), "{namespace}:default:{tenant}:graph_facts::by_hand:id={id}");
    assert_eq!(
        plain("of_any"),
        "{namespace}:default:{tenant}:graph_facts::of_any:tenant={tenant?}:key={key?}:T={T}:K={K}"
    );
    assert_eq!(
        plain("patterns"),
        "{namespace}:default:graph_facts::patterns@v3:wrapped={wrapped}:a={a}:b={b}:of={of}"
    );
    assert_eq!(
        plain("facts:keyed"),
        "{namespace}:default:facts:keyed:id%2510={id%10}:text.len%28%29={text.len()}"
    );
    assert_eq!(plain("many"), "{namespace}:default:graph_facts::many:ids={ids}");
    assert_eq!(plain("Service::read"), "{namespace}:default:graph_facts::Service::read:id={id}", "`NoKey`");
    assert_eq!(
        plain("Repo<M>::get"),
        "{namespace}:default:graph_facts::Repo<M>::get:self={self?}:id={id}:text={text}:M={M}"
    );
    assert_eq!(
        key("Repo<M>::get", Some("Repo<Article>")),
        "{namespace}:default:graph_facts::Repo<M>::get:id={id}:text={text}:M={M}"
    );
}

/// A key has one of the stored type, which the graph doesn't know.
fn without_fingerprint(key: &str) -> String {
    let (head, tail) = key.rsplit_once('@').expect("all of these are shared");
    assert!(tail.len() >= 8 && tail[..8].bytes().all(|digit| digit.is_ascii_hexdigit()), "{key}");
    format!("{head}{}", &tail[8..])
}

/// Where all is known, the key of a call has these parts and no others.
#[cache_core::test]
fn keys_of_calls_fit() {
    let with = |key: String, values: &[(&str, &str)]| {
        values.iter().fold(key.replace("{namespace}", "test"), |key, (name, value)| {
            key.replace(&format!("{{{name}}}"), value)
        })
    };
    let fits = |key: &str, name: &str, values: &[(&str, &str)]| {
        let [instance, name] = name.split_once('|').map_or(["", name], |(instance, name)| [instance, name]);
        let instance = Some(instance).filter(|instance| !instance.is_empty());
        assert_eq!(without_fingerprint(key), with(function(name, instance).key, values));
    };
    let (org, client) = (Org(1), Client { org: Org(1), client: 2 });
    let key = by_alias::entry(org, &Person(5), Some(3)).key().to_owned();
    fits(&key, "by_alias", &[("org", "1"), ("who", "5"), ("more", "Some(3)")]);
    cache_core::with_user_sync(Person(5), || {
        fits(&inside::entry(client).key(), "inside", &[("org", "1"), ("client", "2"), ("user", "who=5")]);
    });
    fits(&keyed::entry(25, "abc").key(), "facts:keyed", &[("id%10", "5"), ("text.len()", "3")]);
    fits(&many::entry(5, &[]).key(), "many", &[("ids", "5")]);
    fits(&Service.read_entry(5).key(), "Service::read", &[("id", "5")]);
    let repo = Repo::<Article>(PhantomData);
    let key = repo.get_entry(5, "a").key().to_owned();
    fits(&key, "Repo<Article>|Repo<M>::get", &[("id", "5"), ("text", "a"), ("M", "facts.article")]);
    assert_eq!(patterns(Wrap(1), (2, 3), Org(4)), 10);
}

#[test]
fn times_to_live_are_those_that_hold() {
    let ttl = |name: &str| {
        let function = function(name, None);
        (function.ttl, function.ttl_from)
    };
    let hours = |hours: u64| Ttl::For(Duration::from_secs(3600 * hours));
    assert_eq!(ttl("by_alias"), (hours(1), TtlFrom::OfAlias));
    assert_eq!(ttl("global"), (hours(2), TtlFrom::MaxTtl));
    assert_eq!(ttl("inside"), (Ttl::Forever, TtlFrom::ExpiresIn));
    assert_eq!(ttl("patterns"), (Ttl::Forever, TtlFrom::Attribute));
    assert_eq!(ttl("in_an_alias_by_hand"), (Ttl::For(Duration::from_secs(60)), TtlFrom::Attribute));
}

#[test]
fn dependencies_are_those_of_the_attribute() {
    let reads = |name: &str, instance: Option<&str>| {
        let dependencies = function(name, instance).dependencies;
        dependencies.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        reads("by_alias", None),
        [
            "rows of facts.article that the result names",
            "all rows of facts.everybody in all tenants",
            "a row of facts.role",
            "all rows of facts.whole",
        ]
    );
    assert_eq!(reads("many", None), ["a row of facts.article", "rows of facts.article"]);
    assert_eq!(reads("Repo<M>::get", None), ["a row of type parameter M", "all rows of facts.settings"]);
    let instance = Some("Repo<Article>");
    assert_eq!(reads("Repo<M>::get", instance), ["a row of facts.article", "all rows of facts.settings"]);

    let writes = |name: &str, instance: Option<&str>| {
        let writer = writer(name, instance);
        writer.changes.iter().map(|change| (change.model, change.extent)).collect::<Vec<_>>()
    };
    assert_eq!(writes("Repo<M>::save", None), [("M", Extent::Row), ("facts.settings", Extent::All)]);
    assert_eq!(
        writes("Repo<M>::save", instance),
        [("facts.article", Extent::Row), ("facts.settings", Extent::All)]
    );
    assert_eq!(writes("save_any", None), [("M", Extent::Row), ("facts.settings", Extent::All)]);
    assert_eq!(
        writes("save_any", Some("save_any<Article>")),
        [("facts.article", Extent::Row), ("facts.settings", Extent::All)]
    );
    assert_eq!(writes("rename", None), [("facts.role", Extent::Late)]);
    assert_eq!(writes("taken", None), [("facts.article", Extent::Rows)]);
    let on = |name: &str| writer(name, None).on;
    assert_eq!(
        (on("all"), on("rename"), on("Service::write")),
        (AfterErrors::Always, AfterErrors::Never, AfterErrors::Sometimes)
    );
}

#[test]
fn signatures_are_as_they_are_written() {
    let signature = |name: &str| function(name, None).signature;
    assert_eq!(signature("by_alias"), "(db: &Db, org: Org, person: &Person, more: Option<u8>) -> u64");
    assert_eq!(signature("patterns"), "(Wrap(wrapped): Wrap<u8>, (a, b): (u8, u8), Org(of): Org) -> u64");
    assert_eq!(signature("many"), "(ids: &[u64], others: &[u64]) -> HashMap<u64, Option<u64>>");
    assert_eq!(signature("Repo<M>::get"), "(&self, id: u64, text: &str) -> Option<String>");
}

#[test]
fn what_is_implemented_by_hand_is_known_by_its_use() {
    let graph = graph();
    let alias = graph.aliases.iter().find(|alias| alias.name == "plain").expect("used");
    assert_eq!((alias.location, alias.per_tenant, alias.per_user), (None, true, false));
    assert_eq!(alias.settings, Plain::SETTINGS);
    let model = graph.models.iter().find(|model| model.name == "facts.by-hand").expect("used");
    assert_eq!((model.location, model.per_tenant.as_deref(), model.id), (None, Some(&[][..]), None));
    let role = graph.models.iter().find(|model| model.name == "facts.role").unwrap();
    assert_eq!((role.per_tenant.as_deref(), role.id), (Some(&["org"][..]), Some("id: i64, name: String")));
    let tenants: Vec<_> = graph.tenants.iter().map(|tenant| (tenant.name, &tenant.levels[..])).collect();
    assert_eq!(tenants, [("client", &["org", "client"][..]), ("org", &["org"])]);
    assert!(
        graph.aliases.is_sorted_by_key(|alias| alias.name)
            && graph.models.is_sorted_by_key(|model| model.name)
    );
}

#[test]
fn options_are_shown_as_they_are_written() {
    let json = graph().render(Format::Json);
    let options = |name: &str| {
        let of = json.split(&format!("\"name\": \"{name}\"")).nth(1).expect("there");
        let of = of.split('}').next().unwrap_or_default();
        let options = of.split("\"options\": [").nth(1).and_then(|options| options.split(']').next());
        let options: String = options.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        options.replace('"', "")
    };
    assert_eq!(options("graph_facts::by_alias"), "");
    assert_eq!(options("graph_facts::inside"), "expires_in");
    assert_eq!(options("graph_facts::patterns"), "allow_stale, version = 3");
    assert_eq!(options("facts:keyed"), "when, store_if, key");
    assert_eq!(options("graph_facts::many"), "each = ids, none_ttl = off");
    assert_eq!(options("graph_facts::pure"), "pure, err_ttl = 2s");
}

/// In the order of names, whatever the order of the linker; and twice the same.
#[test]
fn what_is_shown_is_in_order() {
    let (one, two) = (graph(), graph());
    assert!(one.functions.is_sorted_by_key(|function| (function.name, function.instance)));
    assert!(one.writers.is_sorted_by_key(|writer| (writer.name, writer.instance)));
    for format in [Format::Text, Format::Json, Format::Mermaid, Format::Dot] {
        assert_eq!(one.render(format), two.render(format));
    }
    let text = one.to_string();
    let start = text.find("graph_facts::Service::read").expect("shown");
    let source = include_str!("graph_facts.rs");
    let line = 1 + source.lines().position(|line| line.contains("async fn read")).unwrap();
    let expected = format!(
        "graph_facts::Service::read\n  \
           at          tests/tests/graph_facts.rs:{line}:14\n  \
           signature   (&self, id: u64) -> Option<u64>\n  \
           alias       default\n  \
           ttl         5m\n  \
           ttl from    alias\n  \
           depends on  a row of facts.article\n  \
           key         {{namespace}}:default:graph_facts::Service::read:id={{id}}\n\n"
    );
    assert!(text[start..].starts_with(&expected), "{}", &text[start..]);
}

#[cache_core::test]
async fn all_of_it_is_called() {
    let (org, client) = (Org(1), Client { org: Org(1), client: 2 });
    assert_eq!((by_alias(&Db, org, &Person(5), None), global(1), computed(org)), (6, 1, 1));
    assert_eq!(cache_core::with_user_sync(Person(5), || inside(client)), 2);
    assert_eq!((by_hand(Site(1), 1), in_an_alias_by_hand(&org), of_any(org, 1_u8)), (2, 1, 1));
    assert_eq!((keyed(5, "a", 0.1), many(&[5], &[]).len(), pure(5)), (6, 1, Ok(Some(5))));
    let repo = Repo::<Article>(PhantomData);
    assert_eq!(repo.get(1, "a"), Some("1a".into()));
    repo.save(1);
    assert_eq!((Service.read(1).await, Service.write(org, 1)), (Some(1), Ok(())));
    assert!(rename(org, org).is_ok());
    taken((vec![1], 1), ());
    cache_core::with_tenant_sync(org, all);
    let _ = (Scopes, Sets);
}
