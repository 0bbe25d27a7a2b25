"use strict";

// Answers to challenges.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html

const { notPlayed, refusal } = require("../answers.js");
const { attributesOf, checkAttributes, checkCustom } = require("../attributes.js");
const { withDevice } = require("../devices.js");
const { checkPassword } = require("../password-policy.js");
const { checkSecretHash } = require("../secret-hash.js");
const { checkSentCode, checkTotp, countWrongCodes } = require("../second-factors.js");
const { FACTORS } = require("../options.js");
const { ask, finish, nextStep } = require("./challenges.js");
const { checkAliases } = require("./changes.js");
const { customChallenge } = require("./custom-auth.js");
const { noUser } = require("./first-factor.js");
const { passwordVerifier } = require("./password-verifier.js");
const { validate } = require("./shapes.js");
const { VERIFIED } = require("./software-token.js");
const userAuth = require("./user-auth.js");

/** Before the name of an attribute in the answer to NEW_PASSWORD_REQUIRED. */
const ATTRIBUTE = "userAttributes.";

/** The attributes that an answer to NEW_PASSWORD_REQUIRED gives, or the refusal: none that has a value, all that are required. */
function givenAttributes(state, user, responses) {
  const { settings } = state;
  const list = Object.entries(responses)
    .filter(([name]) => name.startsWith(ATTRIBUTE))
    .map(([name, Value]) => ({ Name: name.slice(ATTRIBUTE.length), Value }));
  const attributes = attributesOf(list);
  for (const attribute of Object.keys(attributes)) {
    if (user.attributes[attribute] !== undefined) throw refusal("attributeGiven", { attribute });
  }
  const attribute = settings.requiredAttributes.find(
    (name) => attributes[name] === undefined && user.attributes[name] === undefined,
  );
  if (attribute !== undefined) throw refusal("attributeMissing", { attribute });
  checkAttributes(attributes);
  checkCustom(Object.keys({ ...user.attributes, ...attributes }));
  checkAliases(state, user, attributes);
  return attributes;
}

/** The same temporary password is a good new one: aws-amplify/amplify-js#7957. */
function newPassword({ state, user, responses }) {
  const { settings, users } = state;
  const { NEW_PASSWORD: password } = responses;
  validate({ newPassword: password }, { newPassword: "Password*" });
  checkPassword(settings, password);
  const attributes = givenAttributes(state, user, responses);
  Object.assign(user.attributes, attributes);
  users.setPassword(user, password);
  return nextStep(state, user);
}

/** The answer to a challenge that sent a code, which `name` has. */
const sentCode = (name) => ({
  needs: [name],
  answer({ state, user, responses, data }) {
    countWrongCodes(state, user, () =>
      checkSentCode(state, user, { sent: data.code, given: responses[name] }),
    );
    return finish(state, user);
  },
});

function softwareToken({ state, user, responses }) {
  const { SOFTWARE_TOKEN_MFA_CODE: code } = responses;
  countWrongCodes(state, user, () => checkTotp(state, user, { seed: user.totpSecret, code }));
  return finish(state, user);
}

function selectFactor({ state, user, responses }) {
  const { ANSWER: factor } = responses;
  if (!FACTORS.includes(factor) || !user.mfa.includes(factor)) {
    throw refusal("factorUnavailable", { factor });
  }
  return ask(state, user, factor);
}

/** The session is that of VerifySoftwareToken, which has verified the seed: now it is a factor of the sign-in, and of the next ones. */
function setUp({ state, user, data }) {
  user.mfa = ["SOFTWARE_TOKEN_MFA"];
  user.preferredMfa = "SOFTWARE_TOKEN_MFA";
  state.users.setTotp(user, data.seed);
  return finish(state, user);
}

/**
 * Challenge → the responses that it needs beside USERNAME, in the order in which they are missed; the handler; the name that its
 * session is kept under, if that is another; and what it checks before it looks at the user and the session.
 */
const RESPONSES = {
  __proto__: null,
  NEW_PASSWORD_REQUIRED: { needs: ["NEW_PASSWORD"], answer: newPassword },
  SMS_MFA: sentCode("SMS_MFA_CODE"),
  EMAIL_OTP: sentCode("EMAIL_OTP_CODE"),
  SOFTWARE_TOKEN_MFA: { needs: ["SOFTWARE_TOKEN_MFA_CODE"], answer: softwareToken },
  SELECT_MFA_TYPE: { needs: ["ANSWER"], answer: selectFactor },
  MFA_SETUP: { needs: [], session: VERIFIED, answer: setUp },
  PASSWORD_VERIFIER: passwordVerifier,
  CUSTOM_CHALLENGE: customChallenge,
  SMS_OTP: sentCode("SMS_OTP_CODE"),
  ...userAuth.responses,
};

/**
 * The user whom an answer names: by USER_ID_FOR_SRP, never by an alias (furaiev/amazon-cognito-identity-dart-2#223). A secret hash
 * that a client without a secret sends here is not looked at: measured by the authors of ministack.
 */
function challengedUser(state, { USERNAME: name, SECRET_HASH: hash }) {
  const { settings, users } = state;
  if (settings.clientSecret !== undefined) checkSecretHash(state, name, hash);
  const user = users.get(name);
  if (user === undefined) throw noUser(settings);
  if (!user.enabled) throw refusal("userDisabled");
  return user;
}

function respond({ state, body }) {
  const { ChallengeName: name, ChallengeResponses: responses, Session } = body;
  const challenge = RESPONSES[name];
  if (challenge === undefined) throw notPlayed(`the challenge ${name}`, Object.keys(RESPONSES));
  if (responses === undefined) throw refusal("responsesMissing");
  for (const parameter of ["USERNAME", ...challenge.needs]) {
    if (responses[parameter] === undefined) throw refusal("parameterMissing", { parameter });
  }
  challenge.check?.(responses);
  const user = challengedUser(state, responses);
  if (challenge.isWithoutSession?.(state, responses, Session)) {
    return challenge.answerWithoutSession({ state, user, responses });
  }
  const { clientId } = state.settings;
  const bound = { clientId, user, challenge: challenge.session ?? name };
  return state.sessions.answer(Session, bound, (data) =>
    challenge.answer({ state, user, responses, data }),
  );
}

const handle =
  ({ byAdmin }) =>
  async ({ state, body }) => {
    const { DEVICE_KEY: deviceKey } = body.ChallengeResponses ?? {};
    return withDevice(state, await respond({ state, body }), { deviceKey, byAdmin });
  };

const INPUT = {
  ClientId: "ClientId*",
  ChallengeName: "ChallengeName*",
  Session: "Session",
  ChallengeResponses: "Map",
  AnalyticsMetadata: "Any",
  ClientMetadata: "Map",
};

module.exports = {
  RespondToAuthChallenge: {
    family: "challenge",
    signed: false,
    category: "UserAuthentication",
    input: { ...INPUT, UserContextData: "Any" },
    handle: handle({ byAdmin: false }),
  },
  AdminRespondToAuthChallenge: {
    family: "challenge",
    signed: true,
    category: "UserAuthentication",
    input: { UserPoolId: "UserPoolId*", ...INPUT, ContextData: "Any" },
    handle: handle({ byAdmin: true }),
  },
};
