"use strict";

// Requests that mean harm, and requests that cannot be read: a verdict, never an error.

const vm = require("node:vm");
const { useEnvironment } = require("../support/environment.js");
const { evaluate } = require("../support/child.js");
const { CLIENT, POOL, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");
const { TOKENS, makeAuth } = require("./support.js");

let restoreEnvironment;
let auth;
beforeAll(() => {
  restoreEnvironment = useEnvironment();
  auth = makeAuth();
});
afterAll(() => restoreEnvironment());

const { GOOD } = TOKENS;
const BEARER = `Bearer ${GOOD}`;
const thrower = () => {
  throw new Error("a defect");
};
const throwing = (...names) =>
  Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, { get: thrower }])));
const TRAPS = ["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"];
const throwingProxy = (target = {}) =>
  new Proxy(target, Object.fromEntries(TRAPS.map((trap) => [trap, thrower])));
const MEMBERS = [
  "rawHeaders",
  "raw",
  "req",
  "multiValueHeaders",
  "headers",
  "get",
  "method",
  "cookies",
  "authorizationToken",
  "requestContext",
  "socket",
];
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const cycle = { headers: {} };
cycle.raw = cycle;
cycle.req = cycle;
const endless = () => new Proxy(() => {}, { get: () => endless(), apply: () => endless() });

const REQUESTS = [
  undefined,
  null,
  5,
  5n,
  true,
  Symbol("x"),
  [],
  () => {},
  new Map(),
  new Date(),
  Object.create(null),
  throwing(...MEMBERS),
  throwingProxy(),
  throwingProxy([]),
  revoked(),
  endless(),
  cycle,
  { headers: throwingProxy() },
  { headers: revoked() },
  { headers: throwing("authorization", "cookie", "get") },
  { headers: { get: thrower } },
  { headers: { get: () => ({ toString: thrower }) } },
  { headers: { get: 5 } },
  { headers: { authorization: Symbol("x") } },
  { headers: { authorization: { toString: thrower } } },
  { headers: { authorization: [Symbol("x"), null, 5, {}, [], throwing("value")] } },
  { headers: { authorization: new String(BEARER) } },
  { headers: { [Symbol("authorization")]: BEARER } },
  { headers: { __proto__: { authorization: BEARER } } },
  { headers: [BEARER] },
  { headers: 5 },
  { rawHeaders: throwingProxy([]) },
  { rawHeaders: new Proxy([], { get: (_t, name) => (name === "length" ? 2 ** 53 : BEARER) }) },
  { rawHeaders: new Array(4_000_000_000) },
  { rawHeaders: ["authorization"] },
  { rawHeaders: [Symbol("x"), BEARER, "authorization", Symbol("x")] },
  { rawHeaders: Object.defineProperty(["authorization", 5], 1, { get: thrower }) },
  { multiValueHeaders: { authorization: new Array(4_000_000_000) } },
  { multiValueHeaders: { authorization: throwingProxy([]) } },
  { cookies: new Array(4_000_000_000) },
  { cookies: [Symbol("x"), 5, null] },
  { headers: { cookie: "__proto__=x; constructor=y; ;;=;=x; id" } },
  { headers: { cookie: "CognitoIdentityServiceProvider.__proto__.__proto__.idToken=x" } },
  {
    headers: {
      cookie: "CognitoIdentityServiceProvider..idToken=x; CognitoIdentityServiceProvider.=x",
    },
  },
  { headers: { cookie: `CognitoIdentityServiceProvider.${CLIENT}.%E0%A4%A.idToken=x` } },
  { headers: { cookie: "\ud800=\udfff; id=\ud800" } },
  { headers: { authorization: "Bearer \ud800" } },
  { headers: { authorization: "Bearer \0" } },
  { headers: { authorization: `Bearer ${"x".repeat(10_000_000)}` } },
  { headers: { authorization: "x".repeat(10_000_000) } },
  { headers: { authorization: " ".repeat(10_000_000) } },
  { headers: { cookie: "id=;".repeat(2_500_000) } },
  { method: throwingProxy(), headers: { cookie: "id=x" } },
  { method: "POST", headers: { cookie: "id=x", origin: "\ud800", host: "\0" } },
  { method: "POST", headers: { cookie: "id=x", origin: "http://[", host: "[" } },
  { authorizationToken: { toString: () => BEARER } },
];

const OPTIONS = [
  {},
  { bareToken: true },
  { cookie: "id" },
  { cookie: "__proto__" },
  { cookie: { amplify: "id" } },
  { cookie: { amplify: "access" }, clientId: null },
];

test.each(REQUESTS.map((request, index) => [index, request]))(
  "request %i is refused",
  async (_index, request) => {
    for (const options of OPTIONS) {
      const who = await auth.authenticate(request, options);
      expect(who).toMatchObject({ ok: false, status: expect.any(Number) });
      expect(who.reason).toMatch(/^(token-(missing|malformed|ambiguous)|cross-site)$/);
      expect([400, 401, 403]).toContain(who.status);
    }
  },
);

test("optional lets none of them through as somebody", async () => {
  for (const request of REQUESTS) {
    for (const options of OPTIONS) {
      const { ok, claims } = await auth.authenticate(request, { ...options, optional: true });
      if (ok) expect(claims).toBeUndefined();
    }
  }
});

describe("what is strange, and carries a token", () => {
  const many = (count, ...last) => [
    ...Array.from({ length: count }, (_one, index) => (index % 2 ? "y" : `x-${index}`)),
    ...last,
  ];
  test.each([
    [
      "100,000 headers",
      {
        rawHeaders: many(100_000, "Authorization", BEARER),
        socket: { server: { maxHeadersCount: 0 } },
      },
    ],
    [
      "100,000 headers of an object",
      {
        headers: Object.fromEntries([
          ...many(100_000).map((name, index) => [`${name}-${index}`, "y"]),
          ["authorization", BEARER],
        ]),
      },
    ],
    [
      "a Proxy around a request, as Next.js has",
      new Proxy(new Request("http://x/", { headers: { authorization: BEARER } }), {
        get: (target, name) => {
          const value = target[name];
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
    ],
    [
      "objects of another realm",
      vm.runInNewContext(`({ headers: { authorization: ${JSON.stringify(BEARER)} } })`),
    ],
    [
      "a list of another realm",
      vm.runInNewContext(`({ rawHeaders: ["authorization", ${JSON.stringify(BEARER)}] })`),
    ],
    ["no prototypes", { __proto__: null, headers: { __proto__: null, authorization: BEARER } }],
    ["frozen", Object.freeze({ headers: Object.freeze({ authorization: BEARER }) })],
    [
      "members that throw beside it",
      Object.assign(throwing("method", "raw", "cookies"), { headers: { authorization: BEARER } }),
    ],
  ])("%s", async (_name, request) => {
    expect(await auth.authenticate(request)).toMatchObject({ ok: true, source: "header" });
  });

  test("a thousand cookies", async () => {
    const others = Array.from({ length: 1_000 }, (_one, index) => `c${index}=${"v".repeat(20)}`);
    const cookie = [...others, `id=${GOOD}`, "__proto__=x"].join("; ");
    const request = { method: "GET", headers: { cookie } };
    expect(await auth.authenticate(request, { cookie: "id" })).toMatchObject({ source: "cookie" });
  });
});

test("what is on Object.prototype is no header, no token, no option and no answer", async () => {
  const source = `
    const { createAuth, answerTo } = require("./index.js");
    const auth = createAuth(${JSON.stringify({ userPoolId: POOL, clientId: CLIENT, keys: { jwks: jwks(jwk(rsaPair())) } })});
    const good = ${JSON.stringify(GOOD)};
    const bearer = "Bearer " + good;
    const evil = {
      authorization: bearer, Authorization: bearer, cookie: "id=" + good, authorizationToken: bearer,
      rawHeaders: ["authorization", bearer], multiValueHeaders: { authorization: [bearer] }, headers: { authorization: bearer },
      raw: { rawHeaders: ["authorization", bearer] }, req: { rawHeaders: ["authorization", bearer] }, get: () => bearer,
      cookies: ["id=" + good], value: bearer, optional: true, bareToken: true, origins: ["https://evil.example"], realm: "evil",
      clientId: null, use: "any", signal: {}, method: "GET", httpMethod: "GET", requestContext: { http: { method: "GET" } },
      text: () => "evil", scopes: ["evil"], hasChallenge: true, problem: { reason: "token-missing" }, source: "header",
      arn: "methodArn", answer: () => "evil", context: () => "evil", response: "policy", property: "evil",
    };
    const empty = () => ({ __proto__: null });
    const noSite = () => ({ __proto__: null, headers: { __proto__: null, cookie: "id=" + good, origin: "null", host: "own.example" } });
    const crossSite = () => ({ __proto__: null, headers: { __proto__: null, cookie: "id=" + good, origin: "https://evil.example", host: "a" } });
    const handler = auth.lambdaAuthorizer();
    const play = async () => {
      const verdicts = [];
      for (const [request, options] of [[empty()], [{}], [{}, {}], [{ headers: {} }], [crossSite(), { cookie: "id" }], [noSite(), { cookie: "id" }], [{ headers: { authorization: bearer } }, { groups: "admins" }]]) {
        const who = await (options === undefined ? auth.authenticate(request) : auth.authenticate(request, options));
        verdicts.push([who.ok, Object.hasOwn(who, "reason") && who.reason, who.status, who.headers, who.body]);
      }
      const answer = await handler({ __proto__: null, version: "2.0", routeArn: "a/b/c", headers: { __proto__: null } });
      return JSON.stringify([verdicts, answer, answerTo(new Error("x"))]);
    };
    (async () => {
      const clean = await play();
      const differences = [];
      // The parts of a URL, which are of no use one by one.
      const sets = [...Object.entries(evil).map(([name, value]) => ({ [name]: value })), { protocol: "https:", host: "own.example" }];
      for (const set of sets) {
        for (const [name, value] of Object.entries(set)) {
          Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: true });
        }
        let polluted;
        try { polluted = await play(); } catch (error) { polluted = String(error); }
        for (const name of Object.keys(set)) delete Object.prototype[name];
        if (polluted !== clean) differences.push([Object.keys(set), polluted]);
      }
      console.log(JSON.stringify({ clean: JSON.parse(clean), differences }));
    })();`;
  const { clean, differences } = await evaluate(source);
  expect(clean[0].map(([ok, reason]) => [ok, reason])).toEqual([
    [false, "token-missing"],
    [false, "token-missing"],
    [false, "token-missing"],
    [false, "token-missing"],
    [false, "cross-site"],
    [false, "cross-site"],
    [false, "token-groups"],
  ]);
  expect(clean[1]).toEqual({ isAuthorized: false });
  expect(differences).toEqual([]);
});

test("signals of other makes, and one that is none", async () => {
  const request = { headers: { authorization: BEARER } };
  await expect(auth.authenticate(request, { signal: "SIGTERM" })).rejects.toMatchObject({
    reason: "invalid-argument",
  });
  await expect(auth.authenticate(request, { signal: AbortSignal.abort(5) })).rejects.toMatchObject({
    reason: "aborted",
    cause: 5,
  });
  const { signal } = new AbortController();
  expect(await auth.authenticate(request, { signal })).toMatchObject({ ok: true });
});

test("tokens of one turn each have their verdict", async () => {
  const tokens = [GOOD, TOKENS.EXPIRED, TOKENS.FORGED, sign(), "x"];
  const all = Array.from({ length: 300 }, (_one, index) => tokens[index % tokens.length]);
  const verdicts = await Promise.all(
    all.map((token) => auth.authenticate({ headers: { authorization: `Bearer ${token}` } })),
  );
  const outcomes = verdicts.map(({ ok, reason }) => (ok ? "ok" : reason));
  const each = ["ok", "token-expired", "token-signature", "ok", "token-malformed"];
  expect(outcomes).toEqual(all.map((_one, index) => each[index % each.length]));
});
