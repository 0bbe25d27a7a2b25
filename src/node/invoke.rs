//! The one function for everything but verification.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{External, Object};
use napi_derive::napi;

use super::given;
use super::outcome::promise;
use crate::core::secret::Secret;
use crate::net::auth::Auth;
use crate::net::cancel::Cancel;
use crate::net::cognito::Call;

/// Calls Cognito: `name` is an operation of its API or a flow, `json` the request's members. Resolves to an outcome (JSON) with
/// the answer's members (`answer`) and where they come from (`cognito`).
#[napi(ts_return_type = "Promise<string>")]
pub fn invoke<'env>(
    env: &'env Env,
    auth: &External<Arc<Auth>>,
    name: String,
    json: String,
    cancel: Option<&External<Arc<Cancel>>>,
    trace_id: Option<String>,
) -> napi::Result<Object<'env>> {
    let (auth, call) = (Arc::clone(auth), Call::new(given(cancel), trace_id));
    let json = Secret::new(json);
    promise(env, async move { auth.invoke(&name, &json, &call).await })
}
