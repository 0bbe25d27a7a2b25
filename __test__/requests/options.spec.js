"use strict";

// Options are checked once, policies compiled once, and nothing of all this is loaded before its first use.

const diagnostics = require("node:diagnostics_channel");
const { useEnvironment } = require("../support/environment.js");
const { evaluate } = require("../support/child.js");
const { CLIENT, POOL, jwk, jwks, rsaPair } = require("../../tools/testing/tokens.js");
const { refusal } = require("../../tools/outcomes.js");
const { TOKENS, makeAuth } = require("./support.js");

let restoreEnvironment;
beforeAll(() => {
  restoreEnvironment = useEnvironment();
});
afterEach(() => {
  delete process.env.COGNITO_CLIENT_ID;
});
afterAll(() => restoreEnvironment());

const request = { headers: { authorization: `Bearer ${TOKENS.GOOD}` } };

test("wrong options reject, with the stack of the call", async () => {
  const { authenticate } = makeAuth();
  for (const options of [{ grups: "a" }, { use: "refresh" }, { scopes: "a b" }, "x", null, []]) {
    const error = await refusal(authenticate(request, options));
    expect(error).toMatchObject({ reason: "config", status: 500 });
    expect(error.stack.split("\n")[1]).toMatch(/options\.spec\.js/);
    // And again, though the same object has been seen.
    expect((await refusal(authenticate(request, options))).reason).toBe("config");
  }
});

test("options that an application keeps may change", async () => {
  const { authenticate } = makeAuth();
  const options = { groups: ["heroes"] };
  expect((await authenticate(request, options)).ok).toBe(true);
  options.groups = ["admins"];
  expect((await authenticate(request, options)).reason).toBe("token-groups");
  options.groups[0] = "heroes";
  expect((await authenticate(request, options)).ok).toBe(true);
  options.groups.unshift("captains");
  expect((await authenticate(request, options)).ok).toBe(true);
  options.groups.pop();
  expect((await authenticate(request, options)).reason).toBe("token-groups");
  delete options.groups;
  expect((await authenticate(request, options)).ok).toBe(true);
  options.use = "access";
  expect((await authenticate(request, options)).reason).toBe("token-use");
  options.use = undefined;
  expect((await refusal(authenticate(request, options))).reason).toBe("config");
});

const CHANGES = [
  ...["use", "clientId", "groups", "scopes"].map((name) => [
    `${name} that becomes undefined`,
    (options) => {
      options[name] = undefined;
    },
  ]),
  [
    "a getter",
    (options) =>
      Object.defineProperty(options, "groups", { get: () => "admins", enumerable: true }),
  ],
  ["a hidden member", (options) => Object.defineProperty(options, "groups", { value: "admins" })],
  ["a prototype with members", (options) => Object.setPrototypeOf(options, { groups: "admins" })],
];

test.each(CHANGES)("kept options are checked again: %s", async (_, change) => {
  const { authenticate } = makeAuth();
  const options = {};
  expect((await authenticate(request, options)).ok).toBe(true);
  change(options);
  expect((await refusal(authenticate(request, options))).reason).toBe("config");
});

test("more than 16 policies stay compiled, and verify() keeps its own", async () => {
  const source = `
    const native = require("./lib/host/native");
    const made = native.verifier;
    let verifiers = 0;
    native.verifier = (...given) => { verifiers += 1; return made(...given); };
    const { createAuth } = require("./index.js");
    const auth = createAuth(${JSON.stringify({ userPoolId: POOL, clientId: CLIENT, keys: { jwks: jwks(jwk(rsaPair())) } })});
    const request = { headers: { authorization: "Bearer " + ${JSON.stringify(TOKENS.GOOD)} } };
    (async () => {
      const counts = {};
      const kept = Array.from({ length: 40 }, (_one, index) => ({ groups: ["heroes", "group " + index] }));
      const middleware = kept.map((options) => auth.middleware(options));
      counts.middleware = verifiers;
      for (let round = 0; round < 3; round++) for (const one of middleware) await one(request, {}, () => {});
      counts.middlewareUsed = verifiers;
      for (let round = 0; round < 3; round++) for (const options of kept) await auth.authenticate(request, options);
      counts.kept = verifiers;
      for (let round = 0; round < 20; round++) await auth.verify(${JSON.stringify(TOKENS.GOOD)}, { groups: ["heroes", "x" + (round % 16)] });
      counts.verify = verifiers;
      for (let round = 0; round < 40; round++) await auth.authenticate(request, { groups: ["heroes"], optional: true });
      counts.written = verifiers;
      for (let round = 0; round < 20; round++) await auth.verify(${JSON.stringify(TOKENS.GOOD)}, { groups: ["heroes", "x" + (round % 16)] });
      counts.verifyAgain = verifiers;
      console.log(JSON.stringify(counts));
    })();`;
  const counts = await evaluate(source);
  expect(counts).toEqual({
    middleware: 41,
    middlewareUsed: 41,
    kept: 81,
    verify: 97,
    written: 98,
    verifyAgain: 98,
  });
});

test("options of an Auth go before the environment's, and a new environment makes new verifiers", async () => {
  const auth = makeAuth({ clientId: undefined });
  const middleware = auth.middleware({ groups: "heroes" });
  const verdicts = [];
  const run = async () => {
    let status;
    await middleware(
      { ...request },
      {
        writeHead: (code) => {
          status = code;
        },
        end() {},
      },
      () => {
        status = 200;
      },
    );
    verdicts.push(status);
  };
  await run();
  process.env.COGNITO_CLIENT_ID = "another";
  await run();
  expect(verdicts).toEqual([500, 401]);
  const later = makeAuth({ clientId: undefined });
  process.env.COGNITO_CLIENT_ID = CLIENT;
  expect((await later.authenticate(request)).reason).toBe("token-client");
  expect((await makeAuth({ clientId: undefined }).authenticate(request)).ok).toBe(true);
});

test("a wrong setting of the environment is a verdict, and no error", async () => {
  const auth = makeAuth({ clientId: undefined });
  process.env.COGNITO_CLIENT_ID = "no client id";
  const who = await auth.authenticate(request);
  expect(who).toMatchObject({ ok: false, status: 500, reason: "config" });
  expect(who.error.message).toMatch(/COGNITO_CLIENT_ID|clientId/);
  expect(who.body).toBe('{"error":"server_error","message":"The server failed"}');
  expect(() => auth.middleware({ groups: "a" })).not.toThrow();
});

test("refused requests are published once each, with their reason alone", async () => {
  const seen = [];
  const listener = (event) => seen.push({ ...event });
  diagnostics.subscribe("cognito-auth-native:refused", listener);
  try {
    const { authenticate } = makeAuth();
    const cookie = { method: "POST", headers: { cookie: "id=x", "sec-fetch-site": "cross-site" } };
    await authenticate(request);
    await authenticate({ headers: {} });
    await authenticate({ headers: {} }, { optional: true });
    await authenticate({ headers: { authorization: "Bearer a, Bearer b" } });
    await authenticate(cookie, { cookie: "id" });
    await authenticate({ headers: { authorization: `Bearer ${TOKENS.EXPIRED}` } });
  } finally {
    diagnostics.unsubscribe("cognito-auth-native:refused", listener);
  }
  const reasons = ["token-missing", "token-ambiguous", "cross-site", "token-expired"];
  expect(seen).toEqual(reasons.map((reason) => ({ reason })));
});

test("the functions need no this, and are enumerable", async () => {
  const { authenticate, middleware, lambdaAuthorizer } = { ...makeAuth() };
  expect((await authenticate(request)).ok).toBe(true);
  expect(middleware()).toBeInstanceOf(Function);
  expect(lambdaAuthorizer()).toBeInstanceOf(Function);
  expect([authenticate, middleware, lambdaAuthorizer].map(({ name }) => name)).toEqual([
    "authenticate",
    "middleware",
    "lambdaAuthorizer",
  ]);
});

test("require(), createAuth and verify load nothing of it", async () => {
  const source = `
    const { createAuth, answerTo } = require("./index.js");
    const loaded = () => Object.keys(require.cache).filter((name) => /[\\\\/]lib[\\\\/]requests[\\\\/](?!index|lazy)/.test(name)).length;
    const auth = createAuth(${JSON.stringify({ userPoolId: POOL, clientId: CLIENT, keys: { jwks: jwks(jwk(rsaPair())) } })});
    (async () => {
      await auth.verify(${JSON.stringify(TOKENS.GOOD)});
      const counts = [loaded()];
      answerTo(new Error("x"));
      counts.push(loaded());
      console.log(JSON.stringify(counts));
    })();`;
  const [before, after] = await evaluate(source);
  expect(before).toBe(0);
  expect(after).toBeGreaterThan(5);
});

test.each(["middleware", "lambdaAuthorizer"])(
  "%s: a signal that is none is reported when the function is made",
  (name) => {
    const make = makeAuth()[name];
    for (const signal of [{}, "x", 5, null]) {
      expect(() => make({ signal })).toThrow(expect.objectContaining({ reason: "config" }));
    }
    make({ signal: new AbortController().signal });
    make({ signal: undefined });
  },
);
