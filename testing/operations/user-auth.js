"use strict";

// USER_AUTH: the user, or the application, chooses the first factor.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html

const { refusal } = require("../answers.js");
const { passkeysOf } = require("../passkeys.js");
const { ask, beginSession, finish, nextStep, secondFactor } = require("./challenges.js");
const { passwordOf } = require("../users.js");
const { checkNoReset, checkPassword, noUser } = require("./first-factor.js");
const { askForProof } = require("./password-verifier.js");

/** The FactorConfiguration with which a passkey counts as two factors. */
const MULTI_FACTOR = "MULTI_FACTOR_WITH_USER_VERIFICATION";

function byPassword(state, user, { PASSWORD }) {
  if (user === undefined) throw refusal("badCredentials");
  checkPassword(state, user, PASSWORD);
  checkNoReset(user);
  return nextStep(state, user);
}

const bySrp = (state, user, { SRP_A: srpA }, { name } = {}) =>
  askForProof(state, { user, name, srpA, proceed: nextStep });

/** No second factor follows a passkey. `challenge` is in the data of a WEB_AUTHN session, and not known when a choice is answered. */
function byPasskey(state, user, { CREDENTIAL: credential }, { challenge } = {}) {
  const needsVerifiedUser = secondFactor(state.settings, user) !== undefined;
  state.passkeys.signIn(user, { credential, challenge, needsVerifiedUser });
  return finish(state, user);
}

const hasPassword = (_settings, user) => passwordOf(user) !== undefined;

/**
 * A code that is the first factor leaves none for the second one: users who need a second factor have none of these.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 */
const hasAddress = (attribute) => (settings, user) =>
  user.attributes[`${attribute}_verified`] === "true" && secondFactor(settings, user) === undefined;

/**
 * Where a sign-in needs a second factor, a passkey is one only if the pool says so and the user has switched it on.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnConfigurationType.html
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnMfaSettingsType.html
 */
function hasPasskey(settings, user, { passkeyMfa = false }) {
  if (settings.passkeys?.relyingPartyId === undefined || passkeysOf(user).length === 0)
    return false;
  if (secondFactor(settings, user) === undefined) return true;
  return passkeyMfa && settings.passkeys.factorConfiguration === MULTI_FACTOR;
}

/**
 * First factor → a function that says who has it; the parameter that answers it together with the choice; the function that checks
 * this answer; `asks`: its challenge sends a code or options; `ofMost`: an unknown name seems to have it too.
 */
const FACTORS = {
  __proto__: null,
  PASSWORD: { of: hasPassword, parameter: "PASSWORD", answer: byPassword, ofMost: true },
  PASSWORD_SRP: { of: hasPassword, parameter: "SRP_A", answer: bySrp, ofMost: true },
  EMAIL_OTP: { of: hasAddress("email"), asks: true },
  SMS_OTP: { of: hasAddress("phone_number"), asks: true },
  WEB_AUTHN: { of: hasPasskey, parameter: "CREDENTIAL", answer: byPasskey, asks: true },
};

/** The factors of a user, or those that an unknown name seems to have. */
const factorsOf = ({ settings, users }, user) =>
  Object.keys(FACTORS).filter((name) =>
    user === undefined
      ? FACTORS[name].ofMost
      : FACTORS[name].of(settings, user, users.recordOf(user)),
  );

/** The next step after this factor was chosen: its challenge, or what comes of the answer that came with the choice. */
function choose(state, { user, name, factor, parameters }) {
  const { parameter, answer, asks } = FACTORS[factor];
  if (parameters[parameter] !== undefined) return answer(state, user, parameters, { name });
  if (asks) return ask(state, user, factor);
  return {
    ChallengeName: factor,
    ChallengeParameters: { USER_ID_FOR_SRP: name },
    Session: beginSession(state, user, factor),
  };
}

/** A preference that the user has not is none. */
function begin(state, user, parameters) {
  if (user === undefined && !state.settings.hideUnknownUsers) throw noUser(state.settings);
  const { USERNAME, PREFERRED_CHALLENGE: preferred } = parameters;
  const name = user?.username ?? USERNAME;
  const factors = factorsOf(state, user);
  if (factors.includes(preferred)) {
    const answer = choose(state, { user, name, factor: preferred, parameters });
    // The answer lists the other choices too: API_InitiateAuth.html, examples 1 and 2.
    return answer.ChallengeName === preferred
      ? { AvailableChallenges: factors, ...answer }
      : answer;
  }
  return {
    AvailableChallenges: factors,
    ChallengeName: "SELECT_CHALLENGE",
    ChallengeParameters: { USER_ID_FOR_SRP: name },
    Session: beginSession(state, user, "SELECT_CHALLENGE"),
  };
}

const selectChallenge = {
  needs: ["ANSWER"],
  answer({ state, user, responses }) {
    const { ANSWER: factor } = responses;
    if (!factorsOf(state, user).includes(factor)) throw refusal("factorUnavailable", { factor });
    const { username: name } = user;
    return choose(state, { user, name, factor, parameters: responses });
  },
};

/** The row for an answer to a factor's own challenge. */
const factorAnswer = (factor) => {
  const { parameter, answer } = FACTORS[factor];
  return {
    needs: [parameter],
    answer: ({ state, user, responses, data }) => answer(state, user, responses, data),
  };
};

module.exports = {
  begin,
  responses: {
    SELECT_CHALLENGE: selectChallenge,
    PASSWORD: factorAnswer("PASSWORD"),
    PASSWORD_SRP: factorAnswer("PASSWORD_SRP"),
    WEB_AUTHN: factorAnswer("WEB_AUTHN"),
  },
};
