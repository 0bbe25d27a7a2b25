"use strict";

// No password, code, session, token, seed or key shows in an error, a log or an event, whatever fails.

const diagnostics = require("node:diagnostics_channel");
const { inspect } = require("node:util");
const { createAuth } = require("../..");
const {
  cut,
  failure,
  reset,
  startServiceServer,
} = require("../../tools/testing/service-server.js");
const { settled } = require("../../tools/outcomes.js");
const { SECRET, STATE_KEY, refusal } = require("./support.js");

const SECRETS = {
  username: "th3seus",
  password: "L4byrinth-s3cret",
  code: "314159",
  session: "s3ss10n-0f-c0gn1t0",
  refresh: "r3fresh-t0ken",
  access: "acc3ss-t0ken",
  id: "1d-t0ken",
  seed: "JBSWY3DPEHPK3PXQ",
  clientSecret: SECRET,
  stateKey: STATE_KEY,
  metadata: "m3tadata",
  binding: "b1nding-c00kie",
};
const { username, password, code, session, refresh, access, id, seed, metadata, binding } = SECRETS;

let service;
beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

const auth = (options) =>
  createAuth({
    ...service.options,
    clientSecret: SECRET,
    stateKey: STATE_KEY,
    timeoutMs: 700,
    maxAttempts: 1,
    ...options,
  });

const FAILURES = [
  ["a connection that is reset", reset],
  ["an answer that is cut", cut],
  ["no answer", () => undefined],
  ["HTML", { status: 502, body: "<html>" }],
  ["no JSON", { body: "{" }],
  ["other members", { body: { AuthenticationResult: { AccessToken: 5, IdToken: id } } }],
  ["a challenge that cannot be read", { body: { ChallengeName: "<b>", Session: session } }],
  ["a wrong password", failure("NotAuthorizedException", "Incorrect username or password.")],
  ["a session that was used", failure("NotAuthorizedException", "Invalid session for the user.")],
  ["a wrong code", failure("CodeMismatchException", "Invalid code received for user")],
  ["an unknown user", failure("UserNotFoundException", "User does not exist.")],
];

const OPERATIONS = [
  "AdminInitiateAuth",
  "AdminRespondToAuthChallenge",
  "AssociateSoftwareToken",
  "GetTokensFromRefreshToken",
  "InitiateAuth",
  "RevokeToken",
  "VerifySoftwareToken",
];
const options = { clientMetadata: { metadata }, visitor: { ip: "192.0.2.1" } };
const MFA_SETUP = {
  body: {
    ChallengeName: "MFA_SETUP",
    ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
    Session: session,
  },
};
const ASSOCIATED = { body: { SecretCode: seed, Session: session } };

/** What is called, with what Cognito answers first. */
const CALLS = [
  ["signIn", () => auth().signIn(username, password, options)],
  ["login", () => auth().login(username, password)],
  [
    "signIn by a proof",
    () => auth({ authFlow: "USER_SRP_AUTH" }).signIn(username, password, options),
  ],
  ["refresh", () => auth().refresh(`${refresh}${Math.random()}`, { clientMetadata: { metadata } })],
  ["signOut", () => auth().signOut(refresh)],
  [
    "answer",
    async (answers) => {
      const body = { ChallengeName: "SMS_MFA", Session: session };
      service.next("AdminInitiateAuth", { body });
      const step = await auth().signIn(username, password);
      answers();
      return step.answer(code, options);
    },
  ],
  [
    "answer with a code of an authenticator app",
    async (answers) => {
      service.next("AdminInitiateAuth", MFA_SETUP);
      service.next("AssociateSoftwareToken", ASSOCIATED);
      const step = await auth().signIn(username, password);
      const setup = await step.answer("SOFTWARE_TOKEN_MFA");
      answers();
      return setup.answer(code, options);
    },
  ],
];
const OF_ANSWERS = ["answer", "answer with a code of an authenticator app"];

function expectClean(what) {
  const texts = [
    inspect(what, { depth: 9 }),
    JSON.stringify(what),
    String(what?.stack),
    String(what?.message),
    String(what?.hint),
    inspect(what?.cause),
  ];
  for (const [name, secret] of Object.entries(SECRETS)) {
    for (const text of texts) expect([name, String(text).includes(secret)]).toEqual([name, false]);
  }
}

describe.each(CALLS)("%s", (name, call) => {
  test.each(FAILURES)("%s", async (_what, answer) => {
    const fails = () => {
      for (const operation of OPERATIONS) service.always(operation, answer);
    };
    if (!OF_ANSWERS.includes(name)) fails();
    const events = [];
    const channel = diagnostics.channel("tracing:cognito-auth-native:call:asyncEnd");
    const note = (event) => events.push(event);
    channel.subscribe(note);
    // What a call does not read cannot be wrong for it.
    const { error } = await settled(call(fails));
    channel.unsubscribe(note);
    expect(error?.reason).not.toBe("internal");
    expectClean(error);
    expectClean(events);
  });
});

test("what is wrong with an argument is said without it", async () => {
  service.next("AdminInitiateAuth", { body: { ChallengeName: "SMS_MFA", Session: session } });
  const step = await auth().signIn(username, password);
  const state = step.save({ binding });
  const errors = await Promise.all([
    refusal(auth().signIn(username, [password])),
    refusal(auth().signIn([username], password)),
    refusal(auth().signIn(username, password, { authFlow: password })),
    refusal(auth().signIn(username, password, { clientMetadata: [metadata] })),
    refusal(auth().signIn(username, password, { visitor: { ip: [metadata] } })),
    refusal(auth().refresh([refresh])),
    refusal(auth().signOut([refresh])),
    refusal(step.answer([code])),
    refusal(step.answer(code, { password: [password] })),
    refusal(step.answerRaw({ USERNAME: username })),
    refusal(step.answerRaw([session])),
    refusal((async () => auth().resume(`${state}${session}`, { binding }))()),
    refusal((async () => auth().resume(state, { binding: [binding] }))()),
    refusal((async () => step.save({ binding: [binding] }))()),
  ]);
  for (const error of errors) {
    expectClean(error);
    expect(inspect(error)).not.toContain(state.slice(0, 30));
  }
});

test("what succeeds is hidden in logs", async () => {
  const AuthenticationResult = {
    AccessToken: access,
    IdToken: id,
    RefreshToken: refresh,
    ExpiresIn: 60,
  };
  service.next("AdminInitiateAuth", { body: { AuthenticationResult } }, MFA_SETUP);
  service.next("AssociateSoftwareToken", ASSOCIATED);
  const tokens = await auth().signIn(username, password);
  const step = await auth().signIn(username, password);
  const setup = await step.answer("SOFTWARE_TOKEN_MFA");
  for (const shown of [tokens, setup]) {
    for (const text of [inspect(shown), inspect({ shown }, { depth: 9, showHidden: true })]) {
      for (const secret of [password, session, refresh, access, id, seed, SECRET, STATE_KEY]) {
        expect(text).not.toContain(secret);
      }
    }
  }
});
