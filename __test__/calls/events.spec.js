"use strict";

// What is published on node:diagnostics_channel: calls to Cognito, fetches of key sets, refused tokens; and that subscribers
// change nothing for the calls.

const { AsyncLocalStorage } = require("node:async_hooks");
const { subscribe, tracingChannel, unsubscribe } = require("node:diagnostics_channel");
const fs = require("node:fs");
const path = require("node:path");
const { inspect } = require("node:util");
const { createAuth } = require("../..");
const { closedPort, eventually, refusal, settled } = require("../../tools/outcomes.js");
const { ROOT, evaluate, run } = require("../support/child.js");
const {
  POOL,
  failure,
  hang,
  startServiceServer,
} = require("../../tools/testing/service-server.js");
const {
  CLIENT,
  accessClaims,
  idClaims,
  jwk,
  jwks,
  now,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

const CALL = "cognito-auth-native:call";
const KEYS = "cognito-auth-native:keys";
const REFUSED = "cognito-auth-native:refused";
const PHASES = ["start", "end", "asyncStart", "asyncEnd", "error"];
const CHANNELS = [KEYS, REFUSED, ...PHASES.map((phase) => `tracing:${CALL}:${phase}`)];

let service;
let stop;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => {
  service.clear();
  service.serveKeys(POOL, jwks(jwk(rsaPair())));
  // Fetches of other tests, and of other spec files of this process.
  watch([KEYS]);
  expect(() => make().verifySync("x")).toThrow("jwt malformed");
  stop();
});
afterEach(() => {
  stop?.();
  stop = undefined;
});

/** Subscribes to channels until the test ends. The list of `[channel, event as it is when published]` grows. */
function watch(names = CHANNELS) {
  const seen = [];
  const listen = (event, name) => seen.push([name, { ...event }]);
  for (const name of names) subscribe(name, listen);
  stop = () => {
    for (const name of names) unsubscribe(name, listen);
  };
  return seen;
}

const make = (options = {}) => createAuth({ ...service.options, clientId: CLIENT, ...options });

/** The event of the only call, as it was at the end. */
async function eventOf(call) {
  const seen = watch([`tracing:${CALL}:asyncEnd`]);
  await settled(call());
  stop();
  expect(seen).toHaveLength(1);
  return seen[0][1];
}

const REQUEST_ID = "0f6c1c8e-1a54-4c5c-9d1e-6f0f3a1d2b7c";
const WITH_ID = { headers: { "x-amzn-requestid": REQUEST_ID } };
const AUTHENTICATED = { ...WITH_ID, body: { AuthenticationResult: { IdToken: "a.b.c" } } };

describe("a call", () => {
  test("that succeeds: the channels in Node's order, one object", async () => {
    const objects = new Set();
    const collect = (event) => objects.add(event);
    tracingChannel(CALL).subscribe({ start: collect, end: collect, asyncEnd: collect });
    const seen = watch();
    service.next("AdminInitiateAuth", AUTHENTICATED);
    await expect(make().login("theseus", "Labyrinth1")).resolves.toBe("a.b.c");
    tracingChannel(CALL).unsubscribe({ start: collect, end: collect, asyncEnd: collect });
    const settledEvent = {
      operation: "login",
      attempts: 1,
      status: 200,
      requestId: REQUEST_ID,
      duration: expect.any(Number),
    };
    expect(seen).toEqual([
      [`tracing:${CALL}:start`, { operation: "login" }],
      [`tracing:${CALL}:end`, { operation: "login" }],
      [`tracing:${CALL}:asyncStart`, settledEvent],
      [`tracing:${CALL}:asyncEnd`, settledEvent],
    ]);
    expect(seen.at(-1)[1].duration).toBeGreaterThan(0);
    expect(objects.size).toBe(1);
  });

  test("that fails: the error channel too, and the reason", async () => {
    const seen = watch();
    service.next(
      "AdminInitiateAuth",
      failure("NotAuthorizedException", "Incorrect username or password.", {
        requestId: REQUEST_ID,
      }),
    );
    const error = await refusal(make().login("theseus", "Labyrinth1"));
    expect(error.reason).toBe("bad-credentials");
    expect(error.stack).toContain("events.spec.js");
    const settledEvent = {
      operation: "login",
      attempts: 1,
      status: 400,
      requestId: REQUEST_ID,
      reason: "bad-credentials",
      duration: expect.any(Number),
    };
    expect(seen.map(([name]) => name.split(":").at(-1))).toEqual([
      ...["start", "end", "error", "asyncStart", "asyncEnd"],
    ]);
    for (const [, event] of seen.slice(2)) expect(event).toEqual(settledEvent);
  });

  test.each([
    ["login", (auth) => auth.login("a", "b")],
    ["createCognitoUser", (auth) => auth.createCognitoUser("a", "b")],
    ["fetchUserByUsername", (auth) => auth.fetchUserByUsername("a")],
  ])("of %s has its name, and what is known of the last request", async (operation, call) => {
    const answer = {
      ...WITH_ID,
      body: { UserAttributes: [{ Name: "phone_number", Value: "+1" }] },
    };
    for (const name of ["AdminConfirmSignUp", "AdminGetUser"]) service.next(name, answer);
    service.next("AdminInitiateAuth", AUTHENTICATED);
    expect(await eventOf(() => call(make()))).toEqual({
      operation,
      attempts: 1,
      status: 200,
      requestId: REQUEST_ID,
      duration: expect.any(Number),
    });
  });

  test.each([
    [
      "attempts of a success",
      () => service.next("AdminInitiateAuth", { status: 500 }, { status: 500 }, AUTHENTICATED),
      { attempts: 3, status: 200, requestId: REQUEST_ID },
    ],
    [
      "a challenge, which is an answer of status 200",
      () =>
        service.next("AdminInitiateAuth", {
          ...WITH_ID,
          body: { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "s" },
        }),
      { attempts: 1, status: 200, requestId: REQUEST_ID, reason: "challenge-required" },
    ],
    [
      "an answer that cannot be read",
      () => service.next("AdminInitiateAuth", { ...WITH_ID, body: "<html>" }),
      { attempts: 1, status: 200, requestId: REQUEST_ID, reason: "service" },
    ],
  ])("has %s", async (_name, prepare, known) => {
    prepare();
    expect(await eventOf(() => make().login("a", "b"))).toEqual({
      operation: "login",
      duration: expect.any(Number),
      ...known,
    });
  });

  test("that gets no answer has no status", async () => {
    const auth = make({ endpoint: await closedPort(), maxAttempts: 2 });
    const event = await eventOf(() => auth.login("a", "b"));
    expect(event).toMatchObject({ attempts: 2, reason: "network" });
    expect(event).not.toHaveProperty("status");
  });

  test("that sends nothing has no attempts", async () => {
    const event = await eventOf(() => make({ userPoolId: undefined }).login("a", "b"));
    expect(event).toEqual({ operation: "login", reason: "config", duration: expect.any(Number) });
  });

  test("that is aborted has the reason", async () => {
    service.always("AdminInitiateAuth", hang);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const event = await eventOf(() => make().login("a", "b", { signal: controller.signal }));
    expect(event).toMatchObject({ operation: "login", reason: "aborted" });
  });

  test.each([
    ["freezes", (event) => Object.freeze(event)],
    [
      "gives members that throw",
      (event) =>
        Object.defineProperty(event, "duration", {
          set() {
            throw new Error("no");
          },
        }),
    ],
  ])("whose event a subscriber %s has its own result or error", async (_name, spoil) => {
    const name = `tracing:${CALL}:start`;
    subscribe(name, spoil);
    stop = () => unsubscribe(name, spoil);
    service.next("AdminInitiateAuth", AUTHENTICATED);
    await expect(make().login("a", "b")).resolves.toBe("a.b.c");
    service.next(
      "AdminInitiateAuth",
      failure("NotAuthorizedException", "Incorrect username or password."),
    );
    expect((await refusal(make().login("a", "b"))).reason).toBe("bad-credentials");
  });

  test("has no request id of another form", async () => {
    const answer = { ...AUTHENTICATED, headers: { "x-amzn-requestid": "Labyrinth1 Labyrinth1" } };
    service.next("AdminInitiateAuth", answer);
    expect(await eventOf(() => make().login("a", "Labyrinth1"))).not.toHaveProperty("requestId");
  });

  test("whose arguments are refused is none", async () => {
    const seen = watch();
    await refusal(make().login(5, "b"));
    await refusal(make().login("a", "b", { signal: AbortSignal.abort() }));
    expect(seen).toEqual([]);
  });

  test.each(PHASES)("is published to a subscriber of %s alone", async (phase) => {
    const seen = watch([`tracing:${CALL}:${phase}`]);
    service.next("AdminInitiateAuth", failure("UserNotFoundException", "x"));
    await refusal(make().login("a", "b"));
    expect(seen.map(([, { operation }]) => operation)).toEqual(["login"]);
  });

  test("has the store that a subscriber binds, from its start to its end", async () => {
    const storage = new AsyncLocalStorage();
    const { start, asyncEnd } = tracingChannel(CALL);
    start.bindStore(storage, ({ operation }) => `span of ${operation}`);
    const stores = [];
    const listen = () => stores.push(storage.getStore());
    asyncEnd.subscribe(listen);
    await storage.run("the caller's", async () => {
      await make().login("a", "b");
      stores.push(storage.getStore());
    });
    asyncEnd.unsubscribe(listen);
    start.unbindStore(storage);
    expect(stores).toEqual(["span of login", "the caller's"]);
  });
});

describe("a fetch of the keys", () => {
  const fetched = (over = {}) => ({
    address: `${service.endpoint}/${POOL}/.well-known/jwks.json`,
    outcome: "fetched",
    added: [],
    removed: [],
    duration: expect.any(Number),
    ...over,
  });

  /** A key set of its own address for each test: keys are shared by the process. */
  let serial = 0;
  function makeKeys(...keys) {
    serial += 1;
    const pool = `us-east-1_Keys${serial}`;
    service.serveKeys(pool, jwks(...keys));
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;
    return {
      pool,
      auth: make({ userPoolId: pool }),
      address: `${service.endpoint}/${pool}/.well-known/jwks.json`,
      token: (kid) =>
        sign({ header: { kid }, payload: idClaims({ iss: issuer, jti: `${kid}${serial}` }) }),
    };
  }

  test("is published once, before the calls that waited for it settle", async () => {
    const { auth, address, token } = makeKeys(jwk(rsaPair(), { kid: "a" }));
    const seen = watch();
    await Promise.all([auth.ready(), auth.verifyToken(token("a")), auth.ready()]);
    expect(seen).toEqual([[KEYS, fetched({ address, added: ["a"] })]]);
    expect(seen[0][1].duration).toBeGreaterThan(0);
    await auth.verifyToken(token("a"));
    expect(seen).toHaveLength(1);
  });

  test("shows which keys came and went, and how old the set before was", async () => {
    const { pool, auth, address, token } = makeKeys(jwk(rsaPair(), { kid: "a" }));
    const seen = watch();
    await auth.ready();
    service.serveKeys(pool, jwks(jwk(rsaPair(), { kid: "b" })));
    await auth.verifyToken(token("b"));
    expect(seen[1]).toEqual([KEYS, fetched({ address, added: ["b"], removed: ["a"], age: 0 })]);
    expect(await refusal(auth.verifyToken(token("a")))).toMatchObject({ reason: "key-unknown" });
  });

  test("that fails has a reason, and changes no key", async () => {
    const { pool, auth, address, token } = makeKeys();
    service.serveKeys(pool, undefined);
    const seen = watch();
    await refusal(auth.verifyToken(token("a")));
    expect(seen).toEqual([
      [KEYS, fetched({ address, outcome: "failed", reason: "keys-unavailable" })],
      [REFUSED, { reason: "keys-unavailable" }],
    ]);
  });

  test("that nobody waited for is published at the next use of any keys", async () => {
    const { auth, token, address } = makeKeys(jwk(rsaPair(), { kid: "a" }));
    const seen = watch([KEYS]);
    expect(() => auth.verifySync(token("a"))).toThrow("not there yet");
    const another = make();
    await eventually(async () => {
      await refusal(another.verifyToken("x.y.z"));
      expect(seen).toContainEqual([KEYS, fetched({ address, added: ["a"] })]);
    });
  });

  test("that came before the subscriber is published to it, once", async () => {
    const { auth, token, address } = makeKeys(jwk(rsaPair(), { kid: "a" }));
    await auth.ready();
    const seen = watch([KEYS]);
    await auth.verifyToken(token("a"));
    const own = seen.filter(([, event]) => event.address === address);
    expect(own).toEqual([[KEYS, fetched({ address, added: ["a"] })]]);
  });
});

describe("a token that is refused", () => {
  const GIVEN = { keys: { jwks: jwks(jwk(rsaPair())) } };
  const CASES = {
    "token-malformed": [undefined, "", "x.y.z", 5],
    "token-expired": [sign({ payload: idClaims({ exp: now() - 1 }) })],
    "token-signature": [sign({ key: rsaPair("stranger").privateKey })],
    "token-use": [sign({ payload: accessClaims() })],
    "key-unknown": [sign({ header: { kid: "unknown" } })],
  };

  test.each(Object.keys(CASES))("%s: alone, with others, and at once", async (reason) => {
    const auth = make(GIVEN);
    for (const token of CASES[reason]) {
      const seen = watch();
      await refusal(auth.verifyToken(token));
      await refusal(auth.verify(token, { clockTolerance: 0 }));
      await Promise.all(Array.from({ length: 70 }, () => refusal(auth.verifyToken(token))));
      expect(() => auth.verifySync(token)).toThrow();
      stop();
      expect(seen).toEqual(Array(73).fill([REFUSED, { reason }]));
    }
  });

  test("a token that is accepted is not in the events, seen before or not", async () => {
    const seen = watch();
    const auth = make(GIVEN);
    const token = sign();
    await auth.verifyToken(token);
    await auth.verifyToken(token);
    auth.verifySync(token);
    expect(seen).toEqual([]);
  });

  test("is not one whose Auth lacks a setting", async () => {
    const seen = watch([REFUSED]);
    expect((await refusal(createAuth({}).verifyToken(sign(idClaims())))).reason).toBe("config");
    expect(seen).toEqual([]);
  });

  test("without keys it is refused too; one whose call is aborted is not", async () => {
    service.always("GET", hang);
    const seen = watch([REFUSED]);
    const auth = make({ jwksUri: `${service.endpoint}/hangs` });
    const controller = new AbortController();
    const verifying = refusal(auth.verifyToken(sign(), { signal: controller.signal }));
    setTimeout(() => controller.abort(), 20);
    expect(await verifying).toMatchObject({ reason: "aborted" });
    expect(seen).toEqual([]);
    expect(() => auth.verifySync(sign())).toThrow("not there yet");
    expect(seen).toEqual([[REFUSED, { reason: "keys-unavailable" }]]);
  });
});

test("no event has a secret: arguments, tokens, answers, messages, settings", async () => {
  const secret = (name) => `S3CRET-${name}`;
  const token = sign({
    payload: idClaims({ email: secret("claim"), "cognito:username": secret("name") }),
  });
  const secrets = /S3CRET|eyJ/;
  const objects = [];
  const keep = (event) => objects.push(event);
  for (const name of CHANNELS) subscribe(name, keep);
  stop = () => {
    for (const name of CHANNELS) unsubscribe(name, keep);
  };
  const auth = make({
    clientSecret: secret("client"),
    credentials: { accessKeyId: "S3CRETKEYID", secretAccessKey: secret("key") },
  });
  const calls = () => [
    auth.createCognitoUser(secret("user"), secret("password"), secret("email"), secret("phone")),
    auth.login(secret("user"), secret("password")),
    auth.fetchUserByUsername(secret("user")),
  ];
  const OPERATIONS = ["SignUp", "AdminConfirmSignUp", "AdminInitiateAuth", "AdminGetUser"];
  const answers = {
    "well, with secrets": {
      body: {
        UserSub: secret("sub"),
        AuthenticationResult: {
          IdToken: token,
          AccessToken: token,
          RefreshToken: secret("refresh"),
        },
        UserAttributes: [{ Name: "phone_number", Value: secret("phone") }],
      },
    },
    challenge: { body: { ChallengeName: "SMS_MFA", Session: secret("session") } },
    failure: failure("NotAuthorizedException", secret("message")),
    "a failure of a name with a secret": failure(secret("type"), secret("message")),
    unreadable: { body: secret("body") },
    "status 500": { status: 500, body: secret("body") },
  };
  for (const answer of Object.values(answers)) {
    for (const operation of OPERATIONS) service.always(operation, answer);
    await Promise.all(calls().map((call) => settled(call)));
  }
  for (const text of [
    token,
    `${token}x`,
    `${token.slice(0, -5)}`,
    secret("token"),
    `x.${secret("y")}.z`,
  ]) {
    await settled(auth.verifyToken(text));
    await settled(auth.verify(text, { groups: secret("group") }));
  }
  service.serveKeys("us-east-1_Broken", secret("keys"));
  await settled(make({ userPoolId: "us-east-1_Broken" }).verifyToken(token));
  stop();
  expect(objects.length).toBeGreaterThan(90);
  for (const event of objects) {
    expect(inspect(event, { depth: null, showHidden: true })).not.toMatch(secrets);
    expect(JSON.stringify(event)).not.toMatch(secrets);
  }
});

// ---------------------------------------------------------------------------------------------------------------
// Processes of their own
// ---------------------------------------------------------------------------------------------------------------

const REQUIRE = `
  const dc = require("node:diagnostics_channel");
  const { createAuth } = require("./index.js");
  const CHANNELS = ${JSON.stringify(CHANNELS)};
`;
const optionsText = () => JSON.stringify({ ...service.options, clientId: CLIENT });
const token = sign();

test("what a subscriber throws leaves the call as it is, and becomes an uncaught exception", async () => {
  const source = `${REQUIRE}
    const thrown = new Set();
    process.on("uncaughtException", ({ message }) => thrown.add(message));
    for (const name of CHANNELS) dc.subscribe(name, () => { throw new Error(name); });
    const { start } = dc.tracingChannel("${CALL}");
    start.bindStore(new (require("node:async_hooks").AsyncLocalStorage)(), () => { throw new Error("store"); });
    const auth = createAuth(${optionsText()});
    const told = ({ reason }) => reason;
    (async () => {
      const outcomes = [
        await auth.login("a", "b"),
        (await auth.verifyToken(${JSON.stringify(token)})).aud,
        auth.verifySync(${JSON.stringify(token)}).aud,
        await auth.verifyToken("x.y.z").catch(told),
        ...await Promise.all(["x", "y", "z"].map((text) => auth.verifyToken(text).catch(told))),
        await createAuth({}).login("a", "b").catch(told),
      ];
      setImmediate(() => console.log(JSON.stringify({ outcomes, thrown: [...thrown].sort() })));
    })();
  `;
  const { outcomes, thrown } = await evaluate(source);
  const refused = "token-malformed";
  expect(outcomes).toEqual([
    ...["header.payload.sig", CLIENT, CLIENT, refused, refused, refused, refused, "config"],
  ]);
  expect(thrown).toEqual([...CHANNELS, "store"].sort());
});

test("without a handler for uncaught exceptions a subscriber that throws ends the process, as Node.js has it", async () => {
  const source = `${REQUIRE}
    dc.subscribe("${REFUSED}", () => { throw new Error("a subscriber's"); });
    createAuth(${optionsText()}).verifyToken("x").catch(() => setTimeout(() => console.log("went on"), 1000));
  `;
  const { code, stdout, stderr } = await run(source);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("a subscriber's");
});

test.each([
  ["Sinon's, before", `require("@sinonjs/fake-timers").install();`, ""],
  ["Sinon's, after", "", `require("@sinonjs/fake-timers").install();`],
  [
    "none of the clocks",
    "",
    `for (const clock of [performance, process.hrtime, Date]) for (const name of ["now", "bigint"]) {
      try { clock[name] = () => { throw new Error("no clock"); }; } catch {}
    }
    process.hrtime = undefined;`,
  ],
])("durations under fake clocks: %s", async (_name, before, after) => {
  const source = `${before}${REQUIRE}${after}
    const events = [];
    dc.subscribe("tracing:${CALL}:asyncEnd", ({ duration }) => events.push(duration));
    createAuth(${optionsText()}).login("a", "b").then(() => console.log(JSON.stringify(events)));
  `;
  const [duration, ...more] = await evaluate(source);
  expect(more).toEqual([]);
  expect(duration).toBeGreaterThan(0.01);
  expect(duration).toBeLessThan(20_000);
});

test.each([
  ["channel() returns nothing", "dc.channel = () => undefined;"],
  ["channel() throws", "dc.channel = () => { throw new Error('no'); };"],
  [
    "publish and runStores throw",
    `const { Channel } = dc;
    const real = dc.channel;
    dc.channel = (name) => Object.assign(real(name), {
      publish() { throw new Error("no"); }, runStores() { throw new Error("no"); },
    });
    `,
  ],
  ["everyone is said to subscribe", "dc.channel = () => ({ hasSubscribers: true, publish() {} });"],
])("replaced channels: %s", async (_name, replace) => {
  const source = `
    const dc = require("node:diagnostics_channel");
    const { subscribe } = dc;
    // Node.js makes channels of its own for it.
    process.stdout;
    ${replace}
    const { createAuth } = require("./index.js");
    for (const name of ${JSON.stringify(CHANNELS)}) try { subscribe(name, () => {}); } catch {}
    const auth = createAuth(${optionsText()});
    (async () => console.log(JSON.stringify([
      await auth.login("a", "b"),
      (await auth.verifyToken(${JSON.stringify(token)})).aud,
      await auth.verifyToken("x").catch(({ reason }) => reason),
    ])))();
  `;
  expect(await evaluate(source)).toEqual(["header.payload.sig", CLIENT, "token-malformed"]);
  expect(service.of("AdminInitiateAuth")).toHaveLength(1);
});

test("a polluted Object.prototype changes neither calls nor events", async () => {
  const source = `${REQUIRE}
    const { defineProperty } = Object;
    const names = [
      "get", "set", "value", "then", "toJSON", "length", "0", "reason", "operation", "attempts", "status", "requestId",
      "duration", "request", "address", "outcome", "added", "removed", "hasSubscribers", "publish", "transform",
    ];
    const kinds = [
      { value: "S3CRET", writable: true }, { get: () => "S3CRET" }, { get() { throw new Error("polluted"); } },
    ];
    const auth = createAuth(${optionsText()});
    let seen = "";
    const listen = ({ operation, attempts, status, reason, requestId, outcome }, name) => {
      seen += [name, operation, attempts, status, reason, typeof requestId, outcome].join() + " ";
    };
    for (const name of CHANNELS) dc.subscribe(name, listen);
    const play = async () => {
      seen = "";
      let last = await auth.login("a", "b");
      try { auth.verifySync("x"); } catch (error) { last += error.reason; }
      return last + seen;
    };
    (async () => {
      await auth.ready();
      const clean = await play();
      const differences = [];
      for (const name of names) for (const kind of kinds) {
        defineProperty(Object.prototype, name, { __proto__: null, ...kind, configurable: true });
        let outcome;
        try { outcome = await play(); } catch (error) { outcome = String(error); } finally { delete Object.prototype[name]; }
        if (outcome !== clean) differences.push([name, outcome]);
      }
      console.log(JSON.stringify({ clean, differences }));
    })();
  `;
  const { clean, differences } = await evaluate(source);
  expect(clean).toContain("cognito-auth-native:refused,,,,token-malformed,undefined,");
  expect(clean).toContain(`tracing:${CALL}:asyncEnd,login,1,200,,string,`);
  expect(differences).toEqual([]);
});

test("each worker thread with a subscriber gets every fetch since it began, and ends by itself", async () => {
  const worker = `
    const { parentPort, workerData } = require("node:worker_threads");
    const dc = require("node:diagnostics_channel");
    const { createAuth } = require(workerData.root);
    const seen = [];
    dc.subscribe("${KEYS}", ({ address }) => seen.push(address));
    parentPort.postMessage("ready");
    parentPort.once("message", () => {
      // Keys of another address, given: any use of keys reads the log.
      createAuth({ ...workerData.options, keys: workerData.keys }).verifySync(workerData.token);
      parentPort.postMessage(seen);
    });
  `;
  const source = `${REQUIRE}
    const { Worker } = require("node:worker_threads");
    const options = ${optionsText()};
    const seen = [];
    dc.subscribe("${KEYS}", ({ address }) => seen.push(address));
    const next = (thread) => new Promise((resolve) => thread.once("message", resolve));
    const workerData = {
      root: process.cwd(), options, token: ${JSON.stringify(token)}, keys: ${JSON.stringify({ jwks: jwks(jwk(rsaPair())) })},
    };
    (async () => {
      await createAuth({ ...options, jwksUri: options.endpoint + "/early" }).ready().catch(() => {});
      const threads = [1, 2, 3].map(() => new Worker(${JSON.stringify(worker)}, { eval: true, workerData }));
      await Promise.all(threads.map(next));
      await createAuth(options).ready();
      const answers = threads.map(next);
      const ends = threads.map((thread) => new Promise((resolve) => thread.once("exit", resolve)));
      for (const thread of threads) thread.postMessage("go");
      const told = await Promise.all(answers);
      const codes = await Promise.all(ends);
      console.log(JSON.stringify({ seen, told, codes }));
    })();
  `;
  const later = `${service.endpoint}/${POOL}/.well-known/jwks.json`;
  expect(await evaluate(source)).toEqual({
    seen: [`${service.endpoint}/early`, later],
    told: [[later], [later], [later]],
    codes: [0, 0, 0],
  });
});

test("worker threads that are ended in the middle of fetches that they watch, and a process that ends itself", async () => {
  service.always("GET", hang);
  const worker = `
    const { parentPort, workerData } = require("node:worker_threads");
    const dc = require("node:diagnostics_channel");
    const { createAuth } = require(workerData.root);
    for (const name of ${JSON.stringify(CHANNELS)}) dc.subscribe(name, () => {});
    const auth = createAuth(workerData.options);
    auth.ready().catch(() => {});
    auth.login("a", "b").catch(() => {});
    parentPort.postMessage("ready");
    setInterval(() => auth.verifyToken("x").catch(() => {}), 1);
  `;
  const source = `${REQUIRE}
    const { Worker } = require("node:worker_threads");
    const options = ${optionsText()};
    for (const name of CHANNELS) dc.subscribe(name, () => {});
    createAuth(options).ready().catch(() => {});
    const one = () => new Promise((resolve, reject) => {
      const workerData = { root: process.cwd(), options };
      const thread = new Worker(${JSON.stringify(worker)}, { eval: true, workerData });
      thread.once("error", reject);
      thread.once("message", () => thread.terminate().then(resolve));
    });
    (async () => {
      for (let i = 0; i < 5; i += 1) await Promise.all([one(), one(), one(), one()]);
      console.log(JSON.stringify("ended"));
      process.exit(0);
    })();
  `;
  expect(await evaluate(source)).toBe("ended");
});

test("a process with subscribers and a key set that hangs ends when its calls have", async () => {
  service.always("GET", hang);
  const source = `${REQUIRE}
    for (const name of CHANNELS) dc.subscribe(name, () => {});
    const auth = createAuth(${optionsText()});
    const controller = new AbortController();
    auth.verifyToken(${JSON.stringify(token)}, { signal: controller.signal }).catch(({ reason }) => console.log(JSON.stringify(reason)));
    setImmediate(() => controller.abort());
  `;
  const { code, lines, quiet } = await run(source);
  expect({ code, lines }).toEqual({ code: 0, lines: ['"aborted"'] });
  // The fetch goes on for three seconds.
  expect(quiet).toBeLessThan(2_500);
});

// ---------------------------------------------------------------------------------------------------------------
// docs/observability.md's subscribers
// ---------------------------------------------------------------------------------------------------------------

describe("the subscribers in examples/observability", () => {
  /** Runs a subscriber beside calls: two that succeed, one that fails, a token that is accepted and one that is refused. */
  async function played(name, { before = "", after = "" } = {}) {
    service.next("AdminGetUser", failure("UserNotFoundException", "User S3CRET does not exist."));
    const source = `
      import { createAuth } from "./index.js";
      ${before}
      await import("./examples/observability/${name}.mjs");
      const auth = createAuth(${optionsText()});
      await auth.login("S3CRET-name", "S3CRET-password");
      await auth.createCognitoUser("S3CRET-name", "S3CRET-password", "S3CRET-email", "S3CRET-phone");
      await auth.fetchUserByUsername("S3CRET-name").catch(() => {});
      await auth.verifyToken(${JSON.stringify(token)});
      await auth.verifyToken("S3CRET").catch(() => {});
      ${after}
    `;
    const result = await run(source, { module: true });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).not.toMatch(/S3CRET|eyJ/);
    return result.lines.map((line) => JSON.parse(line));
  }

  const keysAddress = () => `${service.endpoint}/${POOL}/.well-known/jwks.json`;
  const aDuration = expect.any(Number);
  const anId = expect.stringMatching(/^[0-9a-f-]{36}$/);

  test("OpenTelemetry: spans and metrics", async () => {
    const before = `
      import { SpanStatusCode, metrics, trace } from "@opentelemetry/api";
      import * as tracing from "@opentelemetry/sdk-trace-base";
      import * as metering from "@opentelemetry/sdk-metrics";
      const spans = new tracing.InMemorySpanExporter();
      const spanProcessors = [new tracing.SimpleSpanProcessor(spans)];
      trace.setGlobalTracerProvider(new tracing.BasicTracerProvider({ spanProcessors }));
      const exporter = new metering.InMemoryMetricExporter(metering.AggregationTemporality.CUMULATIVE);
      const reader = new metering.PeriodicExportingMetricReader({ exporter });
      metrics.setGlobalMeterProvider(new metering.MeterProvider({ readers: [reader] }));
    `;
    const after = `
      await reader.forceFlush();
      const [{ scopeMetrics }] = exporter.getMetrics();
      console.log(JSON.stringify({
        spans: spans.getFinishedSpans().map(({ name, kind, status, attributes, ended }) => ({
          name, kind, isError: status.code === SpanStatusCode.ERROR, attributes, ended,
        })),
        metrics: Object.fromEntries(scopeMetrics.flatMap((scope) => scope.metrics).map(
          ({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ attributes, value }) => [
            attributes, value.count ?? value,
          ])],
        )),
      }));
      await reader.shutdown();
    `;
    const [{ spans, metrics }] = await played("opentelemetry", { before, after });
    const span = (operation, status, reason) => ({
      name: `cognito ${operation}`,
      kind: 2,
      isError: reason !== undefined,
      ended: true,
      attributes: {
        "aws.request_id": anId,
        "cognito.attempts": 1,
        "cognito.operation": operation,
        "http.response.status_code": status,
        ...(reason && { "error.type": reason }),
      },
    });
    expect(spans).toEqual([
      span("login", 200),
      span("createCognitoUser", 200),
      span("fetchUserByUsername", 400, "user-missing"),
    ]);
    expect(metrics).toEqual({
      "cognito.call.duration": [
        [{ "cognito.operation": "login" }, 1],
        [{ "cognito.operation": "createCognitoUser" }, 1],
        [{ "cognito.operation": "fetchUserByUsername", "error.type": "user-missing" }, 1],
      ],
      "cognito.token.refused": [[{ "error.type": "token-malformed" }, 1]],
      "cognito.keys.fetches": [
        [{ "server.address": new URL(service.endpoint).host, "cognito.outcome": "fetched" }, 1],
      ],
    });
  });

  test("pino: a line for each event", async () => {
    const INFO = 30;
    const WARN = 40;
    const line = (level, msg, members) => ({
      level,
      time: expect.any(Number),
      pid: expect.any(Number),
      hostname: expect.any(String),
      name: "cognito-auth-native",
      msg,
      ...members,
    });
    const call = (operation, status) => ({
      operation,
      attempts: 1,
      status,
      requestId: anId,
      duration: aDuration,
    });
    expect(await played("pino")).toEqual([
      line(INFO, "call", call("login", 200)),
      line(INFO, "call", call("createCognitoUser", 200)),
      line(WARN, "call failed", { ...call("fetchUserByUsername", 400), reason: "user-missing" }),
      line(INFO, "keys", {
        address: keysAddress(),
        outcome: "fetched",
        added: [jwk(rsaPair()).kid],
        removed: [],
        duration: aDuration,
      }),
      line(INFO, "token refused", { reason: "token-malformed" }),
    ]);
  });

  test("CloudWatch's embedded metric format: what its specification asks for", async () => {
    const lines = await played("cloudwatch");
    for (const { _aws, ...members } of lines) {
      expect(_aws.Timestamp).toBeLessThanOrEqual(Date.now());
      expect(_aws.CloudWatchMetrics).toHaveLength(1);
      const [{ Namespace, Dimensions, Metrics, ...others }] = _aws.CloudWatchMetrics;
      expect({ Namespace, others }).toEqual({ Namespace: "CognitoAuth", others: {} });
      // Each dimension names a member that is a text, each metric one that is a number.
      for (const name of Dimensions[0]) expect(members[name]).toEqual(expect.any(String));
      for (const { Name, Unit } of Metrics) {
        expect(members[Name]).toEqual(expect.any(Number));
        expect(["Count", "Milliseconds"]).toContain(Unit);
      }
    }
    const call = (operation, reason, status) => ({
      operation,
      reason,
      CallDuration: aDuration,
      CallAttempts: 1,
      status,
      requestId: anId,
    });
    expect(lines.map(({ _aws, ...members }) => members)).toEqual([
      call("login", "none", 200),
      call("createCognitoUser", "none", 200),
      call("fetchUserByUsername", "user-missing", 400),
      {
        outcome: "fetched",
        KeysFetchDuration: aDuration,
        address: keysAddress(),
        added: [jwk(rsaPair()).kid],
        removed: [],
      },
      { reason: "token-malformed", TokensRefused: 1 },
    ]);
  });

  test.each(["opentelemetry", "pino", "cloudwatch"])(
    "%s stands in the document as it is",
    (name) => {
      const text = (file) => fs.readFileSync(path.join(ROOT, file), "utf8");
      expect(text("docs/observability.md")).toContain(text(`examples/observability/${name}.mjs`));
    },
  );
});
