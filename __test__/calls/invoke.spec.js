"use strict";

// Any operation of Cognito's API, as its row of the table says: signed or not, sent again or not, what is filled in.

const { AuthError } = require("../..");
const { LiveAuth } = require("../../lib/auth");
const { exposed } = require("../../lib/exposed");
const { invoke } = require("../../lib/invoke");
const { rows } = require("../../tools/operations");
const { settled } = require("../../tools/outcomes");
const { useEnvironment } = require("../support/environment");
const { CLIENT, POOL, reset, startServiceServer } = require("../../tools/testing/service-server");

let service;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

/** Calls an operation; what `read` makes of the answer, which is `{ Right: true }`. */
async function call(name, request, options = service.options, read = (answer) => answer) {
  const live = new LiveAuth(options);
  const handleFor = () => live.now().callHandle();
  service.next(name, { body: { Right: true } });
  return await exposed(call, () => invoke(name, request, { handleFor, read }));
}

test("every operation is signed as its row says, and takes what the configuration has for it", async () => {
  const clientSecret = "an-app-client-secret-of-24-or-more";
  for (const { name, signed, filledIn } of rows()) {
    expect(await call(name, {}, { ...service.options, clientSecret })).toEqual({ Right: true });
    const { body, headers, operation } = service.requests.at(-1);
    expect(operation).toBe(name);
    expect([name, "authorization" in headers]).toEqual([name, signed]);
    const expected = {};
    if (filledIn.includes("p")) expected.UserPoolId = POOL;
    if (filledIn.includes("c")) expected.ClientId = CLIENT;
    expect([name, body]).toEqual([name, expected]);
  }
});

test("what the caller gives stays, and undefined is left out", async () => {
  const pool = "us-east-1_Another12";
  await call("AdminGetUser", { UserPoolId: pool, Username: "theseus", Other: undefined });
  expect(service.requests[0].body).toEqual({ UserPoolId: pool, Username: "theseus" });
});

test("a client's secret proves itself for the request's user name", async () => {
  const options = { ...service.options, clientSecret: "an-app-client-secret-of-24-or-more" };
  await call("ForgotPassword", { Username: "theseus" }, options);
  await call("ForgotPassword", { Username: "ariadne" }, options);
  const [one, other] = service.requests.map(({ body }) => body.SecretHash);
  expect(one).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  expect(other).not.toBe(one);
});

test("an operation that is not signed needs neither credentials nor what its row does not name", async () => {
  const { endpoint, region } = service.options;
  const restore = useEnvironment({
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/nowhere",
    AWS_SHARED_CREDENTIALS_FILE: "/nowhere",
  });
  try {
    await call("GetUser", { AccessToken: "a" }, { endpoint, region });
    const { error } = await settled(
      call("AdminGetUser", { Username: "a" }, { endpoint, region, userPoolId: POOL }),
    );
    expect(error.reason).toBe("aws-credentials");
  } finally {
    restore();
  }
  expect(service.operations()).toEqual(["GetUser"]);
});

test.each([
  ["AdminGetUser", 2],
  ["AdminDeleteUser", 1],
  ["GetUser", 2],
  ["ChangePassword", 1],
])("%s is sent %i times if the first answer is lost", async (name, times) => {
  service.next(name, reset);
  const { error } = await settled(call(name, {}));
  expect(service.of(name)).toHaveLength(times);
  expect(error?.reason).toBe(times === 1 ? "network" : undefined);
});

test("an unknown operation is an error of the call's, and nothing is sent", async () => {
  for (const name of ["SignU", "SignUpX", "signUp", "flow/other", ""]) {
    const { error } = await settled(call(name, { Password: "s3cret" }));
    expect(error).toBeInstanceOf(AuthError);
    expect(error).toMatchObject({ reason: "invalid-argument", status: 400 });
    expect(error.stack).toContain("invoke.spec.js");
    expect(JSON.stringify(error)).not.toContain("s3cret");
  }
  expect(service.requests).toEqual([]);
});

test.each([
  ["a list", [1]],
  ["a text", '"s3cret"'],
  ["no JSON", "{"],
])("an answer that is %s is reported, with where it comes from", async (_what, body) => {
  service.next("AdminGetUser", { body, headers: { "x-amzn-requestid": "r-1" } });
  const { error } = await settled(call("AdminGetUser", {}));
  const cognito = { statusCode: 200, requestId: "r-1", attempts: 1 };
  expect(error).toMatchObject({ reason: "service", retryable: false, cognito });
});
