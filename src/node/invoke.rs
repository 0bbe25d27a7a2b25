//! The one function for everything but verification.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{External, Object};
use napi_derive::napi;

use super::given;
use super::outcome::promise;
use crate::core::secret::Secret;
use crate::net::cancel::Cancel;
use crate::net::cognito::Call;
use crate::net::pool::Pool;

/// Calls Cognito: `name` is an operation of its API or a flow, `json` the request's members. Resolves to an outcome (JSON) with
/// the answer's members (`answer`) and where they come from (`cognito`).
#[napi(ts_return_type = "Promise<string>")]
pub fn invoke<'env>(
    env: &'env Env,
    pool: &External<Arc<Pool>>,
    name: String,
    json: String,
    cancel: Option<&External<Arc<Cancel>>>,
    trace_id: Option<String>,
) -> napi::Result<Object<'env>> {
    let (pool, call) = (Arc::clone(pool), Call::new(given(cancel), trace_id));
    let json = Secret::new(json);
    promise(env, async move { pool.invoke(&name, &json, &call).await })
}
