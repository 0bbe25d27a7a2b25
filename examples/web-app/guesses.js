"use strict";

// How often somebody has tried to sign in under a user name. Cognito locks a user out for a while after wrong passwords, but a saved
// challenge does not know how often it was answered: the site has to limit guesses of codes itself. The price: anybody can keep a user
// from signing in, for a quarter of an hour.

const ATTEMPTS = 10;
const WINDOW_MS = 15 * 60 * 1000;
/** So many names are remembered. */
const NAMES = 10_000;

/** `now` gives the time in milliseconds. */
function createGuesses({ now = Date.now } = {}) {
  const attempts = new Map();

  return {
    /** Counts an attempt; how many seconds there are to wait, 0 if it may be made. */
    count(username) {
      const name = nameOf(username);
      const known = attempts.get(name);
      const current = known !== undefined && known.until > now() ? known : begin(name);
      current.count += 1;
      return current.count > ATTEMPTS ? Math.ceil((current.until - now()) / 1000) : 0;
    },

    /** The user has signed in. */
    forget(username) {
      attempts.delete(nameOf(username));
    },
  };

  function begin(name) {
    attempts.delete(name);
    if (attempts.size >= NAMES) {
      makeRoom();
    }
    const entry = { count: 0, until: now() + WINDOW_MS };
    attempts.set(name, entry);
    return entry;
  }

  /** The oldest that blocks nobody: otherwise, many other names would end a block. */
  function makeRoom() {
    for (const [name, { count, until }] of attempts) {
      if (count <= ATTEMPTS || until <= now()) {
        attempts.delete(name);
        return;
      }
    }
    attempts.delete(attempts.keys().next().value);
  }
}

/** Many user pools take `Ariadne` and `ariadne` for one name. */
const nameOf = (username) => username.normalize("NFC").toLowerCase();

module.exports = { ATTEMPTS, NAMES, createGuesses };
