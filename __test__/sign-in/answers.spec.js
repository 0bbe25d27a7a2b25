"use strict";

// What is made of single answers to a sign-in: tokens with odd numbers and devices, lock-outs, visitors that are not looked at.

const { createAuth } = require("../..");
const { refusal } = require("../../tools/outcomes.js");
const { failure, startServiceServer } = require("../../tools/testing/service-server.js");
const { NAME, PASSWORD, SECRET } = require("./support.js");

let service;
beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

const make = (options) => createAuth({ ...service.options, ...options });
const WRONG = failure("NotAuthorizedException", "Incorrect username or password.");
const LOCKED = failure("NotAuthorizedException", "Password attempts exceeded");
const tokensWith = (members) => ({
  body: {
    AuthenticationResult: {
      AccessToken: "a.b.c",
      IdToken: "d.e.f",
      ExpiresIn: 60,
      RefreshToken: "r",
      ...members,
    },
  },
});

test.each([0, 86_400, 10 ** 15, 10 ** 18])("ExpiresIn %p: a date", async (ExpiresIn) => {
  service.next("AdminInitiateAuth", tokensWith({ ExpiresIn }));
  const { expiresAt } = await make().signIn(NAME, PASSWORD);
  expect(expiresAt).toBeGreaterThan(Date.now() - 60_000);
  expect(new Date(expiresAt).toJSON()).toEqual(expect.any(String));
});

test.each([
  [
    { DeviceKey: "k", DeviceGroupKey: "g" },
    { key: "k", groupKey: "g" },
  ],
  [{ DeviceKey: "k" }, undefined],
  [{ DeviceGroupKey: "g" }, undefined],
  [{}, undefined],
])("a device of %p", async (NewDeviceMetadata, device) => {
  service.next("AdminInitiateAuth", tokensWith({ NewDeviceMetadata }));
  expect((await make().signIn(NAME, PASSWORD)).device).toEqual(device);
});

test("a lock-out ends by itself; login says of it what the original does", async () => {
  service.always("AdminInitiateAuth", LOCKED);
  const expected = { reason: "attempts-exceeded", status: 429 };
  expect(await refusal(make().signIn(NAME, PASSWORD))).toMatchObject({
    ...expected,
    retryable: true,
  });
  expect(await refusal(make().login(NAME, PASSWORD))).toMatchObject({
    ...expected,
    retryable: false,
  });
});

describe("a visitor", () => {
  const visitor = { ip: "192.0.2.1" };
  const PUBLIC = { authFlow: "USER_PASSWORD_AUTH" };

  test("whom Cognito does not look at: a failure says so", async () => {
    service.always("InitiateAuth", WRONG);
    const failed = await refusal(make(PUBLIC).signIn(NAME, PASSWORD, { visitor }));
    expect(failed).toMatchObject({ reason: "bad-credentials" });
    expect(failed.hint).toContain("EnablePropagateAdditionalUserContextData");
  });

  test.each([
    ["with a secret", { ...PUBLIC, clientSecret: SECRET }, { visitor }],
    ["in an administrator's flow", {}, { visitor }],
    ["who is not given", PUBLIC, {}],
  ])("%s: nothing is said", async (_what, options, given) => {
    service.always("InitiateAuth", WRONG);
    service.always("AdminInitiateAuth", WRONG);
    const failed = await refusal(make(options).signIn(NAME, PASSWORD, given));
    expect(failed.reason).toBe("bad-credentials");
    expect(failed.hint).toBeUndefined();
  });

  test("another hint counts for more", async () => {
    service.always(
      "InitiateAuth",
      failure("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"),
    );
    const failed = await refusal(make(PUBLIC).signIn(NAME, PASSWORD, { visitor }));
    expect(failed.hint).toContain("ALLOW_USER_PASSWORD_AUTH");
  });
});
