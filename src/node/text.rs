//! Tokens and payloads across the border: both are nearly always ASCII, and V8 copies that several times faster when it
//! need not convert it.

use std::ptr;

use napi::bindgen_prelude::{FromNapiValue, ToNapiValue, TypeName, ValidateNapiValue};
use napi::{ValueType, check_status, sys};

use crate::core::limits;

/// A token or a saved challenge on its way from JavaScript. Of one that is too long, only so much that it is seen to be.
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
        let length = length.min(limits::TOKEN_BYTES + 1);
        // One more for the terminating zero, which is written too.
        let mut bytes = vec![0_u8; length + 1];
        let mut written = 0;
        // SAFETY: as above; no more than `bytes.len()` bytes are written into `bytes`. What is ASCII fills it, and V8 copies
        // that as it is.
        let status = unsafe {
            sys::napi_get_value_string_utf8(
                env,
                value,
                bytes.as_mut_ptr().cast(),
                bytes.len(),
                &raw mut written,
            )
        };
        check_status!(status)?;
        bytes.truncate(length);
        if let Some(text) = ascii(bytes, written) {
            return Ok(Self(text));
        }
        let mut units = vec![0_u16; length + 1];
        // SAFETY: as above; no more than `units.len()` units are written into `units`.
        let status = unsafe {
            sys::napi_get_value_string_utf16(
                env,
                value,
                units.as_mut_ptr(),
                units.len(),
                &raw mut written,
            )
        };
        check_status!(status)?;
        units.truncate(written);
        Ok(Self(String::from_utf16_lossy(&units)))
    }
}

/// The text that V8 wrote, if that is all of it: as many bytes as the text has characters, all of them ASCII.
fn ascii(bytes: Vec<u8>, written: usize) -> Option<String> {
    if written != bytes.len() || !bytes.is_ascii() {
        return None;
    }
    String::from_utf8(bytes).ok()
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
    use super::ascii;

    #[test]
    fn only_what_is_ascii_as_a_whole_is_taken_as_it_is() {
        for text in ["", "eyJhbGciOi.J9-_", "\0"] {
            assert_eq!(ascii(text.into(), text.len()).as_deref(), Some(text));
        }
        for (bytes, written) in [("ab", 1), ("a", 0), ("é", 2), ("\u{fffd}", 3)] {
            assert_eq!(ascii(bytes.into(), written), None);
        }
    }
}
