"use strict";

// Answers to challenges, by raw requests: the cases of the specification as data. Words in quotes are Cognito's.

const { begin, outcome, play, respond, startPool } = require("../support/test-pool.js");
const { hash } = require("./cases/refusals.js");

const PASSWORD = "Labyrinth1";
const NEXT_PASSWORD = "Labyrinth2";
const SECRET = "0123456789abcdefghijklmnopqrstuv";
const ADDRESSES = { email: "theseus@example.com", phone_number: "+14155550100" };
const SEED = "JBSWY3DPEHPK3PXP";

const CODE_WRONG = ["CodeMismatchException", "Invalid code received for user"];
const USED = [
  "NotAuthorizedException",
  "Invalid session for the user, session can only be used once.",
];
const EXPIRED = ["NotAuthorizedException", "Invalid session for the user, session is expired."];
const FOREIGN = ["NotAuthorizedException", "Invalid session for the user."];
const missing = (name) => ["InvalidParameterException", `Missing required parameter ${name}`];

/** A pool for each set of options: making keys takes the time of these tests. */
const pools = new Map();
let pool;
async function usePool(options) {
  const key = JSON.stringify(options);
  if (!pools.has(key)) pools.set(key, await startPool(options));
  pool = pools.get(key);
}
afterAll(() => Promise.all([...pools.values()].map((one) => one.stop())));

const byPassword = (name = "theseus", password = PASSWORD, more = {}) =>
  begin(pool, "USER_PASSWORD_AUTH", { USERNAME: name, PASSWORD: password, ...more });

/** A pool with theseus, who is what `user` says, and the challenge that his sign-in begins with. */
async function challenged(options, user) {
  const password = user.temporaryPassword === undefined && { password: PASSWORD };
  await usePool(options);
  pool.users.set("theseus", {
    username: "theseus",
    attributes: ADDRESSES,
    ...password,
    ...user,
  });
  pool.users.set("ariadne", { username: "ariadne", password: PASSWORD });
  return byPassword();
}

const code = () => pool.outbox.at(-1).code;
/** Six digits that are not these. */
const another = (digits) => (digits === "000000" ? "000001" : "000000");

const CODES = [
  ["SMS_MFA", "SMS_MFA_CODE", code],
  ["EMAIL_OTP", "EMAIL_OTP_CODE", code],
  ["SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE", () => pool.totp("theseus")],
];

describe.each(CODES)("%s", (factor, name, right) => {
  const start = () => challenged({ mfa: "OPTIONAL" }, { mfa: [factor] });

  test.each([[false], [true]])(
    "a wrong code, the right one, a second time; admin: %p",
    async (admin) => {
      const challenge = await start();
      const answer = async (digits) =>
        outcome(await respond(pool, challenge, { [name]: digits }, { admin }));
      expect(await answer(another(right()))).toEqual(CODE_WRONG);
      expect(await answer(right())).toBe("tokens");
      expect(await answer(right())).toEqual(USED);
    },
  );

  test("no code", async () => {
    const challenge = await start();
    expect(outcome(await respond(pool, challenge, {}))).toEqual(missing(name));
  });

  test("too late", async () => {
    const challenge = await start();
    pool.advance(180);
    expect(outcome(await respond(pool, challenge, { [name]: right() }))).toEqual(EXPIRED);
  });
});

test("an authenticator app's code is good once, in its own 30 seconds or the next", async () => {
  await challenged({ mfa: "OPTIONAL" }, { totpSecret: SEED });
  const signIn = async (SOFTWARE_TOKEN_MFA_CODE) =>
    outcome(await respond(pool, await byPassword(), { SOFTWARE_TOKEN_MFA_CODE }));
  // The next step has just begun, so that none begins meanwhile.
  const { headers } = await play(pool, "GetUser", { AccessToken: "x" });
  pool.advance(31 - (Math.floor(new Date(headers.get("date")).getTime() / 1000) % 30));
  const first = pool.totp("theseus");
  expect(await signIn(first)).toBe("tokens");
  expect(await signIn(first)).toEqual([
    "ExpiredCodeException",
    "Your software token has already been used once.",
  ]);
  pool.advance(30);
  const second = pool.totp("theseus");
  pool.advance(30);
  expect(await signIn(second)).toBe("tokens");
  const third = pool.totp("theseus");
  pool.advance(60);
  expect(await signIn(third)).toEqual(CODE_WRONG);
});

test("a code of an earlier sign-in", async () => {
  await challenged({ mfa: "OPTIONAL" }, { mfa: ["SMS_MFA"] });
  const early = code();
  let challenge;
  do challenge = await byPassword();
  while (code() === early);
  expect(outcome(await respond(pool, challenge, { SMS_MFA_CODE: early }))).toEqual([
    "CodeMismatchException",
    "Invalid code or auth state for the user.",
  ]);
});

describe("sessions, names and secret hashes", () => {
  const start = () => challenged({ mfa: "OPTIONAL", aliases: ["email"] }, { mfa: ["SMS_MFA"] });
  const answer = async (change, responses = {}) => {
    const challenge = { ...(await start()), ...change };
    return outcome(await respond(pool, challenge, { SMS_MFA_CODE: code(), ...responses }));
  };

  const CASES = [
    ["no session", { Session: undefined }, {}, missing("Session")],
    ["an unknown session", { Session: "x".repeat(20) }, {}, FOREIGN],
    ["another user's name", {}, { USERNAME: "ariadne" }, FOREIGN],
    [
      "an alias",
      {},
      { USERNAME: ADDRESSES.email },
      ["UserNotFoundException", "User does not exist."],
    ],
    ["no name", {}, { USERNAME: undefined }, missing("USERNAME")],
    ["another challenge", { ChallengeName: "EMAIL_OTP" }, { EMAIL_OTP_CODE: "123456" }, FOREIGN],
    [
      "a hash that the client does not need is not looked at",
      {},
      { SECRET_HASH: "bm8=" },
      "tokens",
    ],
  ];
  test.each(CASES)("%s", async (_name, change, responses, expected) => {
    expect(await answer(change, responses)).toEqual(expected);
  });

  test("no responses", async () => {
    const { ChallengeName, Session } = await start();
    const { body } = await play(pool, "RespondToAuthChallenge", { ChallengeName, Session });
    expect(outcome(body)).toEqual([
      "InvalidParameterException",
      "Missing required parameter challenge responses.",
    ]);
  });

  test("a user who was disabled meanwhile", async () => {
    const challenge = await start();
    pool.users.get("theseus").enabled = false;
    expect(outcome(await respond(pool, challenge, { SMS_MFA_CODE: code() }))).toEqual([
      "NotAuthorizedException",
      "User is disabled.",
    ]);
  });

  test("the secret hash is that of the real name, and not that of the alias", async () => {
    await usePool({ clientSecret: SECRET, mfa: "ON", aliases: ["email"] });
    pool.addUser({
      username: "theseus",
      password: PASSWORD,
      attributes: ADDRESSES,
      mfa: ["SMS_MFA"],
    });
    const of = (name) => ({ SECRET_HASH: hash(pool, name) });
    const challenge = await byPassword(ADDRESSES.email, PASSWORD, of(ADDRESSES.email));
    const SMS_MFA_CODE = code();
    const wrong = await respond(pool, challenge, { SMS_MFA_CODE, ...of(ADDRESSES.email) });
    expect(outcome(wrong)).toEqual([
      "NotAuthorizedException",
      `Unable to verify secret hash for client ${pool.clientId}`,
    ]);
    const right = await respond(pool, challenge, { SMS_MFA_CODE, ...of("theseus") });
    expect(outcome(right)).toBe("tokens");
  });
});

describe("NEW_PASSWORD_REQUIRED", () => {
  const start = (options) =>
    challenged({ requiredAttributes: ["given_name"], ...options }, { temporaryPassword: PASSWORD });
  const GIVEN = { "userAttributes.given_name": "Theseus" };
  const SHORT = [
    "InvalidPasswordException",
    "Password did not conform with policy: Password not long enough",
  ];

  test("the password is the user's from then on, and so are the attributes", async () => {
    const challenge = await start();
    const body = await respond(pool, challenge, { NEW_PASSWORD: NEXT_PASSWORD, ...GIVEN });
    expect(outcome(body)).toBe("tokens");
    expect(pool.users.get("theseus")).toMatchObject({
      status: "CONFIRMED",
      password: NEXT_PASSWORD,
      attributes: { given_name: "Theseus" },
    });
    expect(outcome(await byPassword("theseus", NEXT_PASSWORD))).toBe("tokens");
    expect(outcome(await byPassword())).toEqual([
      "NotAuthorizedException",
      "Incorrect username or password.",
    ]);
  });

  const CASES = [
    [
      "an attribute that has a value",
      { ...GIVEN, "userAttributes.email": "a@example.com" },
      ["NotAuthorizedException", "Cannot modify an already provided email"],
    ],
    [
      "without one that is required",
      {},
      ["InvalidParameterException", "Invalid attributes given, given_name is missing"],
    ],
    [
      "one that only Cognito writes",
      { ...GIVEN, "userAttributes.sub": "x" },
      ["NotAuthorizedException", "Cannot modify an already provided sub"],
    ],
    [
      "an unknown one",
      { ...GIVEN, "userAttributes.ship": "x" },
      [
        "InvalidParameterException",
        "Attributes did not conform to the schema: ship: Attribute does not exist in the schema.\n",
      ],
    ],
    ["no password", { NEW_PASSWORD: undefined, ...GIVEN }, missing("NEW_PASSWORD")],
    ["the same password", { NEW_PASSWORD: PASSWORD, ...GIVEN }, "tokens"],
  ];
  test.each(CASES)("%s", async (_name, responses, expected) => {
    const challenge = await start();
    const body = await respond(pool, challenge, { NEW_PASSWORD: NEXT_PASSWORD, ...responses });
    expect(outcome(body)).toEqual(expected);
  });

  test.each([
    [false, "tokens"],
    [true, USED],
  ])("after a password against the policy, strict: %p", async (strict, expected) => {
    const challenge = await start({ strict });
    const answer = async (NEW_PASSWORD) =>
      outcome(await respond(pool, challenge, { NEW_PASSWORD, ...GIVEN }));
    expect(await answer("Lab1")).toEqual(SHORT);
    expect(await answer(NEXT_PASSWORD)).toEqual(expected);
  });

  test("a second factor comes after it", async () => {
    const user = { temporaryPassword: PASSWORD, mfa: ["SMS_MFA"] };
    const challenge = await challenged({ mfa: "ON" }, user);
    const next = await respond(pool, challenge, { NEW_PASSWORD: NEXT_PASSWORD });
    expect(outcome(next)).toBe("SMS_MFA");
    expect(next.Session).not.toBe(challenge.Session);
    expect(outcome(await respond(pool, next, { SMS_MFA_CODE: code() }))).toBe("tokens");
  });
});

describe("SELECT_MFA_TYPE", () => {
  const start = (more) =>
    challenged({ mfa: "OPTIONAL" }, { mfa: ["SMS_MFA", "SOFTWARE_TOKEN_MFA"], ...more });

  test("the user's choice is asked for, with a session of its own", async () => {
    const challenge = await start();
    const next = await respond(pool, challenge, { ANSWER: "SMS_MFA" });
    expect(outcome(next)).toBe("SMS_MFA");
    expect(next.ChallengeParameters).toMatchObject({ CODE_DELIVERY_DESTINATION: "+*******0100" });
    expect(outcome(await respond(pool, challenge, { ANSWER: "SMS_MFA" }))).toEqual(USED);
    expect(outcome(await respond(pool, next, { SMS_MFA_CODE: code() }))).toBe("tokens");
  });

  test.each(["EMAIL_OTP", "EMAIL_MFA", "sms"])("%s is none of the user's", async (ANSWER) => {
    const challenge = await start();
    const [type] = outcome(await respond(pool, challenge, { ANSWER }));
    expect(type).toBe("InvalidParameterException");
  });

  test("a preferred factor leaves no choice", async () => {
    expect(outcome(await start({ preferredMfa: "SMS_MFA" }))).toBe("SMS_MFA");
  });
});

describe("MFA_SETUP", () => {
  const start = () => challenged({ mfa: "ON" }, {});
  const associate = async (Session) =>
    (await play(pool, "AssociateSoftwareToken", { Session })).body;
  const verify = async (Session, UserCode) =>
    (await play(pool, "VerifySoftwareToken", { Session, UserCode })).body;

  test("three calls, three sessions; then the app is a factor", async () => {
    const challenge = await start();
    const first = await associate(challenge.Session);
    expect(first).toEqual({
      SecretCode: expect.stringMatching(/^[A-Z2-7]{52}$/),
      Session: expect.any(String),
    });
    expect(outcome(await verify(first.Session, another(pool.totp("theseus"))))).toEqual([
      "EnableSoftwareTokenMFAException",
      "Code mismatch and fail enable Software Token MFA",
    ]);
    const second = await verify(first.Session, pool.totp("theseus"));
    expect(second).toEqual({ Status: "SUCCESS", Session: expect.any(String) });
    const sessions = [challenge.Session, first.Session, second.Session];
    expect(new Set(sessions).size).toBe(3);
    // Only the newest one is an answer.
    for (const Session of sessions.slice(0, 2)) {
      expect(outcome(await respond(pool, { ...challenge, Session }, {}))).toEqual(FOREIGN);
    }
    expect(outcome(await associate(challenge.Session))).toEqual(USED);
    expect(outcome(await verify(first.Session, pool.totp("theseus")))).toEqual(USED);
    const last = { ...challenge, Session: second.Session };
    expect(outcome(await respond(pool, last, {}))).toBe("tokens");
    expect(pool.users.get("theseus").totpSecret).toBe(first.SecretCode);

    pool.advance(30);
    const next = await byPassword();
    expect(outcome(next)).toBe("SOFTWARE_TOKEN_MFA");
    const responses = { SOFTWARE_TOKEN_MFA_CODE: pool.totp("theseus") };
    expect(outcome(await respond(pool, next, responses))).toBe("tokens");
  });

  test("without either session or access token, and with another challenge's session", async () => {
    await start();
    expect(outcome(await associate())).toEqual(missing("Session"));
    expect(outcome(await associate("x".repeat(20)))).toEqual(FOREIGN);
    expect(outcome(await verify(undefined, "123456"))).toEqual(missing("Session"));
  });

  test("in a pool without second factors", async () => {
    await challenged({ mfa: "OFF" }, {});
    const OFF = [
      "SoftwareTokenMFANotFoundException",
      "Software Token MFA has not been enabled by the userPool",
    ];
    const AccessToken = pool.accessToken("theseus");
    const { body } = await play(pool, "AssociateSoftwareToken", { AccessToken });
    expect(outcome(body)).toEqual(OFF);
    const verified = await play(pool, "VerifySoftwareToken", { AccessToken, UserCode: "123456" });
    expect(outcome(verified.body)).toEqual(OFF);
  });
});
