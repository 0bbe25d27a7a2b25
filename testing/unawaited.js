"use strict";

// createTestPool returns a promise. A test that forgets `await` would read undefined from it, and run on the settings of its environment.

/** The members of a pool, except for those that a promise has no use for. */
const MEMBERS = [
  "options",
  "environment",
  "offline",
  "userPoolId",
  "clientId",
  "clientSecret",
  "issuer",
  "endpoint",
  "jwks",
  "idToken",
  "accessToken",
  "sign",
  "expiredToken",
  "foreignToken",
  "forgedToken",
  "users",
  "addUser",
  "totp",
  "outbox",
  "requests",
  "rotateKeys",
  "advance",
  "down",
  "up",
  "failNext",
  "stop",
  // Since Node.js 20.4.
  ...(Symbol.asyncDispose ? [Symbol.asyncDispose] : []),
];

/** The promise of a pool, which throws where a pool's member is read from it. */
function unawaited(promise) {
  for (const name of MEMBERS) {
    Object.defineProperty(promise, name, {
      get() {
        throw new TypeError(
          `${String(name)}: createTestPool returns a promise of a pool: await it`,
        );
      },
    });
  }
  return promise;
}

module.exports = { MEMBERS, unawaited };
