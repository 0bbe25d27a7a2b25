//! Sizes of the protocol's integers.

/// Length of a SHA-256 hash, and of the secret exponent.
pub(super) const HASH_BYTES: usize = 32;
pub(super) const HASH_BITS: u32 = 256;
/// Length of N.
pub(super) const GROUP_BITS: u32 = 3072;
