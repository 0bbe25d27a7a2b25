"use strict";

// Codes of second factors: those of an authenticator app, and those that a challenge has sent.

const { refusal } = require("./answers.js");
const { STEP_MS, totpAt } = require("./totp.js");

/** A code is taken for one step after its own: https://www.rfc-editor.org/rfc/rfc6238#section-5.2, aws-amplify/amplify-js#3873. */
const STEPS_TAKEN = 2;

/**
 * Throws unless `code` is the app's with this seed: the newest or the one before, each good once. `wrong` names the refusal of any
 * other.
 */
function checkTotp({ clock, users }, user, { seed, code, wrong = "factorCodeWrong" }) {
  // A test may take the seed from the user while a sign-in asks for a code.
  if (seed === undefined) throw refusal(wrong);
  const record = users.recordOf(user);
  const now = clock.now();
  const age = Array.from({ length: STEPS_TAKEN }, (_, steps) => steps).find(
    (steps) => totpAt(seed, now - steps * STEP_MS) === code,
  );
  if (age === undefined) throw refusal(wrong);
  const step = Math.floor(now / STEP_MS) - age;
  const { lastTotp } = record;
  if (lastTotp?.seed === seed && step <= lastTotp.step) throw refusal("totpUsed");
  record.lastTotp = { seed, step };
}

/**
 * Checks a code. A wrong code counts as a wrong password does, and during a lock-out every code is refused:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html ("five unsuccessful attempts").
 */
function countWrongCodes({ attempts }, user, check) {
  attempts.check(user);
  try {
    check();
  } catch (error) {
    attempts.failed(user);
    throw error;
  }
}

/** Throws unless `given` is the code that the challenge sent. */
function checkSentCode({ outbox }, user, { sent, given }) {
  if (given === sent) return;
  const isOld = outbox.list.some(
    ({ username, code }) => username === user.username && code === given,
  );
  throw refusal(isOld ? "factorCodeStale" : "factorCodeWrong");
}

/** A user's factors, as AdminGetUser and GetUser show them. */
const mfaOf = ({ mfa, preferredMfa }) => ({
  ...(mfa.includes(preferredMfa) && { PreferredMfaSetting: preferredMfa }),
  ...(mfa.length > 0 && { UserMFASettingList: [...mfa] }),
});

module.exports = { checkSentCode, checkTotp, countWrongCodes, mfaOf };
