//! A multi-tenant application on PostgreSQL and Redis, or on SQLite and in one process: the template to copy. Its parts are a module
//! each, named after what they do; `app` puts them together.

pub mod app;
pub mod catalog;
pub mod data;
pub mod db;
pub mod error;
pub mod facility;
pub mod gold;
pub mod import;
pub mod months;
pub mod options;
pub mod orders;
pub mod people;
pub mod permissions;
pub mod products;
pub mod progress;
pub mod projects;
pub mod reference;
pub mod reports;
pub mod sales;
pub mod scopes;
pub mod statistics;
