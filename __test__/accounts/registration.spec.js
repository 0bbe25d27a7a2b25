"use strict";

// signUp to resetPassword, on a test pool, and on a server whose answers the test writes.

const { createAuth } = require("../..");
const { failure, reset, startServiceServer } = require("../../tools/testing/service-server.js");
const {
  NAME,
  PASSWORD,
  SECRET,
  usePools,
  error,
  last,
  operations,
  refusal,
  refused,
} = require("../sign-in/support.js");

const open = usePools();
const EMAIL = "ariadne@example.com";
const WITH_EMAIL = { user: { attributes: { email: "theseus@example.com" } } };
const CODE_WRONG = error(
  "CodeMismatchException",
  "code-wrong",
  "Invalid verification code provided, please try again.",
  400,
);

describe("a registration", () => {
  // Case 79.
  test("signUp, confirmSignUp, signIn", async () => {
    const { pool, auth } = await open({
      clientSecret: SECRET,
      settings: { credentials: undefined },
    });
    const signedUp = await auth.signUp("ariadne", PASSWORD, { attributes: { email: EMAIL } });
    expect(signedUp).toEqual({
      sub: pool.users.get("ariadne").attributes.sub,
      confirmed: false,
      sent: { to: "a***@e***", by: "EMAIL", attribute: "email" },
    });
    expect(pool.requests.at(-1)).toEqual({
      operation: "SignUp",
      signed: false,
      body: {
        ClientId: pool.clientId,
        SecretHash: expect.any(String),
        Username: "ariadne",
        Password: PASSWORD,
        UserAttributes: [{ Name: "email", Value: EMAIL }],
      },
    });
    const { code } = pool.outbox.at(-1);
    // Copied from a mail, with blanks around.
    expect(await auth.confirmSignUp("ariadne", `\n ${code}\u00a0 `)).toBeUndefined();
    expect(last(pool).ConfirmationCode).toBe(code);
    const admin = createAuth(pool.options);
    expect(await admin.signIn("ariadne", PASSWORD)).toMatchObject({ signedIn: true });
  });

  test("everything that the options have is sent", async () => {
    const { pool, auth } = await open();
    await auth.signUp("ariadne", PASSWORD, {
      attributes: { email: EMAIL, name: undefined, "custom:ship": "black" },
      validationData: { a: "b" },
      clientMetadata: { c: "d" },
      visitor: { ip: "192.0.2.1", encodedData: "e", headers: { cookie: "f" } },
    });
    expect(last(pool)).toEqual({
      ClientId: pool.clientId,
      Username: "ariadne",
      Password: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: EMAIL },
        { Name: "custom:ship", Value: "black" },
      ],
      ValidationData: [{ Name: "a", Value: "b" }],
      ClientMetadata: { c: "d" },
      UserContextData: { IpAddress: "192.0.2.1", EncodedData: "e" },
    });
  });

  // Rule 1 of the security review.
  test.each([undefined, null, "", 5, {}, [PASSWORD], new String(PASSWORD), { authFlow: "a" }])(
    "a password %p is refused, and nothing is sent",
    async (password) => {
      const { pool, auth } = await open();
      for (const call of [
        () => auth.signUp("ariadne", password),
        () => auth.resetPassword(NAME, "123456", password),
      ]) {
        expect(await refused(call())).toMatchObject({ reason: "invalid-argument" });
      }
      expect(pool.requests).toEqual([]);
    },
  );

  test("startSignUp sends no password", async () => {
    const { pool, auth } = await open();
    await refusal(auth.startSignUp("ariadne", { attributes: { email: EMAIL } }));
    expect(last(pool)).not.toHaveProperty("Password");
    expect(await refusal(auth.startSignUp("ariadne", { password: PASSWORD }))).toMatchObject({
      reason: "config",
    });
  });

  // Case 80.
  test("a name that is taken", async () => {
    const { auth } = await open();
    expect(await refused(auth.signUp(NAME, PASSWORD))).toEqual(
      error("UsernameExistsException", "user-exists", "User already exists", 409),
    );
  });

  // Cases 82 and 84.
  test("a wrong code, and a second confirmation", async () => {
    const { pool, auth } = await open();
    await auth.signUp("ariadne", PASSWORD, { attributes: { email: EMAIL } });
    expect(await refused(auth.confirmSignUp("ariadne", "000000"))).toEqual(CODE_WRONG);
    await auth.confirmSignUp("ariadne", pool.outbox.at(-1).code);
    expect(await refused(auth.confirmSignUp("ariadne", "000000"))).toEqual(
      error(
        "NotAuthorizedException",
        "not-authorized",
        "User cannot be confirmed. Current status is CONFIRMED",
        403,
      ),
    );
  });

  test.each([undefined, null, "", "  ", 123456, ["123456"], {}])(
    "a code %p is refused, and nothing is sent",
    async (code) => {
      const { pool, auth } = await open();
      for (const call of [
        () => auth.confirmSignUp(NAME, code),
        () => auth.resetPassword(NAME, code, PASSWORD),
      ]) {
        expect(await refused(call())).toMatchObject({ reason: "invalid-argument" });
      }
      expect(pool.requests).toEqual([]);
    },
  );

  test("resendCode sends another code, and tells on request alone", async () => {
    const { pool, auth } = await open();
    await auth.signUp("ariadne", PASSWORD, { attributes: { email: EMAIL } });
    expect(await auth.resendCode("ariadne")).toBeUndefined();
    expect(await auth.resendCode("ariadne", { tell: true })).toEqual({
      to: "a***@e***",
      by: "EMAIL",
      attribute: "email",
    });
    expect(pool.outbox.length).toBe(3);
    await auth.confirmSignUp("ariadne", pool.outbox.at(-1).code);
    // Case 85.
    expect(await auth.resendCode("ariadne")).toBeUndefined();
    expect(await refused(auth.resendCode("ariadne", { tell: true }))).toEqual(
      error("InvalidParameterException", "invalid-argument", "User is already confirmed.", 400),
    );
  });
});

describe("a forgotten password", () => {
  // Case 86.
  test("forgotPassword, resetPassword, signIn", async () => {
    const { pool, auth } = await open({ ...WITH_EMAIL, clientSecret: SECRET });
    expect(await auth.forgotPassword(NAME)).toBeUndefined();
    expect(pool.requests.at(-1)).toMatchObject({ operation: "ForgotPassword", signed: false });
    expect(await auth.forgotPassword(NAME, { tell: true })).toEqual({
      to: "t***@e***",
      by: "EMAIL",
      attribute: "email",
    });
    const { code } = pool.outbox.at(-1);
    expect(await refused(auth.resetPassword(NAME, "000000", "New-Labyrinth2"))).toEqual(CODE_WRONG);
    await auth.resetPassword(NAME, ` ${code} `, "New-Labyrinth2");
    expect(await auth.signIn(NAME, "New-Labyrinth2")).toMatchObject({ signedIn: true });
    expect(await refused(auth.signIn(NAME, PASSWORD))).toMatchObject({ reason: "bad-credentials" });
  });

  test("a password that the policy refuses", async () => {
    const { pool, auth } = await open(WITH_EMAIL);
    await auth.forgotPassword(NAME);
    const { code } = pool.outbox.at(-1);
    expect(await refused(auth.resetPassword(NAME, code, "short"))).toMatchObject({
      reason: "password-policy",
    });
  });
});

// Rule 7 of the security review.
describe("the outcome does not tell who exists", () => {
  const USERS = [
    { username: "known", password: PASSWORD, attributes: { email: EMAIL } },
    { username: "unreachable", password: PASSWORD },
    { username: "invited", temporaryPassword: "Temporary1", attributes: { email: "i@b.c" } },
    { username: "disabled", password: PASSWORD, enabled: false, attributes: { email: "d@b.c" } },
    {
      username: "waiting",
      password: PASSWORD,
      status: "UNCONFIRMED",
      attributes: { email: "w@b.c" },
    },
  ];
  const NAMES = [...USERS.map(({ username }) => username), "nobody"];

  test.each([["forgotPassword"], ["resendCode"]])("%s", async (name) => {
    for (const hideUnknownUsers of [false, true]) {
      const { auth } = await open({ users: USERS, hideUnknownUsers });
      for (const username of NAMES) {
        expect([username, await auth[name](username)]).toEqual([username, undefined]);
      }
    }
  });

  test("forgotPassword tells on request", async () => {
    const { auth } = await open({ users: USERS });
    const told = async (username) =>
      (await refusal(auth.forgotPassword(username, { tell: true }))).reason;
    // Case 87.
    expect(await refusal(auth.forgotPassword("unreachable", { tell: true }))).toMatchObject({
      name: "InvalidParameterException",
      reason: "invalid-argument",
      message:
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
      hint: expect.stringContaining("second factor"),
    });
    expect(await told("nobody")).toBe("user-missing");
    expect(await told("invited")).toBe("not-authorized");
    expect(await told("disabled")).toBe("user-disabled");
    for (const tell of ["true", 1, null, {}]) {
      expect(await refusal(auth.forgotPassword("nobody", { tell }))).toMatchObject({
        reason: "invalid-argument",
      });
    }
  });

  // As docs/accounts.md says.
  test("resetPassword, if no code was sent, tells what Cognito tells", async () => {
    const { auth } = await open({ users: USERS, hideUnknownUsers: true });
    const told = async (username) =>
      (await refusal(auth.resetPassword(username, "123456", "New-Labyrinth2"))).reason;
    expect(await told("known")).toBe("code-expired");
    expect(await told("waiting")).toBe("user-unconfirmed");
    expect(await told("disabled")).toBe("user-disabled");
    expect(await told("nobody")).toBe("code-wrong");
  });

  test.each([
    ["confirmSignUp", ["123456"]],
    ["resetPassword", ["123456", "New-Labyrinth2"]],
  ])("%s of nobody looks as one with a wrong code", async (name, given) => {
    const { auth } = await open({ users: USERS });
    const known = name === "confirmSignUp" ? "waiting" : "known";
    await auth[name === "confirmSignUp" ? "resendCode" : "forgotPassword"](known);
    const [ofNobody, ofSomebody] = [
      await refusal(auth[name]("nobody", ...given)),
      await refusal(auth[name](known, ...given)),
    ];
    expect(Object.keys(ofNobody)).toEqual(Object.keys(ofSomebody));
    const without = ({ time, requestId, cognito, ...rest }) => rest;
    expect(without({ ...ofNobody, message: ofNobody.message })).toEqual(
      without({ ...ofSomebody, message: ofSomebody.message }),
    );
    expect(ofNobody).toMatchObject(CODE_WRONG);
  });
});

describe("failures", () => {
  let service;
  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());
  // Public calls: without credentials.
  const auth = () => createAuth({ ...service.options, credentials: undefined });
  const CALLS = {
    SignUp: () => auth().signUp(NAME, PASSWORD),
    ConfirmSignUp: () => auth().confirmSignUp(NAME, "123456"),
    ResendConfirmationCode: () => auth().resendCode(NAME),
    ForgotPassword: () => auth().forgotPassword(NAME),
    ConfirmForgotPassword: () => auth().resetPassword(NAME, "123456", PASSWORD),
  };

  test.each(Object.entries(CALLS))("%s is never sent again", async (operation, call) => {
    for (const answer of [reset, failure("InternalErrorException", "x", { status: 500 })]) {
      service.clear();
      service.always(operation, answer);
      expect(await refusal(call())).toMatchObject({ attempts: 1 });
      expect(service.requests.length).toBe(1);
      expect(service.requests[0].headers).not.toHaveProperty("authorization");
    }
  });

  // Cases 81, 89 and 90.
  test.each([
    ["SignUp", "LimitExceededException", "Exceeded daily email limit", "throttled", 429],
    ["SignUp", "CodeDeliveryFailureException", "x", "delivery-failed", 503],
    ["ForgotPassword", "CodeDeliveryFailureException", "x", "delivery-failed", 503],
    [
      "ForgotPassword",
      "LimitExceededException",
      "Attempt limit exceeded, please try after some time.",
      "attempts-exceeded",
      429,
    ],
    ["ConfirmSignUp", "ExpiredCodeException", "Invalid code provided", "code-expired", 400],
    ["ConfirmSignUp", "AliasExistsException", "x", "user-exists", 409],
    ["ConfirmForgotPassword", "TooManyFailedAttemptsException", "x", "attempts-exceeded", 429],
    ["SignUp", "UserLambdaValidationException", "PreSignUp failed", "rejected-by-trigger", 400],
    [
      "SignUp",
      "NotAuthorizedException",
      "SignUp is not permitted for this user pool",
      "config",
      500,
    ],
  ])("%s: %s, %s", async (operation, code, message, reason, status) => {
    service.always(operation, failure(code, message));
    const failed = await refusal(CALLS[operation]());
    expect(failed).toMatchObject({ name: code, message, reason, status });
    if (operation === "SignUp" && code === "LimitExceededException") {
      expect(failed.hint).toContain("may have been created");
    }
    expect(service.requests.length).toBe(1);
  });

  test.each([
    [{ UserConfirmed: true }],
    [{ UserSub: 5, UserConfirmed: true }],
    [{ UserSub: "s", UserConfirmed: "yes" }],
    [{ UserSub: "s", CodeDeliveryDetails: "there" }],
    [{ UserSub: "s", CodeDeliveryDetails: { Destination: 5 } }],
  ])("signUp: %j cannot be read", async (body) => {
    service.always("SignUp", { body });
    expect(await refusal(CALLS.SignUp())).toMatchObject({ reason: "service", status: 503 });
  });

  test("signUp in a pool that confirms by itself", async () => {
    service.always("SignUp", { body: { UserSub: "s", UserConfirmed: true } });
    expect(await CALLS.SignUp()).toEqual({ sub: "s", confirmed: true });
    service.always("SignUp", {
      body: { UserSub: "s", UserConfirmed: true, CodeDeliveryDetails: null },
    });
    expect(await CALLS.SignUp()).toEqual({ sub: "s", confirmed: true });
  });

  test("no function needs a user pool's id", async () => {
    service.always("ForgotPassword", { body: {} });
    const { region, clientId, endpoint } = service.options;
    await createAuth({ region, clientId, endpoint }).forgotPassword(NAME);
    expect(operations(service)).toEqual(["ForgotPassword"]);
  });
});
