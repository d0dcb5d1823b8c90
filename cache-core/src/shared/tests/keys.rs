//! Encryption keys as they are given.

use crate::shared::keys::EncryptionKeys;

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";
const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8=";

fn bytes() -> [u8; 32] {
    let mut bytes: [u8; 32] = std::array::from_fn(|at| at as u8);
    bytes[31] = 0xff;
    bytes
}

#[test]
fn keys_as_text() {
    let url_safe = BASE64.replace('/', "_").replace('+', "-");
    for text in [HEX, &HEX.to_uppercase(), BASE64, BASE64.trim_end_matches('='), &url_safe] {
        let keys = EncryptionKeys::from_text(&format!("3:{text}")).unwrap();
        let (id, key) = keys.sealing();
        assert_eq!((id, **key), (3, bytes()), "{text}");
    }
    let keys = EncryptionKeys::from_text(&format!(" 2:{HEX}, 1:{BASE64} ,0:retired")).unwrap();
    assert_eq!(format!("{keys:?}"), "EncryptionKeys { seals: 2, opens: [2, 1], retired: [0] }");
}

#[test]
fn mistakes_are_told_without_the_key() {
    let form = "keys are given as `number:key`, joined by commas, the one that seals first, such as `2:<64 hexadecimal \
                digits>,1:retired`";
    let short = &HEX[1..];
    let wrong = HEX.replace('a', "g");
    // The last digit says more than 32 bytes.
    let long = BASE64.replace("8=", "9=");
    for (text, fault) in [
        (String::new(), "encryption key no. 1 has no number"),
        (HEX.to_owned(), "encryption key no. 1 has no number"),
        (format!("one:{HEX}"), "encryption key no. 1 has a number that is none"),
        (format!("1:{HEX},-1:{HEX}"), "encryption key no. 2 has a number that is none"),
        (format!("1:{short}"), "encryption key no. 1 is not 32 bytes in hexadecimal or Base64"),
        (format!("1:{wrong}"), "encryption key no. 1 is not 32 bytes in hexadecimal or Base64"),
        (format!("1:{long}"), "encryption key no. 1 is not 32 bytes in hexadecimal or Base64"),
        (format!("1:{HEX},2:"), "encryption key no. 2 is not 32 bytes in hexadecimal or Base64"),
        ("1:retired".to_owned(), "encryption key no. 1 is retired, and the first one seals"),
    ] {
        let error = EncryptionKeys::from_text(&text).unwrap_err().to_string();
        assert_eq!(error, format!("{fault}; {form}"));
    }
    let twice = EncryptionKeys::from_text(&format!("1:{HEX},1:retired")).unwrap_err().to_string();
    assert_eq!(
        twice,
        "two encryption keys have the number 1; give each a number of its own, also when it is retired"
    );
    let unset = EncryptionKeys::from_env("CACHE_CORE_TESTS_HAVE_NO_KEYS").unwrap_err().to_string();
    assert_eq!(unset, format!("CACHE_CORE_TESTS_HAVE_NO_KEYS is not set; {form}"));
}
