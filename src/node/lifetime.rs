//! The end of an environment, which is a worker thread's or the process's: nobody waits for its calls any more.

use std::cell::RefCell;
use std::sync::Arc;

use napi::Env;

use crate::net::abort::Abort;

thread_local! {
    static CALLS: RefCell<Arc<Abort>> = RefCell::default();
}

/// An environment loads the addon: its end will be that of its calls.
pub(super) fn begin(env: Env) -> napi::Result<()> {
    let calls = Arc::<Abort>::default();
    CALLS.replace(Arc::clone(&calls));
    env.add_env_cleanup_hook(calls, |calls| calls.raise())?;
    Ok(())
}

/// What ends the calls of the present environment.
pub(super) fn calls() -> Arc<Abort> {
    CALLS.with_borrow(Arc::clone)
}
