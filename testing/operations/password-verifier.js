"use strict";

// The password by SRP: the challenge PASSWORD_VERIFIER, and its answer.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html

const crypto = require("node:crypto");
const { refusal } = require("../answers.js");
const { bindingOf, isBoundTo } = require("../sessions.js");
const { challengeFor, isProof } = require("../srp.js");
const { passwordOf } = require("../users.js");
const { beginSession } = require("./challenges.js");
const { checkMaySignIn, checkNoReset, passwordShown } = require("./first-factor.js");

const CHALLENGE = "PASSWORD_VERIFIER";
const HEX = /^[0-9a-fA-F]+$/;
const DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun";
const MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec";
/** `EEE MMM d HH:mm:ss z yyyy`: the day without a zero in front. */
const TIMESTAMP = new RegExp(
  `^(?:${DAYS}) (?:${MONTHS}) (?:[1-9]|[12]\\d|3[01]) \\d\\d:\\d\\d:\\d\\d UTC \\d{4}$`,
);
/** "Within a few seconds" of Cognito's clock. */
const MOST_SKEW_MS = 5000;

/** A user's salt is the same at each sign-in, also that of a name that there is not. */
function saltOf({ saltKey }, name, password) {
  const bytes = crypto.createHmac("sha256", saltKey).update(`${name}:${password}`);
  return BigInt(`0x${bytes.digest("hex").slice(0, 32)}`);
}

function checkSrpA(srpA) {
  if (srpA === undefined) throw refusal("parameterMissing", { parameter: "SRP_A" });
  if (HEX.test(srpA)) return;
  const failure = `Value '${srpA}' at 'sRPA' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-fA-F]+$`;
  throw refusal("validation", { failures: [failure] });
}

/**
 * The challenge for a user, or for a name without one: then no proof is right. `proceed` is what the sign-in goes on with: a function
 * of the state and the user. With `session`, the answer has one and needs it; the first answer to USER_SRP_AUTH has none.
 */
function askForProof(state, { user, name, srpA, proceed, session = true }) {
  checkSrpA(srpA);
  const { settings, clock } = state;
  const userId = user?.username ?? name;
  const password = (user && passwordOf(user)) ?? crypto.randomUUID();
  const poolName = settings.userPoolId.slice(settings.userPoolId.indexOf("_") + 1);
  const { parameters, proof } = challengeFor({
    name: poolName + userId,
    password,
    salt: saltOf(state, userId, user && passwordOf(user)),
    srpA,
  });
  const data = { proof, proceed };
  if (!session) {
    const expiresAt = clock.now() + settings.authSessionSeconds * 1000;
    state.proofs.set(proof.secretBlock, { ...data, binding: user && bindingOf(user), expiresAt });
  }
  return {
    ChallengeName: CHALLENGE,
    ChallengeParameters: { USER_ID_FOR_SRP: userId, ...parameters },
    ...(session && { Session: beginSession(state, user, CHALLENGE, data) }),
  };
}

function checkForm({ TIMESTAMP: timestamp, PASSWORD_CLAIM_SIGNATURE: signature }) {
  if (!TIMESTAMP.test(timestamp)) throw refusal("timestampForm");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) throw refusal("signatureForm");
}

function verify(state, user, { proof, proceed }, responses) {
  const {
    TIMESTAMP: timestamp,
    PASSWORD_CLAIM_SIGNATURE: signature,
    PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
  } = responses;
  checkMaySignIn(state, user);
  const isFresh = Math.abs(Date.parse(timestamp) - state.clock.now()) < MOST_SKEW_MS + 1000;
  const isRight =
    isFresh && secretBlock === proof.secretBlock && isProof(proof, { signature, timestamp });
  passwordShown(state, user, isRight);
  checkNoReset(user);
  return proceed(state, user);
}

/** A proof without a session may be sent several times until it is too old: measured by the authors of ministack. */
function verifyWithoutSession(state, user, responses) {
  const known = state.proofs.get(responses.PASSWORD_CLAIM_SECRET_BLOCK);
  if (!isBoundTo(known?.binding, user)) throw refusal("badCredentials");
  if (state.clock.now() >= known.expiresAt) throw refusal("sessionExpired");
  return verify(state, user, known, responses);
}

/** The row for answers to challenges: the order of its parameters was measured by the authors of ministack. */
const passwordVerifier = {
  needs: ["TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK"],
  check: checkForm,
  isWithoutSession: ({ proofs }, { PASSWORD_CLAIM_SECRET_BLOCK: block }, session) =>
    session === undefined || proofs.has(block),
  answerWithoutSession: ({ state, user, responses }) =>
    verifyWithoutSession(state, user, responses),
  answer: ({ state, user, responses, data }) => verify(state, user, data, responses),
};

module.exports = { askForProof, passwordVerifier };
