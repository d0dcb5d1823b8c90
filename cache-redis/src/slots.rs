//! The slots of a Cluster: which of them a key lies in, and keys that lie in a given one.

/// How many there are.
pub(crate) const SLOTS: u16 = 16_384;

/// The slot of a key. Of a key with braces, what stands in the first of them decides.
pub(crate) fn slot(key: &[u8]) -> u16 {
    let inner = key.iter().position(|byte| *byte == b'{').and_then(|open| {
        let rest = &key[open + 1..];
        let close = rest.iter().position(|byte| *byte == b'}')?;
        (close > 0).then(|| &rest[..close])
    });
    crc16(inner.unwrap_or(key)) % SLOTS
}

/// What in braces puts a key into that slot.
pub(crate) fn name_of(wanted: u16) -> String {
    // One in 16,384 does, so of so many some do.
    (0..u32::MAX)
        .map(|number| number.to_string())
        .find(|name| slot(name.as_bytes()) == wanted)
        .unwrap_or_default()
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `CLUSTER KEYSLOT` says.
    #[test]
    fn keys_lie_where_the_servers_say() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
        for (key, expected) in [
            (&b"foo"[..], 12182),
            (b"{foo}bar", 12182),
            (b"a{foo}{bar}", 12182),
            (b"foo{}{bar}", 8363),
            (b"", 0),
        ] {
            assert_eq!(slot(key), expected, "{key:?}");
        }
        assert_eq!(slot(b"{{bar}}zap"), slot(b"{bar"));
        assert_eq!(slot(b"foo{bar"), crc16(b"foo{bar") % SLOTS);
    }

    #[test]
    fn every_slot_has_a_name() {
        for wanted in [0, 1, 5460, 5461, 10_923, SLOTS - 1] {
            assert_eq!(slot(name_of(wanted).as_bytes()), wanted);
        }
    }
}
