use cache_core::Alias;

#[derive(Alias)]
#[alias(name = "prices", tll = "15m")]
struct Unknown;

#[derive(Alias)]
#[alias(name = "prices", jitter = 1.5, ttl = "soon", max_entries = 0, max_loads = "5", load_wait = "0s")]
struct Values;

#[derive(Alias)]
#[alias(name = "prices", jitter = 1)]
struct Whole;

#[derive(Alias)]
#[alias(name = "prices", jitter = "10%")]
struct Text;

#[derive(Alias)]
#[alias(name = "prices:all")]
struct Colon;

#[derive(Alias)]
#[alias(name = "prices", scope = organisation)]
struct Scope;

#[derive(Alias)]
#[alias(name = "prices", scope)]
struct NoScope;

#[derive(Alias)]
#[alias(name = "prices", ttl = "2h", max_ttl = "1h")]
struct Beyond;

#[derive(Alias)]
#[alias(name = "prices")]
#[alias(ttl = "2h")]
struct Twice;

#[derive(Alias)]
#[alias = "prices"]
struct Equals;

#[derive(Alias)]
#[alias(name = "prices", mode = "off")]
struct Mode;

fn main() {}
