"use strict";

// Challenges: what each shows, what its answer sends, and how often it can be answered.

const { format, inspect } = require("node:util");
const { createAuth } = require("../..");
const { totpAt } = require("../../testing/totp.js");
const { useEnvironment } = require("../support/environment.js");
const { cut, failure, startServiceServer } = require("../../tools/testing/service-server.js");
const {
  NAME,
  PASSWORD,
  SECRET,
  STATE_KEY,
  TEMPORARY,
  error,
  operations,
  refusal,
  refused,
  shape,
  usePools,
} = require("./support.js");

const open = usePools();
const SEED = "JBSWY3DPEHPK3PXP";
const PHONE = { phone_number: "+14155550100", phone_number_verified: "true" };
const EMAIL = { email: "theseus@example.com", email_verified: "true" };
const FLOWS = [["ADMIN_NO_SRP_AUTH"], ["USER_PASSWORD_AUTH"]];
const RESPOND = "AdminRespondToAuthChallenge";
const last = (list) => list.at(-1);

describe.each(FLOWS)("with %s", (authFlow) => {
  const begin = async (options) => {
    const { pool, auth } = await open({ settings: { authFlow }, ...options });
    return { pool, auth, step: await auth.signIn(NAME, PASSWORD) };
  };
  const isSigned = authFlow.startsWith("ADMIN");

  test("NEW_PASSWORD_REQUIRED", async () => {
    const user = { temporaryPassword: PASSWORD, attributes: EMAIL };
    const { pool, auth, step } = await begin({
      user,
      requiredAttributes: ["given_name"],
      clientSecret: SECRET,
    });
    expect(step).toEqual({
      signedIn: false,
      name: "NEW_PASSWORD_REQUIRED",
      username: NAME,
      requiredAttributes: ["given_name"],
      attributes: expect.objectContaining({ email: EMAIL.email }),
    });
    expect(await refused(step.answer("short"))).toEqual(
      error(
        "InvalidPasswordException",
        "password-policy",
        "Password did not conform with policy: Password not long enough",
        400,
      ),
    );
    const tokens = await step.answer("New-Labyrinth2", { attributes: { given_name: "Theseus" } });
    expect(tokens.signedIn).toBe(true);
    const { operation, signed, body } = last(pool.requests);
    expect([operation, signed]).toEqual([
      isSigned ? "AdminRespondToAuthChallenge" : "RespondToAuthChallenge",
      isSigned,
    ]);
    expect(body.ChallengeResponses).toMatchObject({
      USERNAME: NAME,
      SECRET_HASH: expect.any(String),
      "userAttributes.given_name": "Theseus",
    });
    expect((await auth.signIn(NAME, "New-Labyrinth2")).signedIn).toBe(true);
  });

  test.each([
    [
      "SMS_MFA",
      { mfa: "OPTIONAL", user: { mfa: ["SMS_MFA"], attributes: PHONE } },
      "+*******0100",
      "SMS",
    ],
    [
      "EMAIL_OTP",
      { mfa: "ON", user: { mfa: ["EMAIL_OTP"], attributes: EMAIL } },
      "t***@e***",
      "EMAIL",
    ],
  ])("%s: a wrong code, then the right one", async (name, options, to, by) => {
    const { pool, step } = await begin(options);
    expect(step).toEqual({ signedIn: false, name, username: NAME, sent: { to, by } });
    const { code } = last(pool.outbox);
    const wrong = code === "000000" ? "000001" : "000000";
    expect(await refused(step.answer(wrong))).toEqual(
      error("CodeMismatchException", "code-wrong", "Invalid code received for user", 400),
    );
    expect((await step.answer(code)).signedIn).toBe(true);
    expect(last(pool.requests).body.ChallengeResponses).toMatchObject({ [`${name}_CODE`]: code });
  });

  test("SOFTWARE_TOKEN_MFA", async () => {
    const { pool, step } = await begin({ mfa: "OPTIONAL", user: { totpSecret: SEED } });
    expect(step).toEqual({ signedIn: false, name: "SOFTWARE_TOKEN_MFA", username: NAME });
    expect((await step.answer(pool.totp(NAME))).signedIn).toBe(true);
  });

  test("SELECT_MFA_TYPE", async () => {
    const user = { mfa: ["SOFTWARE_TOKEN_MFA", "SMS_MFA"], totpSecret: SEED, attributes: PHONE };
    const { pool, step } = await begin({ mfa: "ON", user });
    expect(step).toMatchObject({
      name: "SELECT_MFA_TYPE",
      choices: ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
    });
    const before = pool.requests.length;
    expect(await refusal(step.answer("EMAIL_OTP"))).toMatchObject({ reason: "invalid-argument" });
    expect(pool.requests).toHaveLength(before);
    const next = await step.answer("SOFTWARE_TOKEN_MFA");
    expect(last(pool.requests).body.ChallengeResponses.ANSWER).toBe("SOFTWARE_TOKEN_MFA");
    expect(next).toMatchObject({ name: "SOFTWARE_TOKEN_MFA" });
    expect((await next.answer(pool.totp(NAME))).signedIn).toBe(true);
  });

  test("MFA_SETUP: an authenticator app", async () => {
    const { pool, auth, step } = await begin({ mfa: "ON" });
    expect(step).toMatchObject({ name: "MFA_SETUP", choices: ["SOFTWARE_TOKEN_MFA"] });
    expect(step).not.toHaveProperty("totp");
    const setup = await step.answer("SOFTWARE_TOKEN_MFA");
    expect(setup).toMatchObject({
      name: "MFA_SETUP",
      totp: { secret: expect.stringMatching(/^[A-Z2-7]+$/) },
    });
    expect(setup.totp.uri).toBe(
      `otpauth://totp/${pool.userPoolId}:${NAME}?secret=${setup.totp.secret}&issuer=${pool.userPoolId}`,
    );
    const code = totpAt(setup.totp.secret, Date.now());
    const wrong = code === "000000" ? "000001" : "000000";
    expect(await refusal(setup.answer(wrong))).toMatchObject({
      name: "EnableSoftwareTokenMFAException",
      reason: "code-wrong",
      status: 400,
    });
    expect((await setup.answer(code)).signedIn).toBe(true);
    const sessions = pool.requests.map(({ body }) => body.Session).filter(Boolean);
    expect(operations(pool)).toEqual([
      isSigned ? "AdminInitiateAuth" : "InitiateAuth",
      "AssociateSoftwareToken",
      "VerifySoftwareToken",
      "VerifySoftwareToken",
      isSigned ? "AdminRespondToAuthChallenge" : "RespondToAuthChallenge",
    ]);
    // The wrong code's and the right code's are one; each other step has its own.
    expect(new Set(sessions).size).toBe(3);
    expect((await auth.signIn(NAME, PASSWORD)).name).toBe("SOFTWARE_TOKEN_MFA");
  });
});

describe("answered once", () => {
  const begin = async () => {
    const { pool, auth } = await open({ mfa: "OPTIONAL", user: { totpSecret: SEED } });
    return { pool, step: await auth.signIn(NAME, PASSWORD) };
  };
  const SPENT = { name: "NotAuthorizedException", reason: "challenge-expired", status: 401 };

  test("after success, and while an answer is on its way", async () => {
    const { pool, step } = await begin();
    const first = step.answer(pool.totp(NAME));
    expect(await refusal(step.answer(pool.totp(NAME)))).toMatchObject(SPENT);
    expect((await first).signedIn).toBe(true);
    expect(await refusal(step.answer(pool.totp(NAME)))).toMatchObject(SPENT);
    expect(await refusal(step.answerRaw({ A: "b" }))).toMatchObject(SPENT);
    expect(operations(pool)).toEqual(["AdminInitiateAuth", "AdminRespondToAuthChallenge"]);
  });

  test("Cognito's own words for a session that was used", async () => {
    const { pool, step } = await begin();
    pool.failNext(
      "AdminRespondToAuthChallenge",
      "NotAuthorizedException",
      "Invalid session for the user, session is expired.",
    );
    expect(await refused(step.answer("123456"))).toEqual(
      error(
        "NotAuthorizedException",
        "challenge-expired",
        "Invalid session for the user, session is expired.",
        401,
      ),
    );
    expect(await refusal(step.answer(pool.totp(NAME)))).toMatchObject(SPENT);
    expect(operations(pool)).toHaveLength(2);
  });

  test.each([
    ["code-wrong", "CodeMismatchException", "Invalid code received for user", 400],
    ["password-policy", "InvalidPasswordException", "Too short", 400],
  ])("open again after %s", async (reason, type, message, status) => {
    const { pool, step } = await begin();
    pool.failNext("AdminRespondToAuthChallenge", type, message, status);
    expect(await refusal(step.answer("123456"))).toMatchObject({ reason });
    expect((await step.answer(pool.totp(NAME))).signedIn).toBe(true);
  });

  test("open while nothing was sent", async () => {
    const { pool, step } = await begin();
    for (const value of [undefined, null, 5, "", {}, [], () => 1, "\ud800", "x".repeat(100_000)]) {
      expect(await refusal(step.answer(value))).toMatchObject({ reason: "invalid-argument" });
    }
    for (const options of [{ password: undefined }, { email: 5 }, { attributes: { a: 1 } }]) {
      expect(await refusal(step.answer("123456", options))).toMatchObject({
        reason: "invalid-argument",
      });
    }
    for (const responses of [
      undefined,
      null,
      "x",
      [],
      { USERNAME: "x" },
      { secret_hash: "x" },
      { A: 1 },
    ]) {
      expect(await refusal(step.answerRaw(responses))).toMatchObject({
        reason: "invalid-argument",
      });
    }
    const signal = AbortSignal.abort();
    expect(await refusal(step.answer("123456", { signal }))).toMatchObject({ reason: "aborted" });
    expect(operations(pool)).toEqual(["AdminInitiateAuth"]);
    const { answer } = step;
    expect((await answer(pool.totp(NAME))).signedIn).toBe(true);
  });

  test("open after a throttled answer, which had no effect", async () => {
    const { pool, auth } = await open({
      mfa: "OPTIONAL",
      user: { totpSecret: SEED },
      settings: { maxAttempts: 1 },
    });
    const step = await auth.signIn(NAME, PASSWORD);
    pool.failNext("AdminRespondToAuthChallenge", "TooManyRequestsException", "Slow down");
    const failed = await refusal(step.answer(pool.totp(NAME)));
    expect(failed).toMatchObject({ reason: "throttled", retryable: true });
    expect(Object.getOwnPropertyNames(failed)).not.toContain("open");
    expect((await step.answer(pool.totp(NAME))).signedIn).toBe(true);
  });

  test.each([
    ["throttled", (pool) => pool.failNext(RESPOND, "TooManyRequestsException", "Slow down")],
    ["service", (pool) => pool.failNext(RESPOND, "InternalErrorException", "x", 500)],
    ["network", (pool) => pool.down(RESPOND, "reset")],
  ])(
    "spent after a failure (%s) behind a part of the answer that took effect",
    async (reason, fail) => {
      const { pool, auth } = await open({ mfa: "ON", settings: { maxAttempts: 1 } });
      const step = await auth.signIn(NAME, PASSWORD);
      const setup = await step.answer("SOFTWARE_TOKEN_MFA");
      fail(pool);
      const failed = await refusal(setup.answer(totpAt(setup.totp.secret, Date.now())));
      pool.up();
      expect(failed).toMatchObject({ reason, retryable: false });
      expect(failed.hint).toMatch(/start the sign-in again/i);
      expect(Object.getOwnPropertyNames(failed)).not.toContain("open");
      const sent = operations(pool).length;
      expect(await refusal(setup.answer("123456"))).toMatchObject(SPENT);
      expect(operations(pool)).toHaveLength(sent);
    },
  );

  test("by whoever is first, also from inside a signal, or a subscriber to events", async () => {
    const diagnostics = require("node:diagnostics_channel");
    const { pool, step } = await begin();
    const inside = [];
    const again = () => inside.push(refusal(step.answer("222222")));
    const signal = {
      get aborted() {
        again();
        return false;
      },
      addEventListener: again,
      removeEventListener() {},
    };
    const channel = diagnostics.channel("tracing:cognito-auth-native:call:start");
    channel.subscribe(again);
    const answered = step.answer(pool.totp(NAME), { signal });
    channel.unsubscribe(again);
    expect((await answered).signedIn).toBe(true);
    expect(inside.length).toBeGreaterThan(2);
    for (const error of await Promise.all(inside)) expect(error).toMatchObject(SPENT);
    expect(operations(pool)).toEqual(["AdminInitiateAuth", "AdminRespondToAuthChallenge"]);
  });

  test("open after a signal that breaks", async () => {
    const { pool, step } = await begin();
    const signals = [
      5,
      {},
      {
        aborted: false,
        addEventListener() {
          throw new Error("broken");
        },
      },
    ];
    for (const signal of signals) {
      expect(await refusal(step.answer("123456", { signal }))).toMatchObject({
        reason: "invalid-argument",
      });
    }
    expect((await step.answer(pool.totp(NAME))).signedIn).toBe(true);
  });

  test("by the app client that it began with, whatever the environment says later", async () => {
    const { pool } = await open({ mfa: "OPTIONAL", user: { totpSecret: SEED } });
    const ofPool = pool.options;
    const { userPoolId: USER_POOL_ID, clientId: COGNITO_CLIENT_ID, stateKey, ...options } = ofPool;
    const restore = useEnvironment({
      USER_POOL_ID,
      COGNITO_CLIENT_ID,
      COGNITO_STATE_KEY: STATE_KEY,
    });
    try {
      const auth = createAuth(options);
      const step = await auth.signIn(NAME, PASSWORD);
      const other = await auth.signIn(NAME, PASSWORD);
      const resumed = auth.resume(other.save());
      const { challenge } = await refusal(auth.login(NAME, PASSWORD));
      process.env.COGNITO_CLIENT_ID = "another1client";
      for (const one of [step, resumed, challenge]) {
        expect(await refusal(one.answer("000000"))).toMatchObject({ reason: "code-wrong" });
        expect(last(pool.requests).body.ClientId).toBe(COGNITO_CLIENT_ID);
      }
      const state = step.save();
      expect((await step.answer(pool.totp(NAME))).signedIn).toBe(true);
      process.env.COGNITO_CLIENT_ID = COGNITO_CLIENT_ID;
      expect(auth.resume(state).username).toBe(NAME);
    } finally {
      restore();
    }
  });

  test.each(["reset", "cut"])("lost if the answer to it is lost (%s): one request", async (how) => {
    const { pool, step } = await begin();
    pool.down("AdminRespondToAuthChallenge", how);
    const failed = await refusal(step.answer(pool.totp(NAME)));
    pool.up();
    expect(failed).toMatchObject({ reason: "network", attempts: 1, retryable: false });
    expect(failed.hint).toMatch(/^Start the sign-in again/);
    expect(await refusal(step.answer(pool.totp(NAME)))).toMatchObject(SPENT);
    expect(operations(pool)).toHaveLength(2);
  });
});

describe("what it shows and hides", () => {
  let service;
  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());

  const begin = (body) => {
    service.next("AdminInitiateAuth", { body: { Session: "s3ss10n", ...body } });
    return createAuth(service.options).signIn(NAME, PASSWORD);
  };

  test("functions are its own, not enumerable, and need no this", async () => {
    const step = await begin({
      ChallengeName: "MFA_SETUP",
      ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]', USER_ID_FOR_SRP: "sub-1" },
    });
    for (const name of ["answer", "answerRaw", "save"]) {
      expect(Object.getOwnPropertyDescriptor(step, name)).toMatchObject({ enumerable: false });
    }
    service.next("AssociateSoftwareToken", { body: { SecretCode: "S33D", Session: "s3ss10n2" } });
    const { answer } = step;
    const setup = await answer("SOFTWARE_TOKEN_MFA");
    for (const one of [step, setup]) {
      const copies = [JSON.stringify(one), inspect({ ...one }), inspect(structuredClone(one))];
      for (const text of [...copies, inspect(one, { showHidden: true, depth: 9 })]) {
        expect(text).not.toMatch(/s3ss10n|sub-1/);
      }
    }
    expect(JSON.parse(JSON.stringify(setup)).totp.secret).toBe("S33D");
    expect({ ...setup.totp }.secret).toBe("S33D");
    expect(inspect(setup)).toContain("[hidden]");
    expect(inspect(setup)).not.toContain("S33D");
  });

  test("tokens are [hidden] in logs, and nowhere else", async () => {
    const AuthenticationResult = {
      AccessToken: "acc3ss",
      IdToken: "1d",
      RefreshToken: "r3fresh",
      ExpiresIn: 5,
    };
    const tokens = await begin({ AuthenticationResult });
    expect(inspect(tokens)).not.toMatch(/acc3ss|1d|r3fresh/);
    expect(inspect([{ tokens }], { depth: 5 })).not.toMatch(/acc3ss|r3fresh/);
    for (const text of [
      JSON.stringify(tokens),
      inspect({ ...tokens }),
      inspect(structuredClone(tokens)),
    ]) {
      expect(text).toMatch(/acc3ss.*r3fresh/s);
    }
  });

  test("an unknown challenge shows its parameters, and is answered raw", async () => {
    const step = await begin({
      ChallengeName: "WORDLE_2027",
      ChallengeParameters: { USERNAME: "sub-1", letters: "5" },
    });
    expect(step).toEqual({
      signedIn: false,
      name: "WORDLE_2027",
      username: NAME,
      parameters: { letters: "5" },
    });
    expect(await refusal(step.answer("x"))).toMatchObject({
      reason: "invalid-argument",
      message: "This challenge is answered with answerRaw",
    });
    service.next("AdminRespondToAuthChallenge", {
      body: { ChallengeName: "SMS_MFA", Session: "s" },
    });
    await step.answerRaw(
      { WORD: "ariadne" },
      { clientMetadata: { a: "b" }, visitor: { ip: "192.0.2.1" } },
    );
    expect(service.requests[1].body).toMatchObject({
      ChallengeName: "WORDLE_2027",
      Session: "s3ss10n",
      ChallengeResponses: { USERNAME: "sub-1", WORD: "ariadne" },
      ClientMetadata: { a: "b" },
      ContextData: { IpAddress: "192.0.2.1", ServerName: "", ServerPath: "/", HttpHeaders: [] },
    });
  });

  test("a passkey's answer is one string, given as an object or as text", async () => {
    const credential = { id: "a", response: { signature: "b", userHandle: null } };
    for (const value of [credential, JSON.stringify(credential)]) {
      const step = await begin({
        ChallengeName: "WEB_AUTHN",
        ChallengeParameters: { CREDENTIAL_REQUEST_OPTIONS: '{"challenge":"c"}' },
      });
      expect(step.publicKey).toEqual({ challenge: "c" });
      service.next("AdminRespondToAuthChallenge", { body: { ChallengeName: "SMS_MFA" } });
      await step.answer(value);
      const { CREDENTIAL } = last(service.requests).body.ChallengeResponses;
      expect(JSON.parse(CREDENTIAL)).toEqual(credential);
    }
  });

  test("answers of an authenticator app's set-up that cannot be read", async () => {
    const setUp = {
      ChallengeName: "MFA_SETUP",
      ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
    };
    for (const body of [
      {},
      { SecretCode: "S" },
      { Session: "s" },
      { SecretCode: 5, Session: "s" },
    ]) {
      const step = await begin(setUp);
      service.next("AssociateSoftwareToken", { body });
      expect(await refusal(step.answer("SOFTWARE_TOKEN_MFA"))).toMatchObject({ reason: "service" });
    }
    const setup = async () => {
      service.next("AssociateSoftwareToken", { body: { SecretCode: "S", Session: "s" } });
      return (await begin(setUp)).answer("SOFTWARE_TOKEN_MFA");
    };
    service.next("VerifySoftwareToken", { body: { Status: "SUCCESS" } });
    expect(await refusal((await setup()).answer("123456"))).toMatchObject({ reason: "service" });
    const step = await setup();
    service.next("VerifySoftwareToken", { body: { Status: "ERROR", Session: "s" } });
    expect(await refusal(step.answer("123456"))).toMatchObject({ reason: "code-wrong" });
    service.next(
      "VerifySoftwareToken",
      failure("EnableSoftwareTokenMFAException", "Code mismatch"),
      cut,
    );
    expect(await refusal(step.answer("123456"))).toMatchObject({ reason: "code-wrong" });
    expect(await refusal(step.answer("123456"))).toMatchObject({ reason: "network" });
  });

  test("an address for codes is set up by the choice of them", async () => {
    const step = await begin({
      ChallengeName: "MFA_SETUP",
      ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]' },
    });
    expect(await refusal(step.answer("EMAIL_OTP"))).toMatchObject({ reason: "invalid-argument" });
    service.next(RESPOND, { body: { ChallengeName: "EMAIL_OTP" } });
    const next = await step.answer("EMAIL_OTP", { email: EMAIL.email });
    expect(next.name).toBe("EMAIL_OTP");
    expect(last(service.requests).body.ChallengeResponses).toEqual({
      USERNAME: NAME,
      EMAIL: EMAIL.email,
    });
  });

  test("attributes that are not asked for need allow", async () => {
    const step = await begin({
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      ChallengeParameters: { requiredAttributes: '["userAttributes.name"]', userAttributes: "{}" },
    });
    const attributes = { name: "T", "custom:role": "admin" };
    expect(await refusal(step.answer("Pw", { attributes }))).toMatchObject({
      reason: "invalid-argument",
    });
    service.next(
      "AdminRespondToAuthChallenge",
      failure("NotAuthorizedException", "Cannot modify an already provided email"),
    );
    const failed = await refusal(step.answer("Pw", { attributes, allow: ["custom:role"] }));
    expect(failed).toMatchObject({ reason: "not-authorized", hint: expect.any(String) });
    expect(service.requests[1].body.ChallengeResponses).toEqual({
      USERNAME: NAME,
      NEW_PASSWORD: "Pw",
      "userAttributes.name": "T",
      "userAttributes.custom:role": "admin",
    });
  });
});

describe("login's error has the challenge", () => {
  test("to be answered, and hidden", async () => {
    const { pool, auth } = await open({ mfa: "OPTIONAL", user: { totpSecret: SEED } });
    const failed = await refusal(auth.login(NAME, PASSWORD));
    expect(shape(failed)).toEqual(
      error(
        "ChallengeRequiredError",
        "challenge-required",
        "The sign-in needs a further step: SOFTWARE_TOKEN_MFA",
        401,
      ),
    );
    expect(failed.challengeName).toBe("SOFTWARE_TOKEN_MFA");
    expect(Object.getOwnPropertyDescriptor(failed, "challenge")).toMatchObject({
      enumerable: false,
    });
    const hidden = inspect(failed, { showHidden: true, depth: 9 });
    for (const text of [
      JSON.stringify(failed),
      inspect(failed),
      failed.stack,
      hidden,
      format("%o", failed),
    ]) {
      expect(text).not.toContain(failed.session);
      expect(text).not.toContain("answerRaw");
    }
    expect(hidden).toContain("[session]: [Getter");
    // An application may take it away, before it hands the error to a logger of its own.
    const { session } = failed;
    failed.session = undefined;
    expect([typeof session, failed.session]).toEqual(["string", undefined]);
    const tokens = await failed.challenge.answer(pool.totp(NAME));
    expect(await auth.verifyToken(tokens.idToken)).toMatchObject({ "cognito:username": NAME });
  });

  test("a challenge that cannot be read is a challenge all the same", async () => {
    const service = await startServiceServer();
    const body = { ChallengeName: "SMS_MFA", Session: "s", ChallengeParameters: { a: 5 } };
    service.next("AdminInitiateAuth", { body });
    const failed = await refusal(createAuth(service.options).login(NAME, TEMPORARY));
    await service.stop();
    expect(failed).toMatchObject({ reason: "challenge-required", session: "s" });
    expect(failed.challenge).toBeUndefined();
  });
});
