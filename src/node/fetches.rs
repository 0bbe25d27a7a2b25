//! The log of fetches, as each thread reads it: from where it loaded the addon, each fetch once.

use std::cell::RefCell;

use super::outcome::guarded;
use crate::net::key_cache::FetchReader;

thread_local! {
    static READER: RefCell<FetchReader> = RefCell::default();
}

/// The thread loads the addon, perhaps once more: what came before the first time is not for it.
pub(super) fn begin() {
    READER.with(|_| ());
}

/// The fetches since the last time, as JSON.
pub(super) fn unread() -> Option<String> {
    let fetches = guarded(|| Ok(READER.with_borrow_mut(FetchReader::read))).ok()?;
    (!fetches.is_empty()).then(|| serde_json::to_string(&fetches).ok())?
}
