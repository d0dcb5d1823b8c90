struct Catalog;

cache_core::register!(Catalog);
cache_core::register!(fn main);

fn main() {}
