//! The threads that wait for the network, and the one that helps with a batch of tokens: made at the first call that
//! needs them, never at load.

use std::sync::{Mutex, OnceLock, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{AuthError, Reason};

/// A handle to the process's one runtime.
pub fn handle() -> Result<Handle, AuthError> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    static MAKING: Mutex<()> = Mutex::new(());

    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime.handle().clone());
    }
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime.handle().clone());
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("cognito-auth")
        .enable_all()
        .build()
        .map_err(|error| {
            AuthError::new(
                Reason::Internal,
                "No threads can be started for network calls",
            )
            .with(|context| context.cause = Some(error.to_string()))
        })?;
    Ok(RUNTIME.get_or_init(|| runtime).handle().clone())
}
