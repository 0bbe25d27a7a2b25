//! The end of an environment, which is a worker thread's or the process's: nobody waits for its calls any more.

use std::cell::RefCell;
use std::sync::Arc;

use napi::Env;

use crate::net::cancel::Cancel;

thread_local! {
    static CALLS: RefCell<Arc<Cancel>> = RefCell::default();
}

/// An environment loads the addon: its end will be that of its calls.
pub(super) fn begin(env: Env) -> napi::Result<()> {
    let calls = Arc::<Cancel>::default();
    CALLS.replace(Arc::clone(&calls));
    env.add_env_cleanup_hook(calls, |calls| calls.cancel())?;
    Ok(())
}

/// What ends the calls of the present environment.
pub(super) fn calls() -> Arc<Cancel> {
    CALLS.with_borrow(Arc::clone)
}
