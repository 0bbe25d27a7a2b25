"use strict";

// auth.call: any operation of the API, by its name.

const { createAuth } = require("../..");
const { hang, reset, startServiceServer } = require("../../tools/testing/service-server.js");
const { rows } = require("../../tools/operations");
const { NAME, SECRET, error, refusal, refused, usePools } = require("../sign-in/support.js");

const open = usePools();
const SETTINGS = { p: "UserPoolId", c: "ClientId", s: "SecretHash" };
const UNKNOWN = error(
  "InvalidParameterException",
  "invalid-argument",
  "Amazon Cognito's API has no such operation",
  400,
);

test("parameters and answer are as on the wire", async () => {
  const { pool, auth } = await open();
  const { Users } = await auth.call("ListUsers", { Limit: 1 });
  expect(Users).toEqual([
    expect.objectContaining({ Username: NAME, UserCreateDate: expect.any(Number) }),
  ]);
  expect(pool.requests).toEqual([
    { operation: "ListUsers", body: { UserPoolId: pool.userPoolId, Limit: 1 }, signed: true },
  ]);
  expect(await refusal(auth.call("AdminGetUser", { Username: "nobody" }))).toMatchObject({
    reason: "user-missing",
  });
  expect(await refusal(auth.call("GetGroup", { GroupName: "nope" }))).toMatchObject({
    reason: "group-missing",
  });
});

describe("on a server that answers anything", () => {
  let service;
  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());
  const auth = (options) => createAuth({ ...service.options, ...options });
  const sent = () => service.requests.at(-1);

  // Cases 115 and 116: every operation of the table.
  test.each(rows().map(({ name, signed, filledIn }) => [name, signed, filledIn]))(
    "%s, signed: %s",
    async (name, signed, filledIn) => {
      service.always(name, { body: { Answer: [1, null, { a: "b" }] } });
      const own = createAuth({
        ...service.options,
        clientSecret: SECRET,
        // Public operations must not even look for credentials.
        ...(!signed && { credentials: undefined }),
      });
      const parameters = { Username: NAME, AccessToken: "a.b.c" };
      expect(await own.call(name, parameters)).toEqual({ Answer: [1, null, { a: "b" }] });
      const { operation, headers, body } = sent();
      expect(operation).toBe(name);
      expect(headers.authorization !== undefined).toBe(signed);
      expect(body).toMatchObject(parameters);
      expect(Object.keys(body).sort()).toEqual(
        [...Object.keys(parameters), ...filledIn.map((letter) => SETTINGS[letter])].sort(),
      );
    },
  );

  // Case 117.
  test.each([
    undefined,
    null,
    "",
    5,
    "no good",
    "listUsers",
    "A",
    "List_Users",
    "List.Users",
    "flow/call",
    "flow/login",
    "ListUsers\n",
    "A".repeat(65),
    ["ListUsers"],
    { toString: () => "ListUsers" },
  ])("operation %j is refused, and nothing is sent", async (operation) => {
    // Also where the table may lack it: the name is part of a header.
    for (const options of [undefined, { unlisted: true }]) {
      expect(await refused(auth().call(operation, {}, options))).toMatchObject({
        reason: "invalid-argument",
      });
    }
    expect(service.requests).toEqual([]);
  });

  test("one that the table lacks must be allowed; nothing is filled in", async () => {
    expect(await refused(auth().call("ListNothing"))).toEqual(UNKNOWN);
    expect(service.requests).toEqual([]);
    service.always("ListNothing", { body: { a: 1 } });
    expect(await auth().call("ListNothing", { b: 2 }, { unlisted: true })).toEqual({ a: 1 });
    expect(sent()).toMatchObject({ operation: "ListNothing", body: { b: 2 } });
    expect(sent().headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
    // The connection's kind is remembered, not the name.
    service.always("ListOther", { body: {} });
    await auth().call("ListOther", {}, { unlisted: true });
    expect(sent().operation).toBe("ListOther");
  });

  // Rule 13 of the security review.
  test.each([
    ["AdminGetUser", { UserPoolId: "us-east-1_Other1234" }],
    ["DeleteUserPool", { UserPoolId: "us-east-1_Other1234" }],
    ["SignUp", { ClientId: "other" }],
    ["DescribeUserPoolClient", { ClientId: "other" }],
    ["ListNothing", { UserPoolId: "us-east-1_Other1234" }],
    ["AdminGetUser", { UserPoolId: 5 }],
    ["AdminGetUser", { UserPoolId: [] }],
  ])("%s with %j is refused unless it is allowed", async (operation, parameters) => {
    service.always(operation, { body: {} });
    const options = { unlisted: true };
    const failed = await refusal(auth().call(operation, parameters, options));
    expect(failed).toMatchObject({ reason: "invalid-argument", status: 400 });
    expect(service.requests).toEqual([]);
    if (Object.values(parameters).every((value) => typeof value === "string")) {
      await auth().call(operation, parameters, { ...options, otherPool: true });
      expect(sent().body).toMatchObject(parameters);
    }
  });

  test("no secret hash is made with the Auth's secret for another app client", async () => {
    service.always("SignUp", { body: {} });
    const own = auth({ clientSecret: SECRET });
    await own.call("SignUp", { Username: NAME, ClientId: "other" }, { otherPool: true });
    expect(sent().body).toEqual({ Username: NAME, ClientId: "other" });
    await own.call("SignUp", { Username: NAME }, { otherPool: true });
    expect(sent().body).toHaveProperty("SecretHash");
  });

  test("the Auth's own ids may be named", async () => {
    service.always("AdminGetUser", { body: {} });
    const { userPoolId } = service.options;
    await auth().call("AdminGetUser", { UserPoolId: userPoolId, Username: NAME });
    expect(sent().body.UserPoolId).toBe(userPoolId);
  });

  test.each([
    null,
    "Username",
    5,
    ["Username"],
    new Map([["Username", NAME]]),
    { Username: () => NAME },
    { Username: 5n },
    { Limit: Number.NaN },
    { Limits: [Number.POSITIVE_INFINITY] },
    { Username: Symbol("a") },
    Object.create({ Username: NAME }),
    new Proxy({}, {}),
    {
      get Username() {
        return NAME;
      },
    },
    { a: { a: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } } },
  ])("parameters %p are refused, and nothing is sent", async (parameters) => {
    service.always("AdminGetUser", { body: {} });
    expect(await refused(auth().call("AdminGetUser", parameters))).toMatchObject({
      reason: expect.stringMatching(/^(invalid-argument|config)$/),
    });
    expect(service.requests).toEqual([]);
  });

  test("more than 1 MiB is refused", async () => {
    const parameters = { Username: NAME, a: "x".repeat(1024 * 1024) };
    expect(await refused(auth().call("AdminGetUser", parameters))).toMatchObject({
      reason: "invalid-argument",
    });
    expect(service.requests).toEqual([]);
  });

  test("no request is sent again if it may have taken effect", async () => {
    service.always("ListUsers", reset);
    expect(await refusal(auth().call("ListUsers"))).toMatchObject({
      reason: "network",
      attempts: 1,
    });
    expect(service.requests.length).toBe(1);
  });

  test("a signal ends it", async () => {
    service.always("ListUsers", hang);
    const controller = new AbortController();
    const promise = auth().call("ListUsers", {}, { signal: controller.signal });
    controller.abort();
    expect(await refused(promise)).toMatchObject({ reason: "aborted" });
  });

  test("members called __proto__ are members", async () => {
    service.always("ListUsers", { body: '{"__proto__":{"a":1}}' });
    const answer = await auth().call("ListUsers", JSON.parse('{"__proto__":{"b":1}}'));
    expect(Object.keys(answer)).toEqual(["__proto__"]);
    expect(sent().text).toContain('"__proto__":{"b":1}');
  });
});
