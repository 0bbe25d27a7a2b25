"use strict";

// Limits of src/core/limits.rs, which gives their reasons, made by `npm run generate`: never edited by hand.

module.exports = {
  ARGUMENT_CHARACTERS: 65_536,
  CALL_MS: 10_000,
  CLOCK_TOLERANCE: 600,
  HEADER_CHARACTERS: 131_072,
  HEADER_ITEMS: 131_072,
  LONGEST_CALL_MS: 300_000,
  LONGEST_REFRESH_REUSE: 60,
  MOST_ATTEMPTS: 10,
  OPTION_DEPTH: 8,
  POLICIES: 16,
  REMEMBERED_CHARACTERS: 2_097_152,
  REMEMBERED_TOKENS: 1_000,
  TOKEN_BYTES: 65_536,
  TURN_CHARACTERS: 131_072,
  TURN_TOKENS: 64,
};
