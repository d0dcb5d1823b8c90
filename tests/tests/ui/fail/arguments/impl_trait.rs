use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct Catalog;

#[cached]
fn argument(text: impl AsRef<str>) -> String { text.as_ref().to_owned() }

#[cached]
fn reference(text: &impl AsRef<str>) -> String { text.as_ref().to_owned() }

#[cache_core::methods]
impl Catalog {
    #[cached]
    fn method(&self, text: impl AsRef<str>) -> String { text.as_ref().to_owned() }
}

fn main() {
    // The companion is still there: no error here.
    Catalog.method("text");
    Catalog.method_entry("text").get();
    Catalog.method_refresh("text");
}
