"use strict";

// auth.lambdaAuthorizer: each form of event, allowed, refused, forbidden, and in an outage.

const { useEnvironment } = require("../support/environment.js");
const { evaluate } = require("../support/child.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const {
  accessClaims,
  idClaims,
  jwk,
  now,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");
const { refusal } = require("../../tools/outcomes.js");
const { FORMS, answersFor } = require("../../tools/authorizer-events.js");
const { OPTIONS, TOKENS, makeAuth } = require("./support.js");

let restoreEnvironment;
let keys;
let auth;
beforeAll(async () => {
  restoreEnvironment = useEnvironment();
  keys = await startJwksServer();
  keys.fail("status", 500);
  auth = makeAuth();
});
afterAll(async () => {
  await keys.stop();
  restoreEnvironment();
});

const CONTEXT = { sub: idClaims().sub, username: "theseus", groups: "heroes users" };

/** An answer without its `ttlOverride`, which is a number; of a failure what it throws. */
async function outcomeOf(promise) {
  try {
    const { ttlOverride = 0, ...answer } = await promise;
    expect(Number.isInteger(ttlOverride)).toBe(true);
    return answer;
  } catch (error) {
    return { throws: error.message };
  }
}

test("there are 15 forms of events", () => expect(FORMS).toHaveLength(15));

describe.each(FORMS)("%s", (_name, eventFor, how, options = {}) => {
  const answers = answersFor(how, CONTEXT);
  const ask = (token, others = {}) =>
    outcomeOf(auth.lambdaAuthorizer({ ...options, ...others })(eventFor(token)));

  test("a good token is let through, with and without a scheme", async () => {
    for (const token of [`Bearer ${TOKENS.GOOD}`, TOKENS.GOOD]) {
      expect(await ask(token)).toEqual(answers.allowed);
    }
  });

  test("with groups, for the route alone", async () => {
    const answer = await ask(`Bearer ${TOKENS.GOOD}`, { groups: "heroes" });
    expect(answer).toEqual(answers.allowedForRoute);
  });

  test("no token and bad tokens are refused", async () => {
    for (const token of [undefined, "Bearer x", `Bearer ${TOKENS.EXPIRED}`, "Bearer a, Bearer b"]) {
      expect(await ask(token)).toEqual(answers.refused);
    }
  });

  test("whoever may not is refused", async () => {
    const answer = await ask(`Bearer ${TOKENS.GOOD}`, { groups: "admins" });
    expect(answer).toEqual(answers.forbidden);
  });

  test("an outage is no verdict: nothing is to be kept", async () => {
    const down = makeAuth({ keys: undefined, jwksUri: keys.url });
    const error = await refusal(down.lambdaAuthorizer(options)(eventFor(`Bearer ${TOKENS.GOOD}`)));
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe("Authorizer failed");
    expect(error.cause.reason).toBe("keys-unavailable");
  });
});

const http = (token) =>
  FORMS.find(([name]) => name.startsWith("HTTP API, payload format 2"))[1](token);
const rest = (token) => FORMS.find(([name]) => name === "REST API, REQUEST")[1](token);
const graph = (token) => FORMS.find(([name]) => name === "AppSync, GraphQL")[1](token);

describe("the context", () => {
  test("of an access token has its user name and scopes", async () => {
    const { context } = await auth.lambdaAuthorizer({ use: "access" })(rest(TOKENS.ACCESS));
    expect(context).toEqual({
      sub: accessClaims().sub,
      username: "theseus",
      scope: "aws.cognito.signin.user.admin",
    });
  });

  test("of a token without a user name or groups lacks them", async () => {
    const payload = idClaims({ "cognito:username": undefined });
    const { context } = await auth.lambdaAuthorizer()(rest(sign({ payload })));
    expect(context).toEqual({ sub: CONTEXT.sub });
  });

  test("may be the application's own", async () => {
    const context = ({ email }) => ({ email, isAdmin: false, level: 5 });
    const answer = await auth.lambdaAuthorizer({ context })(http(TOKENS.GOOD));
    expect(answer.context).toEqual({ email: "theseus@example.com", isAdmin: false, level: 5 });
  });

  test.each([
    ["a list", () => ({ groups: ["a"] })],
    ["an object", () => ({ user: {} })],
    ["null", () => ({ user: null })],
    ["no number", () => ({ level: Number.NaN })],
    ["no object", () => "text"],
    ["a promise", async () => ({ role: "x" })],
    ["a promise that rejects", () => Promise.reject(new Error("a defect"))],
    ["a Map", () => new Map([["role", "x"]])],
    ["a list itself", () => ["x"]],
    ["a function", () => () => "x"],
    ["a Date", () => new Date()],
    ["an instance of a class", () => new (class User {})()],
    ["a text as an object", () => new String("x")],
    ["a Proxy", () => new Proxy({ role: "x" }, {})],
    ["a getter", () => Object.defineProperty({}, "role", { get: () => "x", enumerable: true })],
    ["nothing", () => undefined],
    [
      "an error",
      () => {
        throw new Error("a defect");
      },
    ],
  ])("that is %s is a failure, and no verdict", async (_name, context) => {
    const error = await refusal(auth.lambdaAuthorizer({ context })(rest(TOKENS.GOOD)));
    expect(error.message).toBe("Authorizer failed");
    expect(error.cause).toBeInstanceOf(Error);
    if (error.cause.message !== "a defect") {
      expect(error.cause.message).toMatch(
        /^The option context must return .*texts, numbers and bool/,
      );
    }
  });

  test("that is a promise which rejects does not end the process", async () => {
    const source = `
      const { createAuth } = require("./index.js");
      const { lambdaAuthorizer } = createAuth(${JSON.stringify(OPTIONS)});
      const authorizer = lambdaAuthorizer({ context: async () => { throw new Error("a defect"); } });
      authorizer(${JSON.stringify(rest(TOKENS.GOOD))}).catch(({ message }) =>
        setImmediate(() => console.log(JSON.stringify(message))));`;
    expect(await evaluate(source)).toBe("Authorizer failed");
  });
});

test("an answer is kept no longer than the token lives, and for an hour at most", async () => {
  const authorizer = auth.lambdaAuthorizer();
  const ttlOf = async (left) => {
    const token = sign({ payload: idClaims({ exp: now() + left }) });
    return (await authorizer(graph(token))).ttlOverride;
  };
  expect(await ttlOf(86_400)).toBe(3600);
  const short = await ttlOf(60);
  expect(short).toBeLessThanOrEqual(60);
  expect(short).toBeGreaterThan(50);
});

test("where a token is optional, a request without one is let through without a context", async () => {
  const authorizer = auth.lambdaAuthorizer({ optional: true });
  expect(await authorizer(http())).toEqual({ isAuthorized: true, context: {} });
  expect(await authorizer(rest())).toMatchObject({ principalId: "anonymous", context: {} });
  expect(await authorizer(http("Bearer x"))).toEqual({ isAuthorized: false });
});

test("onRefused is told of each refused request; a failure of its own is no verdict", async () => {
  const seen = [];
  const onRefused = ({ reason, status }, event) => seen.push([reason, status, event.type]);
  const authorizer = auth.lambdaAuthorizer({ onRefused });
  await authorizer(http(TOKENS.GOOD));
  await authorizer(http(TOKENS.EXPIRED));
  await refusal(authorizer(rest()));
  expect(seen).toEqual([
    ["token-expired", 401, "REQUEST"],
    ["token-missing", 401, "REQUEST"],
  ]);
  const failing = auth.lambdaAuthorizer({ onRefused: () => Promise.reject(new Error("a defect")) });
  expect((await refusal(failing(http()))).message).toBe("Authorizer failed");
});

test.each([
  ["nothing", undefined],
  ["a text", "Bearer x"],
  ["an SQS event", { Records: [{ eventSource: "aws:sqs", body: "x" }] }],
  ["a request of a REST API that is no authorizer's", { httpMethod: "GET", headers: {} }],
  [
    "a Proxy that throws",
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("x");
        },
      },
    ),
  ],
])("an event of another kind is a failure: %s", async (_name, event) => {
  const error = await refusal(auth.lambdaAuthorizer()(event));
  expect(error.message).toBe("Authorizer failed");
  expect(error.cause.message).toMatch(/^The event is not one of a Lambda authorizer$/);
});

test("an ARN of another form is used as it is", async () => {
  const answer = await auth.lambdaAuthorizer()({ ...rest(TOKENS.GOOD), methodArn: "arn" });
  expect(answer.policyDocument.Statement[0].Resource).toBe("arn");
});

test("the keys are asked for once they are there again", async () => {
  const healed = await startJwksServer(jwk(rsaPair()));
  try {
    const late = makeAuth({ keys: undefined, jwksUri: healed.url });
    expect(await late.lambdaAuthorizer()(http(TOKENS.GOOD))).toMatchObject({ isAuthorized: true });
  } finally {
    await healed.stop();
  }
});
