//! Challenges of a sign-in, sealed and opened.

use std::sync::Arc;

use napi::bindgen_prelude::{Either, External};
use napi_derive::napi;

use super::Failure;
use super::outcome::guarded;
use super::text::Token;
use crate::core::error::AuthError;
use crate::core::secret::Secret;
use crate::net::pool::Pool;

fn either(result: Result<String, AuthError>) -> Either<String, Failure> {
    match result {
        Ok(text) => Either::A(text),
        Err(error) => Either::B(error.into()),
    }
}

/// Seals a challenge into a text, for the browser that has the text `binding`. `kept` is what an answer to it needs.
#[napi]
pub fn save_challenge(
    pool: &External<Arc<Pool>>,
    kept: String,
    binding: Option<String>,
) -> Either<String, Failure> {
    let (kept, binding) = (Secret::new(kept), binding.map(Secret::new));
    either(guarded(|| pool.save(&kept, binding.as_ref())))
}

/// Opens such a text at the time `now`, in milliseconds since 1970: what it shows, and what an answer to it needs, as JSON.
#[napi]
#[allow(
    clippy::needless_pass_by_value,
    reason = "Node-API hands over owned strings; not expected: the macro hides it from some builds"
)]
pub fn resume_challenge(
    pool: &External<Arc<Pool>>,
    #[napi(ts_arg_type = "string")] text: Token,
    binding: Option<String>,
    now: f64,
) -> Either<String, Failure> {
    let binding = binding.map(Secret::new);
    either(guarded(|| {
        let open = pool.resume(&text.0, binding.as_ref(), whole(now))?;
        serde_json::to_string(&open).map_err(|_| AuthError::internal())
    }))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates: a time before 1970 counts as 1970"
)]
const fn whole(milliseconds: f64) -> u64 {
    milliseconds as u64
}
