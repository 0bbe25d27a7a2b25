//! The first ring: pure. It reads no file, opens no connection, starts no thread, and only `clock` asks for the time.

pub mod challenge;
pub mod clock;
pub mod config;
pub mod environment;
pub mod error;
pub mod issued;
pub mod jwk;
pub mod key_history;
pub mod limits;
pub mod operations;
pub mod refresh;
pub mod secret;
pub mod srp;
pub mod state;
pub mod token;
