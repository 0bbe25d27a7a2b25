//! Which refreshes share a request, and which are answered by an earlier one. Pure: the requests are the caller's, and the time
//! is handed in.
//!
//! With rotation a refresh token works once. Calls that come while a request for the same token is in flight wait for it, and
//! its result is remembered for a moment: requests of the same page arrive with the old token a little later.

mod key;
mod results;
mod sharing;

pub use self::key::{Key, Parts};
pub use self::results::Rotated;
pub use self::sharing::{Begin, Ended, Flight, Refreshes};
