//! Types of other crates: what each is in a key, or that it never is; what is stored of it. A file for each crate, behind
//! the feature of its name.

#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "sqlx")]
mod sqlx;
#[cfg(all(
    test,
    feature = "axum",
    feature = "chrono",
    feature = "rust_decimal",
    feature = "time",
    feature = "uuid"
))]
mod tests;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;
