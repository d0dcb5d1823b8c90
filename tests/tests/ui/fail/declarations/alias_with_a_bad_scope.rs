use cache_core::Alias;

#[derive(Alias)]
#[alias(name = "a", scope = organisation)]
struct Unknown;

#[derive(Alias)]
#[alias(name = "b", scope = "tenant")]
struct Text;

#[derive(Alias)]
#[alias(name = "c", scope = tenant, user)]
struct NoBrackets;

#[derive(Alias)]
#[alias(name = "d", scope = [tenant, org, user, user])]
struct List;

#[derive(Alias)]
#[alias(name = "e", scope = [])]
struct Empty;

#[derive(Alias)]
#[alias(name = "f", scope)]
struct NoValue;

#[derive(Alias)]
#[alias(name = "g", per_tenant)]
struct AsFunctionsSayIt;

fn main() {}
