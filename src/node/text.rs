//! A payload on its way into JavaScript.

use std::ptr;

use napi::bindgen_prelude::ToNapiValue;
use napi::{check_status, sys};

/// A verified payload, as a JavaScript string.
pub struct Payload(pub(super) String);

impl ToNapiValue for Payload {
    /// Most payloads are ASCII, which V8 takes in several times faster when it is told so.
    ///
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
