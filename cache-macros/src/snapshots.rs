//! What the attributes expand to, to be looked at: `UPDATE_EXPECT=1 cargo test -p cache-macros` writes it anew.
//!
//! A dozen functions as users write them. Each wrapper has at most 25 lines around its author's body, what stands beside it
//! makes one call each.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;
use syn::{Attribute, Block, Expr, ExprAwait, Ident, Item, Stmt};

use crate::{Attribute as Macro, cached, invalidates, methods};

/// How many lines a wrapper may have, without its signature and the author's body.
const LINES: usize = 30;

fn check(expand: Macro, attribute: TokenStream, item: TokenStream, expected: &ExpectFile) {
    let expanded = expand(attribute, item).expect("no mistakes");
    let file: syn::File = syn::parse2(expanded).expect("items");
    let mut functions = Functions::default();
    functions.visit_file(&file);
    expected.assert_eq(&prettyplease::unparse(&file));
    for function in functions.0 {
        function.check();
    }
}

/// A function, wherever it stands.
struct Function {
    name: Ident,
    attributes: Vec<Attribute>,
    text: String,
    /// How many lines its signature has.
    signature: usize,
    block: Block,
}

#[derive(Default)]
struct Functions(Vec<Function>);

impl Functions {
    fn add(&mut self, signature: &syn::Signature, attributes: &[Attribute], block: &Block) {
        let text = prettyplease::unparse(&syn::parse_quote!(#signature #block));
        let empty = prettyplease::unparse(&syn::parse_quote!(#signature {}));
        let (name, attributes) = (signature.ident.clone(), attributes.to_vec());
        self.0.push(Function {
            name,
            attributes,
            text,
            signature: empty.lines().count(),
            block: block.clone(),
        });
    }
}

impl Visit<'_> for Functions {
    fn visit_item_fn(&mut self, function: &syn::ItemFn) {
        self.add(&function.sig, &function.attrs, &function.block);
    }

    fn visit_impl_item_fn(&mut self, function: &syn::ImplItemFn) {
        self.add(&function.sig, &function.attrs, &function.block);
    }

    fn visit_trait_item_fn(&mut self, function: &syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.add(&function.sig, &function.attrs, block);
        }
    }
}

impl Function {
    fn check(&self) {
        let name = self.name.to_string();
        if name.starts_with("__") {
            return;
        }
        let companion = ["entry", "refresh", "uncached", "invalidate_all"];
        if companion.iter().any(|what| name == *what || name.ends_with(&format!("_{what}"))) {
            assert!(self.is_one_call(), "`{name}` is more than a call:\n{}", self.text);
        } else {
            // The last of both is the closing brace; the bodies here have one line.
            let lines = self.text.lines().count() - self.signature - 1;
            assert!(lines <= LINES, "the wrapper of `{name}` has {lines} lines:\n{}", self.text);
        }
        let documented = self.attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
        assert!(documented || !companion.contains(&&*name), "`{name}` says nothing");
    }

    /// One call, after what brings its names into scope.
    fn is_one_call(&self) -> bool {
        let Some((last, before)) = self.block.stmts.split_last() else { return false };
        let is_call = match last {
            Stmt::Expr(Expr::Call(_), None) => true,
            Stmt::Expr(Expr::Await(ExprAwait { base, .. }), None) => matches!(**base, Expr::Call(_)),
            _ => false,
        };
        is_call
            && before.iter().all(|statement| matches!(statement, Stmt::Item(Item::Use(_) | Item::Type(_))))
    }
}

#[test]
fn a_sync_function() {
    let function = quote! {
        /// What it says.
        pub fn price(article: u64, currency: &str) -> Result<u64, Error> {
            lookup(article, currency)
        }
    };
    check(cached::cached, quote!(ttl = "15m"), function, &expect_file!["snapshots/sync.rs"]);
}

#[test]
fn a_pure_function() {
    let function = quote! {
        fn slug(title: &str) -> String {
            title.to_lowercase()
        }
    };
    check(cached::cached, quote!(pure), function, &expect_file!["snapshots/pure.rs"]);
}

#[test]
fn an_async_function_with_an_alias_and_dependencies() {
    let attribute = quote!(alias = Permissions, invalidate_on = [Role, User(user_id)]);
    let function = quote! {
        async fn permissions(db: &Db, org: Org, user_id: i64) -> Result<Vec<i64>, Error> {
            db.permissions(org, user_id).await
        }
    };
    check(cached::cached, attribute, function, &expect_file!["snapshots/async.rs"]);
}

#[test]
fn a_search_on_conditions() {
    let attribute = quote!(
        ttl = "1m",
        skip(request_id),
        when = search.text.is_none(),
        store_if = |found| !found.is_empty()
    );
    let function = quote! {
        pub async fn search(db: &Db, search: &Search, request_id: u128) -> Result<Vec<i64>, Error> {
            db.search(search, request_id).await
        }
    };
    check(cached::cached, attribute, function, &expect_file!["snapshots/search.rs"]);
}

#[test]
fn a_handler() {
    let attribute = quote!(per_tenant, invalidate_on = [Product(id)]);
    let function = quote! {
        async fn product(State(app): State<App>, org: Org, Path(id): Path<i64>) -> Result<Json<Product>, AppError> {
            app.product(org, id).await.map(Json)
        }
    };
    check(cached::cached, attribute, function, &expect_file!["snapshots/handler.rs"]);
}

#[test]
fn rows_that_the_result_names() {
    let function = quote! {
        async fn bestsellers(db: &Db) -> Result<Vec<Product>, Error> {
            db.bestsellers().await
        }
    };
    let attribute = quote!(invalidate_on = [Product(each ret.iter().map(|product| product.id))]);
    check(cached::cached, attribute, function, &expect_file!["snapshots/learned.rs"]);
}

#[test]
fn outcomes_of_their_own_time() {
    let function = quote! {
        async fn rate(http: &Client, currency: &str) -> Result<Option<Rate>, Arc<Error>> {
            http.rate(currency).await
        }
    };
    let attribute =
        quote!(none_ttl = "30s", err_ttl = "2s", expires_in = |rate| rate.map_or(HOUR, Rate::left));
    check(cached::cached, attribute, function, &expect_file!["snapshots/outcomes.rs"]);
}

#[test]
fn old_values_that_are_served() {
    let function = quote! {
        async fn rate(http: Client, currency: String) -> Result<Rate, Error> {
            http.rate(currency).await
        }
    };
    let attribute =
        quote!(early = 1.0, stale_while_revalidate = "30s", stale_if_error = "1h", load_timeout = "300ms");
    check(cached::cached, attribute, function, &expect_file!["snapshots/policies.rs"]);
}

#[test]
fn a_scope_and_a_key_that_are_given() {
    let function = quote! {
        async fn report(app: &App, filter: Filter) -> Result<Report, Error> {
            app.report(&filter).await
        }
    };
    let attribute =
        quote!(per_tenant = filter.org, key = (filter.year, filter.month), skip(app), invalidate_on = [Sale]);
    check(cached::cached, attribute, function, &expect_file!["snapshots/report.rs"]);
}

#[test]
fn many_at_once() {
    let function = quote! {
        fn names(prefix: &str, ids: &[u64]) -> HashMap<u64, String> {
            find(prefix, ids)
        }
    };
    check(
        cached::cached,
        quote!(each = ids, invalidate_on = [Product(each ids)]),
        function,
        &expect_file!["snapshots/each.rs"],
    );
}

#[test]
fn a_generic_function() {
    let function = quote! {
        pub async fn count<M: Model<Scope = Everywhere>>(db: &Db) -> Result<u64, Error> {
            db.count(M::NAME).await
        }
    };
    check(cached::cached, quote!(invalidate_on = [M]), function, &expect_file!["snapshots/generic.rs"]);
}

#[test]
fn a_writer() {
    let attribute = quote!(Role(ret.id), User(user_id), on = ok);
    let function = quote! {
        async fn grant(db: &Db, org: Org, user_id: i64) -> Result<Role, Error> {
            db.grant(org, user_id).await
        }
    };
    check(invalidates::invalidates, attribute, function, &expect_file!["snapshots/writer.rs"]);
}

#[test]
fn a_method_of_a_generic_block() {
    let block = quote! {
        impl<T: Named> Repo<T> {
            #[cached(ttl = "15m", invalidate_on = [T(id)])]
            async fn get(&self, id: u64) -> Result<T, Error> {
                self.db.get(T::TABLE, id).await
            }

            #[invalidates(T(id))]
            fn save(&self, id: u64) {
                self.db.save(T::TABLE, id);
            }
        }
    };
    check(methods::methods, TokenStream::new(), block, &expect_file!["snapshots/methods.rs"]);
}

#[test]
fn a_method_of_a_trait() {
    let block = quote! {
        trait Source: KeyName + NoKey {
            #[cached(invalidate_on = [Article(id)])]
            async fn title(&self, id: u64) -> Result<Self::Title, Error> {
                self.read(id).await
            }
        }
    };
    check(methods::methods, TokenStream::new(), block, &expect_file!["snapshots/trait.rs"]);
}
