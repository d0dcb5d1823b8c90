//! Settings of aliases: one table, which all that states, reads, shows and explains them goes by.

use std::fmt;
use std::time::Duration;

use super::value::Value;
use super::{ByteSize, Rate};

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

/// How soon other processes' writes are seen, where there is a shared tier.
///
/// In the process itself a write is seen at once, whatever this says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coherence {
    /// As soon as it is announced, normally about a millisecond; within `max_staleness` when announcements are lost.
    Push,
    /// At once: each call asks the shared tier whether what it serves is still so. A round trip for each hit.
    Verify,
    /// When what this process holds has run out of time.
    Off,
}

/// What values are written with on their way to the shared tier. What was written with another is read all the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Codec {
    /// `bincode`, the smaller and the quicker, for types that say of all their parts what they are; others are written as
    /// [`Rmp`](Self::Rmp) says, with one warning for each.
    Bincode,
    /// MessagePack with the names of fields, by `rmp-serde`: other languages read it.
    Rmp,
}

/// How values are compressed on their way to the shared tier, from a size on. What was compressed otherwise is read all
/// the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Compression {
    /// LZ4: costs next to nothing.
    Lz4,
    /// Zstandard: smaller, and slower. With the feature `zstd` only.
    Zstd,
    /// Not at all.
    Off,
}

/// When an invalidation counts as confirmed by the shared tier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Durability {
    /// When the server has it that answers for the tag. If that is lost, and another takes over that lacks it, whoever
    /// invalidated sends it again; if he is gone too, what was stored before is served until it expires.
    Primary,
    /// When a replica has it, too.
    Replicated,
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
    /// The one that it is in place of.
    pub(crate) instead_of: Option<&'static str>,
    /// Sets it, if the text is allowed.
    pub(crate) read: fn(&mut Settings, &str) -> bool,
    /// As text that is read as the same; none if the other is set in its place.
    pub(crate) text: fn(&Settings) -> Option<String>,
    /// Whether it is what it can be: code can say more than text.
    pub(crate) is_allowed: fn(&Settings) -> bool,
}

/// Of two that are in place of each other the one set last holds, and the other is none.
macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr $(, instead of $other:ident)?;)*) => {
        /// What the functions of an alias share, and the defaults of each.
        ///
        /// The entries of an alias are bounded by their number or by the bytes that they take: of
        /// [`max_entries`](Self::max_entries) and [`max_bytes`](Self::max_bytes) the one that was set last holds, so that a
        /// file's `max_bytes` replaces the `max_entries` of an attribute, and a variable's `max_entries` both. In one
        /// attribute, one file or one environment only one of them may stand.
        ///
        /// An entry takes the bytes of its key, those of its value as serde takes it apart (numbers as wide as they are, text and
        /// sequences with 8 bytes for their length; an error as its type says), and 192 for what is around them: near to what
        /// the process's memory shows, and not the same. What is more than the whole bound, or 4 GiB, is returned and not
        /// stored, but for the shared tier; [`FunctionStats::too_large`](crate::FunctionStats::too_large) counts it. Values are measured when
        /// they are stored, and only there. Those of functions that are `local` or `pure` have no serde to be measured by, so
        /// that such functions don't compile in an alias that is bounded by bytes, and a setting that bounds theirs so is refused.
        #[derive(Clone, Copy, PartialEq, Debug)]
        pub struct Settings {
            $(pub(crate) $name: settings!(@stored $type $(, $other)?),)*
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
                instead_of: settings!(@name $($other)?),
                read: |settings, text| match <$type as Value>::read(text) {
                    Some(value) if value.is_allowed() => {
                        *settings = settings.$name(value);
                        true
                    }
                    _ => false,
                },
                text: |settings| settings!(@given settings.$name $(, $other)?).map(Value::text),
                is_allowed: |settings| settings!(@given settings.$name $(, $other)?).is_none_or(Value::is_allowed),
            },)*];

            $(
                $(#[doc = $doc])+
                #[must_use]
                pub const fn $name(self, $name: $type) -> Self {
                    settings!(@set self, $name $(, $other)?)
                }
            )*
        }
    };
    (@stored $type:ty) => { $type };
    (@stored $type:ty, $other:ident) => { Option<$type> };
    (@name) => { None };
    (@name $other:ident) => { Some(stringify!($other)) };
    (@given $value:expr) => { Some($value) };
    (@given $value:expr, $other:ident) => { $value };
    (@set $self:expr, $name:ident) => { Settings { $name, ..$self } };
    (@set $self:expr, $name:ident, $other:ident) => { Settings { $name: Some($name), $other: None, ..$self } };
}

settings! {
    /// How long a value lives, unless its function says otherwise.
    ttl: Ttl = Ttl::For(Duration::from_secs(300));
    /// How long a value lives at the most, whatever its function says.
    max_ttl: Ttl = Ttl::Forever;
    /// By how much of itself, from 0 to below 1, a TTL is shortened at random, so that entries stored together don't
    /// run out together.
    jitter: f64 = 0.1;
    /// How many entries each process holds, where `max_bytes` is not set.
    max_entries: usize = Some(10_000), instead of max_bytes;
    /// How many bytes the entries take in each process, in place of `max_entries`: keys, values by their serialized size, and
    /// 192 bytes for each entry.
    max_bytes: ByteSize = None, instead of max_entries;
    /// How many loads run at once in each process, of async functions and of sync ones each; loads inside of loads
    /// don't count.
    max_loads: usize = 256;
    /// How long a caller waits for another's load before loading by itself.
    load_wait: Duration = Duration::from_secs(10);
    /// How soon other processes' writes are seen.
    coherence: Coherence = Coherence::Push;
    /// How long what this process holds may be served after other processes were heard last.
    max_staleness: Duration = Duration::from_secs(1);
    /// How long a call waits for an answer of the shared tier before it goes on without.
    deadline: Duration = Duration::from_millis(50);
    /// What values are written with on their way to the shared tier.
    codec: Codec = Codec::Bincode;
    /// How values are compressed on their way to the shared tier, if that makes them smaller.
    compress: Compression = Compression::Lz4;
    /// From how many bytes on values are compressed.
    compress_threshold: ByteSize = ByteSize::new(1 << 10);
    /// Whether what is stored in the shared tier must be encrypted: where keys are given all aliases are, and where none
    /// are, a cache with a shared tier is refused.
    encrypt: bool = false;
    /// When an invalidation counts as confirmed; the strictest of all aliases holds for all that the process invalidates, since
    /// whatever it is, entries of any alias may depend on it.
    durability: Durability = Durability::Primary;
    /// What share of the hits, from 0 (none) to 1, is loaded again behind the caller and compared with what he was served: what
    /// differs, though nothing has invalidated it, is counted as a mismatch and logged.
    verify_rate: Rate = Rate::NEVER;
    /// Whether the cache is used.
    mode: Mode = Mode::On;
}

impl Settings {
    /// Shortens a TTL by as much of the jitter as `chance`, from 0 to 1, says.
    pub(crate) fn jittered(&self, ttl: Duration, chance: f64) -> Duration {
        let share = 1.0 - self.jitter.clamp(0.0, 1.0) * chance;
        Duration::try_from_secs_f64(ttl.as_secs_f64() * share).map_or(ttl, |shorter| shorter.min(ttl))
    }

    /// What the weights of all entries come to at the most: an entry weighs 1, or as many bytes as it takes.
    pub(crate) fn capacity(&self) -> u64 {
        match (self.max_bytes, self.max_entries) {
            (Some(bytes), _) => bytes.get(),
            (None, entries) => entries.unwrap_or(1) as u64,
        }
    }

    /// Whether entries are counted by their bytes: [`max_bytes`](Self::max_bytes) is set.
    pub const fn is_bounded_by_bytes(&self) -> bool {
        self.max_bytes.is_some()
    }

    /// The TTL as it is given here.
    pub const fn default_ttl(&self) -> Ttl {
        self.ttl
    }
}

/// All of them, as a settings file has them.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set: Vec<_> = Settings::ALL.iter().filter_map(|setting| setting.toml(self)).collect();
        f.write_str(&set.join(", "))
    }
}

impl Setting {
    /// In TOML, if it is set.
    pub(crate) fn toml(&self, settings: &Settings) -> Option<String> {
        let quote = if self.quoted { "\"" } else { "" };
        Some(format!("{} = {quote}{}{quote}", self.name, (self.text)(settings)?))
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
    fn of_two_bounds_the_one_set_last_holds() {
        let by_bytes = Settings::new().max_entries(5).max_bytes(ByteSize::new(4_096));
        assert_eq!((by_bytes.capacity(), by_bytes.is_bounded_by_bytes()), (4_096, true));
        let by_entries = by_bytes.max_entries(10_000);
        assert_eq!((by_entries.capacity(), by_entries), (10_000, Settings::new()));
        let bounds = |settings: Settings| {
            settings
                .to_string()
                .split(", ")
                .filter(|set| set.contains("max_"))
                .skip(1)
                .collect::<Vec<_>>()
                .join(", ")
        };
        assert_eq!(bounds(by_bytes), "max_bytes = \"4KiB\", max_loads = 256, max_staleness = \"1s\"");
        assert_eq!(bounds(by_entries), "max_entries = 10_000, max_loads = 256, max_staleness = \"1s\"");
    }

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
