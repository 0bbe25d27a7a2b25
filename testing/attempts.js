"use strict";

// Lock-out after wrong passwords: five are free, then one second, doubled by each further one, at most about 15 minutes.
// Attempts during it do not count, a sign-in ends it, and so do 15 quiet minutes.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html (Lockout behavior for failed sign-in attempts)

const { refusal } = require("./answers.js");

const FREE_FAILURES = 5;
const LONGEST_MS = 15 * 60 * 1000;

function createAttempts({ clock, users }) {
  return {
    /** Throws while the user is locked out. */
    check(user) {
      const record = users.recordOf(user);
      const now = clock.now();
      if (now < record.lockedUntil) throw refusal("lockedOut");
      if (now - record.lastFailure >= LONGEST_MS) record.failures = 0;
    },
    failed(user) {
      const record = users.recordOf(user);
      const now = clock.now();
      record.failures += 1;
      record.lastFailure = now;
      if (record.failures >= FREE_FAILURES) {
        record.lockedUntil =
          now + Math.min(1000 * 2 ** (record.failures - FREE_FAILURES), LONGEST_MS);
      }
    },
    succeeded(user) {
      users.recordOf(user).failures = 0;
    },
  };
}

module.exports = { createAttempts };
