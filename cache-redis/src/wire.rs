//! What lies on a server, byte by byte: see the table in the [crate's documentation](crate).

use std::io::Write;
use std::time::Duration;

use cache_core::shared::{Epoch, TagId};
use redis::{RedisWrite, ToRedisArgs};

const EPOCH_KEY: u8 = 0xff;
const LEASE_KEY: u8 = 0xfe;
const GENERATION_KEY: u8 = 0xfd;

/// What an epoch's value begins with: another format is another byte, and no epoch for who doesn't know it.
const EPOCH: u8 = 1;

/// How long a server is told at the most to keep something: beyond that it would refuse.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// What keys of this tier are called.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    prefix: Box<str>,
    channel: Box<str>,
}

impl Names {
    /// Announcements aren't kept apart by database, so the channel is.
    pub(crate) fn new(prefix: &str, database: i64) -> Self {
        Names { prefix: prefix.into(), channel: format!("{prefix}cache:epochs:{database}").into() }
    }

    pub(crate) fn channel(&self) -> &str {
        &self.channel
    }

    pub(crate) fn entry(&self, key: &str) -> Vec<u8> {
        [self.prefix.as_bytes(), key.as_bytes()].concat()
    }

    /// [`entry`](Self::entry), written where it is sent from.
    pub(crate) fn entry_argument<'a>(&'a self, key: &'a str) -> impl ToRedisArgs + 'a {
        Argument { prefix: &self.prefix, kind: &[], rest: key.as_bytes() }
    }

    pub(crate) fn epoch(&self, tag: TagId) -> Vec<u8> {
        self.special(EPOCH_KEY, &tag.0.to_be_bytes())
    }

    /// [`epoch`](Self::epoch), likewise.
    pub(crate) fn epoch_argument(&self, tag: TagId) -> impl ToRedisArgs + '_ {
        Argument { prefix: &self.prefix, kind: &[EPOCH_KEY], rest: tag.0.to_be_bytes() }
    }

    pub(crate) fn lease(&self, key: &str) -> Vec<u8> {
        self.special(LEASE_KEY, key.as_bytes())
    }

    /// In a Cluster each server has its own, by a name that lies in one of its slots.
    pub(crate) fn generation(&self, home: Option<&str>) -> Vec<u8> {
        match home {
            Some(name) => self.special(GENERATION_KEY, format!("{{{name}}}").as_bytes()),
            None => self.special(GENERATION_KEY, &[]),
        }
    }

    fn special(&self, kind: u8, rest: &[u8]) -> Vec<u8> {
        [self.prefix.as_bytes(), &[kind], rest].concat()
    }
}

/// A key, in pieces.
struct Argument<'a, R> {
    prefix: &'a str,
    kind: &'static [u8],
    rest: R,
}

impl<R: AsRef<[u8]>> ToRedisArgs for Argument<'_, R> {
    fn write_redis_args<W: ?Sized + RedisWrite>(&self, out: &mut W) {
        let mut argument = out.writer_for_next_arg();
        for piece in [self.prefix.as_bytes(), self.kind, self.rest.as_ref()] {
            argument.write_all(piece).expect("memory takes all that is written");
        }
    }
}

/// A number of a server's run, by which its epochs are masked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Generation(pub(crate) u128);

impl Generation {
    /// An epoch as it is stored.
    pub(crate) fn mask(self, epoch: Epoch) -> [u8; 17] {
        let mut bytes = [EPOCH; 17];
        bytes[1..].copy_from_slice(&(epoch.0 ^ self.0).to_be_bytes());
        bytes
    }

    /// What is stored, as an epoch, if it is one.
    pub(crate) fn unmask(self, bytes: &[u8]) -> Option<Epoch> {
        let (EPOCH, stored) = bytes.split_first().map(|(format, rest)| (*format, rest))? else { return None };
        Some(Epoch(u128::from_be_bytes(stored.try_into().ok()?) ^ self.0))
    }
}

/// A tag as it is announced, and the run of the server where it was: in a Cluster others repeat it.
pub(crate) fn announcement(tag: TagId, run: u128) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&tag.0.to_be_bytes());
    bytes[16..].copy_from_slice(&run.to_be_bytes());
    bytes
}

/// The tag that is announced, and by which run, if it is one.
pub(crate) fn announced(bytes: &[u8]) -> Option<(TagId, u128)> {
    let (tag, run) = bytes.split_at_checked(16)?;
    let number = |bytes: &[u8]| bytes.try_into().map(u128::from_be_bytes).ok();
    Some((TagId(number(tag)?), number(run)?))
}

/// Who has a lease, and how long his load is expected to take.
pub(crate) fn holder(token: u128, expected: Duration) -> [u8; 24] {
    let mut bytes = [0; 24];
    bytes[..16].copy_from_slice(&token.to_be_bytes());
    let nanos = u64::try_from(expected.as_nanos()).unwrap_or(u64::MAX);
    bytes[16..].copy_from_slice(&nanos.to_be_bytes());
    bytes
}

/// [`holder`], read back; of what is none nobody knows how long it takes.
pub(crate) fn held(bytes: &[u8]) -> (Option<u128>, Duration) {
    match <[u8; 24]>::try_from(bytes) {
        Ok(bytes) => {
            let (token, nanos) = bytes.split_at(16);
            let token = token.try_into().map(u128::from_be_bytes).ok();
            let nanos = nanos.try_into().map(u64::from_be_bytes).unwrap_or(0);
            (token, Duration::from_nanos(nanos))
        }
        Err(_) => (None, Duration::ZERO),
    }
}

/// A lifetime in the server's unit. What lives shorter than a millisecond lives that long.
pub(crate) fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.min(LONGEST).as_millis()).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What processes of all versions read and write: it never changes.
    #[test]
    fn the_bytes_are_these() {
        let names = Names::new("erp:", 3);
        assert_eq!(names.channel(), "erp:cache:epochs:3");
        assert_eq!(names.entry("a"), b"erp:a");
        assert_eq!(names.entry_argument("a").to_redis_args(), [names.entry("a")]);
        assert_eq!(names.epoch_argument(TagId(258)).to_redis_args(), [names.epoch(TagId(258))]);
        assert_eq!(names.lease("a"), b"erp:\xfea");
        assert_eq!(names.generation(None), b"erp:\xfd");
        assert_eq!(names.generation(Some("75")), b"erp:\xfd{75}");
        assert_eq!(announcement(TagId(1), 2)[15..], *b"\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02");
        assert_eq!(announced(&announcement(TagId(1), 2)), Some((TagId(1), 2)));
        assert_eq!(names.epoch(TagId(0x0102)), b"erp:\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x02");
        assert_eq!(Generation(0xff).mask(Epoch(0x01f0)), *b"\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x0f");
        let expected = Duration::from_nanos(258);
        assert_eq!(holder(5, expected)[15..], [5, 0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(held(&holder(5, expected)), (Some(5), expected));
    }

    #[test]
    fn what_is_no_epoch_is_none() {
        let generation = Generation(7);
        let stored = generation.mask(Epoch(9));
        assert_eq!(generation.unmask(&stored), Some(Epoch(9)));
        assert_ne!(Generation(8).unmask(&stored), Some(Epoch(9)), "of another run");
        for other in
            [&b""[..], b"\x01", b"12345", &stored[..16], &[&stored[..], b"x"].concat(), &[0; 17], &[2; 17]]
        {
            assert_eq!(generation.unmask(other), None, "{other:?}");
        }
        assert_eq!((held(b"no lease"), announced(b"no tag")), ((None, Duration::ZERO), None));
    }

    #[test]
    fn lifetimes_are_ones_that_a_server_takes() {
        let all = [Duration::ZERO, Duration::from_micros(1), Duration::from_secs(2), Duration::MAX];
        assert_eq!(all.map(millis), [1, 1, 2000, LONGEST.as_millis() as u64]);
    }
}
