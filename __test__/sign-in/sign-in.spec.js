"use strict";

// signIn and login by each flow.

const { createDiffieHellmanGroup } = require("node:crypto");
const { AuthError, createAuth } = require("../..");
const {
  CLIENT,
  POOL,
  failure,
  reset,
  startServiceServer,
} = require("../../tools/testing/service-server.js");
const { useEnvironment } = require("../support/environment.js");
const {
  NAME,
  PASSWORD,
  SECRET,
  error,
  operations,
  refusal,
  refused,
  usePools,
} = require("./support.js");

const open = usePools();
const WRONG = error(
  "NotAuthorizedException",
  "bad-credentials",
  "Incorrect username or password.",
  401,
);
const FLOWS = [
  "ADMIN_NO_SRP_AUTH",
  "ADMIN_USER_PASSWORD_AUTH",
  "USER_PASSWORD_AUTH",
  "USER_SRP_AUTH",
  "USER_AUTH",
];
/** The first answer of a sign-in, when all is well. */
const TOKENS = {
  AuthenticationResult: {
    AccessToken: "a.b.c",
    IdToken: "d.e.f",
    RefreshToken: "g.h.i",
    ExpiresIn: 3600,
    TokenType: "Bearer",
  },
  ChallengeParameters: {},
};

describe.each(FLOWS)("%s", (authFlow) => {
  test("tokens, and login's ID token", async () => {
    const { pool, auth } = await open({ settings: { authFlow }, clientSecret: SECRET });
    const began = Date.now();
    const tokens = await auth.signIn(NAME, PASSWORD);
    expect(tokens).toEqual({
      signedIn: true,
      idToken: expect.any(String),
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresAt: expect.any(Number),
    });
    expect(tokens.expiresAt - began).toBeGreaterThanOrEqual(3_600_000);
    expect(await auth.verifyToken(tokens.idToken)).toMatchObject({ "cognito:username": NAME });
    expect(await auth.verifyToken(await auth.login(NAME, PASSWORD))).toMatchObject({
      "cognito:username": NAME,
    });
    const isAdmin = authFlow.startsWith("ADMIN");
    const sent = pool.requests.filter(({ operation }) => operation !== "keys");
    for (const { operation, signed } of sent) {
      expect([operation, operation.startsWith("Admin"), signed]).toEqual([
        operation,
        isAdmin,
        isAdmin,
      ]);
    }
    const isProved = authFlow === "USER_SRP_AUTH";
    expect(JSON.stringify(sent).includes(PASSWORD)).toBe(!isProved);
    expect(sent).toHaveLength(isProved ? 4 : 2);
  });

  test("a wrong password and an unknown user look the same", async () => {
    const { auth } = await open({ settings: { authFlow } });
    const errors = await Promise.all([
      refusal(auth.signIn(NAME, "Labyrinth2")),
      refusal(auth.signIn("nobody", PASSWORD)),
    ]);
    for (const one of errors) {
      expect(one).toBeInstanceOf(AuthError);
      expect(one).toMatchObject(WRONG);
    }
    const [wrong, unknown] = errors.map((one) => Object.keys(one));
    expect(unknown).toEqual(wrong);
    expect(errors[1].cause).toBeUndefined();
    expect(`${errors[1].stack}${JSON.stringify(errors[1])}`).not.toContain("UserNotFound");
  });
});

test("login tells an unknown user, as the original does", async () => {
  const { auth } = await open();
  expect(await refused(auth.login("nobody", PASSWORD))).toEqual(
    error("UserNotFoundException", "user-missing", "User does not exist.", 404),
  );
});

test("an option goes before the Auth's flow, and no other flow is tried", async () => {
  const { pool, auth } = await open();
  await auth.signIn(NAME, PASSWORD, { authFlow: "USER_PASSWORD_AUTH" });
  pool.failNext(
    "InitiateAuth",
    "InvalidParameterException",
    "USER_PASSWORD_AUTH flow not enabled for this client",
  );
  const failed = await refusal(auth.signIn(NAME, PASSWORD, { authFlow: "USER_PASSWORD_AUTH" }));
  expect(failed).toMatchObject({
    reason: "config",
    hint: expect.stringContaining("ALLOW_USER_PASSWORD_AUTH"),
  });
  expect(operations(pool)).toEqual(["InitiateAuth", "InitiateAuth"]);
});

test("a wrong flow is a config error that names the six", async () => {
  const six =
    /ADMIN_NO_SRP_AUTH, ADMIN_USER_PASSWORD_AUTH, CUSTOM_AUTH, USER_AUTH, USER_PASSWORD_AUTH, USER_SRP_AUTH$/;
  expect(() => createAuth({ authFlow: "PASSWORD" })).toThrow(six);
  const { pool, auth } = await open();
  const failed = await refusal(auth.signIn(NAME, PASSWORD, { authFlow: "PASSWORD" }));
  expect(failed).toMatchObject({ reason: "config", message: expect.stringMatching(six) });
  expect(pool.requests).toEqual([]);
});

test("USER_AUTH proves the password on request", async () => {
  const { pool, auth } = await open({ settings: { authFlow: "USER_AUTH" } });
  const tokens = await auth.signIn(NAME, PASSWORD, { prefer: "PASSWORD_SRP" });
  expect(tokens.signedIn).toBe(true);
  expect(JSON.stringify(pool.requests)).not.toContain(PASSWORD);
  for (const options of [
    { prefer: "EMAIL_OTP" },
    { prefer: "PASSWORD", authFlow: "USER_SRP_AUTH" },
  ]) {
    expect(await refusal(auth.signIn(NAME, PASSWORD, options))).toMatchObject({ reason: "config" });
  }
});

test("CUSTOM_AUTH proves the password first, then asks what the triggers ask", async () => {
  const customAuth = ({ session }) => {
    const last = session.at(-1);
    if (last?.name === "SRP_A") return { next: "PASSWORD_VERIFIER" };
    if (last?.name === "CUSTOM_CHALLENGE" && last.result) return { next: true };
    return { next: "CUSTOM_CHALLENGE", parameters: { question: "6 × 7" }, answer: "42" };
  };
  const { pool, auth } = await open({ customAuth, settings: { authFlow: "CUSTOM_AUTH" } });
  const step = await auth.signIn(NAME, PASSWORD);
  expect(step).toMatchObject({ name: "CUSTOM_CHALLENGE", parameters: { question: "6 × 7" } });
  const again = await step.answer("41");
  expect(again).toMatchObject({ name: "CUSTOM_CHALLENGE" });
  expect((await again.answer("42")).signedIn).toBe(true);
  const [begun, ...answers] = pool.requests.map(({ body }) => body);
  expect(begun.AuthParameters).toEqual({
    USERNAME: NAME,
    CHALLENGE_NAME: "SRP_A",
    SRP_A: expect.stringMatching(/^[0-9a-f]+$/),
  });
  const names = answers.map(({ ChallengeName }) => ChallengeName);
  expect(names).toEqual(["PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "CUSTOM_CHALLENGE"]);
  expect(new Set(answers.map(({ Session }) => Session ?? "none")).size).toBe(3);
  expect(JSON.stringify(pool.requests)).not.toContain(PASSWORD);
});

test("by an alias, a proof answers under the user's own name", async () => {
  const attributes = { email: "theseus@example.com", email_verified: "true" };
  const { pool, auth } = await open({
    aliases: ["email"],
    user: { attributes },
    clientSecret: SECRET,
    settings: { authFlow: "USER_SRP_AUTH" },
  });
  expect((await auth.signIn(attributes.email, PASSWORD)).signedIn).toBe(true);
  const names = pool.requests.map(
    ({ body }) => (body.AuthParameters ?? body.ChallengeResponses).USERNAME,
  );
  expect(names).toEqual([attributes.email, NAME]);
});

describe("users who may not sign in", () => {
  test.each([
    [
      { enabled: false },
      error("NotAuthorizedException", "user-disabled", "User is disabled.", 403),
    ],
    [
      { status: "UNCONFIRMED" },
      error("UserNotConfirmedException", "user-unconfirmed", "User is not confirmed.", 403),
    ],
    [
      { status: "RESET_REQUIRED" },
      error(
        "PasswordResetRequiredException",
        "password-reset-required",
        "Password reset required for the user",
        403,
      ),
    ],
  ])("%j", async (user, expected) => {
    const { auth } = await open({ user });
    expect(await refused(auth.signIn(NAME, PASSWORD))).toEqual(expected);
  });

  test("an invitation that has expired", async () => {
    const { pool, auth } = await open({ user: { temporaryPassword: PASSWORD } });
    pool.advance(8 * 24 * 3600);
    expect(await refusal(auth.signIn(NAME, PASSWORD))).toMatchObject({
      reason: "bad-credentials",
      hint: expect.stringContaining("invite"),
    });
  });
});

describe("arguments", () => {
  const NOT_TEXT = [undefined, null, "", 5, {}, [], new String("x"), "\ud800", "x".repeat(100_000)];

  test.each(
    NOT_TEXT.map((value) => [typeof value === "string" ? value.slice(0, 3) : value, value]),
  )("%p is no user name and no password", async (_shown, value) => {
    const { pool, auth } = await open();
    for (const pending of [auth.signIn(NAME, value), auth.signIn(value, PASSWORD)]) {
      expect(await refusal(pending)).toMatchObject({
        name: "InvalidParameterException",
        reason: "invalid-argument",
      });
    }
    expect(pool.requests).toEqual([]);
  });

  test.each([
    ["config", { authflow: "USER_SRP_AUTH" }],
    ["config", 5],
    ["config", null],
    ["config", new Map()],
    ["invalid-argument", { clientMetadata: { a: 1 } }],
    ["invalid-argument", { clientMetadata: "a=b" }],
    ["invalid-argument", { clientMetadata: { a: "\ud800" } }],
    ["invalid-argument", { visitor: {} }],
    ["invalid-argument", { visitor: { ip: 1 } }],
    ["invalid-argument", { visitor: { ip: "1.2.3.4", headers: { "user-agent": 5 } } }],
    ["invalid-argument", { authFlow: ["USER_SRP_AUTH"] }],
  ])("%s: %j", async (reason, options) => {
    const { pool, auth } = await open();
    expect(await refusal(auth.signIn(NAME, PASSWORD, options))).toMatchObject({ reason });
    expect(pool.requests).toEqual([]);
  });

  test("a signal ends the call", async () => {
    const { pool, auth } = await open();
    expect(
      await refusal(auth.signIn(NAME, PASSWORD, { signal: AbortSignal.abort() })),
    ).toMatchObject({
      reason: "aborted",
    });
    expect(pool.requests).toEqual([]);
  });
});

describe("what is sent", () => {
  let service;
  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());

  const visitor = {
    ip: "192.0.2.1",
    host: "shop.example",
    path: "/sign-in",
    encodedData: "AmazonCognito",
    headers: {
      "User-Agent": "Firefox",
      "accept-language": ["de", "en"],
      cookie: "s3cret",
      authorization: "Bearer s3cret",
      "x-forwarded-for": undefined,
    },
  };

  test("the visitor and the metadata, by an ADMIN_ flow", async () => {
    service.next("AdminInitiateAuth", { body: TOKENS });
    const auth = createAuth(service.options);
    const tokens = await auth.signIn(NAME, PASSWORD, { visitor, clientMetadata: { from: "web" } });
    expect(tokens).toMatchObject({ idToken: "d.e.f", accessToken: "a.b.c", refreshToken: "g.h.i" });
    expect(service.requests[0].body).toMatchObject({
      AuthFlow: "ADMIN_NO_SRP_AUTH",
      ClientMetadata: { from: "web" },
      ContextData: {
        IpAddress: "192.0.2.1",
        ServerName: "shop.example",
        ServerPath: "/sign-in",
        EncodedData: "AmazonCognito",
        HttpHeaders: [
          { headerName: "User-Agent", headerValue: "Firefox" },
          { headerName: "accept-language", headerValue: "de" },
          { headerName: "accept-language", headerValue: "en" },
        ],
      },
    });
    expect(service.requests[0].text).not.toContain("s3cret");
  });

  test("a visitor whose request has empty headers, and what its other members lack", async () => {
    service.next("AdminInitiateAuth", { body: TOKENS });
    const auth = createAuth(service.options);
    const headers = { "User-Agent": "", accept: ["", "text/html"], "accept-language": [""] };
    await auth.signIn(NAME, PASSWORD, {
      visitor: { ip: "192.0.2.1", host: "", path: "", encodedData: "", headers },
    });
    expect(service.requests[0].body.ContextData).toEqual({
      IpAddress: "192.0.2.1",
      ServerName: "",
      ServerPath: "/",
      HttpHeaders: [{ headerName: "accept", headerValue: "text/html" }],
    });
    expect(await refusal(auth.signIn(NAME, PASSWORD, { visitor: { ip: "" } }))).toMatchObject({
      reason: "invalid-argument",
    });
  });

  test("by a public flow, without looking for credentials", async () => {
    service.next("InitiateAuth", { body: TOKENS });
    // A process that would give credentials, and would be noticed.
    const restore = useEnvironment({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${service.endpoint}/credentials`,
    });
    try {
      const { credentials: _, ...options } = service.options;
      const auth = createAuth({ ...options, authFlow: "USER_PASSWORD_AUTH" });
      await auth.signIn(NAME, PASSWORD, { visitor });
    } finally {
      restore();
    }
    expect(service.operations()).toEqual(["InitiateAuth"]);
    const { headers, body } = service.requests[0];
    expect(headers).not.toHaveProperty("authorization");
    expect(body).toEqual({
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: NAME, PASSWORD },
      ClientId: CLIENT,
      UserContextData: { IpAddress: "192.0.2.1", EncodedData: "AmazonCognito" },
    });
  });

  test.each(["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"])(
    "%s: a request whose answer is lost is not repeated, unlike login's",
    async (authFlow) => {
      const operation = authFlow.startsWith("ADMIN") ? "AdminInitiateAuth" : "InitiateAuth";
      service.always(operation, reset);
      const auth = createAuth({ ...service.options, authFlow });
      expect(await refusal(auth.signIn(NAME, PASSWORD))).toMatchObject({
        reason: "network",
        attempts: 1,
      });
      expect(service.requests).toHaveLength(1);
      service.clear();
      service.always(operation, { status: 500, body: { __type: "InternalErrorException" } });
      expect(await refusal(auth.signIn(NAME, PASSWORD))).toMatchObject({
        reason: "service",
        attempts: 1,
      });
      service.clear();
      service.next(operation, failure("TooManyRequestsException", "Rate exceeded"));
      service.always(operation, { body: TOKENS });
      expect((await auth.signIn(NAME, PASSWORD)).signedIn).toBe(true);
      expect(service.requests).toHaveLength(2);
    },
  );

  test.each([
    [{}],
    [{ AuthenticationResult: {} }],
    [{ AuthenticationResult: { ...TOKENS.AuthenticationResult, RefreshToken: undefined } }],
    [{ AuthenticationResult: { ...TOKENS.AuthenticationResult, IdToken: "" } }],
    [{ AuthenticationResult: { ...TOKENS.AuthenticationResult, ExpiresIn: "3600" } }],
    [{ AuthenticationResult: { ...TOKENS.AuthenticationResult, ExpiresIn: undefined } }],
    [{ AuthenticationResult: { ...TOKENS.AuthenticationResult, AccessToken: 5 } }],
    [{ AuthenticationResult: [] }],
    [{ ChallengeName: 5 }],
    [{ ChallengeName: "<script>" }],
    [{ ChallengeName: "SELECT_MFA_TYPE", ChallengeParameters: { MFAS_CAN_CHOOSE: "[" } }],
    [{ ChallengeName: "SMS_MFA", ChallengeParameters: [] }],
  ])("an answer that cannot be read: %j", async (body) => {
    service.next("AdminInitiateAuth", { body });
    expect(await refusal(createAuth(service.options).signIn(NAME, PASSWORD))).toMatchObject({
      reason: "service",
      message: "Amazon Cognito's answer cannot be read",
      cognito: { statusCode: 200 },
    });
  });

  test.each([
    [{ SRP_B: "0" }],
    [{ SRP_B: createDiffieHellmanGroup("modp15").getPrime("hex") }],
    [{ SRP_B: undefined }],
    [{ SRP_B: "f".repeat(769) }],
    [{ SALT: "x" }],
    [{ SECRET_BLOCK: "A".repeat(4_097) }],
    [{ SECRET_BLOCK: 5 }],
  ])("a proof's challenge that cannot be read gets no answer: %j", async (parameters) => {
    const good = { SRP_B: "2", SALT: "ab", SECRET_BLOCK: "AAAA", USER_ID_FOR_SRP: NAME };
    const body = {
      ChallengeName: "PASSWORD_VERIFIER",
      ChallengeParameters: { ...good, ...parameters },
    };
    service.next("InitiateAuth", { body });
    const auth = createAuth({ ...service.options, authFlow: "USER_SRP_AUTH" });
    expect(await refusal(auth.signIn(NAME, PASSWORD))).toMatchObject({
      reason: "service",
      message: "Amazon Cognito's answer cannot be read",
    });
    expect(service.operations()).toEqual(["InitiateAuth"]);
  });

  test.each([
    ["ahead", 60_000],
    ["behind", -60_000],
  ])(
    "a proof answers without a session if there is none, and at Cognito's time, which is %s",
    async (_how, ahead) => {
      const parameters = { SRP_B: "2", SALT: "ab", SECRET_BLOCK: "AAAA", USER_ID_FOR_SRP: NAME };
      const date = new Date(Date.now() + ahead).toUTCString();
      service.next("InitiateAuth", {
        headers: { date },
        body: { ChallengeName: "PASSWORD_VERIFIER", ChallengeParameters: parameters },
      });
      service.next("RespondToAuthChallenge", { body: TOKENS });
      await createAuth({ ...service.options, authFlow: "USER_SRP_AUTH" }).signIn(NAME, PASSWORD);
      const { body } = service.requests[1];
      expect(body).not.toHaveProperty("Session");
      expect(body.ChallengeResponses.PASSWORD_CLAIM_SECRET_BLOCK).toBe("AAAA");
      const minutes = /(\d\d:\d\d:\d\d)/;
      expect(minutes.exec(body.ChallengeResponses.TIMESTAMP)[1]).toBe(minutes.exec(date)[1]);
    },
  );

  test("a device that Cognito has made up", async () => {
    const NewDeviceMetadata = { DeviceKey: "us-east-1_x", DeviceGroupKey: "-g" };
    const AuthenticationResult = { ...TOKENS.AuthenticationResult, NewDeviceMetadata };
    service.next("AdminInitiateAuth", { body: { AuthenticationResult } });
    const tokens = await createAuth(service.options).signIn(NAME, PASSWORD);
    expect(tokens.device).toEqual({ key: "us-east-1_x", groupKey: "-g" });
  });

  test("an Auth of several pools does not sign in", async () => {
    const auth = createAuth({ pools: [{ userPoolId: POOL, clientId: CLIENT }] });
    expect(await refusal(auth.signIn(NAME, PASSWORD))).toMatchObject({ reason: "config" });
    expect(await refusal(auth.refresh("token"))).toMatchObject({ reason: "config" });
    expect(() => auth.resume("text")).toThrow(AuthError);
  });
});
