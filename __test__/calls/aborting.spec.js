"use strict";

// The option `signal`, which every function takes.

const { getEventListeners } = require("node:events");
const auth = require("../..");
const { closedPort, refusal, settled } = require("../../tools/outcomes.js");
const { hang, startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, POOL, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");

let service;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

/** Of an address of its own, so that no test has another's keys. */
let serial = 0;
function make(options = {}) {
  serial += 1;
  const jwksUri = `${service.endpoint}/${serial}`;
  return auth.createAuth({ ...service.options, clientId: CLIENT, jwksUri, ...options });
}

const PERSON = ["theseus", "Labyrinth1", "theseus@example.com", "+14155550100"];
const CALLS = {
  createCognitoUser: (one, options) => one.createCognitoUser(...PERSON, options),
  login: (one, options) => one.login("theseus", "Labyrinth1", options),
  fetchUserByUsername: (one, options) => one.fetchUserByUsername("theseus", options),
  verifyToken: (one, options) => one.verifyToken(sign(), options),
  verify: (one, options) => one.verify(sign(), { clockTolerance: 5, ...options }),
  ready: (one, options) => one.ready(options),
};

function fail() {
  throw new Error("not ours");
}

function silence() {
  for (const operation of ["SignUp", "AdminInitiateAuth", "AdminGetUser", "GET"]) {
    service.always(operation, hang);
  }
}

describe.each(Object.entries(CALLS))("%s", (name, call) => {
  test("ends when the signal is raised, at once, and says why", async () => {
    silence();
    const controller = new AbortController();
    const why = new Error("the request was closed");
    const pending = settled(call(make(), { signal: controller.signal }));
    while (service.requests.length === 0) await new Promise(setImmediate);
    const start = performance.now();
    controller.abort(why);
    const { error } = await pending;
    expect(performance.now() - start).toBeLessThan(500);
    expect(auth.AuthError.is(error)).toBe(true);
    expect(error).toMatchObject({ name: "AbortError", reason: "aborted", status: 503, cause: why });
    expect(error.stage).toBe(name === "createCognitoUser" ? "sign-up" : undefined);
    expect(error.stack).toContain("aborting.spec.js");
  });

  test("sends nothing when the signal was raised before, and says why", async () => {
    const why = new Error("the request was closed");
    for (const reason of [why, "enough", null, 0]) {
      const error = await refusal(call(make(), { signal: AbortSignal.abort(reason) }));
      expect(error).toMatchObject({ name: "AbortError", reason: "aborted", status: 503 });
      expect(error.cause).toBe(reason);
      expect(Object.keys(error)).not.toContain("cause");
    }
    expect(service.requests).toHaveLength(0);
  });

  test("takes a signal of another make, which has no reason", async () => {
    const raised = { aborted: true, addEventListener() {}, removeEventListener() {} };
    const early = await refusal(call(make(), { signal: raised }));
    expect(early.reason).toBe("aborted");
    expect(early).not.toHaveProperty("cause");
    silence();
    const signal = Object.assign(new EventTarget(), { aborted: false });
    const pending = settled(call(make(), { signal }));
    while (service.requests.length === 0) await new Promise(setImmediate);
    signal.dispatchEvent(new Event("abort"));
    const { error } = await pending;
    expect(error.reason).toBe("aborted");
    expect(error).not.toHaveProperty("cause");
  });

  test("many calls under one signal have one listener, and none in the end", async () => {
    silence();
    const warnings = [];
    const warn = (warning) => warnings.push(warning.name);
    process.on("warning", warn);
    const controller = new AbortController();
    const { signal } = controller;
    const one = make();
    const listeners = () => getEventListeners(signal, "abort").length;
    const calls = Array.from({ length: 1_000 }, () => settled(call(one, { signal })));
    await new Promise(setImmediate);
    expect(listeners()).toBe(1);
    controller.abort();
    for (const { error } of await Promise.all(calls)) {
      expect(error).toMatchObject({ reason: "aborted", cause: { name: "AbortError" } });
    }
    expect(listeners()).toBe(0);
    await new Promise(setImmediate);
    process.off("warning", warn);
    expect(warnings).toEqual([]);
  });

  test("goes on when the signal is raised afterwards, and leaves no listener behind", async () => {
    service.always("GET", { body: jwks(jwk(rsaPair())) });
    const listeners = new Set();
    const signal = {
      aborted: false,
      addEventListener: (_type, listener) => listeners.add(listener),
      removeEventListener: (_type, listener) => listeners.delete(listener),
    };
    await call(make(), { signal });
    expect(listeners.size).toBe(0);
  });

  test.each([
    ["throws when it is listened to", { addEventListener: fail }],
    ["throws when its members are read", new Proxy({}, { get: fail })],
  ])("refuses a signal that %s", async (_name, signal) => {
    const error = await refusal(call(make(), { signal }));
    expect(error).toMatchObject({ name: "InvalidParameterType", reason: "invalid-argument" });
    expect(error.stack).toContain("aborting.spec.js");
    expect(service.requests).toHaveLength(0);
  });

  test.each([
    ["cannot be left", { removeEventListener: fail }],
    ["has no removeEventListener", { removeEventListener: undefined }],
    [
      "throws when its state is read",
      {
        get aborted() {
          return fail();
        },
      },
    ],
  ])("goes on with a signal that %s", async (_name, odd) => {
    service.always("GET", { body: jwks(jwk(rsaPair())) });
    const signal = Object.defineProperties(
      { addEventListener() {}, removeEventListener() {} },
      Object.getOwnPropertyDescriptors(odd),
    );
    const { error } = await settled(call(make(), { signal }));
    expect(error).toBeUndefined();
  });

  test.each([["a string"], [5], [{}], [null]])("refuses %p for a signal", async (signal) => {
    const error = await refusal(call(make(), { signal }));
    expect(error).toMatchObject({ name: "InvalidParameterType", reason: "invalid-argument" });
    expect(service.requests).toHaveLength(0);
  });

  test("takes a time-out of one's own", async () => {
    silence();
    const error = await refusal(call(make(), { signal: AbortSignal.timeout(100) }));
    expect(error).toMatchObject({ reason: "aborted", cause: { name: "TimeoutError" } });
  });
});

test("a registration says that it was aborted after SignUp", async () => {
  service.always("AdminConfirmSignUp", hang);
  const error = await refusal(
    make().createCognitoUser(...PERSON, { signal: AbortSignal.timeout(300) }),
  );
  expect(error).toMatchObject({ reason: "aborted", stage: "confirm", attempts: 1 });
});

test("a signal that is raised while tokens wait for their batch ends their wait for the keys", async () => {
  silence();
  const controller = new AbortController();
  const one = make();
  const calls = [1, 2, 3].map(() =>
    settled(one.verifyToken(sign(), { signal: controller.signal })),
  );
  controller.abort("enough");
  for (const { error } of await Promise.all(calls)) {
    expect(error).toMatchObject({ reason: "aborted", cause: "enough" });
  }
});

test("calls of one signal that end at different times are ended by it all the same", async () => {
  const one = make();
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = () => getEventListeners(signal, "abort").length;
  service.always("GET", { body: jwks(jwk(rsaPair())) });
  service.always("AdminInitiateAuth", hang);
  const waiting = settled(one.login("theseus", "Labyrinth1", { signal }));
  await one.ready({ signal });
  expect(listeners()).toBe(1);
  controller.abort();
  expect((await waiting).error.reason).toBe("aborted");
  expect(listeners()).toBe(0);
});

test("who gives up waiting for the keys does not take them from those who wait", async () => {
  service.always("GET", { body: jwks(jwk(rsaPair())), delay: 500 });
  const one = make();
  const controller = new AbortController();
  const given = refusal(one.verifyToken(sign(), { signal: controller.signal }));
  const waiting = one.verifyToken(sign());
  setTimeout(() => controller.abort(), 100);
  expect((await given).reason).toBe("aborted");
  await expect(waiting).resolves.toMatchObject({ aud: CLIENT });
  // Other tests' fetches may still be making their further attempts.
  const own = service.of("GET").filter(({ url }) => url === `/${serial}`);
  expect(own).toHaveLength(1);
});

test("what is no options is ignored: functions may be handed to map", async () => {
  service.always("GET", { body: jwks(jwk(rsaPair())) });
  const one = make();
  await expect(Promise.all([sign(), sign()].map(one.verifyToken))).resolves.toHaveLength(2);
  await expect(one.login("theseus", "Labyrinth1", "more")).resolves.toBe("header.payload.sig");
  await expect(one.login("theseus", "Labyrinth1", null)).resolves.toBe("header.payload.sig");
});

test("connecting has a time-out of its own", async () => {
  expect(() => auth.createAuth({ connectTimeoutMs: 0 })).toThrow("connectTimeoutMs");
  // An address that no packet comes back from would do, but not on every machine: here the port is closed at once.
  const one = make({ endpoint: await closedPort(), connectTimeoutMs: 50, userPoolId: POOL });
  expect((await refusal(one.login("a", "b"))).reason).toBe("network");
});
