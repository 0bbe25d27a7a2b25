"use strict";

// Sessions of challenges: bound to app client, user and challenge, good for one answer, and for `authSessionSeconds`.

const crypto = require("node:crypto");
const { Answer, refusal } = require("./answers.js");

/** Cognito's have 800 to 4,096 characters, and begin like this. */
const newSession = () => `AYABe${crypto.randomBytes(600).toString("base64url")}`;

/**
 * Refusals after which the same challenge may be answered once more. A new password that breaks the policy is one of them
 * unless the pool is strict: AWS does not document it.
 */
const leavesSession = (error, strict) =>
  error instanceof Answer &&
  (error.type === "CodeMismatchException" ||
    (error.type === "InvalidPasswordException" && !strict));

function createSessions({ clock, settings }) {
  const sessions = new Map();

  /** Checks a session, and leaves it as it is. */
  function find(session, { clientId, username, challenge }) {
    if (session === undefined) throw refusal("parameterMissing", { parameter: "Session" });
    const record = sessions.get(session);
    const isBound =
      record?.clientId === clientId &&
      record.username === username &&
      record.challenge === challenge;
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
     * Lets `handle` answer the challenge: it gets the session's data, and may take its time. Afterwards the session is spent, unless
     * the code was wrong. `bound` is `{ clientId, username, challenge }` as the request has them.
     */
    async answer(session, bound, handle) {
      const record = find(session, bound);
      record.used = true;
      try {
        return await handle(record.data);
      } catch (error) {
        record.used = !leavesSession(error, settings.strict);
        throw error;
      }
    },
  };
}

module.exports = { createSessions };
