"use strict";

// Sessions of challenges: bound to app client, user and challenge, good for one answer, and for `authSessionSeconds`.

const crypto = require("node:crypto");
const { Answer, refusal } = require("./answers.js");

/** Cognito's have 800 to 4,096 characters, and begin like this. */
const newSession = () => `AYABe${crypto.randomBytes(600).toString("base64url")}`;

/** Types of refusals of a wrong code: the same challenge may be answered once more. */
const WRONG_CODE = ["CodeMismatchException", "EnableSoftwareTokenMFAException"];

/**
 * Refusals that leave the session open. A new password that breaks the policy is one of them unless the pool is strict: AWS
 * does not document it.
 */
const leavesSession = (error, strict) =>
  error instanceof Answer &&
  (WRONG_CODE.includes(error.type) || (error.type === "InvalidPasswordException" && !strict));

function createSessions({ clock, settings }) {
  const sessions = new Map();

  /** Checks a session, and leaves it as it is. */
  function find(session, bound) {
    if (session === undefined) throw refusal("parameterMissing", { parameter: "Session" });
    const record = sessions.get(session);
    const isBound =
      record !== undefined &&
      Object.entries(bound).every(([name, value]) => record[name] === value);
    if (!isBound) throw refusal("sessionForeign");
    if (record.used) throw refusal("sessionUsed");
    if (clock.now() >= record.expiresAt) throw refusal("sessionExpired");
    return record;
  }

  return {
    /** A new session for a challenge to this user. `data` is what its answer needs: a code, a secret. */
    begin({ clientId, username, challenge, data }) {
      const session = newSession();
      const expiresAt = clock.now() + settings.authSessionSeconds * 1000;
      sessions.set(session, { clientId, username, challenge, data, expiresAt, used: false });
      return session;
    },
    /**
     * Lets `handle` answer the challenge: it gets the session's data and its user's name, and may take its time. Afterwards the
     * session is spent, unless the code was wrong. `bound` has those of `{ clientId, username, challenge }` that the request has.
     */
    async answer(session, bound, handle) {
      const record = find(session, bound);
      record.used = true;
      try {
        return await handle(record.data, record.username);
      } catch (error) {
        record.used = !leavesSession(error, settings.strict);
        throw error;
      }
    },
  };
}

module.exports = { createSessions };
