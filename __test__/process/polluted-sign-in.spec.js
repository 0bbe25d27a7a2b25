"use strict";

// As polluted-prototypes.spec.js, for signing in: no option, attribute, visitor, flow or binding comes from Object.prototype, whether a
// call has options or not, and what Cognito is sent stays the same.

const { playOnServer } = require("../support/polluted.js");
const { failure } = require("../../tools/testing/service-server.js");

const SESSION = "s3ss10n".repeat(6);
const NEW_PASSWORD = {
  ChallengeName: "NEW_PASSWORD_REQUIRED",
  ChallengeParameters: { requiredAttributes: "[]", userAttributes: "{}" },
  Session: SESSION,
};
const SMS_MFA = { ChallengeName: "SMS_MFA", ChallengeParameters: {}, Session: SESSION };
const TOKENS = {
  AuthenticationResult: {
    AccessToken: "a.b.c",
    ExpiresIn: 3600,
    IdToken: "d.e.f",
    RefreshToken: "refresh",
    TokenType: "Bearer",
  },
};
const { RefreshToken: _, ...refreshed } = TOKENS.AuthenticationResult;

const ANSWERS = {
  AdminInitiateAuth: { body: NEW_PASSWORD },
  InitiateAuth: { body: SMS_MFA },
  AdminRespondToAuthChallenge: { body: TOKENS },
  RespondToAuthChallenge: ({ body }) =>
    body.ChallengeResponses.SMS_MFA_CODE === "000000"
      ? failure("CodeMismatchException", "Invalid code received for user")
      : failure("NotAuthorizedException", "Invalid session for the user, session is expired."),
  GetTokensFromRefreshToken: { body: { AuthenticationResult: refreshed } },
  RevokeToken: { body: {} },
};

let played;
let sent;
let toAttacker;

beforeAll(async () => {
  const file = require.resolve("../support/sign-in-pollution.js");
  ({ played, sent, toAttacker } = await playOnServer(file, ANSWERS, {
    COGNITO_STATE_KEY: "Zm9yIHRlc3RzIG9ubHk6IDMyIGJ5dGVzIG9mIGtleQ",
  }));
}, 300_000);

test("without pollution the calls end as they should", () => {
  const reasonOf = (outcome) => /"([a-z-]+)",\d+,/.exec(outcome)?.[1] ?? outcome;
  const { clean } = played;
  const challenge =
    '{"signedIn":false,"name":"NEW_PASSWORD_REQUIRED","username":"theseus","requiredAttributes":[]';
  const tokens = expect.stringMatching(/^\{"signedIn":true,"idToken":"d\.e\.f"/);
  expect(
    Object.fromEntries(Object.keys(clean).map((call) => [call, reasonOf(clean[call])])),
  ).toEqual({
    "a sign-in": `${challenge},"attributes":{}}`,
    "a sign-in with options": `${challenge},"attributes":{}}`,
    "a sign-in with a visitor": '{"signedIn":false,"name":"SMS_MFA","username":"theseus"}',
    "a sign-in without a password": '{"signedIn":false,"name":"SMS_MFA","username":"theseus"}',
    "a sign-in with a preferred factor": '{"signedIn":false,"name":"SMS_MFA","username":"theseus"}',
    "a sign-in with a broken signal": "invalid-argument",
    "login of a user with a challenge": "challenge-required",
    "a challenge that is opened": `${challenge}}`,
    "a challenge that is opened without its binding": "invalid-argument",
    "a challenge that is opened with no options of its own": "invalid-argument",
    "a challenge that is saved": '"NEW_PASSWORD_REQUIRED"',
    "a challenge that is saved with a binding": '"NEW_PASSWORD_REQUIRED"',
    "an answer": tokens,
    "an answer with options": tokens,
    "a raw answer": tokens,
    "a raw answer with options": tokens,
    "a wrong code, twice": '"code-wrong code-wrong"',
    "a code that is too late, twice": '"challenge-expired challenge-expired"',
    "an answer with a broken signal, then a wrong code": '"invalid-argument code-wrong"',
    "a refresh": tokens,
    "a refresh with options": tokens,
    "a sign-out": undefined,
    "a sign-out with options": undefined,
  });
});

test("no call ends otherwise under pollution", () => {
  expect(played.cases).toBeGreaterThan(1_200);
  expect(played.differences).toEqual([]);
});

test("what is sent is the same in each case, and nothing goes elsewhere", () => {
  expect(toAttacker).toEqual([]);
  const texts = Object.keys(sent);
  expect(texts.filter((text) => /custom:role|admin|SMS_OTP|192\.0\.2\.66/.test(text))).toEqual([]);
  expect(texts.map((text) => text.split(" ")[0]).sort()).toEqual([
    ...["AdminInitiateAuth", "AdminInitiateAuth"],
    ...["AdminRespondToAuthChallenge", "AdminRespondToAuthChallenge"],
    ...["GetTokensFromRefreshToken", "GetTokensFromRefreshToken"],
    ...["InitiateAuth", "InitiateAuth", "InitiateAuth", "InitiateAuth"],
    ...["RespondToAuthChallenge", "RespondToAuthChallenge"],
    "RevokeToken",
  ]);
});
