"use strict";

// Passwords that are proved (SRP): many at once, clocks that are apart, and what is never shown.

const { createAuth } = require("../..");
const { refusal, settled } = require("../../tools/outcomes.js");
const {
  cut,
  failure,
  reset,
  startServiceServer,
} = require("../../tools/testing/service-server.js");
const { NAME, PASSWORD } = require("./support.js");

const RESPOND = "RespondToAuthChallenge";
const ASKED = {
  ChallengeName: "PASSWORD_VERIFIER",
  ChallengeParameters: { SRP_B: "2", SALT: "ab", SECRET_BLOCK: "AAAA", USER_ID_FOR_SRP: "u-1" },
};
const TOKENS = {
  body: {
    AuthenticationResult: {
      AccessToken: "a.b.c",
      IdToken: "d.e.f",
      ExpiresIn: 60,
      RefreshToken: "r",
    },
  },
};

let service;
beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

const signIn = () =>
  createAuth({ ...service.options, authFlow: "USER_SRP_AUTH" }).signIn(NAME, PASSWORD);

test("sign-ins that come later never push out one that has begun", async () => {
  // The first halves of all are with Cognito while more come: half of them are answered only then.
  let waiting = [];
  const letAllGo = () => {
    for (const go of waiting.splice(0)) go();
  };
  service.always("InitiateAuth", async () => {
    await new Promise((go) => {
      waiting.push(go);
    });
    return { body: ASKED };
  });
  service.always(RESPOND, TOKENS);
  const auth = createAuth({ ...service.options, authFlow: "USER_SRP_AUTH", timeoutMs: 60_000 });
  const begin = () => settled(auth.signIn(NAME, PASSWORD));
  const first = Array.from({ length: 60 }, begin);
  while (waiting.length < 60) await new Promise((next) => setImmediate(next));
  const later = Array.from({ length: 200 }, begin);
  letAllGo();
  const outcomes = await Promise.all(first);
  expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
  // The others: let all go that come, until all have ended.
  let isOver = false;
  const rest = Promise.all(later).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    letAllGo();
    await new Promise((next) => setImmediate(next));
  }
  waiting = [];
  const refused = (await rest).flatMap(({ error }) => error ?? []);
  for (const error of refused) {
    expect(error).toMatchObject({ reason: "throttled", retryAfter: 1 });
    expect(error.attempts).toBeUndefined();
  }
  expect(service.of("InitiateAuth")).toHaveLength(260 - refused.length);
  expect(service.of(RESPOND)).toHaveLength(260 - refused.length);
});

describe("a password that looks wrong", () => {
  const MINUTE = 60_000;

  test.each([
    ["10 minutes ahead", 10 * MINUTE, true],
    ["10 minutes behind", -10 * MINUTE, true],
    ["4 minutes ahead", 4 * MINUTE, false],
    ["right", 0, false],
  ])("Cognito's clock is %s", async (_what, ahead, isTold) => {
    const date = new Date(Date.now() + ahead).toUTCString();
    service.next("InitiateAuth", { headers: { date }, body: ASKED });
    service.next(RESPOND, failure("NotAuthorizedException", "Incorrect username or password."));
    const failed = await refusal(signIn());
    expect(failed).toMatchObject({
      name: "NotAuthorizedException",
      reason: "bad-credentials",
      message: "Incorrect username or password.",
      status: 401,
    });
    if (isTold) expect(failed.hint).toContain("synchronize the clock");
    else expect(failed.hint).toBeUndefined();
  });

  test("another failure has nothing to do with the clock", async () => {
    const date = new Date(Date.now() + 10 * MINUTE).toUTCString();
    service.next("InitiateAuth", { headers: { date }, body: ASKED });
    service.next(RESPOND, failure("NotAuthorizedException", "User is disabled."));
    const failed = await refusal(signIn());
    expect(failed.reason).toBe("user-disabled");
    expect(failed.hint).toBeUndefined();
  });
});

describe("the two requests of a proof", () => {
  const make = (options) =>
    createAuth({ ...service.options, authFlow: "USER_SRP_AUTH", ...options });

  test("both have the metadata and the visitor", async () => {
    service.next("InitiateAuth", { body: { ...ASKED, Session: "s" } });
    service.next(RESPOND, TOKENS);
    const clientMetadata = { from: "web" };
    await make().signIn(NAME, PASSWORD, { clientMetadata, visitor: { ip: "192.0.2.1" } });
    expect(service.operations()).toEqual(["InitiateAuth", RESPOND]);
    for (const { body } of service.requests) {
      expect(body).toMatchObject({
        ClientMetadata: clientMetadata,
        UserContextData: { IpAddress: "192.0.2.1" },
      });
    }
    expect(service.requests[1].body.Session).toBe("s");
  });

  test("share one deadline", async () => {
    // Each answer comes within the time; both together do not.
    service.next("InitiateAuth", { body: ASKED, delay: 700 });
    service.next(RESPOND, { ...TOKENS, delay: 700 });
    expect(await refusal(make({ timeoutMs: 1_000 }).signIn(NAME, PASSWORD))).toMatchObject({
      reason: "timeout",
      message: expect.stringContaining("1000 ms"),
    });
  });

  test("the second is not sent after the call was aborted", async () => {
    const control = new AbortController();
    service.next("InitiateAuth", () => {
      control.abort();
      return { body: ASKED };
    });
    const { signal } = control;
    const failed = await refusal(make().signIn(NAME, PASSWORD, { signal }));
    expect(failed).toMatchObject({ reason: "aborted" });
    // What is sent in the meantime would be there by the end of another sign-in.
    service.next("InitiateAuth", { body: ASKED });
    service.next(RESPOND, TOKENS);
    expect((await make().signIn(NAME, PASSWORD)).signedIn).toBe(true);
    expect(service.of(RESPOND)).toHaveLength(1);
  });

  test.each([
    ["cut", cut, "network"],
    ["reset", reset, "network"],
    ["500", failure("InternalErrorException", "", { status: 500 }), "service"],
  ])("the second is sent once, though its answer is lost (%s)", async (_how, answer, reason) => {
    service.next("InitiateAuth", { body: ASKED });
    service.always(RESPOND, answer);
    expect(await refusal(make().signIn(NAME, PASSWORD))).toMatchObject({ reason, attempts: 1 });
    expect(service.of(RESPOND)).toHaveLength(1);
  });
});

test("a proof that is asked for again is no challenge: its salt is never shown", async () => {
  service.next("InitiateAuth", { body: ASKED });
  service.next(RESPOND, { body: ASKED });
  expect(await refusal(signIn())).toMatchObject({ reason: "service", status: 503 });
});
