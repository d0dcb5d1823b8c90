use cache_core::cached;

#[cached(ttl = "soon", tll = "15m", skip(usr), version = 0, local, local, name = "a b")]
fn price(id: u64, name: impl AsRef<str>) -> &'static str { let _ = (id, name); "" }

fn main() {
    // The function is still there: no error here.
    price(5, "name");
}
