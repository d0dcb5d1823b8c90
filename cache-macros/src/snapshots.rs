//! What the attributes expand to, to be looked at: `UPDATE_EXPECT=1 cargo test -p cache-macros` writes it anew.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

use crate::{Attribute, cached, invalidates, methods};

fn check(expand: Attribute, attribute: TokenStream, item: TokenStream, expected: &ExpectFile) {
    let expanded = expand(attribute, item).expect("no mistakes");
    expected.assert_eq(&prettyplease::unparse(&syn::parse2(expanded).expect("items")));
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
