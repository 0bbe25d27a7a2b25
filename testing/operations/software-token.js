"use strict";

// An authenticator app: its seed, and the first code.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html

const { refusal } = require("../answers.js");
const { checkTotp, countWrongCodes } = require("../second-factors.js");
const { newSeed } = require("../totp.js");
const { accessTokenUser } = require("../access-token.js");
const { beginSession } = require("./challenges.js");

/** Three calls, three sessions: the challenge's, then one after each of the two operations. */
const ISSUED = "MFA_SETUP";
const ASSOCIATED = "MFA_SETUP: AssociateSoftwareToken";
const VERIFIED = "MFA_SETUP: VerifySoftwareToken";

/** Answers by a challenge's session: `step` gets the user and the session's data, and returns the next session's data and the answer. */
function bySession(state, Session, { at, next, step }) {
  const { clientId } = state.settings;
  return state.sessions.answer(Session, { clientId, challenge: at }, (data, user) => {
    if (!user.enabled) throw refusal("userDisabled");
    const seed = step(user, data);
    return { seed, Session: beginSession(state, user, next, { seed }) };
  });
}

/** A new seed, that the user's app shows codes of from now on. */
function offerSeed({ users }, user) {
  const seed = newSeed();
  users.recordOf(user).offeredSeed = seed;
  return seed;
}

const verifySeed = (state, user, { seed, code }) =>
  countWrongCodes(state, user, () =>
    checkTotp(state, user, { seed, code, wrong: "totpSetupWrong" }),
  );

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html */
async function associate({ state, body: { AccessToken, Session } }) {
  if (state.settings.mfa === "OFF") throw refusal("totpOff");
  if (AccessToken !== undefined) {
    const user = accessTokenUser(state, AccessToken);
    return { SecretCode: offerSeed(state, user) };
  }
  const step = (user) => offerSeed(state, user);
  const answer = await bySession(state, Session, { at: ISSUED, next: ASSOCIATED, step });
  return { SecretCode: answer.seed, Session: answer.Session };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html */
async function verify({ state, body: { AccessToken, Session, UserCode: code } }) {
  if (state.settings.mfa === "OFF") throw refusal("totpOff");
  if (AccessToken !== undefined) {
    const user = accessTokenUser(state, AccessToken);
    const seed = state.users.recordOf(user).offeredSeed ?? user.totpSecret;
    if (seed === undefined) throw refusal("totpSetupWrong");
    verifySeed(state, user, { seed, code });
    state.users.setTotp(user, seed);
    return { Status: "SUCCESS" };
  }
  const step = (user, { seed }) => {
    verifySeed(state, user, { seed, code });
    return seed;
  };
  const answer = await bySession(state, Session, { at: ASSOCIATED, next: VERIFIED, step });
  return { Status: "SUCCESS", Session: answer.Session };
}

const OPERATION = { family: "account", signed: false, category: "UserResourceUpdate" };

module.exports = {
  VERIFIED,
  operations: {
    AssociateSoftwareToken: {
      ...OPERATION,
      input: { AccessToken: "Token", Session: "Session" },
      handle: associate,
    },
    VerifySoftwareToken: {
      ...OPERATION,
      input: {
        AccessToken: "Token",
        Session: "Session",
        UserCode: "UserCode*",
        FriendlyDeviceName: "Text",
      },
      handle: verify,
    },
  },
};
