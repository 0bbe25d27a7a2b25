//! Integers as the protocol has them: texts in hexadecimal, bytes in two's complement.

use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

use super::sizes::GROUP_BITS;

/// Reads an integer of the challenge: digits of any case and an odd or even number of them, without sign or spaces. Leading zeros
/// are skipped, as some servers write the two's complement form.
pub(super) fn from_hex(text: &str, most_digits: usize) -> Option<BoxedUint> {
    let digits = text.trim_start_matches('0');
    if text.is_empty() || digits.len() > most_digits {
        return None;
    }
    // From the end, so that a first digit may stand alone.
    let bytes: Option<Vec<u8>> = digits.as_bytes().rchunks(2).map(read_byte).collect();
    Some(BoxedUint::from_le_slice_truncated(&bytes?, GROUP_BITS))
}

fn read_byte(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0, |byte, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(byte << 4 | u8::try_from(digit).ok()?)
    })
}

/// Lower case, without leading zeros.
pub(super) fn to_hex(integer: &BoxedUint) -> String {
    format!("{integer:x}").trim_start_matches('0').to_owned()
}

/// The shortest two's complement form, which has a zero byte in front if the top bit is set: Java's `BigInteger.toByteArray`.
pub(super) fn to_signed_bytes(integer: &BoxedUint) -> Zeroizing<Vec<u8>> {
    let all = Zeroizing::new(integer.to_be_bytes());
    let first = all.iter().position(|byte| *byte != 0);
    let magnitude = first.and_then(|first| all.get(first..)).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(magnitude.len() + 1));
    if magnitude.first().is_none_or(|byte| *byte >= 0x80) {
        bytes.push(0);
    }
    bytes.extend_from_slice(magnitude);
    bytes
}

#[cfg(test)]
mod tests {
    use super::{BoxedUint, from_hex, to_hex, to_signed_bytes};

    #[test]
    fn digits_of_any_case_and_number_are_read() {
        for (text, value) in [
            ("0", 0_u16),
            ("00", 0),
            ("f", 15),
            ("0f", 15),
            ("aBc", 0xabc),
            ("0ABC", 0xabc),
            ("0000000ABC", 0xabc),
            ("1234", 0x1234),
        ] {
            let integer = from_hex(text, 4).unwrap();
            assert_eq!(integer, BoxedUint::from(value), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "", " ", "g", "0x1", "-1", "+1", "1 ", " 1", "1_0", "12345", "é", "١", "1\0", "0\n",
        ] {
            assert!(from_hex(text, 4).is_none(), "{text:?}");
        }
    }

    #[test]
    fn bytes_are_the_shortest_in_twos_complement() {
        for (text, bytes) in [
            ("0", &[0][..]),
            ("7f", &[0x7f]),
            ("80", &[0, 0x80]),
            ("ff", &[0, 0xff]),
            ("100", &[1, 0]),
            ("7fff", &[0x7f, 0xff]),
            ("8000", &[0, 0x80, 0]),
        ] {
            assert_eq!(
                *to_signed_bytes(&from_hex(text, 4).unwrap()),
                bytes,
                "{text}"
            );
        }
    }

    #[test]
    fn hexadecimal_has_no_leading_zeros() {
        assert_eq!(to_hex(&from_hex("000ABC", 6).unwrap()), "abc");
    }
}
