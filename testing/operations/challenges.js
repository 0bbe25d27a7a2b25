"use strict";

// What a sign-in asks for next.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html

const { FACTORS } = require("../options.js");
const { authenticationResult } = require("../tokens.js");

/** Attributes that a user cannot send back. */
const NOT_SHOWN = ["sub"];

const withCode = (attribute) => (state, user) => {
  const { code, parameters } = state.codes.sendForChallenge(user, attribute);
  return { parameters, data: { code } };
};

/** Challenge → its parameters beside USER_ID_FOR_SRP, and what its answer will need. */
const CHALLENGES = {
  NEW_PASSWORD_REQUIRED: ({ settings }, { attributes }) => {
    const shown = Object.entries(attributes).filter(([name]) => !NOT_SHOWN.includes(name));
    const missing = settings.requiredAttributes.filter((name) => attributes[name] === undefined);
    return {
      parameters: {
        requiredAttributes: JSON.stringify(missing.map((name) => `userAttributes.${name}`)),
        userAttributes: JSON.stringify(Object.fromEntries(shown)),
      },
    };
  },
  SMS_MFA: withCode("phone_number"),
  SMS_OTP: withCode("phone_number"),
  EMAIL_OTP: withCode("email"),
  WEB_AUTHN: ({ passkeys }, user) => {
    const options = passkeys.requestOptions(user);
    return {
      parameters: { CREDENTIAL_REQUEST_OPTIONS: JSON.stringify(options) },
      data: { challenge: options.challenge },
    };
  },
  SOFTWARE_TOKEN_MFA: () => ({}),
  SELECT_MFA_TYPE: (_state, { mfa }) => ({
    parameters: { MFAS_CAN_CHOOSE: JSON.stringify(FACTORS.filter((name) => mfa.includes(name))) },
  }),
  // "SMS_MFA cannot be set up here: users need help from an administrator".
  MFA_SETUP: () => ({ parameters: { MFAS_CAN_SETUP: JSON.stringify(["SOFTWARE_TOKEN_MFA"]) } }),
};

/** The answer that asks for this challenge, with a new session. */
function ask(state, user, challenge) {
  const { parameters = {}, data } = CHALLENGES[challenge](state, user);
  return {
    ChallengeName: challenge,
    ChallengeParameters: { USER_ID_FOR_SRP: user.username, ...parameters },
    Session: beginSession(state, user, challenge, data),
  };
}

/** A new session of this user's sign-in, at this challenge or at a step of one. An unknown name is undefined. */
function beginSession({ sessions, settings }, user, challenge, data) {
  return sessions.begin({ clientId: settings.clientId, user, challenge, data });
}

/** The second factor that a sign-in needs, undefined for none. */
function secondFactor({ mfa: mfaOfPool }, { mfa, preferredMfa }) {
  if (mfaOfPool === "OFF") return undefined;
  if (mfa.includes(preferredMfa)) return preferredMfa;
  if (mfa.length > 1) return "SELECT_MFA_TYPE";
  if (mfa.length === 1) return mfa[0];
  return mfaOfPool === "ON" ? "MFA_SETUP" : undefined;
}

/** After the password: a challenge, or tokens. */
function nextStep(state, user) {
  if (user.status === "FORCE_CHANGE_PASSWORD") return ask(state, user, "NEW_PASSWORD_REQUIRED");
  const factor = secondFactor(state.settings, user);
  if (factor !== undefined) return ask(state, user, factor);
  return finish(state, user);
}

/** Completes a sign-in. Only this resets the count of failures: a right password before a second factor does not. */
function finish(state, user) {
  state.attempts.succeeded(user);
  return { AuthenticationResult: authenticationResult(state, user), ChallengeParameters: {} };
}

module.exports = { ask, beginSession, finish, nextStep, secondFactor };
