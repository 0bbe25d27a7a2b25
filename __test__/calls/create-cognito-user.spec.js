"use strict";

// createCognitoUser: what is sent, what comes back, and what each failure leaves behind.

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
const EMAIL = "theseus@example.com";
const PHONE = "+14155550100";

describe("against scripted answers", () => {
  let service;

  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());

  const make = (options = {}) => createAuth({ ...service.options, ...options });

  const create = (auth = make()) => auth.createCognitoUser(NAME, PASSWORD, EMAIL, PHONE);

  /** The error of a registration that must fail. */
  async function failed(auth) {
    const { error } = await settled(create(auth));
    expect(error).toBeInstanceOf(AuthError);
    return error;
  }

  test("resolves to its arguments, in the original's order", async () => {
    const user = await create();
    expect(JSON.stringify(user)).toBe(
      JSON.stringify({ username: NAME, email: EMAIL, phoneNumber: PHONE }),
    );
    expect(Object.getPrototypeOf(user)).toBe(Object.prototype);
  });

  test("sends SignUp, then AdminConfirmSignUp, as the tutorial has them", async () => {
    await create();
    expect(service.operations()).toEqual(["SignUp", "AdminConfirmSignUp"]);
    expect(service.requests[0].body).toEqual({
      ClientId: CLIENT,
      Username: NAME,
      Password: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: EMAIL },
        { Name: "phone_number", Value: PHONE },
      ],
    });
    expect(service.requests[1].body).toEqual({ UserPoolId: POOL, Username: NAME });
  });

  test("does not sign SignUp, and signs AdminConfirmSignUp", async () => {
    await create(
      make({
        region: "eu-central-1",
        credentials: {
          accessKeyId: "AKIDEXAMPLE",
          secretAccessKey: "wJalrXUtnFEMI",
          sessionToken: "session/token==",
        },
      }),
    );
    const [signUp, confirm] = service.requests;
    expect(signUp.headers).not.toHaveProperty("authorization");
    expect(signUp.headers).not.toHaveProperty("x-amz-security-token");
    expect(confirm.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/cognito-idp\/aws4_request, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}$/,
    );
    expect(confirm.headers["x-amz-security-token"]).toBe("session/token==");
  });

  test("never sends the AWS secret", async () => {
    await create();
    for (const { headers, text } of service.requests) {
      expect(JSON.stringify(headers) + text).not.toContain("wJalrXUtnFEMI");
    }
  });

  test("leaves out an attribute that was not given, and says so in the result", async () => {
    const auth = make();
    const onlyEmail = await auth.createCognitoUser(NAME, PASSWORD, EMAIL);
    expect(onlyEmail).toStrictEqual({ username: NAME, email: EMAIL, phoneNumber: undefined });
    expect(Object.keys(onlyEmail)).toEqual(["username", "email", "phoneNumber"]);
    const onlyPhone = await auth.createCognitoUser(NAME, PASSWORD, undefined, PHONE);
    expect(onlyPhone).toStrictEqual({ username: NAME, email: undefined, phoneNumber: PHONE });
    const [first, second] = service.of("SignUp");
    expect(first.body.UserAttributes).toEqual([{ Name: "email", Value: EMAIL }]);
    expect(second.body.UserAttributes).toEqual([{ Name: "phone_number", Value: PHONE }]);
  });

  test("leaves out null like undefined", async () => {
    await make().createCognitoUser(NAME, PASSWORD, null, null);
    expect(service.of("SignUp")[0].body.UserAttributes ?? []).toEqual([]);
    expect(service.of("SignUp")[0].text).not.toContain("null");
  });

  test("sends an empty attribute that was given", async () => {
    await make().createCognitoUser(NAME, PASSWORD, "", "");
    expect(service.of("SignUp")[0].body.UserAttributes).toEqual([
      { Name: "email", Value: "" },
      { Name: "phone_number", Value: "" },
    ]);
  });

  test("ignores further arguments", async () => {
    await make().createCognitoUser(NAME, PASSWORD, EMAIL, PHONE, "admin", { Name: "x" });
    expect(service.of("SignUp")[0].body.UserAttributes).toHaveLength(2);
    expect(service.of("SignUp")[0].text).not.toContain("admin");
  });

  test.each([
    ["emoji", "🦸-theseus"],
    ["quotes and backslashes", `"\\\u2028`],
    ["control characters", "a\u0000b\u001f"],
    ["Greek", "Θησεύς"],
  ])("sends %s letter by letter", async (_name, username) => {
    const user = await make().createCognitoUser(username, PASSWORD, EMAIL, PHONE);
    expect(user.username).toBe(username);
    expect(service.requests.map(({ body }) => body.Username)).toEqual([username, username]);
  });

  test("sends SECRET_HASH with SignUp for a client with a secret, and never the secret", async () => {
    const clientSecret = "cl13nt-s3cret";
    await create(make({ clientSecret }));
    const [signUp, confirm] = service.requests;
    const hash = crypto
      .createHmac("sha256", clientSecret)
      .update(NAME + CLIENT)
      .digest("base64");
    expect(signUp.body.SecretHash).toBe(hash);
    expect(confirm.body).toEqual({ UserPoolId: POOL, Username: NAME });
    expect(signUp.text + confirm.text).not.toContain(clientSecret);
  });

  test("sends no SecretHash for a client without one", async () => {
    await create();
    expect(service.of("SignUp")[0].body).not.toHaveProperty("SecretHash");
  });

  test("does not confirm a user whom the pool has confirmed by itself", async () => {
    service.next("SignUp", { body: { UserConfirmed: true, UserSub: "s" } });
    await expect(create()).resolves.toEqual({ username: NAME, email: EMAIL, phoneNumber: PHONE });
    expect(service.operations()).toEqual(["SignUp"]);
  });

  describe("a failure of SignUp", () => {
    test("is the service's error, with our reason and the stage", async () => {
      service.next(
        "SignUp",
        failure("UsernameExistsException", "User already exists", { requestId: "r-1" }),
      );
      const error = await failed();
      expect(error).toMatchObject({
        name: "UsernameExistsException",
        code: "UsernameExistsException",
        message: "User already exists",
        reason: "user-exists",
        stage: "sign-up",
        status: 409,
        statusCode: 400,
        requestId: "r-1",
        retryable: false,
      });
      expect(service.operations()).toEqual(["SignUp"]);
    });

    test("that leaves open whether it took place is never repeated: 500", async () => {
      service.always("SignUp", failure("InternalErrorException", "Oops", { status: 500 }));
      const error = await failed();
      expect(error).toMatchObject({
        code: "InternalErrorException",
        reason: "service",
        statusCode: 500,
      });
      expect(error.stage).toBe("sign-up");
      expect(service.operations()).toEqual(["SignUp"]);
    });

    test.each([502, 503, 504])(
      "that leaves open whether it took place is never repeated: %i",
      async (status) => {
        service.always("SignUp", { status, body: "<html>Bad gateway</html>" });
        const error = await failed();
        expect(error).toMatchObject({ reason: "service", stage: "sign-up", statusCode: status });
        expect(service.operations()).toEqual(["SignUp"]);
      },
    );

    test.each([
      ["a reset", reset],
      ["an answer that is cut", cut],
    ])("that leaves open whether it took place is never repeated: %s", async (_name, fault) => {
      service.always("SignUp", fault);
      const error = await failed();
      expect(error).toMatchObject({ reason: "network", stage: "sign-up" });
      expect(service.operations()).toEqual(["SignUp"]);
    });

    test("that leaves open whether it took place is never repeated: silence", async () => {
      service.always("SignUp", hang);
      const error = await failed(make({ timeoutMs: 1000 }));
      expect(error).toMatchObject({ reason: "timeout", stage: "sign-up" });
      expect(service.operations()).toEqual(["SignUp"]);
    });

    test.each([
      ["TooManyRequestsException", failure("TooManyRequestsException", "Rate exceeded")],
      ["ThrottlingException", failure("ThrottlingException", "Rate exceeded")],
      ["status 429", { status: 429, body: {} }],
    ])("that is throttling is repeated: %s", async (_name, answer) => {
      service.next("SignUp", answer);
      await expect(create()).resolves.toMatchObject({ username: NAME });
      expect(service.operations()).toEqual(["SignUp", "SignUp", "AdminConfirmSignUp"]);
    });

    test("that is throttling is repeated up to maxAttempts, then throttled", async () => {
      service.always("SignUp", failure("TooManyRequestsException", "Rate exceeded"));
      const error = await failed(make({ maxAttempts: 2 }));
      expect(error).toMatchObject({
        code: "TooManyRequestsException",
        reason: "throttled",
        retryable: true,
        stage: "sign-up",
        status: 429,
      });
      expect(service.operations()).toEqual(["SignUp", "SignUp"]);
    });

    test("that is throttling is not repeated with maxAttempts 1", async () => {
      service.always("SignUp", failure("TooManyRequestsException", "Rate exceeded"));
      await failed(make({ maxAttempts: 1 }));
      expect(service.operations()).toEqual(["SignUp"]);
    });

    test("that is a limit of the account is not repeated", async () => {
      service.always("SignUp", failure("LimitExceededException", "Attempt limit exceeded"));
      expect((await failed()).code).toBe("LimitExceededException");
      expect(service.operations()).toEqual(["SignUp"]);
    });

    test.each([
      ["InvalidPasswordException", "password-policy", 400],
      ["InvalidParameterException", "invalid-argument", 400],
    ])("%s has the reason %s", async (type, reason, status) => {
      service.next("SignUp", failure(type, "Password did not conform with policy"));
      expect(await failed()).toMatchObject({ code: type, reason, status, statusCode: 400 });
      expect(service.operations()).toEqual(["SignUp"]);
    });

    test("a service that cannot be reached: network, within 5 s", async () => {
      const { error } = await settled(create(make({ endpoint: await closedPort() })), 5);
      expect(error).toMatchObject({ reason: "network", stage: "sign-up", retryable: true });
    });
  });

  describe("a failure of AdminConfirmSignUp", () => {
    test("says that the user exists: stage confirm", async () => {
      service.next(
        "AdminConfirmSignUp",
        failure("AccessDeniedException", "Not authorized to perform"),
      );
      const error = await failed();
      expect(error).toMatchObject({ code: "AccessDeniedException", stage: "confirm" });
      expect(service.operations()).toEqual(["SignUp", "AdminConfirmSignUp"]);
    });

    test.each([
      ["500", failure("InternalErrorException", "Oops", { status: 500 })],
      ["a reset", reset],
      ["throttling", failure("TooManyRequestsException", "Rate exceeded")],
    ])("after which it is repeated, and SignUp is not: %s", async (_name, fault) => {
      service.next("AdminConfirmSignUp", fault);
      await expect(create()).resolves.toMatchObject({ username: NAME });
      expect(service.operations()).toEqual(["SignUp", "AdminConfirmSignUp", "AdminConfirmSignUp"]);
    });

    test("whose answer was lost, so that the repeat finds the user confirmed, is a success", async () => {
      service.next("AdminConfirmSignUp", reset);
      service.next(
        "AdminConfirmSignUp",
        failure("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"),
      );
      await expect(create()).resolves.toMatchObject({ username: NAME });
      expect(service.operations()).toEqual(["SignUp", "AdminConfirmSignUp", "AdminConfirmSignUp"]);
    });

    test("that lasts ends after the attempts, with stage confirm", async () => {
      service.always(
        "AdminConfirmSignUp",
        failure("InternalErrorException", "Oops", { status: 500 }),
      );
      expect(await failed()).toMatchObject({
        reason: "service",
        stage: "confirm",
        retryable: true,
      });
      expect(service.of("SignUp")).toHaveLength(1);
      expect(service.of("AdminConfirmSignUp")).toHaveLength(3);
    });

    test("that is silence ends in time, with stage confirm", async () => {
      service.always("AdminConfirmSignUp", hang);
      const error = await failed(make({ timeoutMs: 1500 }));
      expect(error).toMatchObject({ reason: "timeout", stage: "confirm" });
      expect(service.of("SignUp")).toHaveLength(1);
    });
  });

  describe("what is missing for the second half stops the first", () => {
    test("USER_POOL_ID", async () => {
      const error = await failed(make({ userPoolId: undefined }));
      expect(error.reason).toBe("config");
      expect(error.message).toContain("USER_POOL_ID");
      expect(service.requests).toHaveLength(0);
    });

    test("COGNITO_CLIENT_ID", async () => {
      const error = await failed(make({ clientId: undefined }));
      expect(error.reason).toBe("config");
      expect(error.message).toContain("COGNITO_CLIENT_ID");
      expect(service.requests).toHaveLength(0);
    });
  });

  test("many registrations at once each get their own answer", async () => {
    service.always("SignUp", ({ body }) =>
      Number(body.Username.slice(1)) % 2
        ? failure("UsernameExistsException", `${body.Username} exists`)
        : { body: { UserConfirmed: false } },
    );
    const auth = make();
    const calls = Array.from({ length: 40 }, (_, i) => auth.createCognitoUser(`u${i}`, PASSWORD));
    const outcomes = await Promise.allSettled(calls);
    outcomes.forEach(({ value, reason }, i) => {
      if (i % 2) expect(reason.message).toBe(`u${i} exists`);
      else expect(value.username).toBe(`u${i}`);
    });
  });
});

describe("on the emulator", () => {
  let emulator;
  let pool;
  let auth;

  beforeAll(async () => {
    emulator = await startEmulator({ kind: "ministack" });
    pool = await emulator.createPool();
    auth = createAuth(optionsFrom(pool.environment));
  }, 120_000);
  afterAll(() => emulator?.stop());

  const stored = (Username) =>
    emulator.call("AdminGetUser", { UserPoolId: pool.userPoolId, Username });

  test("the user is there, confirmed, with both attributes", async () => {
    await auth.createCognitoUser("ariadne", PASSWORD, "ariadne@example.com", "+14155550101");
    const user = await stored("ariadne");
    expect(user.UserStatus).toBe("CONFIRMED");
    const attributes = Object.fromEntries(
      user.UserAttributes.map(({ Name, Value }) => [Name, Value]),
    );
    expect(attributes).toMatchObject({
      email: "ariadne@example.com",
      phone_number: "+14155550101",
    });
  });

  test("an attribute that was left out is not stored", async () => {
    await auth.createCognitoUser("icarus", PASSWORD);
    const names = (await stored("icarus")).UserAttributes.map(({ Name }) => Name);
    expect(names).not.toContain("email");
    expect(names).not.toContain("phone_number");
  });

  test("the same name again: user-exists, and the first user stays", async () => {
    await auth.createCognitoUser("minos", PASSWORD, EMAIL, PHONE);
    const again = auth.createCognitoUser("minos", "Another1-s3cret", "other@example.com", PHONE);
    expect(await refusal(again)).toMatchObject({
      name: "UsernameExistsException",
      reason: "user-exists",
      status: 409,
    });
    await expect(auth.login("minos", PASSWORD)).resolves.toEqual(expect.any(String));
  });

  test.each(["short1A", "nouppercase1", "NOLOWERCASE1", "NoNumberHere"])(
    "a password that breaks the policy (%s): password-policy, and no user",
    async (password) => {
      const username = `daedalus-${password.length}${password[0]}`;
      const error = await refusal(auth.createCognitoUser(username, password, EMAIL, PHONE));
      expect(error).toMatchObject({
        name: "InvalidPasswordException",
        reason: "password-policy",
        stage: "sign-up",
      });
      expect(error.message).not.toContain(password);
      await expect(stored(username)).rejects.toMatchObject({ name: "UserNotFoundException" });
    },
  );

  test("a client with a secret", async () => {
    const secret = await emulator.createPool({ clientSecret: true });
    const options = optionsFrom(secret.environment);
    expect(options.clientSecret).toEqual(expect.any(String));
    const user = await createAuth(options).createCognitoUser("aegeus", PASSWORD, EMAIL, PHONE);
    expect(user.username).toBe("aegeus");
    const without = createAuth({ ...options, clientSecret: undefined });
    const error = await refusal(without.createCognitoUser("pasiphae", PASSWORD, EMAIL, PHONE));
    expect(error.code).toBe("NotAuthorizedException");
  });
});
