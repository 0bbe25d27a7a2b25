"use strict";

// answerTo: for every reason, for errors of others, and for what Cognito's messages may have in them.

const fs = require("node:fs");
const path = require("node:path");
const { AuthError, answerTo, createAuth } = require("../..");
const REASONS = require("../../lib/generated/reasons.js");
const { failure, startServiceServer } = require("../../tools/testing/service-server.js");
const { refusal } = require("../../tools/outcomes.js");
const { generated } = require("../../tools/generated.js");
const root = require("../../tools/root");
const { evaluate } = require("../support/child.js");
const { reasons } = require("../../tools/contract.js");

const SHOWN = ["invalid-argument", "password-policy", "rejected-by-trigger", "user-exists"];
const WITH_CHALLENGE = /^(token-(?!missing)|key-unknown)/;
const SECRET = "A message of ours";

const errorOf = (reason, members = {}) =>
  Object.assign(new AuthError(SECRET), { reason, status: REASONS[reason]?.status }, members);
const messageOf = ({ body }) => JSON.parse(body).message;

test.each(reasons())("%s", (reason) => {
  const { status, headers, body } = answerTo(errorOf(reason));
  expect(status).toBe(REASONS[reason].status);
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "content-type": "application/json",
  });
  const { error, message, ...others } = JSON.parse(body);
  expect(others).toEqual({});
  expect(error).toMatch(/^[a-z]+([_-][a-z]+)*$/);
  expect(message === SECRET).toBe(SHOWN.includes(reason));
  const challenge = headers["www-authenticate"];
  if (reason === "token-missing") expect(challenge).toBe('Bearer realm="api"');
  else if (WITH_CHALLENGE.test(reason)) expect(challenge).toMatch(/^Bearer realm="api", error="/);
  else expect(challenge).toBeUndefined();
  expect(headers["retry-after"]).toBe([429, 503].includes(status) ? "1" : undefined);
  if (status === 500)
    expect(JSON.parse(body)).toEqual({ error: "server_error", message: "The server failed" });
  if (status === 503) expect(error).toBe("temporarily_unavailable");
});

test.each(SHOWN)(
  "%s: without a message of Cognito's, or with an address in it, a fixed text",
  (reason) => {
    const fixed = messageOf(answerTo(errorOf(reason, { message: "" })));
    expect(fixed).toMatch(/^[A-Z]/);
    for (const message of [
      "User: arn:aws:iam::123456789012:user/x is not authorized",
      "PreSignUp failed with error see https://internal.example.com/x.",
      "PreSignUp failed with error getaddrinfo ENOTFOUND db.internal.",
      "PreSignUp failed with error connect ECONNREFUSED 10.0.0.5.",
      "PreSignUp failed with error connect ECONNREFUSED localhost.",
      "PreSignUp failed with error connect [::1]:5432.",
      "PreSignUp failed with error db:5432 is down.",
      "PreSignUp failed with error Cannot find module '/var/task/index'.",
      "PreSignUp failed with error C:\\x.",
      "a\nb",
      "a".repeat(400),
      5,
      { toString: () => "x" },
    ]) {
      expect(messageOf(answerTo(errorOf(reason, { message })))).toBe(fixed);
    }
    const fit = "Password did not conform with policy: Password not long enough";
    expect(messageOf(answerTo(errorOf(reason, { message: fit })))).toBe(fit);
  },
);

describe("what Cognito says", () => {
  let service;
  let auth;
  beforeAll(async () => {
    service = await startServiceServer();
    auth = createAuth({ ...service.options, maxAttempts: 1 });
  });
  afterAll(() => service.stop());

  const answerFor = async (type, message) => {
    service.next("AdminInitiateAuth", failure(type, message));
    return answerTo(await refusal(auth.login("theseus", "Labyrinth1")));
  };

  test("wrong credentials: 401 without a challenge", async () => {
    const answer = await answerFor("NotAuthorizedException", "Incorrect username or password.");
    expect(answer.status).toBe(401);
    expect(answer.headers).not.toHaveProperty("www-authenticate");
    expect(JSON.parse(answer.body)).toEqual({
      error: "bad-credentials",
      message: "The user name or the password is wrong",
    });
  });

  test("AWS credentials: 500, without the ARN", async () => {
    const text =
      "User: arn:aws:iam::123456789012:user/x is not authorized to perform: cognito-idp:AdminInitiateAuth";
    const answer = await answerFor("AccessDeniedException", text);
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer)).not.toMatch(/arn|123456789012|cognito/);
  });

  test("throttled: 429 with Retry-After", async () => {
    const answer = await answerFor("TooManyRequestsException", "Rate exceeded");
    expect(answer).toMatchObject({ status: 429 });
    expect(answer.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  });

  test("a trigger's words are shown", async () => {
    const text = "PreAuthentication failed with error Come back tomorrow.";
    const answer = await answerFor("UserLambdaValidationException", text);
    expect(JSON.parse(answer.body)).toEqual({ error: "rejected-by-trigger", message: text });
  });
});

test.each([
  [7, "7"],
  [0, "1"],
  [1.2, "2"],
  [-5, "1"],
  [Number.NaN, "1"],
  [Infinity, "1"],
  ["5\r\nset-cookie: x", "1"],
  [86_401, "86400"],
  [1e21, "86400"],
  [Number.MAX_VALUE, "86400"],
])("retryAfter %p is Retry-After: %s", (retryAfter, expected) => {
  expect(answerTo(errorOf("throttled", { retryAfter })).headers["retry-after"]).toBe(expected);
});

describe("errors of others", () => {
  const SERVER = { error: "server_error", message: "The server failed" };
  const thrower = () => {
    throw new Error("a defect");
  };
  test.each([
    ["an Error", new Error("connect ECONNREFUSED 10.0.0.5")],
    ["one with a status", Object.assign(new Error("x"), { status: 401, reason: "token-missing" })],
    ["undefined", undefined],
    ["null", null],
    ["a text", "x"],
    ["a Symbol", Symbol("x")],
    ["a function", thrower],
    ["a Proxy", new Proxy(errorOf("token-expired"), {})],
    ["a Proxy that throws", new Proxy({}, { get: thrower, getPrototypeOf: thrower, has: thrower })],
    [
      "an object whose brand throws",
      {
        get [Symbol.for("cognito-auth-native.AuthError")]() {
          return thrower();
        },
      },
    ],
    ["a reason that is an object", errorOf("x", { reason: { toString: thrower } })],
    ["a reason that is a getter", Object.defineProperty(errorOf("x"), "reason", { get: thrower })],
    ["a reason that is a Symbol", errorOf("x", { reason: Symbol("x") })],
    ["a reason of another version", errorOf("quantum")],
    ["a reason with a name of Object.prototype", errorOf("__proto__", { status: 200 })],
    ["a status that is none", errorOf("quantum", { status: 302 })],
  ])("%s: 500", (_name, error) => {
    const { status, headers, body } = answerTo(error);
    expect({ status, body: JSON.parse(body) }).toEqual({ status: 500, body: SERVER });
    expect(Object.keys(headers)).toEqual(["cache-control", "content-type"]);
  });

  test("of another copy of this package, with a reason that it alone knows: by its status", () => {
    const { status, body } = answerTo(errorOf("quantum", { status: 403 }));
    expect(status).toBe(403);
    expect(JSON.parse(body)).toEqual({ error: "forbidden", message: "This is not allowed" });
  });
});

describe("text", () => {
  test("gives the message by the reason, also in place of Cognito's", () => {
    const texts = { "password-policy": "Das Passwort ist zu kurz", "token-expired": "Abgelaufen" };
    const text = (reason) => texts[reason];
    const messageFor = (reason) => messageOf(answerTo(errorOf(reason), { text }));
    expect(messageFor("password-policy")).toBe("Das Passwort ist zu kurz");
    expect(messageFor("token-expired")).toBe("Abgelaufen");
    expect(messageFor("user-exists")).toBe(SECRET);
    expect(messageOf(answerTo(new Error("x"), { text: (reason) => reason }))).toBe("internal");
  });

  test.each([
    ["nothing", () => undefined],
    ["an empty text", () => ""],
    ["an object", () => ({ toString: () => "x" })],
    [
      "an error",
      () => {
        throw new Error("a defect");
      },
    ],
  ])("that gives %s leaves ours", (_name, text) => {
    expect(messageOf(answerTo(errorOf("throttled"), { text }))).toMatch(/^Too many requests/);
  });

  test.each([
    ["no function", { text: "x" }],
    ["another option", { texts: () => "x" }],
    ["no object", "x"],
    ["null", null],
    [
      "a getter",
      {
        get text() {
          return () => "x";
        },
      },
    ],
  ])("wrong options are reported at once: %s", (_name, options) => {
    let error;
    try {
      answerTo(new Error("x"), options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ reason: "config", status: 500 });
    expect(error.stack.split("\n")[1]).toMatch(/answers\.spec\.js/);
  });
});

test("text that returns a promise by mistake leaves ours, and its rejection does not end the process", async () => {
  const source = `
    const { answerTo } = require("./index.js");
    const text = async () => { throw new Error("a defect"); };
    const { body } = answerTo(new Error("x"), { text });
    setImmediate(() => console.log(body));`;
  expect(await evaluate(source)).toMatchObject({ message: "The server failed" });
});

test("docs/requests.md has the table of answers as they are", () => {
  const { SOURCE, content } = require("../../tools/answers/table.js");
  const text = fs.readFileSync(path.join(root, "docs", "requests.md"), "utf8");
  expect(text).toContain(generated(SOURCE, content));
});
