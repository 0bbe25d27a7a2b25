"use strict";

// USER_AUTH: the user, or the application, chooses the first factor.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html

const { refusal } = require("../answers.js");
const { ask, beginSession, nextStep, secondFactor } = require("./challenges.js");
const { checkNoReset, checkPassword, noUser, passwordOf } = require("./first-factor.js");
const { askForProof } = require("./password-verifier.js");

function byPassword(state, user, { PASSWORD }) {
  if (user === undefined) throw refusal("badCredentials");
  checkPassword(state, user, PASSWORD);
  checkNoReset(user);
  return nextStep(state, user);
}

const bySrp = (state, user, { SRP_A: srpA }, name) =>
  askForProof(state, { user, name, srpA, proceed: nextStep });

const hasPassword = (_settings, user) => passwordOf(user) !== undefined;

/**
 * A code that is the first factor leaves none for the second one: users who need a second factor have none of these.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 */
const hasAddress = (attribute) => (settings, user) =>
  user.attributes[`${attribute}_verified`] === "true" && secondFactor(settings, user) === undefined;

/** First factor → who has it, the parameter that answers it together with its choice, and what that answer leads to. */
const FACTORS = {
  __proto__: null,
  PASSWORD: { of: hasPassword, parameter: "PASSWORD", answer: byPassword },
  PASSWORD_SRP: { of: hasPassword, parameter: "SRP_A", answer: bySrp },
  EMAIL_OTP: { of: hasAddress("email") },
  SMS_OTP: { of: hasAddress("phone_number") },
};

/** The factors of a user. Of a name that there is not: those of most users. */
const factorsOf = ({ settings }, user) =>
  Object.keys(FACTORS).filter((name) =>
    user === undefined ? FACTORS[name].parameter : FACTORS[name].of(settings, user),
  );

/** The next step after this factor was chosen: its challenge, or what comes of the answer that came with the choice. */
function choose(state, { user, name, factor, parameters }) {
  const { parameter, answer } = FACTORS[factor];
  if (parameter === undefined) return ask(state, user, factor);
  if (parameters[parameter] !== undefined) return answer(state, user, parameters, name);
  return {
    ChallengeName: factor,
    ChallengeParameters: { USER_ID_FOR_SRP: name },
    Session: beginSession(state, { username: name }, factor),
  };
}

/** A preference that the user has not is none. */
function begin(state, user, parameters) {
  if (user === undefined && !state.settings.hideUnknownUsers) throw noUser(state.settings);
  const { USERNAME, PREFERRED_CHALLENGE: preferred } = parameters;
  const name = user?.username ?? USERNAME;
  const factors = factorsOf(state, user);
  if (factors.includes(preferred)) {
    return choose(state, { user, name, factor: preferred, parameters });
  }
  return {
    AvailableChallenges: factors,
    ChallengeName: "SELECT_CHALLENGE",
    ChallengeParameters: { USER_ID_FOR_SRP: name },
    Session: beginSession(state, { username: name }, "SELECT_CHALLENGE"),
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
    answer: ({ state, user, responses }) => answer(state, user, responses),
  };
};

module.exports = {
  begin,
  responses: {
    SELECT_CHALLENGE: selectChallenge,
    PASSWORD: factorAnswer("PASSWORD"),
    PASSWORD_SRP: factorAnswer("PASSWORD_SRP"),
  },
};
