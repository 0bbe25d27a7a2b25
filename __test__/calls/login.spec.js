"use strict";

// login: what is sent, what comes back, and every answer that is no ID token.

const crypto = require("node:crypto");
const { AuthError, createAuth } = require("../..");
const { startEmulator } = require("../../tools/emulator.js");
const { optionsFrom } = require("../support/environment.js");
const { closedPort, refusal, settled } = require("../../tools/outcomes.js");
const {
  CLIENT,
  POOL,
  cut,
  failure,
  hang,
  reset,
  startServiceServer,
} = require("../../tools/testing/service-server.js");

const NAME = "theseus";
const PASSWORD = "Labyrinth1-s3cret";

const emulators = {};

beforeAll(async () => {
  for (const kind of ["ministack", "cognito-local"]) {
    emulators[kind] = await startEmulator({ kind });
  }
}, 120_000);
afterAll(() => Promise.all(Object.values(emulators).map((emulator) => emulator.stop())));

describe("against scripted answers", () => {
  let service;

  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());

  const make = (options = {}) => createAuth({ ...service.options, ...options });

  /** The error of a login that must fail. */
  async function failed(auth = make()) {
    const { error } = await settled(auth.login(NAME, PASSWORD));
    expect(error).toBeInstanceOf(AuthError);
    return error;
  }

  test("resolves to the ID token alone", async () => {
    service.next("AdminInitiateAuth", {
      body: { AuthenticationResult: { AccessToken: "access", IdToken: "id", RefreshToken: "r" } },
    });
    await expect(make().login(NAME, PASSWORD)).resolves.toBe("id");
  });

  test("sends AdminInitiateAuth as the tutorial has it", async () => {
    await make().login(NAME, PASSWORD);
    expect(service.operations()).toEqual(["AdminInitiateAuth"]);
    expect(service.requests[0].body).toEqual({
      ClientId: CLIENT,
      UserPoolId: POOL,
      AuthFlow: "ADMIN_NO_SRP_AUTH",
      AuthParameters: { USERNAME: NAME, PASSWORD },
    });
  });

  test("signs the request for the region and service", async () => {
    await make({ region: "ap-south-1" }).login(NAME, PASSWORD);
    expect(service.requests[0].headers.authorization).toMatch(
      /Credential=AKIDEXAMPLE\/\d{8}\/ap-south-1\/cognito-idp\/aws4_request/,
    );
    expect(service.requests[0].text).not.toContain("wJalrXUtnFEMI");
  });

  test("knows the flow's newer name", async () => {
    await make({ authFlow: "ADMIN_USER_PASSWORD_AUTH" }).login(NAME, PASSWORD);
    expect(service.requests[0].body.AuthFlow).toBe("ADMIN_USER_PASSWORD_AUTH");
  });

  test("sends SECRET_HASH for a client with a secret, and never the secret", async () => {
    const clientSecret = "cl13nt-s3cret";
    await make({ clientSecret }).login(NAME, PASSWORD);
    const hash = crypto
      .createHmac("sha256", clientSecret)
      .update(NAME + CLIENT)
      .digest("base64");
    expect(service.requests[0].body.AuthParameters).toEqual({
      USERNAME: NAME,
      PASSWORD,
      SECRET_HASH: hash,
    });
    expect(service.requests[0].text).not.toContain(clientSecret);
  });

  test.each([
    ["the user name", [undefined, PASSWORD], { PASSWORD }],
    ["the password", [NAME, undefined], { USERNAME: NAME }],
    ["a user name of null", [null, PASSWORD], { PASSWORD }],
    ["a password of null", [NAME, null], { USERNAME: NAME }],
    ["both", [], {}],
  ])("leaves out %s that is not there, and the service answers", async (_name, args, sent) => {
    service.next(
      "AdminInitiateAuth",
      failure("InvalidParameterException", "Missing required parameter"),
    );
    const error = await refusal(make().login(...args));
    expect(error).toMatchObject({
      code: "InvalidParameterException",
      message: "Missing required parameter",
      reason: "invalid-argument",
      statusCode: 400,
    });
    expect(service.requests[0].body.AuthParameters ?? {}).toEqual(sent);
  });

  test("sends empty strings, for the service to answer", async () => {
    await make().login("", "");
    expect(service.requests[0].body.AuthParameters).toEqual({ USERNAME: "", PASSWORD: "" });
  });

  test.each([
    ["500", failure("InternalErrorException", "Oops", { status: 500 })],
    ["503 without a body", { status: 503, body: "" }],
    ["a reset", reset],
    ["an answer that is cut", cut],
    ["throttling", failure("TooManyRequestsException", "Rate exceeded")],
    ["429", { status: 429, body: {} }],
  ])("is repeated after %s", async (_name, fault) => {
    service.next("AdminInitiateAuth", fault);
    await expect(make().login(NAME, PASSWORD)).resolves.toEqual(expect.any(String));
    const [first, second, ...more] = service.requests;
    expect(more).toEqual([]);
    expect(second.body).toEqual(first.body);
  });

  test("is repeated up to three times in all by default", async () => {
    service.always("AdminInitiateAuth", failure("InternalErrorException", "Oops", { status: 500 }));
    expect(await failed()).toMatchObject({
      name: "InternalErrorException",
      message: "Oops",
      reason: "service",
      retryable: true,
      status: 503,
      statusCode: 500,
    });
    expect(service.requests).toHaveLength(3);
  });

  test.each([1, 2, 5])("is sent %i times with that many maxAttempts", async (maxAttempts) => {
    service.always("AdminInitiateAuth", failure("InternalErrorException", "Oops", { status: 500 }));
    await failed(make({ maxAttempts }));
    expect(service.requests).toHaveLength(maxAttempts);
  });

  test.each([
    ["NotAuthorizedException", "Incorrect username or password.", "bad-credentials", 401],
    ["NotAuthorizedException", "User is disabled.", "user-disabled", 403],
    ["NotAuthorizedException", "Password attempts exceeded", "attempts-exceeded", 429],
    ["UserNotFoundException", "User does not exist.", "user-missing", 404],
    ["UserNotConfirmedException", "User is not confirmed.", "user-unconfirmed", 403],
    ["LimitExceededException", "Attempt limit exceeded", "attempts-exceeded", 429],
    ["ResourceNotFoundException", "User pool x does not exist.", "config", 500],
    ["AccessDeniedException", "User is not authorized to perform", "aws-credentials", 500],
    ["UnrecognizedClientException", "The security token is invalid.", "aws-credentials", 500],
    ["InvalidParameterException", "Something is not right", "invalid-argument", 400],
  ])("%s (%s) has the reason %s and status %i", async (type, message, reason, status) => {
    service.always("AdminInitiateAuth", failure(type, message, { requestId: "r-7" }));
    expect(await failed()).toMatchObject({
      name: type,
      code: type,
      message,
      reason,
      status,
      statusCode: 400,
      requestId: "r-7",
    });
    expect(service.requests).toHaveLength(1);
  });

  test("a code behind a namespace is the part after the #", async () => {
    service.next("AdminInitiateAuth", {
      status: 400,
      body: {
        __type: "com.amazonaws.cognito.identity.idp.model#UserNotFoundException",
        message: "User does not exist.",
      },
    });
    expect(await failed()).toMatchObject({ code: "UserNotFoundException", reason: "user-missing" });
  });

  test("a code that nobody knows keeps its name and message", async () => {
    service.next("AdminInitiateAuth", failure("OfTheFutureException", "Something new"));
    expect(await failed()).toMatchObject({
      name: "OfTheFutureException",
      code: "OfTheFutureException",
      message: "Something new",
      reason: "service",
      retryable: false,
    });
  });

  test("an empty body is UnknownError with the status as its message", async () => {
    service.always("AdminInitiateAuth", { status: 500, body: "" });
    expect(await failed()).toMatchObject({
      name: "UnknownError",
      code: "UnknownError",
      message: "500",
      statusCode: 500,
    });
  });

  test.each([
    "NEW_PASSWORD_REQUIRED",
    "SMS_MFA",
    "SOFTWARE_TOKEN_MFA",
    "MFA_SETUP",
    "OF_THE_FUTURE",
  ])("the challenge %s: challenge-required, with what it takes to answer it", async (name) => {
    const session = "s3ss10n".repeat(10);
    service.next("AdminInitiateAuth", {
      body: {
        ChallengeName: name,
        ChallengeParameters: { USER_ID_FOR_SRP: NAME },
        Session: session,
      },
    });
    const error = await failed();
    expect(error).toMatchObject({ reason: "challenge-required", challengeName: name, status: 401 });
    expect(error.session).toBe(session);
    expect(Object.keys(error)).not.toContain("session");
    expect(JSON.stringify(error)).not.toContain("s3ss10n");
  });

  test.each([
    ["no result", {}],
    ["a result of null", { AuthenticationResult: null }],
    ["a result without IdToken", { AuthenticationResult: { AccessToken: "a" } }],
    ["an IdToken of null", { AuthenticationResult: { IdToken: null } }],
    ["an empty IdToken", { AuthenticationResult: { IdToken: "" } }],
    ["an IdToken that is a number", { AuthenticationResult: { IdToken: 5 } }],
    ["an IdToken that is an object", { AuthenticationResult: { IdToken: {} } }],
    ["a list", []],
    ["a text", '"IdToken"'],
    ["no JSON", "<html>Sign in to the guest network</html>"],
    ["cut JSON", '{"AuthenticationResult":{"IdToken":"a'],
    ["nothing", ""],
  ])("success with %s is no success: service", async (_name, body) => {
    service.always("AdminInitiateAuth", { body });
    const error = await failed();
    expect(error).toMatchObject({ reason: "service", status: 503 });
  });

  test("a huge answer ends in an error", async () => {
    service.always("AdminInitiateAuth", { body: `{"x":"${"x".repeat(20_000_000)}"}` });
    expect(["service", "network"]).toContain((await failed()).reason);
  });

  test("silence ends after timeoutMs: timeout", async () => {
    service.always("AdminInitiateAuth", hang);
    const error = await failed(make({ timeoutMs: 500 }));
    expect(error).toMatchObject({ reason: "timeout", retryable: true, status: 503 });
  });

  test("timeoutMs counts for the call in all, retries included", async () => {
    service.always("AdminInitiateAuth", { status: 500, body: {}, delay: 400 });
    const started = Date.now();
    const error = await failed(make({ timeoutMs: 1000, maxAttempts: 10 }));
    expect(error.reason).toBe("timeout");
    expect(Date.now() - started).toBeLessThan(4000);
  });

  test("a service that cannot be reached: network, within 5 s", async () => {
    const auth = make({ endpoint: await closedPort() });
    const { error } = await settled(auth.login(NAME, PASSWORD), 5);
    expect(error).toMatchObject({ reason: "network", retryable: true, status: 503 });
  });

  test("a host that nobody knows: network, within 5 s", async () => {
    const auth = make({ endpoint: "https://no-such-host.invalid" });
    const { error } = await settled(auth.login(NAME, PASSWORD), 5);
    expect(error.reason).toBe("network");
  });

  test("100 logins at once each get their own token", async () => {
    service.always("AdminInitiateAuth", ({ body }) => ({
      body: { AuthenticationResult: { IdToken: `for ${body.AuthParameters.USERNAME}` } },
      delay: body.AuthParameters.USERNAME.length * 5,
    }));
    const auth = make();
    const names = Array.from({ length: 100 }, (_, i) => "u".repeat(1 + (i % 7)) + i);
    const tokens = await Promise.all(names.map((name) => auth.login(name, PASSWORD)));
    expect(tokens).toEqual(names.map((name) => `for ${name}`));
  });
});

describe.each(["ministack", "cognito-local"])("on the emulator %s", (kind) => {
  let pool;
  let auth;

  beforeAll(async () => {
    pool = await emulators[kind].createPool();
    auth = createAuth(optionsFrom(pool.environment));
    await auth.createCognitoUser(NAME, PASSWORD, "t@example.com", "+14155550100");
  });

  test("the ID token is for the user and passes verifyToken", async () => {
    const token = await auth.login(NAME, PASSWORD);
    await expect(auth.verifyToken(token)).resolves.toMatchObject({
      aud: pool.clientId,
      "cognito:username": NAME,
      token_use: "id",
    });
  });

  test("the wrong password: bad-credentials, and not shown", async () => {
    const error = await refusal(auth.login(NAME, "Wr0ng-s3cret"));
    expect(error).toMatchObject({ reason: "bad-credentials", status: 401 });
    expect(JSON.stringify(error) + error.stack).not.toContain("Wr0ng-s3cret");
  });

  test("a user that does not exist is refused in the emulator's own words", async () => {
    const expected = {
      ministack: { code: "UserNotFoundException", reason: "user-missing", status: 404 },
      "cognito-local": { code: "NotAuthorizedException", reason: "not-authorized", status: 403 },
    };
    expect(await refusal(auth.login("nobody", PASSWORD))).toMatchObject(expected[kind]);
  });
});

describe("what only ministack knows", () => {
  let emulator;

  beforeAll(() => {
    emulator = emulators.ministack;
  });

  test("a disabled user: user-disabled", async () => {
    const pool = await emulator.createPool();
    const auth = createAuth(optionsFrom(pool.environment));
    await auth.createCognitoUser(NAME, PASSWORD, "t@example.com", "+14155550100");
    await emulator.call("AdminDisableUser", { UserPoolId: pool.userPoolId, Username: NAME });
    const error = await refusal(auth.login(NAME, PASSWORD));
    expect(error).toMatchObject({ reason: "user-disabled", status: 403 });
  });

  test("a user with a temporary password: challenge-required", async () => {
    const pool = await emulator.createPool();
    await emulator.call("AdminCreateUser", {
      UserPoolId: pool.userPoolId,
      Username: "guest",
      TemporaryPassword: "Temporary1-s3cret",
      UserAttributes: [{ Name: "phone_number", Value: "+14155550102" }],
    });
    const auth = createAuth(optionsFrom(pool.environment));
    const error = await refusal(auth.login("guest", "Temporary1-s3cret"));
    expect(error).toMatchObject({
      reason: "challenge-required",
      challengeName: "NEW_PASSWORD_REQUIRED",
    });
    expect(error.session).toEqual(expect.any(String));
  });

  test("a client with a secret: the right one signs in, none or another does not", async () => {
    const pool = await emulator.createPool({ clientSecret: true });
    const options = optionsFrom(pool.environment);
    const auth = createAuth(options);
    await auth.createCognitoUser(NAME, PASSWORD, "t@example.com", "+14155550100");
    await expect(auth.login(NAME, PASSWORD)).resolves.toEqual(expect.any(String));
    for (const clientSecret of [undefined, "another-s3cret"]) {
      const error = await refusal(createAuth({ ...options, clientSecret }).login(NAME, PASSWORD));
      expect(error.code).toBe("NotAuthorizedException");
      expect(error.reason).not.toBe("bad-credentials");
      expect(JSON.stringify(error)).not.toContain("another-s3cret");
    }
  });

  test("AWS credentials with a wrong secret are refused: credentials", async () => {
    const pool = await emulator.createPool();
    const options = optionsFrom(pool.environment);
    const auth = createAuth({
      ...options,
      credentials: { ...options.credentials, secretAccessKey: "wr0ng-s3cret" },
    });
    const error = await refusal(auth.login(NAME, PASSWORD));
    expect(error).toMatchObject({ reason: "aws-credentials", status: 500 });
    expect(JSON.stringify(error)).not.toContain("wr0ng-s3cret");
  });

  test("AWS credentials that may not sign in are refused: credentials", async () => {
    const pool = await emulator.createPool();
    const credentials = await emulator.createCredentials(["cognito-idp:AdminGetUser"]);
    const auth = createAuth({ ...optionsFrom(pool.environment), credentials });
    expect(await refusal(auth.login(NAME, PASSWORD))).toMatchObject({
      reason: "aws-credentials",
      status: 500,
    });
  });

  test("a pool that does not exist: config", async () => {
    const pool = await emulator.createPool();
    const options = optionsFrom(pool.environment);
    const auth = createAuth({ ...options, userPoolId: "us-east-1_NoSuchPool" });
    expect(await refusal(auth.login(NAME, PASSWORD))).toMatchObject({
      name: "ResourceNotFoundException",
      reason: "config",
    });
  });
});
