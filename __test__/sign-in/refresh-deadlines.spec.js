"use strict";

// A refresh that several calls wait for: how long it goes on, and what of it counts that was sent twice.

const { createAuth } = require("../..");
const { refusal } = require("../../tools/outcomes.js");
const { failure, reset, startServiceServer } = require("../../tools/testing/service-server.js");

const REFRESH = "GetTokensFromRefreshToken";
const REUSED = failure("RefreshTokenReuseException", "Refresh Token was used before");

let service;
let serial = 0;
beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

const make = (options) => createAuth({ ...service.options, ...options });
/** Each test's own: the process remembers. */
const freshToken = () => `shared-${++serial}`;
const tokensWith = (RefreshToken) => ({
  body: {
    AuthenticationResult: { AccessToken: "a.b.c", IdToken: "d.e.f", ExpiresIn: 60, RefreshToken },
  },
});

/** An answer that waits for `release`. */
function held(answer) {
  let release;
  const released = new Promise((done) => {
    release = done;
  });
  const give = async (...all) => {
    await released;
    return typeof answer === "function" ? answer(...all) : answer;
  };
  return { give, release };
}

/** An answer that lets another one go as soon as it has arrived. */
const andThen = (answer, next) => (_record, response) => {
  response.once("finish", next.release);
  return answer;
};

describe("deadlines", () => {
  /** A call that does not wait for long, and sends its request once. */
  const HASTY = { timeoutMs: 1_000, maxAttempts: 1 };
  const timedOut = {
    reason: "timeout",
    message: "No answer from Amazon Cognito within 1000 ms",
  };

  test("of one call ends its own waiting, not the request that another one waits for", async () => {
    const slow = held(tokensWith("new"));
    service.always(REFRESH, slow.give);
    const token = freshToken();
    const hasty = refusal(make(HASTY).refresh(token));
    await untilSent(1);
    const patient = make().refresh(token);
    expect(await hasty).toMatchObject(timedOut);
    slow.release();
    expect((await patient).refreshToken).toBe("new");
    expect(service.requests).toHaveLength(1);
  });

  test("a call that comes when the first one has given up joins its request", async () => {
    const slow = held(tokensWith("new"));
    service.always(REFRESH, slow.give);
    const token = freshToken();
    expect(await refusal(make(HASTY).refresh(token))).toMatchObject(timedOut);
    const late = make().refresh(token);
    slow.release();
    expect((await late).refreshToken).toBe("new");
    expect(service.requests).toHaveLength(1);
  });

  /** Until the server has got so many requests. */
  async function untilSent(number) {
    while (service.requests.length < number) await new Promise((next) => setImmediate(next));
  }
});

describe("the first request, and its repetition", () => {
  const SLOWLY = { timeoutMs: 3_000 };

  test("the first one's tokens count, though the repetition is told that the token was used", async () => {
    const first = held(tokensWith("new"));
    service.next(REFRESH, first.give, andThen(REUSED, first));
    expect((await make(SLOWLY).refresh(freshToken())).refreshToken).toBe("new");
    expect(service.requests).toHaveLength(2);
  });

  test("the repetition's tokens count, though the first one is lost after all", async () => {
    const second = held(tokensWith("new"));
    const lost = (record, response) => {
      response.once("close", second.release);
      reset(record, response);
    };
    const first = held(lost);
    service.next(REFRESH, first.give, async () => {
      first.release();
      return second.give();
    });
    expect((await make(SLOWLY).refresh(freshToken())).refreshToken).toBe("new");
    expect(service.requests).toHaveLength(2);
  });

  test.each([
    ["the repetition", (lost, said) => [lost, said]],
    ["the first one", (lost, said) => [said, lost]],
  ])("what Cognito says to %s counts for more than a loss", async (_which, order) => {
    const first = held(order(reset, REUSED)[0]);
    const other = order(reset, REUSED)[1];
    service.next(REFRESH, first.give, (record, response) => {
      response.once("close", first.release);
      return typeof other === "function" ? other(record, response) : other;
    });
    expect(await refusal(make(SLOWLY).refresh(freshToken()))).toMatchObject({
      reason: "refresh-reused",
    });
    expect(service.requests).toHaveLength(2);
  });

  test("maxAttempts 1: it is not repeated", async () => {
    service.always(REFRESH, reset);
    const failed = await refusal(make({ maxAttempts: 1 }).refresh(freshToken()));
    expect(failed).toMatchObject({ reason: "network", attempts: 1 });
    expect(service.requests).toHaveLength(1);
  });
});
