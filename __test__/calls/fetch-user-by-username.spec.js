"use strict";

// fetchUserByUsername: what is sent, what comes back, and users without a phone number.

const { AuthError, createAuth } = require("../..");
const { startEmulator } = require("../../tools/emulator.js");
const { optionsFrom } = require("../support/environment.js");
const { closedPort, refusal, settled } = require("../../tools/outcomes.js");
const {
  POOL,
  cut,
  failure,
  hang,
  reset,
  startServiceServer,
} = require("../../tools/testing/service-server.js");

const NAME = "theseus";
const PHONE = "+14155550100";

describe("against scripted answers", () => {
  let service;

  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());

  const make = (options = {}) => createAuth({ ...service.options, ...options });

  /** The error of a look-up that must fail. */
  async function failed(auth = make()) {
    const { error } = await settled(auth.fetchUserByUsername(NAME));
    expect(error).toBeInstanceOf(AuthError);
    return error;
  }

  test("resolves to name and phone number, in the original's order", async () => {
    const user = await make().fetchUserByUsername(NAME);
    expect(JSON.stringify(user)).toBe(JSON.stringify({ username: NAME, phoneNumber: PHONE }));
    expect(Object.getPrototypeOf(user)).toBe(Object.prototype);
  });

  test("sends a signed AdminGetUser as the tutorial has it", async () => {
    await make().fetchUserByUsername(NAME);
    expect(service.operations()).toEqual(["AdminGetUser"]);
    expect(service.requests[0].body).toEqual({ UserPoolId: POOL, Username: NAME });
    expect(service.requests[0].headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID/);
  });

  test("names the user as asked for, also when the pool's spelling is another", async () => {
    service.next("AdminGetUser", {
      body: { Username: "c4a8-sub", UserAttributes: [{ Name: "phone_number", Value: PHONE }] },
    });
    await expect(make().fetchUserByUsername("Theseus")).resolves.toEqual({
      username: "Theseus",
      phoneNumber: PHONE,
    });
  });

  test("needs no client id", async () => {
    const auth = make({ clientId: undefined });
    await expect(auth.fetchUserByUsername(NAME)).resolves.toMatchObject({ phoneNumber: PHONE });
  });

  test("finds the phone number among others of like names", async () => {
    service.next("AdminGetUser", {
      body: {
        Username: NAME,
        UserAttributes: [
          { Name: "phone_number_verified", Value: "true" },
          { Name: "custom:phone_number", Value: "+1" },
          { Name: "phone_number", Value: PHONE },
        ],
      },
    });
    const { phoneNumber } = await make().fetchUserByUsername(NAME);
    expect(phoneNumber).toBe(PHONE);
  });

  test.each([
    ["no attributes", { Username: NAME }],
    ["attributes of null", { Username: NAME, UserAttributes: null }],
    ["an empty list", { Username: NAME, UserAttributes: [] }],
    ["other attributes", { Username: NAME, UserAttributes: [{ Name: "sub", Value: "s" }] }],
    [
      "a phone number without a value",
      { Username: NAME, UserAttributes: [{ Name: "phone_number" }] },
    ],
  ])("a user with %s: phone-missing, where the original has a TypeError", async (_name, body) => {
    service.next("AdminGetUser", { body });
    const error = await failed();
    expect(error).toMatchObject({ reason: "phone-missing" });
    expect(error).not.toBeInstanceOf(TypeError);
    expect(error.message).not.toMatch(/undefined/);
  });

  test.each([
    ["a list", []],
    ["a text for attributes", { Username: NAME, UserAttributes: "phone_number" }],
    ["a number in the list", { Username: NAME, UserAttributes: [5] }],
    [
      "a number for the value",
      { Username: NAME, UserAttributes: [{ Name: "phone_number", Value: 5 }] },
    ],
    ["no JSON", "<html></html>"],
    ["cut JSON", '{"Username":'],
  ])("an answer with %s is a failure of the service", async (_name, body) => {
    service.always("AdminGetUser", { body });
    expect(["service", "phone-missing"]).toContain((await failed()).reason);
  });

  test("a user that is not there: user-missing", async () => {
    service.next("AdminGetUser", failure("UserNotFoundException", "User does not exist."));
    expect(await failed()).toMatchObject({
      name: "UserNotFoundException",
      message: "User does not exist.",
      reason: "user-missing",
      status: 404,
      statusCode: 400,
    });
    expect(service.requests).toHaveLength(1);
  });

  test.each([
    ["500", failure("InternalErrorException", "Oops", { status: 500 })],
    ["a reset", reset],
    ["an answer that is cut", cut],
    ["throttling", failure("TooManyRequestsException", "Rate exceeded")],
  ])("is repeated after %s", async (_name, fault) => {
    service.next("AdminGetUser", fault);
    await expect(make().fetchUserByUsername(NAME)).resolves.toMatchObject({ phoneNumber: PHONE });
    expect(service.requests).toHaveLength(2);
  });

  test("silence ends after timeoutMs: timeout", async () => {
    service.always("AdminGetUser", hang);
    expect((await failed(make({ timeoutMs: 500 }))).reason).toBe("timeout");
  });

  test("a service that cannot be reached: network, within 5 s", async () => {
    const auth = make({ endpoint: await closedPort() });
    const { error } = await settled(auth.fetchUserByUsername(NAME), 5);
    expect(error).toMatchObject({ reason: "network", retryable: true });
  });
});

describe.each(["ministack", "cognito-local"])("on the emulator %s", (kind) => {
  let emulator;
  let pool;
  let auth;

  beforeAll(async () => {
    emulator = await startEmulator({ kind });
    pool = await emulator.createPool();
    auth = createAuth(optionsFrom(pool.environment));
  }, 120_000);
  afterAll(() => emulator?.stop());

  test("a registered user's phone number", async () => {
    await auth.createCognitoUser(NAME, "Labyrinth1", "t@example.com", PHONE);
    await expect(auth.fetchUserByUsername(NAME)).resolves.toEqual({
      username: NAME,
      phoneNumber: PHONE,
    });
  });

  test("a user without one: phone-missing", async () => {
    await auth.createCognitoUser("hermit", "Labyrinth1", "h@example.com");
    expect(await refusal(auth.fetchUserByUsername("hermit"))).toMatchObject({
      reason: "phone-missing",
      status: 400,
    });
  });

  test("nobody: user-missing", async () => {
    expect(await refusal(auth.fetchUserByUsername("nobody"))).toMatchObject({
      name: "UserNotFoundException",
      reason: "user-missing",
    });
  });
});
