use cache_core::Alias;

#[derive(Alias)]
#[alias(name = "a", tll = "15m", size = 100, per_user, invalidate_on = [A])]
struct Unknown;

#[derive(Alias)]
#[alias(name = "b", jitter = 1.5, ttl = "soon", max_entries = 0, max_loads = "5", load_wait = "0s")]
struct Values;

#[derive(Alias)]
#[alias(name = "c", jitter = 1, max_entries = 10k, ttl = 900, max_ttl = "forever")]
struct Numbers;

#[derive(Alias)]
#[alias(name = "d", jitter = "10%", mode = "never")]
struct Text;

#[derive(Alias)]
#[alias(name = "e", ttl = "2h", max_ttl = "1h")]
struct Beyond;

#[derive(Alias)]
#[alias(name = "f")]
#[alias(ttl = "2h")]
struct Twice;

#[derive(Alias)]
#[alias(name = "g", crate = "cache_core")]
struct Renamed;

#[derive(Alias)]
#[alias(name = "h", codec = json, compress = "gzip", compress_threshold = "4K", encrypt = yes, durability = 2)]
struct Stored;

#[derive(Alias)]
#[alias(name = "i", encryption = true, compress_above = "4KiB", serializer = rmp, replicated, zstd)]
struct Elsewhere;

#[derive(Alias)]
#[alias(name = "j", verify_rate = 1.5, sample_rate = 0.1)]
struct TooOften;

#[derive(Alias)]
#[alias(name = "k", verify_rate = "0.1%")]
struct Percent;

fn main() {}
