//! Attributes of other crates, over ours and under them, and what those crates are for.

mod axum;
mod language;
mod methods;
mod tracing;
