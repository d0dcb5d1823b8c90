//! The command line.

use crate::data::Size;

pub const HELP: &str = "\
A multi-tenant application. Without options it needs nothing: SQLite in a file, the cache in this process.

  --database URL   postgres://.. or sqlite:..   (sqlite:target/erp.sqlite)
  --redis URL      redis://..: a cache that several processes share
  --listen ADDRESS (127.0.0.1:8080; port 0 for any that is free)
  --size SIZE      full or small: how much data is made where there is none   (full)
  --no-cache       the same without a cache, for comparison";

#[derive(Clone, PartialEq, Debug)]
pub struct Options {
    pub database: String,
    pub redis: Option<String>,
    pub listen: String,
    pub size: Size,
    pub cache: bool,
}

impl Options {
    /// # Errors
    ///
    /// What can't be, with what can.
    pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Options, String> {
        let mut options = Options {
            database: "sqlite:target/erp.sqlite".to_owned(),
            redis: None,
            listen: "127.0.0.1:8080".to_owned(),
            size: Size::FULL,
            cache: true,
        };
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("`{name}` needs a value\n\n{HELP}"));
            match &*name {
                "--database" => options.database = value()?,
                "--redis" => options.redis = Some(value()?),
                "--listen" => options.listen = value()?,
                "--size" => options.size = Size::read(&value()?).ok_or("a size is `full` or `small`")?,
                "--no-cache" => options.cache = false,
                _ => return Err(format!("no option `{name}`\n\n{HELP}")),
            }
        }
        Ok(options)
    }
}
