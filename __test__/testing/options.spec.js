"use strict";

// The options of createTestPool, and where it does not start.

const { createAuth } = require("../..");
const { createTestPool } = require("../../testing.js");
const { checkPlace } = require("../../testing/place.js");
const { MEMBERS } = require("../../testing/unawaited.js");
const { begin, outcome, play, respond, signIn, startPool } = require("../support/test-pool.js");

const user = (members) => ({ users: [{ username: "theseus", ...members }] });

describe("what is wrong is reported", () => {
  test.each([
    [
      { user: [] },
      'createTestPool: unknown option "user". There are: users, clientSecret, passwordPolicy, groups,',
    ],
    ["theseus", "createTestPool: the options are not an object"],
    [[], "createTestPool: the options are not an object"],
    [null, "createTestPool: the options are not an object"],
    [{ users: {} }, "createTestPool: users is not a list of users"],
    [{ users: ["theseus"] }, "createTestPool: users is not a list of users"],
    [
      { clientSecret: "short" },
      "createTestPool: clientSecret is not 24 to 64 letters, digits, _ or +",
    ],
    [
      { passwordPolicy: { minLength: 8 } },
      'createTestPool: passwordPolicy: unknown member "minLength". There are: minimumLength,',
    ],
    [
      { passwordPolicy: { minimumLength: 3 } },
      "createTestPool: passwordPolicy: minimumLength is not a whole number from 6 to 99",
    ],
    [
      { passwordPolicy: { requireSymbols: "yes" } },
      "createTestPool: passwordPolicy: requireSymbols is not true or false",
    ],
    [{ groups: "heroes" }, "createTestPool: groups is not a list of strings"],
    [
      { mfa: "ON", users: [{ username: "a", mfa: ["SMS_MFA"], preferredMfa: "EMAIL_OTP" }] },
      'createTestPool: users[0], "a": preferredMfa is not one of the user\'s factors',
    ],
    [{ mfa: true }, 'createTestPool: mfa is not "OFF" or "OPTIONAL" or "ON"'],
    [{ refreshTokenRotation: true }, "createTestPool: refreshTokenRotation is not an object"],
    [
      { refreshTokenRotation: { retryGracePeriodSeconds: 61 } },
      "createTestPool: refreshTokenRotation: retryGracePeriodSeconds is not a whole number from 0 to 60",
    ],
    [
      { authFlows: "USER_AUTH" },
      "createTestPool: authFlows is not a list of USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_SRP_AUTH,",
    ],
    [{ authFlows: ["ALLOW_USER_AUTH"] }, "createTestPool: authFlows is not a list of"],
    [{ passkeys: true }, "createTestPool: passkeys is not an object"],
    [
      { passkeys: { rpId: "example.com" } },
      'createTestPool: passkeys: unknown member "rpId". There are: relyingPartyId, userVerification, factorConfiguration',
    ],
    [
      { passkeys: { relyingPartyId: "https://example.com" } },
      "createTestPool: passkeys: relyingPartyId is not a domain",
    ],
    [
      { passkeys: { relyingPartyId: "localhost:3000" } },
      "createTestPool: passkeys: relyingPartyId is not a domain",
    ],
    [
      { passkeys: { userVerification: "discouraged" } },
      'createTestPool: passkeys: userVerification is not "preferred" or "required"',
    ],
    [{ rememberDevices: "ALWAYS" }, "createTestPool: rememberDevices is not true or false"],
    [
      { users: [{ username: "a", passkeys: [{ id: "AAAA" }] }] },
      'createTestPool: users[0], "a": passkeys is not a list of passkeys: each has an id, and a publicKey',
    ],
    [
      { authSessionSeconds: 60 },
      "createTestPool: authSessionSeconds is not a whole number from 180 to 900",
    ],
    [{ hideUnknownUsers: 1 }, "createTestPool: hideUnknownUsers is not true or false"],
    [{ customAuth: {} }, "createTestPool: customAuth is not a function"],
    [
      { limits: { Login: 1 } },
      'createTestPool: limits: unknown category "Login". There are: UserAuthentication, UserCreation,',
    ],
    [{ limits: { UserRead: -1 } }, "createTestPool: limits: UserRead is not a whole number"],
    [
      { aliases: ["name"] },
      "createTestPool: aliases is not a list of email, phone_number, preferred_username",
    ],
    [
      { requiredAttributes: ["custom:a"] },
      "createTestPool: requiredAttributes is not a list of standard attributes' names",
    ],
    [{ inProduction: true }, 'createTestPool: inProduction is not "I know"'],
    [{ users: [{}] }, "createTestPool: users[0]: username is missing"],
    [
      { users: [{ username: "a" }, { username: "a" }] },
      'createTestPool: users[1]: there is a user "a" already',
    ],
    [
      user({ email: "x" }),
      'createTestPool: users[0], "theseus": unknown member "email". There are: username, password, temporaryPassword, attributes,',
    ],
    [
      user({ password: 5 }),
      'createTestPool: users[0], "theseus": password is not a password: 1 to 256',
    ],
    [
      user({ attributes: { email: 5 } }),
      'createTestPool: users[0], "theseus": attributes is not an object of strings',
    ],
    [
      user({ status: "ARCHIVED" }),
      'createTestPool: users[0], "theseus": status is not "CONFIRMED" or "UNCONFIRMED" or',
    ],
    [
      user({ status: "FORCE_CHANGE_PASSWORD", password: "x" }),
      'createTestPool: users[0], "theseus": temporaryPassword is missing',
    ],
    [
      user({ mfa: ["TOTP"] }),
      'createTestPool: users[0], "theseus": mfa is not a list of SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP',
    ],
    [
      user({ mfa: ["SMS_MFA"] }),
      'createTestPool: users[0], "theseus": mfa and totpSecret need a pool with the option mfa: "OPTIONAL" or "ON"',
    ],
    [user({ totpSecret: "0189" }), 'createTestPool: users[0], "theseus": totpSecret is not Base32'],
  ])("%j", async (options, words) => {
    await expect(createTestPool(options)).rejects.toThrow(TypeError);
    await expect(createTestPool(options)).rejects.toThrow(words);
  });

  test("options that are undefined are left out", async () => {
    const names = [
      "users",
      "clientSecret",
      "passwordPolicy",
      "mfa",
      "limits",
      "authSessionSeconds",
      "groups",
    ];
    const pool = await startPool(Object.fromEntries(names.map((name) => [name, undefined])));
    expect(pool).not.toHaveProperty("clientSecret");
    await pool.stop();
  });

  test("no value is shown", async () => {
    const secret = "0123 a secret that is wrong";
    const failure = await createTestPool({ clientSecret: secret }).catch((error) => error);
    expect(failure.message).not.toContain("0123");
  });
});

describe("requiredAttributes, and users without one", () => {
  const options = { requiredAttributes: ["email", "given_name"] };
  const attributes = { email: "theseus@example.com" };
  const theseus = { username: "theseus", password: "Labyrinth1", attributes };
  const WORDS =
    "attributes.given_name is missing: with requiredAttributes, nobody signs up without it";

  test("a user who has signed up is none without it", async () => {
    const users = [{ ...theseus, status: "UNCONFIRMED" }];
    const place = 'createTestPool: users[0], "theseus": ';
    await expect(startPool({ ...options, users })).rejects.toThrow(place + WORDS);
    const pool = await startPool(options);
    expect(() => pool.addUser(users[0])).toThrow(WORDS);
    pool.addUser({ ...users[0], attributes: { ...attributes, given_name: "Theseus" } });
    pool.users.get("theseus").attributes.given_name = undefined;
    expect(() => pool.idToken("theseus")).toThrow("attributes is not an object of strings");
    pool.users.get("theseus").attributes = { sub: "x", ...attributes };
    expect(() => pool.idToken("theseus")).toThrow(`the user "theseus" was changed: ${WORDS}`);
    await pool.stop();
  });

  test("an invited user is asked for it, and must give it", async () => {
    const { username } = theseus;
    const invited = { username, attributes, temporaryPassword: "Labyrinth1" };
    const pool = await startPool({ ...options, users: [invited] });
    const challenge = await begin(pool, "USER_PASSWORD_AUTH", {
      USERNAME: username,
      PASSWORD: "Labyrinth1",
    });
    expect(challenge.ChallengeParameters.requiredAttributes).toBe('["userAttributes.given_name"]');
    const answer = { NEW_PASSWORD: "Labyrinth2" };
    expect(outcome(await respond(pool, challenge, answer))).toEqual([
      "InvalidParameterException",
      "Invalid attributes given, given_name is missing",
    ]);
    await pool.stop();
  });

  test("a confirmed user may lack it: an administrator has set the password", async () => {
    const pool = await startPool({ ...options, users: [theseus] });
    const created = {
      Username: "minos",
      TemporaryPassword: "Labyrinth1",
      MessageAction: "SUPPRESS",
    };
    expect((await play(pool, "AdminCreateUser", created)).status).toBe(200);
    const password = { Username: "minos", Password: "Labyrinth2", Permanent: true };
    expect((await play(pool, "AdminSetUserPassword", password)).status).toBe(200);
    expect(pool.users.get("minos").status).toBe("CONFIRMED");
    for (const [name, secret] of [
      ["theseus", "Labyrinth1"],
      ["minos", "Labyrinth2"],
    ]) {
      expect(outcome((await signIn(pool, name, secret)).body)).toBe("tokens");
    }
    await pool.stop();
  });

  test("nobody signs up without it", async () => {
    const pool = await startPool(options);
    const input = { Username: "minos", Password: "Labyrinth1" };
    expect(outcome((await play(pool, "SignUp", input)).body)).toEqual([
      "InvalidParameterException",
      "Attributes did not conform to the schema: email: The attribute is required\ngiven_name: The attribute is required\n",
    ]);
    await pool.stop();
  });
});

describe("where applications run for their users", () => {
  const PLACES = [
    { NODE_ENV: "production" },
    { AWS_LAMBDA_FUNCTION_NAME: "login" },
    { AWS_EXECUTION_ENV: "AWS_ECS_FARGATE" },
    { ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4" },
    { KUBERNETES_SERVICE_HOST: "10.0.0.1" },
  ];

  test.each(PLACES)("%j: it does not start, and no variable changes that", (env) => {
    const [name] = Object.keys(env);
    const others = {
      COGNITO_TEST_POOL: "1",
      IN_PRODUCTION: "I know",
      inProduction: "I know",
      CI: "true",
    };
    expect(() => checkPlace({}, { ...others, ...env })).toThrow(name);
    expect(() => checkPlace({}, env)).toThrow('inProduction: "I know"');
    checkPlace({ inProduction: "I know" }, env);
  });

  test("elsewhere it starts", () => {
    for (const env of [
      {},
      { NODE_ENV: "test" },
      { NODE_ENV: "" },
      { KUBERNETES_SERVICE_HOST: "" },
    ]) {
      checkPlace({}, env);
    }
  });

  test("createTestPool rejects there, and starts no server", async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = "production";
    try {
      await expect(createTestPool()).rejects.toThrow(/NODE_ENV is "production"/);
      const pool = await startPool();
      await pool.stop();
    } finally {
      process.env.NODE_ENV = before;
    }
  });
});

test("without await, a member that is read says so, and nothing else changes", async () => {
  const promise = startPool();
  for (const name of MEMBERS) {
    expect(() => promise[name]).toThrow(
      `${String(name)}: createTestPool returns a promise of a pool`,
    );
  }
  expect(() => createAuth(startPool().options)).toThrow("await it");
  expect(Object.keys(promise)).toEqual([]);
  expect(promise).toBeInstanceOf(Promise);
  const pool = await promise;
  expect(new Set([...Reflect.ownKeys(pool), "clientSecret"])).toEqual(new Set(MEMBERS));
  await pool.stop();
});

test("the global URL of a test environment with a window is not used", () => {
  const { URL: before } = globalThis;
  globalThis.URL = class {};
  try {
    jest.isolateModules(() => {
      const { readOptions } = require("../../testing/options.js");
      const passkeys = { relyingPartyId: "example.com" };
      expect(readOptions({ passkeys }).passkeys).toMatchObject(passkeys);
    });
  } finally {
    globalThis.URL = before;
  }
});
