"use strict";

// What a test gives the pool by mistake: it is reported where it was given, or by the request that meets it.

const { createAuth } = require("../..");
const { createTestPool } = require("../../testing.js");
const { runProject } = require("../support/project.js");
const {
  AUTHORIZATION,
  begin,
  call,
  outcome,
  play,
  respond,
  startPool,
} = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const FIRST = 'createTestPool: users[0], "theseus": ';

let pool;
const start = async (options) => {
  pool = await startPool(options);
  return pool;
};
afterEach(() => pool?.stop());

const signIn = () =>
  play(pool, "AdminInitiateAuth", {
    AuthFlow: "ADMIN_NO_SRP_AUTH",
    AuthParameters: { USERNAME: "theseus", PASSWORD },
  });

describe("a user who cannot be", () => {
  const CASES = [
    [{ username: "the seus" }, /users\[0\], "the seus": username is not a user name/],
    [{ password: "with blank" }, "password is not a password"],
    [{ attributes: { emial: "a@x.yz" } }, "attributes.emial is not an attribute"],
    [{ attributes: { email: "nobody" } }, "attributes.email is not an e-mail address"],
    [{ attributes: { phone_number: "555" } }, "attributes.phone_number is not a phone number"],
    [{ attributes: { email_verified: "yes" } }, 'attributes.email_verified is not "true"'],
    [{ attributes: { sub: "" } }, "attributes.sub is not a string that is not empty"],
    [{ mfa: ["SMS_MFA"] }, "mfa: SMS_MFA needs attributes.phone_number"],
    [{ mfa: ["EMAIL_OTP"] }, "mfa: EMAIL_OTP needs attributes.email"],
    [{ totpSecret: "A" }, "totpSecret is not Base32: at least 16 characters"],
    [{ totpSecret: "jbswy3dpehpk3pxp" }, "totpSecret is not Base32"],
    [{ status: "FORCE_CHANGE_PASSWORD" }, "temporaryPassword is missing"],
    [{ status: "CONFIRMED", temporaryPassword: PASSWORD }, "password is missing"],
  ];
  test.each(CASES)("%j", async (members, expected) => {
    const users = [{ username: "theseus", ...members }];
    const options = { inProduction: "I know", mfa: "OPTIONAL", users };
    const words = typeof expected === "string" ? FIRST + expected : expected;
    await expect(createTestPool(options)).rejects.toThrow(TypeError);
    await expect(createTestPool(options)).rejects.toThrow(words);
  });

  test("two of one sub", async () => {
    const attributes = { sub: "one" };
    const users = ["theseus", "ariadne"].map((username) => ({ username, attributes }));
    await expect(createTestPool({ inProduction: "I know", users })).rejects.toThrow(
      'users.set("ariadne"): attributes.sub: "theseus" has it',
    );
  });
});

describe("a user whom a test has changed", () => {
  const CASES = [
    ["groups is not a list", (user) => (user.groups = "heroes")],
    ["enabled is not true or false", (user) => (user.enabled = "false")],
    ['status is not "CONFIRMED"', (user) => (user.status = "CONFRIMED")],
    ["attributes is not an object of strings", (user) => (user.attributes.phone_number = 5)],
    ["attributes is not an object of strings", (user) => (user.attributes = undefined)],
    ["attributes.sub is missing", (user) => (user.attributes = {})],
    ['no member "enable"', (user) => (user.enable = false)],
    ["SMS_MFA needs attributes.phone_number", (user) => (user.mfa = ["SMS_MFA"])],
    ['its username is "ariadne"', (user) => (user.username = "ariadne")],
  ];
  test.each(CASES)("%s: requests say so", async (words, change) => {
    await start({ mfa: "OPTIONAL", users: [{ username: "theseus", password: PASSWORD }] });
    change(pool.users.get("theseus"));
    const { status, body } = await signIn();
    expect([status, body.__type]).toEqual([500, "InternalErrorException"]);
    expect(body.message).toContain(words);
    expect(body.message).not.toContain("defect");
  });

  test("the process warns too: an application may not show what it was answered", async () => {
    const program = `
      const { createAuth } = require("cognito-auth-native");
      const { createTestPool } = require("cognito-auth-native/testing.js");
      (async () => {
        const pool = await createTestPool({ users: [{ username: "theseus" }] });
        pool.users.get("theseus").enable = false;
        const auth = createAuth({ ...pool.options, maxAttempts: 1 });
        await auth.login("theseus", "Labyrinth1").catch(({ reason }) => console.log(reason));
      })();`;
    const { code, said } = await runProject({ "program.js": program }, ["program.js"]);
    expect(code).toBe(0);
    expect(said).toMatch(/TestPoolWarning: cognito-auth-native test pool: the user "theseus" was/);
  });

  test("who loses the address of a factor loses the factor", async () => {
    const attributes = { phone_number: "+14155550100" };
    const users = [{ username: "theseus", password: PASSWORD, attributes, mfa: ["SMS_MFA"] }];
    await start({ mfa: "OPTIONAL", users });
    await play(pool, "AdminDeleteUserAttributes", {
      Username: "theseus",
      UserAttributeNames: ["phone_number"],
    });
    expect(pool.users.get("theseus").mfa).toEqual([]);
    expect((await signIn()).body).toHaveProperty("AuthenticationResult");
  });
});

describe("requests that would make such a user", () => {
  test("a new password with a blank", async () => {
    await start({ users: [{ username: "theseus", temporaryPassword: PASSWORD }] });
    const { ChallengeName, Session } = (await signIn()).body;
    const ChallengeResponses = { USERNAME: "theseus", NEW_PASSWORD: "Labyrinth 1" };
    const { body } = await play(pool, "RespondToAuthChallenge", {
      ChallengeName,
      Session,
      ChallengeResponses,
    });
    expect(body.__type).toBe("InvalidParameterException");
  });

  test("a flag that is none", async () => {
    await start();
    const { body } = await play(pool, "AdminCreateUser", {
      Username: "theseus",
      UserAttributes: [{ Name: "email_verified", Value: "yes" }],
    });
    expect(body.__type).toBe("InvalidParameterException");
  });
});

describe("customAuth returns no step", () => {
  test.each([
    [{ next: "CUSTOM_CHALLENGE", answer: 42 }, "answer is not a string"],
    [{ next: "CUSTOM_CHALLENGE", parameters: "xyz" }, "parameters is not an object of strings"],
    [{ next: "CUSTOM_CHALLENGE", parameters: { a: 1 } }, "parameters is not an object of strings"],
    [{ nxt: true }, 'unknown member "nxt"'],
    [{ next: 5 }, "next is not a challenge's name, true or false"],
    [{}, "next is missing"],
    [undefined, "is not an object"],
    ["CUSTOM_CHALLENGE", "is not an object"],
  ])("%j", async (step, words) => {
    await start({ users: [{ username: "theseus" }], customAuth: () => step });
    const { status, body } = await play(pool, "InitiateAuth", {
      AuthFlow: "CUSTOM_AUTH",
      AuthParameters: { USERNAME: "theseus" },
    });
    expect([status, body.message]).toEqual([500, expect.stringContaining(words)]);
    expect(body.message).toContain("customAuth returned");
  });
});

describe("a user changes while a sign-in goes on", () => {
  test("the seed of the authenticator app is taken away: no code is right", async () => {
    const user = { username: "theseus", password: PASSWORD, mfa: ["SOFTWARE_TOKEN_MFA"] };
    await start({ mfa: "OPTIONAL", users: [user] });
    const challenge = (await signIn()).body;
    Object.assign(pool.users.get("theseus"), {
      mfa: [],
      preferredMfa: undefined,
      totpSecret: undefined,
    });
    const body = await respond(pool, challenge, { SOFTWARE_TOKEN_MFA_CODE: "123456" });
    expect(outcome(body)).toEqual(["CodeMismatchException", "Invalid code received for user"]);
  });

  test("the user is deleted while customAuth thinks", async () => {
    await start({
      rememberDevices: true,
      users: [{ username: "theseus" }],
      customAuth: async () => {
        pool.users.delete("theseus");
        return { next: true };
      },
    });
    const body = await begin(pool, "CUSTOM_AUTH", { USERNAME: "theseus" });
    expect(outcome(body)).toEqual(["UserNotFoundException", "User does not exist."]);
  });
});

describe("signatures", () => {
  const scope = (from, to) => AUTHORIZATION.replace(from, to);
  test.each([
    ["no signature", "AWS4-HMAC-SHA256 x", "MissingAuthenticationTokenException"],
    ["another scheme", "Bearer a.b.c", "MissingAuthenticationTokenException"],
    ["another region", scope("us-east-1", "eu-west-1"), "InvalidSignatureException"],
    ["another service", scope("cognito-idp", "s3"), "InvalidSignatureException"],
    ["a good scope", AUTHORIZATION, undefined],
  ])("%s", async (_title, authorization, type) => {
    await start({ users: [{ username: "theseus" }] });
    const input = { UserPoolId: pool.userPoolId, Username: "theseus" };
    const { body } = await call(pool, "AdminGetUser", input, { headers: { authorization } });
    expect(body.__type).toBe(type);
  });
});

test("a message that is too long for a header is in the body alone", async () => {
  await start({ users: [{ username: "theseus", password: PASSWORD }] });
  for (const [length, inHeader] of [
    [4096, true],
    [4097, false],
    [200_000, false],
  ]) {
    pool.failNext("AdminInitiateAuth", "InvalidParameterException", "x".repeat(length));
    const { body, headers } = await signIn();
    expect(body.message).toHaveLength(length);
    expect(headers.has("x-amzn-errormessage")).toBe(inHeader);
  }
});

test("arguments of the pool's functions", async () => {
  await start();
  expect(() => pool.advance(1e300)).toThrow(TypeError);
  pool.advance(86_400);
  expect(() => pool.idToken("theseus", { expireIn: -1 })).toThrow("called expiresIn");
  expect(() => pool.idToken("theseus", [])).toThrow(TypeError);
  expect(() => pool.failNext("SignUp", "Bad\r\nx: y", "m")).toThrow(TypeError);
  await pool.stop();
  await expect(pool.rotateKeys()).rejects.toThrow("has been stopped");
});

test("an e-mail address takes no time that grows faster than its length", async () => {
  await start();
  const Value = `${"a@".repeat(1000)}a.`;
  const { body } = await play(pool, "SignUp", {
    Username: "theseus",
    Password: PASSWORD,
    UserAttributes: [{ Name: "email", Value }],
  });
  expect(body.message).toBe("Invalid email address format.");
});

test("a pool that was not awaited is no options", async () => {
  const promise = createTestPool({ inProduction: "I know" });
  expect(() => createAuth(promise)).toThrow("The options are a promise: await it");
  expect(() => promise[Symbol.asyncDispose ?? "stop"]).toThrow("await it");
  pool = await promise;
});
