//! Tokens and payloads across the border: both are nearly always ASCII, and V8 copies that several times faster when it
//! need not convert it.

use std::ptr;

use napi::bindgen_prelude::{FromNapiValue, ToNapiValue, TypeName, ValidateNapiValue};
use napi::{ValueType, check_status, sys};

use crate::core::limits;

/// A token on its way from JavaScript. Of one that is too long, only so much that it is seen to be.
pub struct Token(pub(super) String);

impl TypeName for Token {
    fn type_name() -> &'static str {
        "String"
    }

    fn value_type() -> ValueType {
        ValueType::String
    }
}

impl ValidateNapiValue for Token {}

impl FromNapiValue for Token {
    /// # Safety
    ///
    /// `env` and `value` must be valid, as for every conversion of a JavaScript value.
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> napi::Result<Self> {
        let mut length = 0;
        // SAFETY: the caller vouches for `env` and `value`; without a buffer, only the length is written.
        let status = unsafe {
            sys::napi_get_value_string_utf16(env, value, ptr::null_mut(), 0, &raw mut length)
        };
        check_status!(status)?;
        // One more for the terminating zero, which is written too.
        let mut units = vec![0_u16; length.min(limits::TOKEN_BYTES + 1) + 1];
        // SAFETY: as above; no more than `units.len()` units are written into `units`.
        let status = unsafe {
            sys::napi_get_value_string_utf16(
                env,
                value,
                units.as_mut_ptr(),
                units.len(),
                &raw mut length,
            )
        };
        check_status!(status)?;
        units.truncate(length);
        Ok(Self(narrowed(&units)))
    }
}

fn narrowed(units: &[u16]) -> String {
    let is_ascii = units.iter().fold(0, |all, unit| all | unit) < 0x80;
    // Bytes, and not characters one by one: that compiles to vector instructions.
    let bytes = is_ascii.then(|| units.iter().map(|unit| unit.to_le_bytes()[0]).collect());
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_else(|| String::from_utf16_lossy(units))
}

/// A verified payload on its way into JavaScript.
pub struct Payload(pub(super) String);

impl ToNapiValue for Payload {
    /// # Safety
    ///
    /// `env` must be valid, as for every conversion into a JavaScript value.
    unsafe fn to_napi_value(env: sys::napi_env, Self(text): Self) -> napi::Result<sys::napi_value> {
        if !text.is_ascii() {
            // SAFETY: the caller vouches for `env`.
            return unsafe { String::to_napi_value(env, text) };
        }
        let mut value = ptr::null_mut();
        let length = isize::try_from(text.len())
            .map_err(|_| napi::Error::from_reason("the payload is too long"))?;
        // SAFETY: the caller vouches for `env`; `text` is `length` bytes, all of them Latin-1, and outlives the call,
        // which copies them.
        let status = unsafe {
            sys::napi_create_string_latin1(env, text.as_ptr().cast(), length, &raw mut value)
        };
        check_status!(status)?;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::narrowed;

    #[test]
    fn no_character_is_taken_for_another() {
        for text in ["", "eyJhbGciOi.J9-_", "\0", "é", "\u{141}", "\u{ff21}", "𝐀"] {
            assert_eq!(narrowed(&text.encode_utf16().collect::<Vec<_>>()), text);
        }
        assert_eq!(narrowed(&[0x41, 0xd800]), "A\u{fffd}");
    }
}
