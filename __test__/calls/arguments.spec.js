"use strict";

// Every parameter of the four functions with everything that JavaScript can pass: always a promise, always an
// outcome, always an AuthError, and never a value in it.

const { AuthError, JsonWebTokenError, createAuth } = require("../..");
const { refusal, settled } = require("../../tools/outcomes.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, POOL, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");

/** Stands in every value that can hold it: no error may show it. */
const MARK = "M4RKED";

let service;
let auth;

beforeAll(async () => {
  service = await startServiceServer();
  auth = createAuth({
    region: "us-east-1",
    userPoolId: POOL,
    clientId: CLIENT,
    endpoint: service.endpoint,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    keys: { jwks: jwks(jwk(rsaPair())) },
  });
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

function thrower() {
  throw new Error(MARK);
}

const MISSING = [
  ["undefined", undefined],
  ["null", null],
];

const NO_STRINGS = [
  ["0", 0],
  ["a number", 5.5],
  ["NaN", Number.NaN],
  ["true", true],
  ["false", false],
  ["a BigInt", 10n],
  ["a symbol", Symbol(MARK)],
  ["an object", { [MARK]: MARK }],
  ["an empty object", {}],
  ["an object without prototype", Object.create(null)],
  ["an array", [MARK]],
  ["an empty array", []],
  ["a function", () => MARK],
  ["a Date", new Date(0)],
  ["a regular expression", /M4RKED/],
  ["an Error", new Error(MARK)],
  ["a String object", new String(MARK)],
  ["a Buffer", Buffer.from(MARK)],
  ["a typed array", new Uint8Array(4)],
  ["an ArrayBuffer", new ArrayBuffer(4)],
  ["a Map", new Map([[MARK, MARK]])],
  ["a promise", Promise.resolve(MARK)],
  // biome-ignore lint/suspicious/noThenProperty: a value that only looks like a promise is the point
  ["a thenable", { then: thrower }],
  ["an object whose toString throws", { toString: thrower, valueOf: thrower, toJSON: thrower }],
  [
    "an object that turns into a string",
    { toString: () => MARK, [Symbol.toPrimitive]: () => MARK },
  ],
  ["an object whose members throw", Object.defineProperty({}, "length", { get: thrower })],
  [
    "a proxy that throws at everything",
    new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower }),
  ],
  ["a revoked proxy", revoked()],
];

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Strings that no request can carry, or none should. */
const UNSENDABLE = [
  ["65,537 characters", MARK + "a".repeat(65_537 - MARK.length)],
  ["100,000 characters", MARK + "a".repeat(100_000)],
  ["100,000 characters beyond Latin-1", MARK + "ü€".repeat(50_000)],
  ["20 million characters", MARK + "a".repeat(20_000_000)],
  ["a lone high surrogate", `${MARK}\ud800`],
  ["a lone low surrogate", `\udc00${MARK}`],
  ["surrogates the wrong way round", `${MARK}\udc00\ud800`],
];

const SENDABLE = [
  ["an empty string", ""],
  ["a space", " "],
  ["65,536 characters", "a".repeat(65_536)],
  ["emoji", "👩‍👩‍👧‍👦🦸🏽"],
  ["right to left", "מינוטאורוס"],
  ["combining marks", "Z̸a̷l̵g̶o"],
  ["NUL and control characters", "a\u0000\u0001\u001f\u007f\u0085"],
  ["line separators", "a\u2028b\u2029c"],
  ["quotes and backslashes", `"'\\\\"`],
  ["noncharacters", "\uffff\ufffe\u{1fffe}"],
  ["a byte order mark", "\ufeffa"],
  ["JSON", '{"__proto__":null}'],
  ["__proto__", "__proto__"],
  ["a long emoji", "🦸".repeat(32_768)],
];

const GOOD_CREATE = ["theseus", "Labyrinth1", "t@example.com", "+14155550100"];

/** Each parameter: how to call with a value in its place, and what the request's checks call it. */
const PARAMETERS = [
  {
    of: "createCognitoUser's username",
    call: (value) => auth.createCognitoUser(value, ...GOOD_CREATE.slice(1)),
    name: "Username",
    key: "Username",
    sent: ([request]) => request.body.Username,
  },
  {
    of: "createCognitoUser's password",
    call: (value) => auth.createCognitoUser("theseus", value, "t@example.com", "+14155550100"),
    name: "Password",
    key: "Password",
    sent: ([request]) => request.body.Password,
  },
  {
    of: "createCognitoUser's email",
    call: (value) => auth.createCognitoUser("theseus", "Labyrinth1", value, "+14155550100"),
    name: "UserAttributes[0].Value",
    sent: ([request]) => attribute(request, "email"),
  },
  {
    of: "createCognitoUser's phoneNumber",
    call: (value) => auth.createCognitoUser("theseus", "Labyrinth1", "t@example.com", value),
    name: "UserAttributes[1].Value",
    sent: ([request]) => attribute(request, "phone_number"),
  },
  {
    of: "login's username",
    call: (value) => auth.login(value, "Labyrinth1"),
    name: "AuthParameters['USERNAME']",
    sent: ([request]) => request.body.AuthParameters.USERNAME,
  },
  {
    of: "login's password",
    call: (value) => auth.login("theseus", value),
    name: "AuthParameters['PASSWORD']",
    sent: ([request]) => request.body.AuthParameters.PASSWORD,
  },
  {
    of: "fetchUserByUsername's username",
    call: (value) => auth.fetchUserByUsername(value),
    name: "Username",
    key: "Username",
    sent: ([request]) => request.body.Username,
  },
];

function attribute(request, name) {
  return request.body.UserAttributes.find(({ Name }) => Name === name)?.Value;
}

/** Calls, expecting a native promise rather than a throw, and returns the error without the mark in it. */
async function refused(call, value) {
  const promise = call(value);
  expect(promise).toBeInstanceOf(Promise);
  const { error } = await settled(promise, 10);
  expect(error).toBeInstanceOf(AuthError);
  expect(`${error.stack}${error.message}${JSON.stringify(error)}`).not.toContain(MARK);
  expect(error.message.length).toBeLessThan(500);
  return error;
}

describe.each(PARAMETERS)("$of", ({ call, name, key, sent }) => {
  test.each(NO_STRINGS)("%s is of the wrong type", async (_name, value) => {
    const error = await refused(call, value);
    expect(error).toMatchObject({
      name: "InvalidParameterType",
      code: "InvalidParameterType",
      message: `Expected params.${name} to be a string`,
      reason: "invalid-argument",
      status: 400,
    });
    expect(error).not.toHaveProperty("statusCode");
    expect(service.requests).toHaveLength(0);
  });

  test.each(UNSENDABLE)("%s is refused before any request", async (_name, value) => {
    const error = await refused(call, value);
    expect(error).toMatchObject({ reason: "invalid-argument", status: 400 });
    expect(error.code).toBe(error.name);
    expect(error.message).toContain(name);
    expect(service.requests).toHaveLength(0);
  });

  test.each(SENDABLE)("%s reaches the service unchanged", async (_name, value) => {
    const { error } = await settled(call(value), 10);
    expect(error).toBeUndefined();
    expect(sent(service.requests)).toBe(value);
  });

  if (key) {
    test.each(MISSING)("%s is missing", async (_name, value) => {
      const error = await refused(call, value);
      expect(error).toMatchObject({
        name: "MissingRequiredParameter",
        code: "MissingRequiredParameter",
        message: `Missing required key '${key}' in params`,
        reason: "invalid-argument",
        status: 400,
      });
      expect(error).not.toHaveProperty("statusCode");
      expect(service.requests).toHaveLength(0);
    });
  } else {
    test.each(MISSING)("%s is left out", async (_name, value) => {
      const { error } = await settled(call(value), 10);
      expect(error).toBeUndefined();
      expect(sent(service.requests)).toBeUndefined();
      expect(service.requests[0].text).not.toMatch(/null|undefined/);
    });
  }
});

describe("several wrong arguments at once", () => {
  test("are told together, missing ones first", async () => {
    const error = await refusal(auth.createCognitoUser(5, undefined, [MARK], "+14155550100"));
    expect(error).toMatchObject({
      name: "MultipleValidationErrors",
      code: "MultipleValidationErrors",
      reason: "invalid-argument",
      status: 400,
    });
    expect(error.message).toBe(
      [
        "There were 3 validation errors:",
        "* MissingRequiredParameter: Missing required key 'Password' in params",
        "* InvalidParameterType: Expected params.Username to be a string",
        "* InvalidParameterType: Expected params.UserAttributes[0].Value to be a string",
      ].join("\n"),
    );
    expect(error.errors.map(({ name, message }) => [name, message])).toEqual([
      ["MissingRequiredParameter", "Missing required key 'Password' in params"],
      ["InvalidParameterType", "Expected params.Username to be a string"],
      ["InvalidParameterType", "Expected params.UserAttributes[0].Value to be a string"],
    ]);
    expect(service.requests).toHaveLength(0);
  });

  test("no argument at all: both that are required", async () => {
    const error = await refusal(auth.createCognitoUser());
    expect(error.message).toBe(
      [
        "There were 2 validation errors:",
        "* MissingRequiredParameter: Missing required key 'Username' in params",
        "* MissingRequiredParameter: Missing required key 'Password' in params",
      ].join("\n"),
    );
    expect(service.requests).toHaveLength(0);
  });

  test("of login", async () => {
    const error = await refusal(auth.login({}, []));
    expect(error.message).toBe(
      [
        "There were 2 validation errors:",
        "* InvalidParameterType: Expected params.AuthParameters['USERNAME'] to be a string",
        "* InvalidParameterType: Expected params.AuthParameters['PASSWORD'] to be a string",
      ].join("\n"),
    );
  });
});

describe("verifyToken's token", () => {
  const falsy = NO_STRINGS.filter(([, value]) => !value);
  const others = NO_STRINGS.filter(([, value]) => value);

  test.each([...MISSING, ...falsy, ["an empty string", ""]])(
    "%s is not there",
    async (_name, value) => {
      const error = await refused(auth.verifyToken, value);
      expect(error).toBeInstanceOf(JsonWebTokenError);
      expect(error.message).toBe("jwt must be provided");
    },
  );

  test.each(others)("%s is no string", async (_name, value) => {
    const error = await refused(auth.verifyToken, value);
    expect(error).toBeInstanceOf(JsonWebTokenError);
    expect(error.message).toBe("jwt must be a string");
  });

  test.each([...UNSENDABLE, ...SENDABLE.slice(1)])("%s is malformed", async (_name, value) => {
    const error = await refused(auth.verifyToken, value);
    expect(error).toBeInstanceOf(JsonWebTokenError);
    expect({ message: error.message, reason: error.reason }).toEqual({
      message: "jwt malformed",
      reason: "token-malformed",
    });
  });

  test("extra arguments are ignored, also those that another library would heed", async () => {
    await expect(
      auth.verifyToken(sign(), { algorithms: ["none"], ignoreExpiration: true }, () => {}),
    ).resolves.toMatchObject({ aud: CLIENT });
  });
});

describe("the options of ready", () => {
  test.each([[5], ["5"], [null], [true], [() => {}], [[]], [{ foo: 1 }], [{ timeoutMs: 5 }]])(
    "%p is no such object: a typed error",
    async (options) => {
      const error = await refused(auth.ready, options);
      expect(error).toMatchObject({ name: "ConfigError", reason: "config", status: 500 });
    },
  );

  test("may be left out, or have a signal alone", async () => {
    const { signal } = new AbortController();
    for (const options of [undefined, {}, { signal }, { signal: undefined }]) {
      await expect(auth.ready(options)).resolves.toBeUndefined();
    }
  });
});

describe("what JavaScript can do while a call is under way", () => {
  test("changing a global prototype changes no request", async () => {
    const { toJSON } = String.prototype;
    Object.prototype.Admin = MARK;
    String.prototype.toJSON = () => MARK;
    try {
      await auth.createCognitoUser("theseus", "Labyrinth1", "t@example.com", "+14155550100");
    } finally {
      delete Object.prototype.Admin;
      if (toJSON) String.prototype.toJSON = toJSON;
      else delete String.prototype.toJSON;
    }
    expect(JSON.stringify(service.requests.map(({ body }) => body))).not.toContain(MARK);
  });
});
