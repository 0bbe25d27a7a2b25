"use strict";

// Every option of createAuth with values of the wrong type and form: always an AuthError, at once, and never a value in it.

const { AuthError, createAuth } = require("../..");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, POOL, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");
const { refusal } = require("../../tools/outcomes.js");

/** Stands in every value that can hold it: no error may show it. */
const MARK = "M4RKED";

let service;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());

describe("createAuth's options", () => {
  /** The error that createAuth throws, and it must throw it at once. */
  function thrown(options) {
    try {
      createAuth(options);
    } catch (error) {
      expect(error).toBeInstanceOf(AuthError);
      expect({ reason: error.reason, status: error.status }).toEqual({
        reason: "config",
        status: 500,
      });
      expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(MARK);
      return error;
    }
    throw new Error("createAuth should have thrown");
  }

  const TEXTS = [
    "region",
    "userPoolId",
    "clientId",
    "clientSecret",
    "authFlow",
    "endpoint",
    "issuer",
    "jwksUri",
    "stateKey",
  ];
  /** null: there is none, whatever the environment says. */
  const NULLABLE = ["clientSecret", "stateKey"];
  const WRONG = [
    5,
    true,
    null,
    {},
    [MARK],
    Symbol(MARK),
    5n,
    () => MARK,
    Buffer.from(MARK),
    new String(MARK),
  ];

  test.each(TEXTS)("%s must be a string", (name) => {
    for (const value of WRONG) {
      if (value === null && NULLABLE.includes(name)) continue;
      expect(thrown({ [name]: value }).message).toContain(name);
    }
  });

  test.each([
    [
      "region",
      [
        "us east 1",
        "us-east-1/../x",
        "-us",
        "us_east",
        `${MARK}.example.com`,
        "ü",
        "a".repeat(64),
        "s3",
        "local",
        "s3-us-west-2",
        "US-EAST-1",
      ],
    ],
    [
      "userPoolId",
      [
        "pool",
        "us-east-1_",
        "_AbC",
        "s3_AbC",
        "s3-us-west-2_AbC",
        "local_AbC",
        "us-east-1_a/b",
        `us-east-1_${MARK}!`,
        `us-east-1_${"a".repeat(60)}`,
      ],
    ],
    ["clientId", ["a b", "a/b", `${MARK}-`, "ü", "a".repeat(129)]],
    ["authFlow", ["REFRESH_TOKEN_AUTH", "admin_no_srp_auth", MARK]],
    ["stateKey", ["", [], [""], [5], MARK, [`${MARK} ${"x".repeat(40)}`]]],
    ["refreshReuse", [-1, 61, 0.5, "10", null, Number.NaN]],
    [
      "endpoint",
      [
        "localhost",
        "ftp://localhost",
        `http://user:${MARK}@localhost`,
        "http://",
        "http://a?x",
        MARK,
      ],
    ],
    ["issuer", ["issuer", "ftp://a", `https://a#${MARK}`, [], ["https://a", MARK], [""], [5]]],
    ["replicaRegions", ["us-west-2", 5, null, [MARK], ["us-west-2", "s3"], ["local"], [""], [5]]],
    ["clientSecret", ["", "\ud800", `${MARK}\udfff`]],
  ])("%s must have its form", (name, values) => {
    for (const value of values) expect(thrown({ [name]: value }).message).toContain(name);
  });

  test.each([
    [
      "timeoutMs",
      [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 300_001, "1000", null, 2 ** 40, {}],
    ],
    ["maxAttempts", [0, -1, 1.5, Number.NaN, 11, "3", null, {}]],
  ])("%s must be a whole number in its range", (name, values) => {
    for (const value of values) expect(thrown({ [name]: value }).message).toContain(name);
  });

  test.each([
    ["credentials", [MARK, 5, [], null, {}, { accessKeyId: MARK }, { secretAccessKey: MARK }]],
    [
      "credentials",
      [
        { accessKeyId: MARK, secretAccessKey: 5 },
        { accessKeyId: "", secretAccessKey: MARK },
      ],
    ],
    ["credentials", [{ accessKeyId: MARK, secretAccessKey: MARK, sessionToken: 5 }]],
    ["credentials", [{ accessKeyId: MARK, secretAccessKey: MARK, token: MARK }]],
    ["verify", [MARK, 5, [], null]],
    ["keys", [MARK, 5, [], null, {}, { jwks: MARK }, { jwks: null }, { jwks: {}, uri: "x" }]],
  ])("%s must have its shape", (name, values) => {
    for (const value of values) expect(thrown({ [name]: value }).message).toContain(name);
  });

  test.each(["regoin", "userpoolid", "UserPoolId", "secret", "toString", ""])(
    "%j is no option, and those that are get named",
    (name) => {
      const { message } = thrown({ [name]: MARK });
      expect(message).toContain("userPoolId");
    },
  );

  test("a __proto__ of one's own is no option", () => {
    thrown(JSON.parse(`{"__proto__":{"region":"${MARK}"}}`));
  });

  test.each([
    ["a string", MARK],
    ["a number", 5],
    ["null", null],
    ["a function", () => MARK],
    ["an array", []],
  ])("%s is no set of options", (_name, options) => {
    thrown(options);
  });

  test("an option that is undefined is one that was left out", () => {
    const names = [
      ...TEXTS,
      "replicaRegions",
      "timeoutMs",
      "maxAttempts",
      "credentials",
      "verify",
      "keys",
    ];
    expect(() =>
      createAuth(Object.fromEntries(names.map((name) => [name, undefined]))),
    ).not.toThrow();
  });

  const AUTH = { userPoolId: POOL, clientId: CLIENT, keys: { jwks: jwks(jwk(rsaPair())) } };
  /** Functions that take a policy. Each throws or rejects. */
  const WITH_POLICY = {
    createAuth: (policy) => createAuth({ ...AUTH, verify: policy }),
    verify: (policy) => createAuth(AUTH).verify(sign(), policy),
    verifySync: (policy) => createAuth(AUTH).verifySync(sign(), policy),
    authenticate: (policy) => createAuth(AUTH).authenticate({ headers: {} }, policy),
    middleware: (policy) => createAuth(AUTH).middleware(policy),
    lambdaAuthorizer: (policy) => createAuth(AUTH).lambdaAuthorizer(policy),
  };

  test.each(Object.entries(WITH_POLICY))(
    "%s: in a policy an undefined check is an error, and another undefined option is left out",
    async (_name, call) => {
      for (const name of ["use", "clientId", "groups", "scopes"]) {
        const error = await refusal((async () => call({ [name]: undefined }))());
        expect(error.reason).toBe("config");
        expect(error.message).toMatch(new RegExp(`${name} is undefined: set it or leave it out$`));
      }
      await call({ clockTolerance: undefined });
    },
  );

  test("a pool's undefined clientId is an error beside others", () => {
    const pools = [{ userPoolId: POOL, clientId: undefined }];
    expect(() => createAuth({ pools })).toThrow(
      "option pools[0].clientId is undefined: set it or leave it out",
    );
  });

  test("changing the options afterwards changes nothing", async () => {
    const options = {
      region: "us-east-1",
      userPoolId: POOL,
      clientId: CLIENT,
      endpoint: service.endpoint,
      credentials: { accessKeyId: "AKIDBEFORE", secretAccessKey: "secret" },
    };
    const made = createAuth(options);
    options.userPoolId = "us-east-1_Another";
    options.credentials.accessKeyId = "AKIDAFTER";
    await made.fetchUserByUsername("theseus");
    expect(service.requests[0].body.UserPoolId).toBe(POOL);
    expect(service.requests[0].headers.authorization).toContain("AKIDBEFORE");
  });
});
