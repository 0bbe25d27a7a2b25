//! Challenges: a further step of a sign-in. Cognito's answer → what the user is shown, and the user's answer → what is sent.

mod answer;
mod shown;
mod step;
mod table;
mod totp;

pub use self::answer::{Answer, Options, Responses, Sends};
pub use self::shown::Unreadable;
pub use self::step::{Challenge, Route, SignIn};
pub use self::totp::otpauth_uri;
