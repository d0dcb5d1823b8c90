//! Settings of aliases: one table, which all that states, reads, shows and explains them goes by.

use std::fmt;
use std::time::Duration;

use super::value::Value;

/// Time to live.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ttl {
    /// From the start of the load.
    For(Duration),
    /// Until it is invalidated or evicted.
    Forever,
}

impl Ttl {
    /// What stands for "too long without a dependency": 4 hours.
    const LONG: Duration = Duration::from_secs(4 * 3600);

    /// Whether a value that depends on nothing may live so long without its author saying `allow_stale`.
    pub const fn is_short(&self) -> bool {
        match self {
            Ttl::For(duration) => duration.as_nanos() <= Ttl::LONG.as_nanos(),
            Ttl::Forever => false,
        }
    }
}

/// Whether the cache is used: the kill switch, for [all aliases](crate::Cache::set_mode) or
/// [one](crate::Cache::set_alias_mode), at start and while the program runs.
///
/// Of the mode for all and the mode of an alias the later in this list holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mode {
    /// It is.
    On,
    /// Each call loads, and replaces what is stored; nothing that is stored is served, by [`Entry::get`] neither.
    ///
    /// [`Entry::get`]: crate::Entry::get
    Refresh,
    /// Each call runs its body alone: nothing is looked up, stored or shared. A load under way when it is switched off
    /// is returned to those who wait for it, and not stored; what it would have replaced is dropped.
    ///
    /// Writers go on invalidating: when it is switched on again, what was stored before is served only if nothing
    /// that it depends on has changed meanwhile.
    Off,
}

/// A setting of aliases: all that reads it, shows it and explains it.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    /// What it says, in a sentence.
    pub(crate) doc: &'static str,
    /// What it can be, in words.
    pub(crate) allowed: &'static str,
    /// Whether TOML has it in quotes.
    pub(crate) quoted: bool,
    /// Sets it, if the text is allowed.
    pub(crate) read: fn(&mut Settings, &str) -> bool,
    /// As text that is read as the same.
    pub(crate) text: fn(&Settings) -> String,
    /// Whether it is what it can be: code can say more than text.
    pub(crate) is_allowed: fn(&Settings) -> bool,
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr;)*) => {
        /// What the functions of an alias share, and the defaults of each.
        #[derive(Clone, Copy, PartialEq, Debug)]
        pub struct Settings {
            $(pub(crate) $name: $type,)*
        }

        impl Settings {
            /// A TTL of 5 minutes, a jitter of 10 %, 10,000 entries, 256 loads at once, followers waiting up to 10
            /// seconds.
            #[must_use]
            pub const fn new() -> Self {
                Settings { $($name: $default,)* }
            }

            /// All of them.
            pub(crate) const ALL: &[Setting] = &[$(Setting {
                name: stringify!($name),
                doc: concat!($($doc),+),
                allowed: <$type as Value>::ALLOWED,
                quoted: <$type as Value>::QUOTED,
                read: |settings, text| match Value::read(text) {
                    Some(value) if Value::is_allowed(value) => {
                        settings.$name = value;
                        true
                    }
                    _ => false,
                },
                text: |settings| settings.$name.text(),
                is_allowed: |settings| settings.$name.is_allowed(),
            },)*];

            $(
                $(#[doc = $doc])+
                #[must_use]
                pub const fn $name(self, $name: $type) -> Self {
                    Settings { $name, ..self }
                }
            )*
        }
    };
}

settings! {
    /// How long a value lives, unless its function says otherwise.
    ttl: Ttl = Ttl::For(Duration::from_secs(300));
    /// How long a value lives at the most, whatever its function says.
    max_ttl: Ttl = Ttl::Forever;
    /// By how much of itself, from 0 to below 1, a TTL is shortened at random, so that entries stored together don't
    /// run out together.
    jitter: f64 = 0.1;
    /// How many entries each process holds.
    max_entries: usize = 10_000;
    /// How many loads run at once in each process, of async functions and of sync ones each; loads inside of loads
    /// don't count.
    max_loads: usize = 256;
    /// How long a caller waits for another's load before loading by itself.
    load_wait: Duration = Duration::from_secs(10);
    /// Whether the cache is used.
    mode: Mode = Mode::On;
}

impl Settings {
    /// Shortens a TTL by as much of the jitter as `chance`, from 0 to 1, says.
    pub(crate) fn jittered(&self, ttl: Duration, chance: f64) -> Duration {
        let share = 1.0 - self.jitter.clamp(0.0, 1.0) * chance;
        Duration::try_from_secs_f64(ttl.as_secs_f64() * share).map_or(ttl, |shorter| shorter.min(ttl))
    }

    /// The TTL as it is given here.
    pub const fn default_ttl(&self) -> Ttl {
        self.ttl
    }
}

/// All of them, as a settings file has them.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, setting) in Settings::ALL.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{} = {}", setting.name, setting.toml(self))?;
        }
        Ok(())
    }
}

impl Setting {
    /// The value in TOML.
    pub(crate) fn toml(&self, settings: &Settings) -> String {
        let quote = if self.quoted { "\"" } else { "" };
        format!("{quote}{}{quote}", (self.text)(settings))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_only_shortens_and_by_no_more_than_itself() {
        let minute = Duration::from_secs(60);
        let settings = Settings::new().jitter(0.5);
        assert_eq!(settings.jittered(minute, 0.0), minute);
        assert_eq!(settings.jittered(minute, 1.0), Duration::from_secs(30));
        assert_eq!(Settings::new().jitter(0.0).jittered(minute, 1.0), minute);
        assert_eq!(settings.jittered(Duration::MAX, 0.0), Duration::MAX);
        let share = Settings::new().jittered(minute, 0.5).as_secs_f64() / 60.0;
        assert!((share - 0.95).abs() < 1e-9, "ten per cent by default");
    }
}
