"use strict";

// How often somebody has tried to sign in under a user name. Cognito locks a user out for a while after wrong passwords, but a saved
// challenge does not know how often it was answered: the site has to limit guesses of codes itself.

const ATTEMPTS = 10;
const WINDOW_MS = 15 * 60 * 1000;
/** So many names are remembered; then the oldest are forgotten. */
const NAMES = 10_000;

/** `now` gives the time in milliseconds. */
function createGuesses({ now = Date.now } = {}) {
  const attempts = new Map();

  return {
    /** Counts an attempt; how many seconds there are to wait, 0 if it may be made. */
    count(username) {
      const known = attempts.get(username);
      const current = known !== undefined && known.until > now() ? known : newEntry(username);
      current.count += 1;
      return current.count > ATTEMPTS ? Math.ceil((current.until - now()) / 1000) : 0;
    },

    /** The user has signed in. */
    forget(username) {
      attempts.delete(username);
    },
  };

  function newEntry(username) {
    attempts.delete(username);
    if (attempts.size >= NAMES) {
      attempts.delete(attempts.keys().next().value);
    }
    const entry = { count: 0, until: now() + WINDOW_MS };
    attempts.set(username, entry);
    return entry;
  }
}

module.exports = { ATTEMPTS, createGuesses };
