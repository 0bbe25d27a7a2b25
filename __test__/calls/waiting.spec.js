"use strict";

// Calls that wait for their turn: so many at once, so many in line, and no more. Over real HTTP.

const { createAuth } = require("../..");
const { eventually, pause, refusal } = require("../../tools/outcomes.js");
const { failure, startServiceServer } = require("../../tools/testing/service-server.js");

const AT_ONCE = 128;
const WAITING = 1_024;

let service;
/** Answers what the server has kept back, and what comes from now on. */
let release;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => {
  service.clear();
  const kept = [];
  release = () => {
    release = () => {};
    service.always("AdminGetUser", undefined);
    for (const answer of kept) answer();
  };
  service.always(
    "AdminGetUser",
    (_record, _response, well) => new Promise((resolve) => kept.push(() => resolve(well))),
  );
});
afterEach(() => release());

const make = (options = {}) => createAuth({ ...service.options, timeoutMs: 60_000, ...options });

const read = (auth, count, options) =>
  Array.from({ length: count }, () => auth.fetchUserByUsername("theseus", options));

const reasonOf = ({ status, reason }) => (status === "fulfilled" ? "ok" : reason.reason);
const counted = (outcomes) => {
  const counts = {};
  for (const outcome of outcomes) counts[reasonOf(outcome)] = (counts[reasonOf(outcome)] ?? 0) + 1;
  return counts;
};

async function sent(count) {
  while (service.of("AdminGetUser").length < count) await pause(5);
}

/** Fills the turns and the line: the outcomes of the calls. */
async function fill(auth, options) {
  const calls = Promise.allSettled(read(auth, AT_ONCE + WAITING, options));
  await sent(AT_ONCE);
  return { calls };
}

test("what comes when the line is full is throttled at once, and nothing of it is sent", async () => {
  const auth = make();
  const { calls } = await fill(auth);
  const error = await refusal(auth.fetchUserByUsername("ariadne"));
  expect(error).toMatchObject({
    reason: "throttled",
    status: 429,
    retryable: true,
    retryAfter: 1,
  });
  expect([error.attempts, error.cognito]).toEqual([undefined, undefined]);
  expect(service.of("AdminGetUser")).toHaveLength(AT_ONCE);
  release();
  expect(counted(await calls)).toEqual({ ok: AT_ONCE + WAITING });
  expect(service.of("AdminGetUser")).toHaveLength(AT_ONCE + WAITING);
  await expect(auth.fetchUserByUsername("ariadne")).resolves.toBeTruthy();
});

test("reads that wait keep nobody from signing in, and each Auth has a line of its own", async () => {
  const auth = make();
  const { calls } = await fill(auth);
  await expect(auth.login("theseus", "Labyrinth1")).resolves.toBe("header.payload.sig");
  expect((await refusal(auth.users.list().next())).reason).toBe("throttled");
  const other = make();
  const read = other.fetchUserByUsername("theseus");
  await sent(AT_ONCE + 1);
  release();
  await expect(read).resolves.toBeTruthy();
  expect(counted(await calls)).toEqual({ ok: AT_ONCE + WAITING });
});

test("calls that are aborted leave the line, and their turns", async () => {
  const auth = make();
  const controller = new AbortController();
  const { calls } = await fill(auth, { signal: controller.signal });
  controller.abort();
  expect(counted(await calls)).toEqual({ aborted: AT_ONCE + WAITING });
  const { calls: others } = await fill(auth);
  expect((await refusal(auth.fetchUserByUsername("ariadne"))).reason).toBe("throttled");
  release();
  expect(counted(await others)).toEqual({ ok: AT_ONCE + WAITING });
});

test("calls whose time is over leave the line, and their turns", async () => {
  const auth = make({ timeoutMs: 1_000 });
  const outcomes = await Promise.allSettled(read(auth, AT_ONCE + WAITING));
  expect(counted(outcomes)).toEqual({ timeout: AT_ONCE + WAITING });
  release();
  // The test's own process, which is the server's too, may need longer than a call may take.
  await eventually(() => auth.fetchUserByUsername("ariadne"));
});

test("an answer to a challenge that finds the line full is not sent, and can be given again", async () => {
  const auth = make();
  service.next("AdminInitiateAuth", {
    body: { ChallengeName: "SMS_MFA", Session: "s".repeat(20), ChallengeParameters: {} },
  });
  const challenge = await auth.signIn("theseus", "Labyrinth1");
  const kept = [];
  service.always(
    "AdminInitiateAuth",
    (_record, _response, well) => new Promise((resolve) => kept.push(() => resolve(well))),
  );
  const calls = Promise.allSettled(
    Array.from({ length: AT_ONCE + WAITING }, () => auth.login("theseus", "Labyrinth1")),
  );
  while (kept.length < AT_ONCE) await pause(5);
  expect((await refusal(challenge.answer("123456"))).reason).toBe("throttled");
  expect(service.of("AdminRespondToAuthChallenge")).toEqual([]);
  service.always("AdminInitiateAuth", undefined);
  for (const answer of kept) answer();
  expect(counted(await calls)).toEqual({ ok: AT_ONCE + WAITING });
  service.next("AdminRespondToAuthChallenge", {
    body: {
      AuthenticationResult: {
        AccessToken: "a.b.c",
        IdToken: "d.e.f",
        RefreshToken: "g",
        ExpiresIn: 60,
      },
    },
  });
  expect((await challenge.answer("123456")).signedIn).toBe(true);
});

test("a proof that is too old is not sent again: Cognito would take it for a wrong password", async () => {
  const ask = {
    body: {
      ChallengeName: "PASSWORD_VERIFIER",
      ChallengeParameters: { SRP_B: "2", SALT: "ab", SECRET_BLOCK: "AAAA", USER_ID_FOR_SRP: "u" },
    },
  };
  const limit = failure("TooManyRequestsException", "Rate exceeded", { status: 429 });
  service.always("InitiateAuth", ask);
  service.always("RespondToAuthChallenge", {
    ...limit,
    headers: { ...limit.headers, "retry-after": "2" },
  });
  const auth = make({ authFlow: "USER_SRP_AUTH" });
  expect(await refusal(auth.signIn("theseus", "Labyrinth1"))).toMatchObject({
    reason: "throttled",
    retryable: true,
    retryAfter: 1,
    attempts: 2,
  });
  expect(service.of("RespondToAuthChallenge")).toHaveLength(2);
}, 15_000);
