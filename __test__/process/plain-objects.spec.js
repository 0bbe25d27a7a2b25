"use strict";

// Options, policies, credentials and key sets in every form that is no plain object. A reader of own members would miss some
// of what such an object seems to have, and so leave a check out: each is refused, or read whole.

const vm = require("node:vm");
const { AuthError, createAuth, login, verifyToken } = require("../..");
const { refusal } = require("../../tools/outcomes.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const {
  CLIENT,
  POOL,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

const base = () => ({ userPoolId: POOL, clientId: CLIENT, keys: { jwks: jwks(jwk(rsaPair())) } });
const token = sign({ payload: idClaims({ "cognito:groups": ["users"] }) });

/** The reason why a call fails, thrown or rejected for; "accepted" if it does not. */
async function outcome(call) {
  try {
    await call();
    return "accepted";
  } catch (error) {
    expect(AuthError.is(error)).toBe(true);
    return error.reason;
  }
}

const hidden = (name, value) => Object.defineProperty({}, name, { value });
const getter = (name, get) => Object.defineProperty({}, name, { get, enumerable: true });
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const fail = () => {
  throw new Error("read");
};

/** Objects that seem to have the member, by forms; a reader of own members sees none of these, or runs code of others. */
const FORMS = {
  "an instance with the member": (name, value) =>
    Object.assign(new (class Policy {})(), { [name]: value }),
  "an instance whose class has a getter": (name, value) =>
    Object.create(
      getter(name, () => value),
      {},
    ),
  "an instance of a class without a parent": (name, value) => {
    class Policy extends null {}
    Object.defineProperty(Policy.prototype, name, { value });
    return Object.create(Policy.prototype);
  },
  "an object that inherits it": (name, value) => Object.create({ [name]: value }),
  "an object that inherits it from one without a prototype": (name, value) =>
    Object.create({ __proto__: null, [name]: value }),
  "an object whose prototype is a Proxy": (name, value) =>
    Object.create(new Proxy({ [name]: value }, {})),
  "a hidden member": hidden,
  "a getter": (name, value) => getter(name, () => value),
  "a getter that throws": (name) => getter(name, fail),
  "a setter alone": (name) => Object.defineProperty({}, name, { set() {}, enumerable: true }),
  "a Proxy": (name, value) => new Proxy({ [name]: value }, {}),
  "a Proxy that shows no members": (name, value) =>
    new Proxy({}, { get: (_target, key) => (key === name ? value : undefined) }),
  "a Proxy that throws": () =>
    new Proxy(
      {},
      { get: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail },
    ),
  "a revoked Proxy": revoked,
  "a Map": (name, value) => new Map([[name, value]]),
  "a URLSearchParams": (name, value) => new URLSearchParams({ [name]: value }),
  "a list": (name, value) => [{ [name]: value }],
  "a list with the member": (name, value) => Object.assign([], { [name]: value }),
  "a Date": (name, value) => Object.assign(new Date(), { [name]: value }),
  "an Error": (name, value) => Object.assign(new Error("x"), { [name]: value }),
  "process.env": () => process.env,
  "an object of another realm that inherits it": (name, value) =>
    vm.runInNewContext("(name, value) => Object.create({ [name]: value })")(name, value),
  "an instance of another realm": (name, value) =>
    vm.runInNewContext(
      "(name, value) => Object.assign(new (class Policy {})(), { [name]: value })",
    )(name, value),
};

/** The same member in objects that are plain. */
const PLAIN = {
  "a literal": (name, value) => ({ [name]: value }),
  "an object without a prototype": (name, value) => ({ __proto__: null, [name]: value }),
  "a frozen object": (name, value) => Object.freeze({ [name]: value }),
  "what JSON.parse makes": (name, value) => JSON.parse(JSON.stringify({ [name]: value })),
  "an object of another realm": (name, value) =>
    vm.runInNewContext("(name, value) => ({ [name]: value })")(name, value),
  "an object of another realm, without a prototype": (name, value) =>
    vm.runInNewContext("(name, value) => ({ __proto__: null, [name]: value })")(name, value),
  "a structured clone": (name, value) => structuredClone({ [name]: value }),
  "an object with hidden functions, as packages for configuration make": (name, value) =>
    Object.defineProperty({ [name]: value }, "get", { value() {} }),
  "an object with a symbol": (name, value) => ({ [name]: value, [Symbol("tag")]: 1 }),
};

/** Where an object comes in: a call that passes one with this member on, and how it ends if the member is read. */
const PLACES = {
  "verify(token, policy)": [
    "groups",
    "admins",
    "token-groups",
    (policy) => createAuth(base()).verify(token, policy),
  ],
  "verifySync(token, policy)": [
    "groups",
    "admins",
    "token-groups",
    (policy) => createAuth(base()).verifySync(token, policy),
  ],
  "createAuth({ verify })": [
    "groups",
    "admins",
    "token-groups",
    (verify) => createAuth({ ...base(), verify }).verifyToken(token),
  ],
  "createAuth(options)": [
    "verify",
    { groups: "admins" },
    "config",
    // Without a pool's id nothing is accepted: options that are not read at all would show by another message.
    async (options) => {
      const error = await refusal((async () => createAuth(options).verifyToken(token))());
      expect(error.message).toMatch(/plain|must be|option/);
      throw error;
    },
  ],
  "createAuth({ keys })": [
    "jwks",
    jwks(jwk(rsaPair("attacker"))),
    "token-signature",
    (keys) => createAuth({ ...base(), keys }).verifyToken(token),
  ],
  "createAuth({ keys: { jwks } })": [
    "keys",
    [jwk(rsaPair("attacker"))],
    "token-signature",
    (set) => createAuth({ ...base(), keys: { jwks: set } }).verifyToken(token),
  ],
  "verifyToken(token, options)": [
    "groups",
    "admins",
    "config",
    (options) => createAuth(base()).verifyToken(token, options),
  ],
  "verifyToken of the environment": [
    "groups",
    "admins",
    "config",
    (options) => verifyToken(token, options),
  ],
  "login(username, password, options)": [
    "signal",
    AbortSignal.abort(),
    "aborted",
    (options) => login("theseus", "Labyrinth1", options),
  ],
  "ready(options)": [
    "signal",
    AbortSignal.abort(),
    "aborted",
    (options) => createAuth(base()).ready(options),
  ],
};

describe.each(Object.entries(PLACES))("%s", (_place, [name, value, reason, call]) => {
  test.each(Object.entries(FORMS))("%s is refused", async (_form, make) => {
    expect(await outcome(() => call(make(name, value)))).toBe("config");
  });

  const canBeJson = !(value instanceof AbortSignal);
  const rows = Object.entries(PLAIN).filter(([form]) => canBeJson || !/JSON|clone/.test(form));
  test.each(rows)("%s is read", async (_form, make) => {
    expect(await outcome(() => call(make(name, value)))).toBe(reason);
  });
});

describe("a policy's lists", () => {
  const holes = ["admins"];
  holes.length = 3;
  const inherited = Object.setPrototypeOf(new Array(1), { 0: "users" });
  test.each([
    ["with a hole", holes],
    ["that inherit an item", inherited],
    ["with a getter", Object.defineProperty(["x"], 0, { get: () => "users" })],
    ["that are a Proxy", new Proxy(["users"], {})],
    ["that are a revoked Proxy", revoked()],
    ["that are a Set", new Set(["users"])],
    ["that are like an array", { 0: "users", length: 1 }],
    ["that are very long", new Array(2 ** 32 - 1)],
    ["with undefined", [undefined]],
    ["that are empty", []],
  ])("%s are refused", async (_name, groups) => {
    expect(await outcome(() => createAuth(base()).verify(token, { groups }))).toBe("config");
    expect(await outcome(() => createAuth({ ...base(), verify: { groups } }))).toBe("config");
  });

  test("are copied: later changes have no effect", async () => {
    const groups = ["admins"];
    const auth = createAuth({ ...base(), verify: { groups } });
    groups.push("users");
    expect((await refusal(auth.verifyToken(token))).reason).toBe("token-groups");
    expect((await refusal(auth.verify(token, { clockTolerance: 1 }))).reason).toBe("token-groups");
  });

  test("of another realm are read", async () => {
    const groups = vm.runInNewContext('["users"]');
    await createAuth(base()).verify(token, { groups });
  });
});

describe("what is undefined in a policy", () => {
  test.each(["use", "clientId", "groups", "scopes"])("%s: is refused", async (name) => {
    const policy = { [name]: undefined };
    const { verify, verifySync } = createAuth(base());
    for (const call of [
      () => verify(token, policy),
      () => verify(token, { ...policy, signal: new AbortController().signal }),
      () => verifySync(token, policy),
      () => createAuth({ ...base(), verify: policy }),
    ]) {
      const error = await refusal((async () => call())());
      expect(error).toMatchObject({ reason: "config", status: 500 });
      expect(error.message).toBe(`option verify.${name} is undefined: set it or leave it out`);
    }
  });

  test("clockTolerance: is left out, for less is the default", async () => {
    await createAuth(base()).verify(token, { clockTolerance: undefined });
  });

  test("the policy itself: is refused", async () => {
    const policies = {};
    const { verify, verifySync } = createAuth(base());
    for (const call of [
      () => verify(token, policies.admins),
      () => verifySync(token, policies.admins),
    ]) {
      expect(await refusal((async () => call())())).toMatchObject({ reason: "config" });
    }
  });
});

describe("verifyToken takes no policy", () => {
  const POLICIES = [
    ...[
      "groups",
      "scopes",
      "scope",
      "use",
      "clientId",
      "tokenUse",
      "audience",
      "issuer",
      "clockTolerance",
    ],
    ...[
      "subject",
      "jwtid",
      "nonce",
      "maxAge",
      "clockTimestamp",
      "customJwtCheck",
      "graceSeconds",
      "Groups",
    ],
    ...["verify", "toString", "__proto__", "anyClient", "unheardOf"],
  ];

  test.each(POLICIES)("%s is refused, and the message says what to use", async (name) => {
    const options = Object.fromEntries([[name, "x"]]);
    for (const call of [createAuth(base()).verifyToken, verifyToken]) {
      const error = await refusal(call(token, options));
      expect(error).toMatchObject({ reason: "config", status: 500, name: "ConfigError" });
      expect(error.message).toContain(`verifyToken has no option ${name}: use verify(`);
      expect(error.stack).toContain("plain-objects.spec.js");
    }
  });

  test.each([true, "admins", Symbol("x"), 5n])("%p is refused", async (options) => {
    expect(await outcome(() => createAuth(base()).verifyToken(token, options))).toBe("config");
  });

  test.each([
    ["an index", 5],
    ["a callback", () => {}],
    ["null", null],
    ["undefined", undefined],
    ["no member", {}],
    ["a signal", { signal: new AbortController().signal }],
    [
      "jsonwebtoken's options that loosen a check or change the result's form",
      {
        algorithms: ["RS256"],
        complete: false,
        ignoreExpiration: false,
        ignoreNotBefore: true,
        allowInvalidAsymmetricKeyTypes: true,
      },
    ],
  ])("%s is accepted", async (_name, options) => {
    await createAuth(base()).verifyToken(token, options);
  });

  test("jsonwebtoken's options that loosen a check do not", async () => {
    const expired = sign({ payload: idClaims({ exp: 5 }) });
    const error = await refusal(
      createAuth(base()).verifyToken(expired, { ignoreExpiration: true }),
    );
    expect(error.reason).toBe("token-expired");
  });
});

describe("key sets", () => {
  const set = (over) => ({ keys: [{ ...jwk(rsaPair()), ...over }] });
  const cyclic = { keys: [] };
  cyclic.keys.push(cyclic);
  test.each([
    ["a key that is an instance", { keys: [Object.create(jwk(rsaPair()))] }],
    ["a key that is a Proxy", { keys: [new Proxy(jwk(rsaPair()), {})] }],
    [
      "a getter in a key",
      { keys: [Object.defineProperty(jwk(rsaPair()), "n", { get: fail, enumerable: true })] },
    ],
    ["a list with a hole", { keys: new Array(1) }],
    ["a toJSON", { ...set(), toJSON: () => set() }],
    ["a toJSON in a key", set({ toJSON: () => jwk(rsaPair("attacker")) })],
    ["a BigInt", set({ kid: 5n })],
    ["a cycle", cyclic],
  ])("with %s are refused", (_name, keys) => {
    expect(() => createAuth({ ...base(), keys: { jwks: keys } })).toThrow(
      expect.objectContaining({
        reason: "config",
        message: expect.stringContaining("option keys.jwks must be"),
      }),
    );
  });

  test("are copied, and members that are undefined left out", async () => {
    const keys = set({ x5c: undefined });
    const auth = createAuth({ ...base(), keys: { jwks: keys } });
    keys.keys[0].n = "AQAB";
    await auth.verifyToken(token);
    await auth.verify(token, { groups: "users" });
  });
});

describe("credentials", () => {
  let service;
  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  const make = (credentials) =>
    createAuth({ region: "us-east-1", ...base(), endpoint: service.endpoint, credentials });

  test("that AWS SDK v3 has used are accepted, even if it takes them for expired", async () => {
    const auth = make({
      accessKeyId: "AKIDSDK",
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: new Date(0),
      accountId: "123456789012",
      credentialScope: "us-east-1",
      $source: { CREDENTIALS_CODE: "e" },
    });
    await auth.login("theseus", "Labyrinth1");
    expect(service.requests.at(-1).headers.authorization).toContain("Credential=AKIDSDK/");
    expect(service.requests.at(-1).headers["x-amz-security-token"]).toBe("token");
  });

  test.each([
    [
      "an instance, as of SDK v2",
      Object.assign(new (class Credentials {})(), {
        accessKeyId: "S3CRET",
        secretAccessKey: "S3CRET",
      }),
    ],
    ["a provider", async () => ({ accessKeyId: "S3CRET", secretAccessKey: "S3CRET" })],
    ["a getter", getter("accessKeyId", () => "S3CRET")],
    ["another member", { accessKeyId: "S3CRET", secretAccessKey: "S3CRET", roleArn: "S3CRET" }],
  ])("that are %s are refused, and none is shown", (_name, credentials) => {
    let error;
    try {
      make(credentials);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ reason: "config" });
    expect(error.message).toContain("credentials");
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("S3CRET");
  });
});

test("a function that returns a promise throws nothing, whatever its options are", async () => {
  const auth = createAuth(base());
  const calls = [
    (options) => auth.createCognitoUser("a", "b", undefined, undefined, options),
    (options) => auth.login("a", "b", options),
    (options) => auth.fetchUserByUsername("a", options),
    (options) => auth.verifyToken(token, options),
    (options) => auth.verify(token, options),
    (options) => auth.ready(options),
    (options) => login("a", "b", options),
    (options) => verifyToken(token, options),
  ];
  const hostile = Object.values(FORMS).map((make) => make("signal", fail));
  for (const call of calls) {
    for (const options of hostile) {
      const promise = call(options);
      expect(promise).toBeInstanceOf(Promise);
      expect(await refusal(promise)).toMatchObject({ reason: "config" });
    }
  }
});
