"use strict";

// Sessions of challenges: bound to app client, user and challenge, good for one answer, and for `authSessionSeconds`.
//
// The user is a `sub`, since another user may get the name. A password that changes meanwhile ends the sign-ins that were begun with
// the old one, at every challenge: AWS does not document what Cognito does then, and nobody has quoted it.

const crypto = require("node:crypto");
const { Answer, refusal } = require("./answers.js");
const { BOUNDS, BoundedMap } = require("./bounds.js");
const { passwordOf } = require("./users.js");

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

/** The user as a sign-in is bound to them. */
const bindingOf = (user) => ({ sub: user.attributes.sub, password: passwordOf(user) });
/** Whether a sign-in that was bound to a user is this one's. An unknown name was nobody. */
const isBoundTo = ({ sub, password } = {}, user) =>
  sub !== undefined && sub === user.attributes.sub && password === passwordOf(user);

function createSessions({ clock, settings, users }) {
  /** Those that can be answered, and those that have been: the second ones must not push out the first ones. */
  const sessions = new BoundedMap(BOUNDS.sessions);
  const spent = new BoundedMap(BOUNDS.sessions);

  /** Checks a session, and leaves it as it is. */
  function find(session, { user, ...bound }) {
    if (session === undefined) throw refusal("parameterMissing", { parameter: "Session" });
    const record = sessions.get(session) ?? spent.get(session);
    const isBound =
      record !== undefined &&
      Object.entries(bound).every(([name, value]) => record[name] === value);
    if (!isBound) throw refusal("sessionForeign");
    const owner = user ?? users.withSub(record.binding?.sub);
    if (owner === undefined || !isBoundTo(record.binding, owner)) throw refusal("sessionForeign");
    if (record.used) throw refusal("sessionUsed");
    if (clock.now() >= record.expiresAt) throw refusal("sessionExpired");
    return { record, user: owner };
  }

  return {
    /** A new session for a challenge to this user, undefined for nobody. `data` is what its answer needs: a code, a secret. */
    begin({ clientId, user, challenge, data }) {
      const session = newSession();
      const expiresAt = clock.now() + settings.authSessionSeconds * 1000;
      const binding = user && bindingOf(user);
      sessions.set(session, { clientId, binding, challenge, data, expiresAt, used: false });
      return session;
    },
    /**
     * Lets `handle` answer the challenge: it gets the session's data and its user, and may take its time. Afterwards the session is
     * spent, unless the code was wrong. `bound` has those of `{ clientId, user, challenge }` that the request has.
     */
    async answer(session, bound, handle) {
      const { record, user } = find(session, bound);
      record.used = true;
      try {
        return await handle(record.data, user);
      } catch (error) {
        record.used = !leavesSession(error, settings.strict);
        throw error;
      } finally {
        if (record.used) {
          record.data = undefined;
          sessions.delete(session);
          spent.set(session, record);
        }
      }
    },
  };
}

module.exports = { bindingOf, createSessions, isBoundTo };
