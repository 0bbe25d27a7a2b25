"use strict";

// refresh and signOut: one request for all who ask at once, and what is remembered of it.

const { Worker } = require("node:worker_threads");
const { createAuth } = require("../..");
const { refusal, settled } = require("../../tools/outcomes.js");
const { failure, reset, startServiceServer } = require("../../tools/testing/service-server.js");
const { ROOT } = require("../support/child.js");
const { NAME, PASSWORD, SECRET, error, refused, usePools } = require("./support.js");

const open = usePools();
const REFRESH = "GetTokensFromRefreshToken";
const ROTATION = { refreshTokenRotation: { retryGracePeriodSeconds: 0 } };
const count = (pool) => pool.requests.filter(({ operation }) => operation === REFRESH).length;
const times = (number, make) => Promise.all(Array.from({ length: number }, make));

describe("on a pool", () => {
  test("without rotation: the same refresh token, and a request for each call that comes later", async () => {
    const { pool, auth } = await open({ clientSecret: SECRET });
    const { refreshToken } = await auth.signIn(NAME, PASSWORD);
    const tokens = await auth.refresh(refreshToken);
    expect(tokens).toEqual({
      signedIn: true,
      idToken: expect.any(String),
      accessToken: expect.any(String),
      refreshToken,
      expiresAt: expect.any(Number),
    });
    await auth.verifyToken(tokens.idToken);
    await auth.refresh(refreshToken);
    expect(count(pool)).toBe(2);
    const { signed, body } = pool.requests.at(-1);
    expect(signed).toBe(false);
    expect(body).toEqual({
      ClientId: pool.clientId,
      ClientSecret: SECRET,
      RefreshToken: refreshToken,
    });
  });

  test("with rotation: the new token, also for those who come with the old one", async () => {
    const { pool, auth } = await open(ROTATION);
    const { refreshToken } = await auth.signIn(NAME, PASSWORD);
    const first = await auth.refresh(refreshToken);
    expect(first.refreshToken).not.toBe(refreshToken);
    const late = await createAuth(pool.options).refresh(refreshToken);
    expect(late).toEqual(first);
    expect(late).not.toBe(first);
    expect(count(pool)).toBe(1);
    // With other metadata: a request of its own, with the newest token.
    const other = await auth.refresh(refreshToken, { clientMetadata: { a: "b" } });
    expect(pool.requests.at(-1).body).toMatchObject({
      RefreshToken: first.refreshToken,
      ClientMetadata: { a: "b" },
    });
    expect(other.refreshToken).not.toBe(first.refreshToken);
  });

  test("refreshReuse 0 remembers nothing", async () => {
    const { pool, auth } = await open({ ...ROTATION, settings: { refreshReuse: 0 } });
    const { refreshToken } = await auth.signIn(NAME, PASSWORD);
    await auth.refresh(refreshToken);
    const failed = await refusal(auth.refresh(refreshToken));
    expect(failed).toMatchObject({
      name: "RefreshTokenReuseException",
      reason: "refresh-reused",
      status: 401,
      hint: expect.stringContaining("RetryGracePeriodSeconds"),
    });
    expect(count(pool)).toBe(2);
  });

  test("1,000 calls at once make one request", async () => {
    const { pool, auth } = await open(ROTATION);
    const { refreshToken } = await auth.signIn(NAME, PASSWORD);
    const all = await times(1_000, () => auth.refresh(refreshToken));
    expect(count(pool)).toBe(1);
    expect(new Set(all).size).toBe(1_000);
    for (const tokens of all) expect(tokens).toEqual(all[0]);
  });

  test("threads share a request", async () => {
    const { pool, auth } = await open(ROTATION);
    const { refreshToken } = await auth.signIn(NAME, PASSWORD);
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      const auth = require(${JSON.stringify(ROOT)}).createAuth(workerData.options);
      parentPort.once("message", () => auth.refresh(workerData.refreshToken).then(
        (tokens) => parentPort.postMessage(tokens.refreshToken),
        (error) => parentPort.postMessage(error.message)));
      parentPort.postMessage("ready");`;
    const workerData = { options: pool.options, refreshToken };
    const workers = [1, 2].map(() => new Worker(source, { eval: true, workerData }));
    const said = (worker) => new Promise((resolve) => worker.once("message", resolve));
    await Promise.all(workers.map(said));
    const answers = workers.map(said);
    for (const worker of workers) worker.postMessage("go");
    const [one, other] = await Promise.all(answers);
    await Promise.all(workers.map((worker) => worker.terminate()));
    expect(one).not.toBe(refreshToken);
    expect(other).toBe(one);
    expect(count(pool)).toBe(1);
  });

  test("signOut revokes, and forgets what is remembered", async () => {
    const { pool, auth } = await open({ refreshTokenRotation: { retryGracePeriodSeconds: 60 } });
    const { refreshToken } = await auth.signIn(NAME, PASSWORD);
    const tokens = await auth.refresh(refreshToken);
    expect(await auth.signOut(tokens.refreshToken)).toBeUndefined();
    for (const token of [refreshToken, tokens.refreshToken]) {
      const failed = await refusal(auth.refresh(token));
      expect(["refresh-expired", "refresh-reused"]).toContain(failed.reason);
    }
    expect(count(pool)).toBe(3);
    // Tokens that are out still verify.
    await auth.verifyToken(tokens.idToken);
  });

  test("signing out with a token that has ended, or is another client's", async () => {
    const { pool, auth } = await open();
    const { refreshToken } = await auth.signIn(NAME, PASSWORD);
    await auth.signOut(refreshToken);
    expect(await auth.signOut(refreshToken)).toBeUndefined();
    const { pool: other } = await open();
    const failed = await refusal(createAuth(other.options).signOut(refreshToken));
    expect(failed).toMatchObject({ name: "NotAuthorizedException", reason: "refresh-expired" });
    expect(failed.hint).toMatch(/nothing to revoke. Delete it/);
    pool.failNext("RevokeToken", "NotAuthorizedException", "Refresh Token has expired");
    expect(await refusal(auth.signOut(refreshToken))).toMatchObject({
      reason: "refresh-expired",
      hint: failed.hint,
    });
  });

  test("a revoked token, in Cognito's words", async () => {
    const { auth } = await open();
    const { refreshToken, accessToken } = await auth.signIn(NAME, PASSWORD);
    await auth.signOut(refreshToken);
    expect(await refused(auth.refresh(refreshToken))).toEqual(
      error("NotAuthorizedException", "refresh-expired", "Refresh Token has been revoked", 401),
    );
    expect(await refusal(auth.signOut(accessToken))).toMatchObject({
      name: "UnsupportedTokenTypeException",
      reason: "config",
    });
  });
});

describe("failures", () => {
  let service;
  let serial = 0;
  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());

  /** Each test's own: the process remembers. */
  const freshToken = () => `refresh-${++serial}`;
  const tokensWith = (RefreshToken) => ({
    body: {
      AuthenticationResult: { AccessToken: "a.b.c", IdToken: "d.e.f", ExpiresIn: 60, RefreshToken },
    },
  });
  const make = (options) => createAuth({ ...service.options, ...options });

  test.each([
    ["a connection that was cut", reset],
    ["a failure of Cognito", { status: 500, body: { __type: "InternalErrorException" } }],
    ["a gateway that waits no longer", { status: 504, body: "<html>" }],
  ])("%s: once more", async (_what, lost) => {
    service.next(REFRESH, lost, tokensWith("new"));
    expect((await make().refresh(freshToken())).refreshToken).toBe("new");
    expect(service.requests).toHaveLength(2);
    service.next(REFRESH, lost, lost, tokensWith("new"));
    expect(await refusal(make().refresh(freshToken()))).toMatchObject({ attempts: 2 });
    expect(service.requests).toHaveLength(4);
  });

  test("an answer that does not come: once more, in the second half of the time", async () => {
    service.next(REFRESH, () => undefined, tokensWith(undefined));
    const token = freshToken();
    const tokens = await make({ timeoutMs: 600 }).refresh(token);
    expect(tokens.refreshToken).toBe(token);
    expect(service.requests).toHaveLength(2);
  });

  test.each([
    ["Refresh Token has expired", "refresh-expired", undefined],
    ["Refresh Token has been revoked", "refresh-expired", undefined],
    ["Invalid Refresh Token.", "refresh-expired", "device"],
    ["User is disabled.", "user-disabled", undefined],
    ["SecretHash does not match for the client: x", "config", "COGNITO_CLIENT_SECRET"],
  ])("%s", async (message, reason, hint) => {
    service.next(REFRESH, failure("NotAuthorizedException", message));
    const failed = await refusal(make({ clientSecret: SECRET }).refresh(freshToken()));
    expect(failed).toMatchObject({ name: "NotAuthorizedException", reason, message });
    if (hint !== undefined) expect(failed.hint).toContain(hint);
    expect(service.requests).toHaveLength(1);
  });

  test("are shared by those who wait, each with an error of its own, and not remembered", async () => {
    const held = hold();
    service.next(REFRESH, async () => {
      await held.promise;
      return failure("NotAuthorizedException", "Refresh Token has expired");
    });
    const [auth, token] = [make(), freshToken()];
    const both = Promise.all([refusal(auth.refresh(token)), refusal(auth.refresh(token))]);
    await untilSent(1);
    held.resolve();
    const [one, other] = await both;
    expect(one).not.toBe(other);
    expect(one.message).toBe(other.message);
    expect(other.cognito).toMatchObject({ statusCode: 400 });
    expect(service.requests).toHaveLength(1);
    service.next(REFRESH, tokensWith(undefined));
    expect((await auth.refresh(token)).signedIn).toBe(true);
  });

  test("who gives up does not end the request of the others", async () => {
    const held = hold();
    service.next(REFRESH, async () => {
      await held.promise;
      return tokensWith("new");
    });
    const [auth, token] = [make(), freshToken()];
    const control = new AbortController();
    const first = settled(auth.refresh(token, { signal: control.signal }));
    const second = settled(auth.refresh(token));
    await untilSent(1);
    control.abort();
    expect((await first).error).toMatchObject({ reason: "aborted" });
    held.resolve();
    expect((await second).value).toMatchObject({ refreshToken: "new" });
    // Nor does it lose what the request brought, if nobody else waits.
    expect((await auth.refresh(token)).refreshToken).toBe("new");
    expect(service.requests).toHaveLength(1);
  });

  test("waiting has a bound", async () => {
    const held = hold();
    service.next(REFRESH, async () => {
      await held.promise;
      return tokensWith("new");
    });
    const [auth, token] = [make(), freshToken()];
    const all = Array.from({ length: 1_200 }, () => settled(auth.refresh(token)));
    await untilSent(1);
    const tooMany = await all.at(-1);
    expect(tooMany.error).toMatchObject({ reason: "throttled", status: 429, retryAfter: 1 });
    held.resolve();
    const outcomes = await Promise.all(all);
    expect(outcomes.filter(({ value }) => value !== undefined)).toHaveLength(1_025);
    expect(service.requests).toHaveLength(1);
  });

  test("Auths that differ share nothing", async () => {
    const token = freshToken();
    service.always(REFRESH, tokensWith("new"));
    const auths = [
      {},
      { clientId: "other1client" },
      { clientSecret: SECRET },
      { userPoolId: "us-east-1_Other1" },
    ];
    await Promise.all(auths.map((options) => make(options).refresh(token)));
    await make().refresh(token, { deviceKey: "d" });
    expect(service.requests).toHaveLength(5);
    expect(service.requests.at(-1).body.DeviceKey).toBe("d");
  });

  test.each(
    [undefined, null, "", 5, {}, [], "\ud800", "x".repeat(100_000)].map((value) => [value]),
  )("a refresh token that is none: %p", async (value) => {
    for (const pending of [make().refresh(value), make().signOut(value)]) {
      expect(await refusal(pending)).toMatchObject({
        name: "InvalidParameterException",
        reason: "invalid-argument",
      });
    }
    expect(service.requests).toHaveLength(0);
  });

  test("signOut is repeated after a loss, and sends the secret as it is", async () => {
    service.next("RevokeToken", reset, { body: {} });
    const token = freshToken();
    await make({ clientSecret: SECRET }).signOut(token);
    expect(service.operations()).toEqual(["RevokeToken", "RevokeToken"]);
    expect(service.requests[1].body).toMatchObject({ Token: token, ClientSecret: SECRET });
    expect(service.requests[1].headers).not.toHaveProperty("authorization");
  });

  /** A promise that waits for its `resolve`. */
  function hold() {
    let resolve;
    const promise = new Promise((done) => {
      resolve = done;
    });
    return { promise, resolve };
  }

  /** Until the server has got so many requests. */
  async function untilSent(number) {
    while (service.requests.length < number) await new Promise((next) => setImmediate(next));
  }
});
