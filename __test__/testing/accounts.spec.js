"use strict";

// Sign-up, recovery and the own account, by raw requests: the cases of the specification.

const { begin, outcome, play, respond, startPool } = require("../support/test-pool.js");
const { hash } = require("./cases/refusals.js");

const PASSWORD = "Labyrinth1";
const NEXT_PASSWORD = "Labyrinth2";
const SECRET = "0123456789abcdefghijklmnopqrstuv";
const EMAIL = "theseus@example.com";
const PHONE = "+14155550100";
const HOUR = 3600;

const BAD = ["NotAuthorizedException", "Incorrect username or password."];
const WRONG = ["CodeMismatchException", "Invalid verification code provided, please try again."];
const EXPIRED = ["ExpiredCodeException", "Invalid code provided, please request a code again."];
const NO_SUCH = ["UserNotFoundException", "Username/client id combination not found."];
const ENOUGH = ["LimitExceededException", "Attempt limit exceeded, please try after some time."];
const NOWHERE = [
  "InvalidParameterException",
  "Cannot reset password for the user as there is no registered/verified email or phone_number",
];
const taken = (attribute) => [
  "AliasExistsException",
  `An account with the given ${attribute} already exists.`,
];
const byEmail = {
  AttributeName: "email",
  DeliveryMedium: "EMAIL",
  Destination: "t***@e***",
};

const pools = new Map();
let pool;
/** A pool for each set of options, with theseus as `user` says and nobody else. */
async function usePool(options = {}, user = {}) {
  const key = JSON.stringify(options);
  if (!pools.has(key)) pools.set(key, await startPool(options));
  pool = pools.get(key);
  pool.users.clear();
  pool.users.set("theseus", {
    username: "theseus",
    password: PASSWORD,
    attributes: { email: EMAIL },
    ...user,
  });
}
afterAll(() => Promise.all([...pools.values()].map((one) => one.stop())));

const theseus = () => pool.users.get("theseus");
const code = () => pool.outbox.at(-1).code;
const another = (digits) => (digits === "000000" ? "000001" : "000000");
const call = async (operation, members) =>
  (await play(pool, operation, { Username: "theseus", ...members })).body;
/** Calls an operation of the own account. */
const own = async (operation, members) => {
  const AccessToken = pool.accessToken("theseus");
  return (await play(pool, operation, { AccessToken, ...members })).body;
};
const signIn = async (password) =>
  outcome(await begin(pool, "USER_PASSWORD_AUTH", { USERNAME: "theseus", PASSWORD: password }));
const list = (attributes) => Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

describe("sign-up", () => {
  const start = async (options) => {
    await usePool(options);
    pool.users.clear();
    const UserAttributes = list({ email: EMAIL });
    return call("SignUp", { Password: PASSWORD, UserAttributes });
  };
  const confirm = async (ConfirmationCode, more) =>
    call("ConfirmSignUp", { ConfirmationCode, ...more });

  test("a wrong code, the right one, a sign-in; the address is verified", async () => {
    expect((await start()).CodeDeliveryDetails).toEqual(byEmail);
    expect(outcome(await confirm(another(code())))).toEqual(WRONG);
    expect(await confirm(code())).toEqual({});
    expect(theseus()).toMatchObject({
      status: "CONFIRMED",
      attributes: { email_verified: "true" },
    });
    expect(await signIn(PASSWORD)).toBe("tokens");
    expect(outcome(await confirm(code()))).toEqual([
      "NotAuthorizedException",
      "User cannot be confirmed. Current status is CONFIRMED",
    ]);
  });

  test("a code lives for a day, and a new one ends it", async () => {
    await start();
    const first = code();
    pool.advance(24 * HOUR);
    expect(outcome(await confirm(first))).toEqual(EXPIRED);
    expect(await call("ResendConfirmationCode")).toEqual({ CodeDeliveryDetails: byEmail });
    expect(await confirm(code())).toEqual({});
  });

  test("an alias that somebody has verified already is moved by force alone", async () => {
    await start({ aliases: ["email"] });
    pool.users.set("ariadne", { username: "ariadne", attributes: { email: EMAIL } });
    const first = code();
    expect(outcome(await confirm(first))).toEqual(taken("email"));
    await call("ResendConfirmationCode");
    expect(await confirm(code(), { ForceAliasCreation: true })).toEqual({});
    expect(pool.users.get("ariadne").attributes.email_verified).toBe("false");
  });

  const HIDDEN = { hideUnknownUsers: true };
  test.each([
    ["ConfirmSignUp", "nobody", {}, NO_SUCH],
    ["ConfirmSignUp", "nobody", HIDDEN, EXPIRED],
    ["ResendConfirmationCode", "nobody", {}, NO_SUCH],
    [
      "ResendConfirmationCode",
      "theseus",
      {},
      ["InvalidParameterException", "User is already confirmed."],
    ],
    ["ForgotPassword", "nobody", {}, NO_SUCH],
    ["ConfirmForgotPassword", "nobody", {}, NO_SUCH],
    ["ConfirmForgotPassword", "nobody", HIDDEN, WRONG],
  ])("%s of %s, %p", async (operation, Username, options, expected) => {
    await usePool(options);
    const members = { Username, ConfirmationCode: "123456", Password: PASSWORD };
    expect(outcome(await call(operation, members))).toEqual(expected);
  });

  test.each([
    ["ResendConfirmationCode", "nobody"],
    ["ResendConfirmationCode", "theseus"],
    ["ForgotPassword", "nobody"],
  ])(
    "%s of %s, where names are hidden: as if something had been sent",
    async (operation, Username) => {
      await usePool(HIDDEN);
      const sent = pool.outbox.length;
      const { CodeDeliveryDetails } = await call(operation, { Username });
      expect(CodeDeliveryDetails).toMatchObject({
        AttributeName: "email",
        DeliveryMedium: "EMAIL",
      });
      expect(pool.outbox).toHaveLength(sent);
    },
  );

  test.each(["ConfirmSignUp", "ResendConfirmationCode", "ForgotPassword", "ConfirmForgotPassword"])(
    "%s with a secret: the hash of the name as given",
    async (operation) => {
      await usePool({ clientSecret: SECRET });
      const members = { Username: "nobody", ConfirmationCode: "123456", Password: PASSWORD };
      const of = (name) => ({ ...members, SecretHash: hash(pool, name) });
      expect(outcome(await call(operation, of("nobody")))).toEqual(NO_SUCH);
      const wrong = [
        "NotAuthorizedException",
        `Unable to verify secret hash for client ${pool.clientId}`,
      ];
      expect(outcome(await call(operation, of("theseus")))).toEqual(wrong);
    },
  );
});

describe("a forgotten password", () => {
  const forgot = () => call("ForgotPassword");
  const reset = (ConfirmationCode, Password = NEXT_PASSWORD) =>
    call("ConfirmForgotPassword", { ConfirmationCode, Password });

  test("a code, a new password; the old one is good no longer", async () => {
    await usePool();
    expect(await forgot()).toEqual({ CodeDeliveryDetails: byEmail });
    expect(outcome(await reset(another(code())))).toEqual(WRONG);
    expect(outcome(await reset(code(), "Lab1"))[0]).toBe("InvalidPasswordException");
    expect(await reset(code())).toEqual({});
    expect(await signIn(NEXT_PASSWORD)).toBe("tokens");
    expect(await signIn(PASSWORD)).toEqual(BAD);
    expect(outcome(await reset(code()))).toEqual(EXPIRED);
  });

  test("the code lives for an hour", async () => {
    await usePool();
    await forgot();
    pool.advance(HOUR);
    expect(outcome(await reset(code()))).toEqual(EXPIRED);
  });

  test.each([
    ["no verified address", {}, { attributes: { email: EMAIL, email_verified: "false" } }, NOWHERE],
    ["no address", {}, { attributes: {} }, NOWHERE],
    ["an address that is the second factor", { mfa: "OPTIONAL" }, { mfa: ["EMAIL_OTP"] }, NOWHERE],
    [
      "invited",
      {},
      { password: undefined, temporaryPassword: PASSWORD },
      ["NotAuthorizedException", "User password cannot be reset in the current state."],
    ],
    ["disabled", {}, { enabled: false }, ["NotAuthorizedException", "User is disabled."]],
  ])("%s", async (_name, options, user, expected) => {
    await usePool(options, user);
    expect(outcome(await forgot())).toEqual(expected);
  });

  test("five requests in an hour, and five wrong codes", async () => {
    await usePool();
    for (let count = 0; count < 5; count++)
      expect(await forgot()).toHaveProperty("CodeDeliveryDetails");
    expect(outcome(await forgot())).toEqual(ENOUGH);
    for (let count = 0; count < 5; count++) {
      expect(outcome(await reset(another(code())))).toEqual(WRONG);
    }
    expect(outcome(await reset(code()))).toEqual(ENOUGH);
    pool.advance(HOUR);
    expect(await forgot()).toHaveProperty("CodeDeliveryDetails");
    expect(await reset(code())).toEqual({});
  });

  test("an administrator forces it: the sign-in says so until then", async () => {
    await usePool();
    expect(await call("AdminResetUserPassword")).toEqual({});
    expect(await signIn(PASSWORD)).toEqual([
      "PasswordResetRequiredException",
      "Password reset required for the user",
    ]);
    expect(await reset(code())).toEqual({});
    expect(await signIn(NEXT_PASSWORD)).toBe("tokens");
  });
});

describe("the own account", () => {
  test.each([
    ["the right one", { PreviousPassword: PASSWORD }, {}, {}],
    ["a wrong one", { PreviousPassword: "Labyrinth3" }, {}, BAD],
    ["none", {}, {}, ["InvalidParameterException", "Missing required parameter OldPassword"]],
    ["none, of a user without a password", {}, { password: undefined }, {}],
    [
      "a new one against the policy",
      { PreviousPassword: PASSWORD, ProposedPassword: "Lab1" },
      {},
      [
        "InvalidPasswordException",
        "Password did not conform with policy: Password not long enough",
      ],
    ],
  ])("ChangePassword, the previous password: %s", async (_name, members, user, expected) => {
    await usePool({}, user);
    const body = await own("ChangePassword", { ProposedPassword: NEXT_PASSWORD, ...members });
    expect(outcome(body) ?? body).toEqual(expected);
    if (outcome(body) === undefined) expect(await signIn(NEXT_PASSWORD)).toBe("tokens");
  });

  test("ChangePassword: five wrong ones in an hour", async () => {
    await usePool();
    const change = (PreviousPassword) =>
      own("ChangePassword", { PreviousPassword, ProposedPassword: NEXT_PASSWORD });
    for (let count = 0; count < 5; count++) expect(outcome(await change("x"))).toEqual(BAD);
    expect(outcome(await change(PASSWORD))).toEqual(ENOUGH);
    pool.advance(HOUR);
    expect(await change(PASSWORD)).toEqual({});
  });

  const update = (attributes) => own("UpdateUserAttributes", { UserAttributes: list(attributes) });
  const verify = (Code) => own("VerifyUserAttribute", { AttributeName: "email", Code });

  test("a new e-mail address is not verified until its code has come back", async () => {
    await usePool({ aliases: ["email"] });
    const body = await update({ email: "t@athens.example", name: "Theseus" });
    const details = { ...byEmail, Destination: "t***@a***" };
    expect(body).toEqual({ CodeDeliveryDetailsList: [details] });
    expect(theseus().attributes).toMatchObject({
      email: "t@athens.example",
      email_verified: "false",
      name: "Theseus",
    });
    expect(outcome(await verify(another(code())))).toEqual(WRONG);
    expect(await own("GetUserAttributeVerificationCode", { AttributeName: "email" })).toEqual({
      CodeDeliveryDetails: details,
    });
    expect(await verify(code())).toEqual({});
    expect(theseus().attributes.email_verified).toBe("true");
  });

  test("an attribute without a change sends nothing; a blank value deletes, as DeleteUserAttributes does", async () => {
    await usePool({}, { attributes: { email: EMAIL, name: "T", "custom:ship": "black" } });
    expect(await update({ email: EMAIL, name: "" })).toEqual({ CodeDeliveryDetailsList: [] });
    expect(theseus().attributes).toEqual({
      sub: expect.any(String),
      email: EMAIL,
      email_verified: "true",
      "custom:ship": "black",
    });
    const UserAttributeNames = ["custom:ship", "email"];
    expect(await own("DeleteUserAttributes", { UserAttributeNames })).toEqual({});
    expect(Object.keys(theseus().attributes)).toEqual(["sub"]);
  });

  const UNWRITABLE = [
    "NotAuthorizedException",
    "A client attempted to write unauthorized attribute",
  ];
  test.each([
    [{ sub: "x" }, UNWRITABLE],
    [{ sub: "" }, UNWRITABLE],
    [{ email_verified: "true" }, UNWRITABLE],
    [{ email: "x" }, ["InvalidParameterException", "Invalid email address format."]],
    [{ email: "ariadne@example.com" }, taken("email")],
    [
      { ship: "x" },
      [
        "InvalidParameterException",
        "Attributes did not conform to the schema: ship: Attribute does not exist in the schema.\n",
      ],
    ],
  ])("UpdateUserAttributes refuses %p", async (attributes, expected) => {
    await usePool({ aliases: ["email"] });
    const ariadne = { username: "ariadne", attributes: { email: "ariadne@example.com" } };
    pool.addUser(ariadne);
    const before = { ...theseus().attributes };
    expect(outcome(await update(attributes))).toEqual(expected);
    expect(theseus().attributes).toEqual(before);
  });

  test.each(["name", "phone_number", "sub"])("%s has no code", async (AttributeName) => {
    await usePool();
    for (const operation of ["GetUserAttributeVerificationCode", "VerifyUserAttribute"]) {
      const [type] = outcome(await own(operation, { AttributeName, Code: "123456" }));
      expect(type).toBe("InvalidParameterException");
    }
  });

  test("DeleteUser", async () => {
    await usePool();
    const AccessToken = pool.accessToken("theseus");
    expect(await own("DeleteUser")).toEqual({});
    expect(pool.users.has("theseus")).toBe(false);
    const { body } = await play(pool, "GetUser", { AccessToken });
    expect(outcome(body)).toEqual(["UserNotFoundException", "User does not exist."]);
  });
});

describe("second factors", () => {
  const ON = { Enabled: true, PreferredMfa: true };
  const prefer = (settings) => own("SetUserMFAPreference", settings);

  test("an authenticator app: verified, switched on, asked for at the next sign-in", async () => {
    await usePool({ mfa: "OPTIONAL" });
    const UNSET = ["InvalidParameterException", "User has not set up software token mfa"];
    const UNVERIFIED = ["InvalidParameterException", "User has not verified software token mfa"];
    expect(outcome(await prefer({ SoftwareTokenMfaSettings: ON }))).toEqual(UNSET);
    const { SecretCode, Session } = await own("AssociateSoftwareToken");
    expect([SecretCode.length, Session]).toEqual([52, undefined]);
    // An app that was never verified is no factor.
    expect(outcome(await prefer({ SoftwareTokenMfaSettings: ON }))).toEqual(UNVERIFIED);
    const verify = (UserCode) => own("VerifySoftwareToken", { UserCode });
    expect(outcome(await verify(another(pool.totp("theseus"))))).toEqual([
      "EnableSoftwareTokenMFAException",
      "Code mismatch and fail enable Software Token MFA",
    ]);
    const first = pool.totp("theseus");
    expect(await verify(first)).toEqual({ Status: "SUCCESS" });
    // Verifying alone does not switch it on.
    expect(await signIn(PASSWORD)).toBe("tokens");
    expect(await prefer({ SoftwareTokenMfaSettings: ON })).toEqual({});
    expect(await own("GetUser")).toMatchObject({
      PreferredMfaSetting: "SOFTWARE_TOKEN_MFA",
      UserMFASettingList: ["SOFTWARE_TOKEN_MFA"],
    });
    const challenge = await begin(pool, "USER_PASSWORD_AUTH", { USERNAME: "theseus", PASSWORD });
    const answer = async (SOFTWARE_TOKEN_MFA_CODE) =>
      outcome(await respond(pool, challenge, { SOFTWARE_TOKEN_MFA_CODE }));
    pool.advance(30);
    expect(await answer(pool.totp("theseus"))).toBe("tokens");
  });

  test.each([
    [{ EmailMfaSettings: ON }, "EMAIL_OTP"],
    [{ SMSMfaSettings: { Enabled: true } }, "SMS_MFA"],
    [{ SMSMfaSettings: { Enabled: true }, EmailMfaSettings: { Enabled: true } }, "SELECT_MFA_TYPE"],
    [{ SMSMfaSettings: { Enabled: true }, EmailMfaSettings: ON }, "EMAIL_OTP"],
    [{ EmailMfaSettings: { Enabled: false } }, "tokens"],
    [{}, "tokens"],
  ])("%p leads to %s, for users and for administrators", async (settings, expected) => {
    const attributes = { email: EMAIL, phone_number: PHONE };
    await usePool({ mfa: "OPTIONAL" }, { attributes });
    expect(await prefer(settings)).toEqual({});
    expect(await signIn(PASSWORD)).toBe(expected);
    await usePool({ mfa: "OPTIONAL" }, { attributes });
    expect(await call("AdminSetUserMFAPreference", settings)).toEqual({});
    expect(await signIn(PASSWORD)).toBe(expected);
  });

  test("what is left out stays, and what is switched off is preferred no longer", async () => {
    await usePool({ mfa: "OPTIONAL" }, { attributes: { email: EMAIL, phone_number: PHONE } });
    await prefer({ EmailMfaSettings: ON });
    await prefer({ SMSMfaSettings: { Enabled: true } });
    expect(await own("GetUser")).toMatchObject({
      PreferredMfaSetting: "EMAIL_OTP",
      UserMFASettingList: ["SMS_MFA", "EMAIL_OTP"],
    });
    await prefer({ EmailMfaSettings: { Enabled: true, PreferredMfa: false } });
    expect(await own("GetUser")).not.toHaveProperty("PreferredMfaSetting");
    await prefer({ EmailMfaSettings: { Enabled: false } });
    const user = await own("GetUser");
    expect(user.UserMFASettingList).toEqual(["SMS_MFA"]);
    expect(user).not.toHaveProperty("PreferredMfaSetting");
  });

  test.each([
    ["SetUserMFAPreference", { SMSMfaSettings: ON }, "SMS_MFA"],
    ["AdminSetUserMFAPreference", { SMSMfaSettings: ON }, "SMS_MFA"],
    ["AdminSetUserMFAPreference", { SoftwareTokenMfaSettings: ON }, "SOFTWARE_TOKEN_MFA"],
  ])("%s of a user who has not what %p needs", async (operation, settings, factor) => {
    await usePool({ mfa: "OPTIONAL" });
    const body = operation.startsWith("Admin")
      ? await call(operation, settings)
      : await own(operation, settings);
    expect(outcome(body)).toEqual([
      "InvalidParameterException",
      `User does not have delivery config set to turn on ${factor}`,
    ]);
  });
});
