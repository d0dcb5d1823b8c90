use cache_core::cached;

fn main() {
    let double = #[cached] |id: u64| 2 * id;
    let later = #[cached] async { 5 };
    #[cached]
    let id = 5;
    let _ = (double(id), later);
}
