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
      const { spellings, until } = known?.until > now() ? known : begin(name);
      if (spellings.length >= ATTEMPTS) {
        return Math.ceil((until - now()) / 1000);
      }
      spellings.push(username);
      return 0;
    },

    /** The user has signed in. Attempts under another spelling stay: in some user pools it is another user's name. */
    forget(username) {
      const known = attempts.get(nameOf(username));
      if (known !== undefined) {
        known.spellings = known.spellings.filter((spelling) => spelling !== username);
      }
    },
  };

  function begin(name) {
    attempts.delete(name);
    if (attempts.size >= NAMES) {
      makeRoom();
    }
    const entry = { spellings: [], until: now() + WINDOW_MS };
    attempts.set(name, entry);
    return entry;
  }

  /** One that is over, or else the oldest of those with the fewest attempts: otherwise, many other names would end a count. */
  function makeRoom() {
    const time = now();
    let fewest = Number.POSITIVE_INFINITY;
    let found;
    for (const [name, { spellings, until }] of attempts) {
      const count = until <= time ? 0 : spellings.length;
      if (count < fewest) {
        fewest = count;
        found = name;
      }
      if (fewest <= 1) break;
    }
    attempts.delete(found);
  }
}

/** Many user pools take `Ariadne` and `ariadne` for one name: all spellings are counted together. */
const nameOf = (username) => username.normalize("NFC").toLowerCase();

module.exports = { ATTEMPTS, NAMES, createGuesses };
