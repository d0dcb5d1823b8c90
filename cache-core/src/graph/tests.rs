//! Graphs made by hand: what each lint finds, and what it doesn't.

use std::time::Duration;

use super::data::{
    AfterErrors, AliasInfo, Dependency, Extent, FunctionInfo, Graph, Location, ModelInfo, Rules, Scope,
    TenantInfo, TtlFrom, UserInfo, WriterInfo,
};
use super::radius::{Reach, Written, reach};
use super::{Format, Lint};
use crate::declare::{ModelFacts, Settings, Ttl};
use crate::key::tag::{ModelTags, Tag};

type Names = &'static [&'static str];

const fn at(line: u32) -> Location {
    Location { file: "src/shop.rs", line, column: 1, item: 0 }
}

fn on(model: &'static str, extent: Extent) -> Dependency {
    Dependency::new(ModelFacts { name: model, per_tenant: false }, extent)
}

fn function(name: &'static str, line: u32, dependencies: &[Dependency]) -> FunctionInfo {
    FunctionInfo {
        name,
        instance: None,
        location: at(line),
        signature: "(id: u64) -> u64",
        alias: "prices",
        ttl: Ttl::For(Duration::from_secs(60)),
        ttl_from: TtlFrom::OfAlias,
        tenant: Scope::Global,
        user: Scope::Global,
        key: String::new(),
        dependencies: dependencies.to_vec(),
        rules: Rules::default(),
        version: 0,
        each: None,
        allow: &[],
    }
}

fn writer(name: &'static str, line: u32, changes: &[Dependency]) -> WriterInfo {
    WriterInfo {
        name,
        instance: None,
        location: at(line),
        changes: changes.to_vec(),
        tenant: Scope::Global,
        on: AfterErrors::Always,
        allow: &[],
    }
}

fn model(name: &'static str, line: u32, per_tenant: Option<Names>) -> ModelInfo {
    let per_tenant = per_tenant.map(<[_]>::to_vec);
    ModelInfo { name, location: Some(at(line)), per_tenant, id: Some("u64"), allow: &[] }
}

fn alias(name: &'static str, line: u32) -> AliasInfo {
    let (location, settings) = (Some(at(line)), Settings::new());
    AliasInfo { name, location, per_tenant: false, per_user: false, settings, allow: &[] }
}

/// A shop in which all is well.
fn shop() -> Graph {
    Graph {
        functions: vec![function("shop::price", 10, &[on("product", Extent::Row)])],
        writers: vec![writer("shop::set_price", 20, &[on("product", Extent::Row)])],
        models: vec![model("product", 1, None)],
        aliases: vec![alias("prices", 2)],
        ..Graph::default()
    }
}

/// What is found: lines and lints.
fn found(graph: &Graph) -> Vec<(u32, &'static str)> {
    let findings = graph.lint();
    findings.iter().map(|finding| (finding.location.map_or(0, |at| at.line), finding.lint)).collect()
}

fn said(graph: &Graph) -> String {
    let findings: Vec<_> = graph.lint().iter().map(ToString::to_string).collect();
    findings.join("\n")
}

#[test]
fn nothing_is_found_where_all_is_well() {
    assert_eq!(found(&shop()), []);
}

#[test]
fn a_dependency_that_nothing_invalidates() {
    const LINT: &str = "dependency_never_invalidated";
    let mut graph = shop();
    graph.functions.push(function("shop::name", 11, &[on("name", Extent::Row)]));
    graph.models.push(model("name", 3, None));
    assert_eq!(found(&graph), [(11, LINT)]);
    assert_eq!(
        said(&graph),
        "src/shop.rs:11:1: `shop::name` depends on `name`, which no writer changes [dependency_never_invalidated]\n  help: put \
         `#[invalidates(..)]` on what writes it; a crate of writers that nothing refers to is linked by `use that_crate as _;`; \
         of a model that is invalidated by hand or by the database say `#[model(.., allow(dependency_never_invalidated))]`"
    );
    // Each extent that is read meets each that is written: see `every_write_reaches_every_reader`.
    for read in [Extent::Row, Extent::Rows, Extent::Late, Extent::All, Extent::Across] {
        for written in [Extent::Row, Extent::Rows, Extent::Late, Extent::All, Extent::Across] {
            graph.functions[1].dependencies = vec![on("name", read)];
            graph.writers.push(writer("shop::rename", 21, &[on("name", written)]));
            assert_eq!(found(&graph), [], "{read:?} {written:?}");
            graph.writers.pop();
            assert_eq!(found(&graph), [(11, LINT)]);
        }
    }
    graph.functions[1].allow = &[LINT];
    assert_eq!(found(&graph), []);
    graph.functions[1].allow = &["unused_alias"];
    graph.models[1].allow = &[LINT];
    assert_eq!(found(&graph), []);
}

#[test]
fn an_invalidation_that_nothing_depends_on() {
    const LINT: &str = "invalidation_of_nothing";
    let mut graph = shop();
    graph.writers.push(writer("shop::rename", 21, &[on("name", Extent::Row), on("product", Extent::Row)]));
    graph.models.push(model("name", 3, None));
    assert_eq!(found(&graph), [(21, LINT)]);
    assert!(said(&graph).starts_with(
        "src/shop.rs:21:1: `shop::rename` invalidates `name`, which no cached function depends on [invalidation_of_nothing]\n"
    ));
    graph.functions.push(function("shop::names", 11, &[on("name", Extent::All)]));
    assert_eq!(found(&graph), []);
    graph.functions.pop();
    graph.writers[1].allow = &[LINT];
    assert_eq!(found(&graph), []);
    graph.writers[1].allow = &[];
    graph.models[1].allow = &[LINT];
    assert_eq!(found(&graph), []);
}

/// A type parameter may be any model, until instances say which.
#[test]
fn type_parameters_are_any_model_unless_instances_are_registered() {
    let mut graph = shop();
    graph.functions.push(function("shop::name", 11, &[on("name", Extent::Row)]));
    graph.writers.push(writer("shop::Repo<T>::save", 21, &[Dependency::of_parameter("T", Extent::Row)]));
    graph.models.push(model("name", 3, None));
    assert_eq!(found(&graph), []);
    let saves = |model| WriterInfo {
        instance: Some("Repo<Thing>"),
        ..writer("shop::Repo<T>::save", 21, &[on(model, Extent::Row)])
    };
    graph.writers.push(saves("product"));
    assert_eq!(found(&graph), [(11, "dependency_never_invalidated")]);
    graph.writers.push(saves("name"));
    assert_eq!(found(&graph), []);

    graph.functions.pop();
    assert_eq!(found(&graph), [(21, "invalidation_of_nothing")]);
    assert!(said(&graph).contains("`shop::Repo<T>::save` of `Repo<Thing>` invalidates `name`"));
    graph.functions.push(function("shop::Repo<T>::get", 11, &[Dependency::of_parameter("T", Extent::Row)]));
    assert_eq!(found(&graph), []);
    let gets = FunctionInfo {
        instance: Some("Repo<Name>"),
        ..function("shop::Repo<T>::get", 11, &[on("name", Extent::Row)])
    };
    graph.functions.push(gets);
    assert_eq!(found(&graph), []);
}

/// What a generic names by itself is said once, whatever instances there are.
#[test]
fn instances_do_not_repeat_their_generic() {
    let mut graph = shop();
    let (own, product) = (on("name", Extent::All), on("product", Extent::Row));
    graph.models.push(model("name", 3, None));
    graph.functions.push(function("shop::get", 11, &[own, Dependency::of_parameter("T", Extent::Row)]));
    graph
        .functions
        .push(FunctionInfo { instance: Some("get<Product>"), ..function("shop::get", 11, &[own, product]) });
    assert_eq!(found(&graph), [(11, "dependency_never_invalidated")]);
}

/// A type parameter may have the name of a model.
#[test]
fn a_type_parameter_is_no_model() {
    let mut graph = shop();
    let parameter = Dependency::of_parameter("product", Extent::Row);
    let instance = |info: WriterInfo| WriterInfo { instance: Some("save<Name>"), ..info };
    graph.writers = vec![
        writer("shop::save", 20, &[parameter]),
        instance(writer("shop::save", 20, &[on("name", Extent::Row)])),
    ];
    graph.models.push(model("name", 3, None));
    graph.functions.push(function("shop::name", 12, &[on("name", Extent::Row)]));
    assert_eq!(found(&graph), [(10, "dependency_never_invalidated")]);

    let mut graph = shop();
    let instance = |info: FunctionInfo| FunctionInfo { instance: Some("get<Name>"), ..info };
    graph.functions = vec![
        function("shop::get", 10, &[parameter]),
        instance(function("shop::get", 10, &[on("name", Extent::Row)])),
    ];
    graph.models.push(model("name", 3, None));
    graph.writers.push(writer("shop::rename", 22, &[on("name", Extent::Row)]));
    assert_eq!(found(&graph), [(20, "invalidation_of_nothing")]);
}

#[test]
fn a_writer_that_lacks_the_scope_of_what_it_writes() {
    const LINT: &str = "writer_without_tenant";
    let mut graph = shop();
    graph.models[0].per_tenant = Some(vec!["org", "shop"]);
    assert_eq!(found(&graph), [(20, LINT)]);
    let argument = |levels: Names| Scope::Argument { name: "whose", levels: levels.to_vec() };
    let mut of = |tenant: Scope| {
        graph.writers[0].tenant = tenant;
        said(&graph).lines().next().unwrap_or_default().to_owned()
    };
    let rest = "rows of `product` belong to tenants (`org/shop`): it invalidates them in all tenants [writer_without_tenant]";
    assert_eq!(of(Scope::Global), format!("src/shop.rs:20:1: `shop::set_price` has no tenant, and {rest}"));
    assert_eq!(
        of(Scope::Several),
        format!("src/shop.rs:20:1: `shop::set_price` has two arguments that could be its tenant, and {rest}")
    );
    assert_eq!(
        of(argument(&["org"])),
        format!("src/shop.rs:20:1: `shop::set_price` has a tenant of another level (`org`), and {rest}")
    );
    for fits in [
        argument(&["org", "shop"]),
        argument(&["org", "shop", "till"]),
        argument(&[]),
        Scope::Ambient,
        Scope::Expression("shop"),
        Scope::Unknown,
    ] {
        assert_eq!(of(fits.clone()), "", "{fits:?}");
    }

    graph.writers[0].tenant = Scope::Global;
    graph.writers[0].changes = vec![on("product", Extent::Across)];
    assert_eq!(found(&graph), [], "all tenants are meant");
    graph.writers[0].changes = vec![on("product", Extent::All)];
    graph.models[0].per_tenant = Some(vec![]);
    assert_eq!(found(&graph), [(20, LINT)], "whichever tenants they are");
    graph.writers[0].allow = &[LINT];
    assert_eq!(found(&graph), []);
}

#[test]
fn a_name_that_stands_for_two() {
    const LINT: &str = "duplicate_name";
    let mut graph = shop();
    graph.functions.push(function("shop::price", 11, &[]));
    graph.functions.push(FunctionInfo { instance: Some("price<T>"), ..function("shop::price", 11, &[]) });
    assert_eq!(found(&graph), [(11, LINT)]);
    assert!(said(&graph).starts_with(
        "src/shop.rs:11:1: two functions are named `shop::price`: here and at src/shop.rs:10:1 [duplicate_name]\n"
    ));
    graph.functions[0].allow = &[LINT];
    assert_eq!(found(&graph), []);
    graph.functions.truncate(1);

    let tenant = |line| TenantInfo { name: "shop", levels: vec!["shop"], location: at(line), allow: &[] };
    let user = |line| UserInfo { name: "user", location: at(line), allow: &[] };
    graph.models.push(model("product", 30, None));
    graph.aliases.push(alias("prices", 31));
    graph.tenants = vec![tenant(32), tenant(33)];
    graph.users = vec![user(34), user(35)];
    assert_eq!(found(&graph), [30, 31, 33, 35].map(|line| (line, LINT)));

    // One call of a macro makes both.
    let mut graph = shop();
    graph.functions.push(function("shop::price", 10, &[]));
    graph.functions[1].location.item = 1;
    assert!(said(&graph).contains("two functions are named `shop::price`: a macro makes both here"));
    // The default alias is nowhere.
    let mut graph = shop();
    graph.aliases.push(AliasInfo { location: None, ..alias("default", 0) });
    graph.aliases.push(alias("default", 5));
    assert!(
        said(&graph).contains(
            "src/shop.rs:5:1: two aliases are named `default`: here, and one that is there by itself"
        )
    );
}

#[test]
fn a_time_to_live_over_the_cap_of_its_alias() {
    const LINT: &str = "ttl_over_max";
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let mut graph = shop();
    graph.aliases[0].settings = Settings::new().max_ttl(Ttl::For(minutes(10)));
    assert_eq!(found(&graph), []);
    graph.functions[0].rules = Rules::new(Rules::NONE).ttl(Ttl::For(minutes(10))).none_ttl(minutes(10));
    assert_eq!(found(&graph), []);
    graph.functions[0].rules =
        Rules::new(Rules::NONE).ttl(Ttl::Forever).none_ttl(minutes(11)).err_ttl(minutes(12));
    assert_eq!(found(&graph), [(10, LINT); 3]);
    let ours = std::mem::replace(&mut graph.functions[0].rules, Rules::new(Rules::PURE).ttl(Ttl::Forever));
    assert!(said(&graph).starts_with(
        "src/shop.rs:10:1: `shop::price` is `pure`, but not kept for longer than `max_ttl` of its alias `prices`: `10m` \
         [ttl_over_max]\n"
    ));
    graph.functions[0].rules = ours;
    assert!(said(&graph).starts_with(
        "src/shop.rs:10:1: `ttl` of `shop::price` is `forever`, longer than `max_ttl` of its alias `prices`: `10m` \
         [ttl_over_max]\n"
    ));
    graph.aliases[0].allow = &[LINT];
    assert_eq!(found(&graph), []);
    graph.aliases[0].allow = &[];
    graph.functions[0].allow = &[LINT];
    assert_eq!(found(&graph), []);

    let mut graph = shop();
    graph.aliases[0].settings = Settings::new().ttl(Ttl::Forever).max_ttl(Ttl::For(minutes(10)));
    assert_eq!(found(&graph), [(2, LINT)]);
    assert!(said(&graph).contains("`ttl` of alias `prices` is `forever`, longer than its `max_ttl`: `10m`"));
}

#[test]
fn an_alias_that_nothing_is_in() {
    let mut graph = shop();
    graph.aliases.push(AliasInfo { location: None, ..alias("default", 0) });
    assert_eq!(found(&graph), [], "the default alias is there anyway");
    graph.aliases.push(alias("rates", 4));
    assert_eq!(found(&graph), [(4, "unused_alias")]);
    assert!(
        said(&graph).starts_with("src/shop.rs:4:1: no cached function is in alias `rates` [unused_alias]\n")
    );
    graph.aliases[2].allow = &["unused_alias"];
    assert_eq!(found(&graph), []);
}

#[test]
fn a_program_that_links_nothing() {
    let mut graph = Graph::default();
    assert_eq!(found(&graph), [(0, "empty_registry")]);
    assert_eq!(
        said(&graph),
        "no cached function and no writer is linked into this program [empty_registry]\n  help: a crate that nothing refers to \
         isn't: `use app as _;`, for the crate that declares them"
    );
    graph.functions = vec![function("shop::price", 10, &[])];
    assert_eq!(found(&graph), []);
}

#[test]
fn findings_are_in_the_order_of_the_source() {
    let mut graph = shop();
    graph.aliases.push(alias("late", 40));
    graph.aliases.push(alias("early", 3));
    graph.functions.push(function("shop::name", 11, &[on("name", Extent::Row)]));
    let lines: Vec<_> = found(&graph).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [3, 11, 40]);
}

#[test]
fn each_lint_explains_itself() {
    for lint in Lint::all() {
        assert!(lint.explain().trim_end().ends_with('.'), "{lint:?}");
        assert!(lint.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
    }
    let unused = Lint::all().find(|lint| lint.name() == "unused_alias").unwrap();
    assert!(
        unused
            .explain()
            .starts_with("No function that is linked into the program is in the alias.\n\nOne of")
    );
}

/// What a write reaches is what its tags meet: of two rows each in two tenants.
#[test]
fn every_write_reaches_every_reader() {
    let tags = ModelTags { namespace: "test", model: "product" };
    let read = |extent, tenant: &[u8], id: &[u8]| -> Vec<Tag> {
        match extent {
            Extent::Row | Extent::Rows => tags.read_row(tenant, id).into(),
            Extent::Late => tags.read_late(tenant).into_iter().chain([tags.row(tenant, id)]).collect(),
            Extent::All => tags.read(tenant).into(),
            Extent::Across => tags.read_across().into(),
        }
    };
    let write = |written, tenant: &[u8], id: &[u8]| -> Vec<Tag> {
        match written {
            Written::Row => tags.write_row(tenant, id).into(),
            Written::All => tags.write(tenant).into(),
            Written::Across => tags.write_across().into(),
        }
    };
    for per_tenant in [false, true] {
        let tenants: &[&[u8]] = if per_tenant { &[b"one", b"two"] } else { &[b""] };
        for written in [Written::Row, Written::All, Written::Across] {
            let changed = write(written, tenants[0], b"1");
            for extent in [Extent::Row, Extent::Rows, Extent::Late, Extent::All, Extent::Across] {
                let met = |tenant: &[u8], id: &[u8]| {
                    read(extent, tenant, id).iter().any(|tag| changed.contains(tag))
                };
                let reached = match reach(written, extent, per_tenant) {
                    Reach::Row | Reach::Late => [true, false, false, false],
                    Reach::OfTenant => [true, true, false, false],
                    Reach::All => [true, true, true, true],
                };
                let entries = tenants.iter().flat_map(|tenant| [(*tenant, b"1"), (*tenant, b"2")]);
                for ((tenant, id), reached) in entries.zip(reached) {
                    assert_eq!(
                        met(tenant, id),
                        reached,
                        "{written:?} {extent:?} {per_tenant} {tenant:?} {id:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_blast_radius_is_what_each_kind_of_write_reloads() {
    let mut graph = shop();
    graph.models[0].per_tenant = Some(vec!["shop"]);
    let whose = Scope::Argument { name: "shop", levels: vec!["shop"] };
    graph.functions.push(function(
        "shop::all",
        11,
        &[on("product", Extent::All), on("product", Extent::Row)],
    ));
    graph.functions.push(function("shop::best", 12, &[on("product", Extent::Late)]));
    graph.functions.push(function("shop::count", 13, &[on("product", Extent::Across)]));
    graph.functions.push(function("shop::other", 14, &[on("name", Extent::Across)]));
    graph.writers[0].tenant = whose.clone();
    graph
        .writers
        .push(WriterInfo { tenant: whose, ..writer("shop::clear", 22, &[on("product", Extent::All)]) });
    graph.writers.push(writer("shop::import", 23, &[on("product", Extent::Row)]));
    assert_eq!(
        graph.blast_radius("product").unwrap().to_string(),
        "\
product, per shop

a write to a row, by shop::set_price, reloads
  shop::price  the entries of that row
  shop::all    all entries of the shop
  shop::best   the entries whose result names that row, or none
  shop::count  all entries

a write to all rows of one shop, by shop::clear, reloads
  shop::price  all entries of the shop
  shop::all    all entries of the shop
  shop::best   all entries of the shop
  shop::count  all entries

a write to all rows of all tenants, by shop::import, reloads
  shop::price  all entries
  shop::all    all entries
  shop::best   all entries
  shop::count  all entries
"
    );
    assert_eq!(graph.blast_radius("prodcut"), None);

    let parameter = Dependency::of_parameter("M", Extent::Row);
    graph.functions.push(function("shop::get", 15, &[parameter]));
    graph.writers.push(writer("shop::save", 24, &[parameter]));
    graph.writers.push(writer("shop::put", 25, &[parameter]));
    let instance = writer("shop::put", 25, &[on("name", Extent::Row)]);
    graph.writers.push(WriterInfo { instance: Some("put<Name>"), ..instance });
    let text = graph.blast_radius("product").unwrap().to_string();
    let open = "\nof these no instance is registered, and it may be of this model: shop::get, shop::save\n";
    assert!(text.ends_with(open), "{text}");

    let mut graph = shop();
    graph.models[0].id = Some("");
    graph.functions.clear();
    assert_eq!(
        graph.blast_radius("product").unwrap().to_string(),
        "product\n\na write to all rows reloads nothing\n"
    );
}

#[test]
fn names_are_escaped_where_they_are_drawn() {
    let mut graph = shop();
    graph.functions[0].instance = Some("Repo<\"#&\\>");
    let mermaid = graph.render(Format::Mermaid);
    assert!(mermaid.contains("f0[\"shop::price<br/>Repo#lt;#quot;#35;#amp;\\#gt;\"]\n"), "{mermaid}");
    let dot = graph.render(Format::Dot);
    assert!(dot.contains("f0 [label = \"shop::price\\nRepo<\\\"#&\\\\>\"];\n"), "{dot}");
}

#[test]
fn formats_are_called_by_name() {
    let named = |name: &str| name.parse::<Format>();
    assert_eq!(named("dot"), Ok(Format::Dot));
    let error = named("svg").unwrap_err().to_string();
    assert_eq!(error, "no format `svg`; there are: `text`, `json`, `mermaid`, `dot`");
    assert_eq!(shop().to_string(), shop().render(Format::Text));
}
