//! Entries: round trips, golden files, and whatever can happen to bytes that others can write to.

use std::path::PathBuf;
use std::time::Duration;

use allocation_counter::measure;
use proptest::prelude::*;
use smallvec::smallvec;

use crate::key::tag::Tag;
use crate::shared::entry::{CodecId, Compression, Form, Header, MOST_TAGS, Stamp, VERSION};
use crate::shared::keys::EncryptionKeys;
use crate::shared::reason::{Corrupt, Miss, Reason};
use crate::shared::seal::{Sealer, Unsealable, checksum};

const KEY: &str = "erp:permissions:t=7:rbac::effective_permissions@3f9a0c12:user_id=5";
const NONCE: [u8; 24] = *b"no nonce is used twice..";

fn header() -> Header {
    Header {
        written: 1_800_000_000_000,
        soft_deadline: 1_800_000_060_000,
        hard_deadline: 1_800_000_090_000,
        load: Duration::from_micros(1_234_567),
        fingerprint: 0x3f9a_0c12_0000_0001,
        stamps: smallvec![(Tag(1), Stamp(u128::MAX)), (Tag(u128::MAX / 3), Stamp(2))],
    }
}

/// Compressible.
fn long() -> Vec<u8> {
    b"the same again, ".repeat(200)
}

fn keys() -> EncryptionKeys {
    EncryptionKeys::new(7, [7; 32])
}

fn encrypting() -> Sealer {
    Sealer { keys: Some(keys()), ..Sealer::default() }
}

fn seal(sealer: &Sealer, payload: &[u8]) -> Vec<u8> {
    sealer.seal_with(NONCE, KEY, &header(), CodecId::Bincode, payload).unwrap()
}

/// Why it can't be read: by its envelope, or by its payload.
fn reason(sealer: &Sealer, bytes: &[u8]) -> Option<Reason> {
    let opened = match sealer.open(KEY, bytes) {
        Ok(opened) => opened,
        Err(reason) => return Some(reason),
    };
    opened.codec().and_then(|_| opened.read_payload(|_| ())).err()
}

/// An entry whose checksum is right, whatever it says: what somebody may write who knows how.
fn forged(form: Form, payload: &[u8]) -> Vec<u8> {
    let mut entry = form.write(&header(), payload.len()).unwrap();
    entry.extend_from_slice(payload);
    resealed(entry)
}

fn resealed(mut covered: Vec<u8>) -> Vec<u8> {
    let seal = checksum(KEY, &covered);
    covered.extend(seal);
    covered
}

fn form(compression: u8, plain: usize) -> Form {
    Form { codec: 1, compression, key: None, plain }
}

proptest! {
    #[test]
    fn what_is_sealed_is_opened(
        (written, soft, hard, load) in any::<(u64, u64, u64, u64)>(),
        fingerprint: u64,
        stamps in prop::collection::vec(any::<(u128, u128)>(), 0..20),
        payload in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..3000),
            prop::collection::vec(0..4_u8, 0..3000),
        ],
        (compress_threshold, encrypt) in (0..2000_usize, any::<bool>()),
        key_text: String,
    ) {
        let stamps = stamps.into_iter().map(|(tag, stamp)| (Tag(tag), Stamp(stamp))).collect();
        let load = Duration::from_micros(load);
        let header = Header { written, soft_deadline: soft, hard_deadline: hard, load, fingerprint, stamps };
        for compression in [Compression::None, Compression::Lz4, Compression::Zstd] {
            let sealer = Sealer { compression, compress_threshold, keys: encrypt.then(keys), ..Sealer::default() };
            let entry = sealer.seal(&key_text, &header, CodecId::MessagePack, &payload).unwrap();
            let opened = sealer.open(&key_text, &entry).unwrap();
            prop_assert_eq!(&opened.header, &header);
            prop_assert_eq!(opened.codec(), Ok(CodecId::MessagePack));
            prop_assert_eq!(&*opened.read_payload(<[u8]>::to_vec).unwrap(), &*payload);
        }
    }

    /// Foreign bytes, behind our magic too.
    #[test]
    fn foreign_bytes_are_a_miss(mut bytes: Vec<u8>, ours: bool) {
        if ours {
            bytes.splice(0..0, [0xCA, 0xC4, 0xE5, 0x1D, VERSION]);
        }
        for sealer in [Sealer::default(), encrypting()] {
            prop_assert!(reason(&sealer, &bytes).is_some());
        }
    }
}

#[test]
fn cut_short_at_every_length() {
    for sealer in [Sealer::default(), encrypting()] {
        let entry = seal(&sealer, b"payload");
        assert_eq!(reason(&sealer, &entry), None);
        for length in 0..entry.len() {
            let expected = if length < 64 { Corrupt::Short } else { Corrupt::Length };
            assert_eq!(reason(&sealer, &entry[..length]), Some(expected.into()), "{length}");
        }
        let longer = [&entry[..], &[0]].concat();
        assert_eq!(reason(&sealer, &longer), Some(Corrupt::Length.into()));
    }
}

#[test]
fn every_bit_flipped() {
    for (sealer, payload) in [
        (Sealer::default(), b"payload".to_vec()),
        (Sealer::default(), long()),
        (encrypting(), b"payload".to_vec()),
        (encrypting(), long()),
    ] {
        let encrypted = sealer.keys.is_some();
        let mut entry = seal(&sealer, &payload);
        for bit in 0..entry.len() * 8 {
            let (byte, mask) = (bit / 8, 1 << (bit % 8));
            entry[byte] ^= mask;
            let found = reason(&sealer, &entry).unwrap_or_else(|| panic!("bit {bit} makes no difference"));
            let expected: &[Reason] = match byte {
                0..4 => &[Reason::Corrupt(Corrupt::Magic)],
                4 => &[Reason::Version],
                7 if mask == 1 && !encrypted => &[Reason::Corrupt(Corrupt::Length)],
                7 => &[Reason::Corrupt(Corrupt::Header)],
                8..12 if encrypted => &[Reason::UnknownKey],
                8..12 => &[Reason::Corrupt(Corrupt::Header)],
                12..20 => &[Reason::Corrupt(Corrupt::Length), Reason::Corrupt(Corrupt::TooLarge)],
                20..24 => &[Reason::Corrupt(Corrupt::Seal), Reason::Corrupt(Corrupt::TooLarge)],
                _ => &[Reason::Corrupt(Corrupt::Seal)],
            };
            assert!(expected.contains(&found), "bit {bit}: {found:?} instead of {expected:?}");
            entry[byte] ^= mask;
        }
        assert_eq!(reason(&sealer, &entry), None);
    }
}

#[test]
fn swapped_between_keys() {
    for sealer in [Sealer::default(), encrypting()] {
        let entry = seal(&sealer, b"payload");
        for other in ["", &KEY.replace("=5", "=6"), &format!("{KEY}0"), &KEY[..KEY.len() - 1]] {
            assert_eq!(sealer.open(other, &entry).unwrap_err(), Corrupt::Seal.into(), "{other}");
        }
    }
}

#[test]
fn parts_of_two_entries_are_none() {
    for sealer in [Sealer::default(), encrypting()] {
        let one = seal(&sealer, b"one....");
        let other = Header { written: 1, ..header() };
        let other = sealer.seal_with(NONCE, KEY, &other, CodecId::Bincode, b"other..").unwrap();
        // The head of one, the rest of the other.
        let mixed = [&one[..64], &other[64..]].concat();
        assert_eq!(reason(&sealer, &mixed), Some(Corrupt::Seal.into()));
    }
}

#[test]
fn of_another_version_codec_or_compression() {
    let sealer = Sealer::default();
    let mut newer = seal(&sealer, b"payload");
    newer[4] = VERSION + 1;
    assert_eq!(reason(&sealer, &newer), Some(Reason::Version));
    assert_eq!(reason(&sealer, &newer[..5]), Some(Reason::Version), "nothing is known of its length");

    let codec = forged(Form { codec: 9, ..form(0, 7) }, b"payload");
    assert_eq!(reason(&sealer, &codec), Some(Reason::Codec));
    let compression = forged(form(9, 7), b"payload");
    assert_eq!(reason(&sealer, &compression), Some(Reason::Codec));
    // All the same the header can be read.
    assert_eq!(sealer.open(KEY, &codec).unwrap().header, header());
}

#[test]
fn hostile_lengths_allocate_nothing() {
    let sealer = Sealer::default();
    let entry = seal(&sealer, b"payload");
    for field in [12, 16, 20] {
        for value in [u32::MAX, u32::MAX / 32, 1 << 31, (16 << 20) + 1] {
            let mut hostile = entry[..entry.len() - 16].to_vec();
            hostile[field..field + 4].copy_from_slice(&value.to_le_bytes());
            let hostile = resealed(hostile);
            let mut found = None;
            let allocations = measure(|| found = reason(&sealer, &hostile));
            assert_eq!(found, Some(Corrupt::TooLarge.into()));
            assert_eq!(allocations.count_total, 0);
        }
    }
    // More than is there, though no more than is allowed.
    for (field, value) in [(12, MOST_TAGS as u32), (16, 16 << 20)] {
        let mut hostile = entry[..entry.len() - 16].to_vec();
        hostile[field..field + 4].copy_from_slice(&value.to_le_bytes());
        let hostile = resealed(hostile);
        let mut found = None;
        let allocations = measure(|| found = reason(&sealer, &hostile));
        assert_eq!((found, allocations.count_total), (Some(Corrupt::Length.into()), 0));
    }
}

#[test]
fn compressed_bombs() {
    let sealer = Sealer { limit: 1 << 20, ..Sealer::default() };
    let bomb = lz4_flex::block::compress(&vec![0; 10 << 20]);
    // It says what it is: too large. It says less: it doesn't fit. It says more: it doesn't fill.
    for (plain, expected) in [
        (10 << 20, Corrupt::TooLarge),
        (1 << 20, Corrupt::Compression),
        (100, Corrupt::Compression),
        (0, Corrupt::Compression),
    ] {
        let entry = forged(form(1, plain), &bomb);
        let mut found = None;
        let allocations = measure(|| found = reason(&sealer, &entry));
        assert_eq!(found, Some(expected.into()), "{plain}");
        assert!(allocations.bytes_max <= 2 << 20, "{plain}: {allocations:?}");
    }
    // A length that so few bytes can't stand for.
    let entry = forged(form(1, 1 << 20), &bomb[..100]);
    let mut found = None;
    let allocations = measure(|| found = reason(&sealer, &entry));
    assert_eq!(found, Some(Corrupt::Compression.into()));
    assert!(allocations.bytes_max < 1 << 10, "{allocations:?}");
    // One byte less than it says, and one more.
    let packed = lz4_flex::block::compress(&long());
    for plain in [long().len() - 1, long().len() + 1] {
        assert_eq!(reason(&sealer, &forged(form(1, plain), &packed)), Some(Corrupt::Compression.into()));
    }
    // Nothing compressed at all, and not as long as it says.
    assert_eq!(reason(&sealer, &forged(form(0, 8), b"payload")), Some(Corrupt::Compression.into()));
    assert_eq!(reason(&sealer, &forged(form(1, 8), b"payload")), Some(Corrupt::Compression.into()));
}

#[cfg(feature = "zstd")]
#[test]
fn compressed_bombs_of_zstd() {
    let sealer = Sealer { limit: 1 << 20, ..Sealer::default() };
    let bomb = zstd::bulk::compress(&vec![0; 100 << 20], 1).unwrap();
    for (plain, expected) in
        [(100 << 20, Corrupt::TooLarge), (1 << 20, Corrupt::Compression), (0, Corrupt::Compression)]
    {
        let entry = forged(form(2, plain), &bomb);
        let mut found = None;
        let allocations = measure(|| found = reason(&sealer, &entry));
        assert_eq!(found, Some(expected.into()), "{plain}");
        assert!(allocations.bytes_max <= 2 << 20, "{plain}: {allocations:?}");
    }
    let packed = zstd::bulk::compress(&long(), 1).unwrap();
    for plain in [long().len() - 1, long().len() + 1] {
        assert_eq!(reason(&sealer, &forged(form(2, plain), &packed)), Some(Corrupt::Compression.into()));
    }
}

#[cfg(not(feature = "zstd"))]
#[test]
fn what_zstd_has_compressed_is_a_miss_without_it() {
    let zstd = std::fs::read(golden("v2-zstd")).unwrap();
    assert_eq!(reason(&Sealer::default(), &zstd), Some(Reason::Codec));
}

#[test]
fn of_an_unknown_or_a_retired_key() {
    let (seven, eight) = ([7; 32], [8; 32]);
    let entry = seal(&encrypting(), b"payload");
    let with = |keys| Sealer { keys: Some(keys), ..Sealer::default() };

    // Before, during and after a change of the key.
    let rotated = with(EncryptionKeys::new(8, eight).opening(7, seven).unwrap());
    assert_eq!(reason(&rotated, &entry), None);
    assert_eq!(reason(&encrypting(), &seal(&rotated, b"payload")), Some(Reason::UnknownKey));
    assert_eq!(
        reason(&with(EncryptionKeys::new(7, seven).opening(8, eight).unwrap()), &seal(&rotated, b"")),
        None
    );
    let retired = with(EncryptionKeys::new(8, eight).retired(7).unwrap());
    assert_eq!(reason(&retired, &entry), Some(Reason::RetiredKey));
    assert_eq!(reason(&with(EncryptionKeys::new(8, eight)), &entry), Some(Reason::UnknownKey));
    // Another key of the same number.
    assert_eq!(reason(&with(EncryptionKeys::new(7, eight)), &entry), Some(Corrupt::Seal.into()));
    // The number of another key, which is known.
    let mut renumbered = entry.clone();
    renumbered[8] = 8;
    assert_eq!(reason(&rotated, &renumbered), Some(Corrupt::Seal.into()));
    // No keys at all; or keys, and an entry that anybody may have written.
    assert_eq!(reason(&Sealer::default(), &entry), Some(Reason::UnknownKey));
    assert_eq!(reason(&encrypting(), &seal(&Sealer::default(), b"payload")), Some(Reason::Unencrypted));
}

#[test]
fn an_encrypted_entry_shows_nothing_of_its_payload() {
    let sealer = encrypting();
    let seal = || sealer.seal(KEY, &header(), CodecId::Bincode, b"a secret").unwrap();
    let (one, two) = (seal(), seal());
    assert!(!one.windows(8).any(|window| window == b"a secret"));
    let nonce = 64 + 2 * 32..64 + 2 * 32 + 24;
    assert_ne!(one[nonce.clone()], two[nonce.clone()], "a nonce is used once");
    assert_ne!(one[nonce.end..], two[nonce.end..]);
}

#[test]
fn compressed_if_that_makes_it_smaller() {
    let sealer = Sealer::default();
    let overhead = seal(&sealer, b"").len();
    assert!(seal(&sealer, &long()).len() < overhead + 200);
    let few = vec![0; (1 << 10) - 1];
    assert_eq!(seal(&sealer, &few).len(), overhead + few.len(), "not worth it");
    let noise: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(2000).collect();
    assert_eq!(seal(&sealer, &noise).len(), overhead + noise.len());
}

#[test]
fn what_would_not_be_read_is_not_written() {
    let sealer = Sealer { limit: 1 << 10, ..Sealer::default() };
    let sealed = |header: &Header, payload: &[u8]| sealer.seal(KEY, header, CodecId::Bincode, payload);
    assert!(sealed(&header(), &[0; 1 << 10]).is_ok());
    assert_eq!(sealed(&header(), &[0; (1 << 10) + 1]), Err(Unsealable::TooLarge));
    let stamps = |count| Header { stamps: smallvec![(Tag(1), Stamp(1)); count], ..header() };
    let most = sealed(&stamps(MOST_TAGS), b"").unwrap();
    assert_eq!(reason(&sealer, &most), None);
    assert_eq!(sealed(&stamps(MOST_TAGS + 1), b""), Err(Unsealable::TooManyTags));
}

#[test]
fn reasons_have_counters() {
    for (reason, miss) in [
        (Reason::Absent, Miss::Absent),
        (Reason::Expired, Miss::Expired),
        (Reason::Epoch, Miss::Epoch),
        (Reason::Fingerprint, Miss::Fingerprint),
        (Reason::Codec, Miss::Codec),
        (Reason::Version, Miss::Codec),
        (Reason::UnknownKey, Miss::Key),
        (Reason::RetiredKey, Miss::Key),
        (Reason::Unencrypted, Miss::Key),
        (Corrupt::Seal.into(), Miss::Corrupt),
    ] {
        assert_eq!(reason.miss(), miss);
    }
}

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/shared/golden").join(name)
}

/// What was written by each version of the format is read for ever. A file that is missing is written; none is ever changed.
#[test]
fn golden_files() {
    let plain = Sealer::default();
    let zstd = Sealer { compression: Compression::Zstd, ..Sealer::default() };
    let codecs = [CodecId::Bincode, CodecId::MessagePack];
    let files: [(&str, &Sealer, CodecId, Vec<u8>); 6] = [
        ("v2-bincode", &plain, codecs[0], b"\x05\x03one".to_vec()),
        ("v2-messagepack", &plain, codecs[1], b"\x92\x05\xa3one".to_vec()),
        ("v2-encrypted", &encrypting(), codecs[0], b"\x05\x03one".to_vec()),
        ("v2-lz4", &plain, codecs[0], long()),
        ("v2-lz4-encrypted", &encrypting(), codecs[0], long()),
        ("v2-zstd", &zstd, codecs[0], long()),
    ];
    let mut written = Vec::new();
    for (name, sealer, codec, payload) in files {
        if name == "v2-zstd" && cfg!(not(feature = "zstd")) {
            continue;
        }
        let entry = sealer.seal_with(NONCE, KEY, &header(), codec, &payload).unwrap();
        let path = golden(name);
        let Ok(bytes) = std::fs::read(&path) else {
            std::fs::write(&path, entry).unwrap();
            written.push(name);
            continue;
        };
        let opened = sealer.open(KEY, &bytes).unwrap();
        assert_eq!((&opened.header, opened.codec()), (&header(), Ok(codec)), "{name}");
        assert_eq!(opened.read_payload(<[u8]>::to_vec).unwrap(), *payload, "{name}");
        // What compresses may do so better one day.
        if !name.contains("lz4") && !name.contains("zstd") {
            assert_eq!(entry, bytes, "{name}");
        }
    }
    assert!(written.is_empty(), "these were missing, and have been written: {written:?}");
}
