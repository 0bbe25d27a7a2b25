"use strict";

// lib/exposed.js: the only place where a failure becomes an error with the stack of the application's call.

const fs = require("node:fs");
const path = require("node:path");
const { AuthError, createAuth } = require("../..");
const { Later, exposed } = require("../../lib/exposed");
const { Refusal, failure } = require("../../lib/errors/failure");
const { refusal } = require("../../tools/outcomes");
const { packageModules } = require("../../tools/sources");
const root = require("../../tools/root");

const FAILURE = failure("throttled", "Too many requests", { retryAfter: 2 });

/** A public function: `work` is what it does, at once or later. */
const call = (work) => exposed(call, work);

function thrownBy(work) {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const later = async (work) => {
  await undefined;
  return work();
};
const raise = (value) => {
  throw value;
};

/** The stack begins with a line of this file. */
function expectStackHere({ name, message, stack }) {
  const head = `${name}: ${message}\n`;
  expect(stack.slice(0, head.length)).toBe(head);
  const [frame] = stack.slice(head.length).split("\n");
  expect(frame).toMatch(/exposed\.spec\.js:\d+/);
  expect(stack).not.toMatch(/[\\/]lib[\\/]/);
}

test("values are handed on, at once and later", async () => {
  expect(call(() => 5)).toBe(5);
  expect(call(() => undefined)).toBeUndefined();
  expect(await call(() => new Later(later(() => 5)))).toBe(5);
  expect(
    await call(
      () =>
        new Later(
          later(() => 5),
          (value) => value + 1,
        ),
    ),
  ).toBe(6);
  expect(
    await call(
      () =>
        new Later(
          later(() => 5),
          () => new Later(later(() => 7)),
        ),
    ),
  ).toBe(7);
});

const REFUSALS = {
  "is returned": () => new Refusal(FAILURE),
  "is thrown": () => raise(new Refusal(FAILURE)),
  "comes later": () => new Later(later(() => raise(new Refusal(FAILURE)))),
};

test.each(Object.entries(REFUSALS))("a Refusal that %s is an error", async (_how, work) => {
  const error = await refusal((async () => call(work))());
  expect(error).toBeInstanceOf(AuthError);
  expect(error).toMatchObject({
    name: "TooManyRequestsException",
    code: "TooManyRequestsException",
    message: "Too many requests",
    reason: "throttled",
    status: 429,
    retryAfter: 2,
  });
  expectStackHere(error);
});

test.each([
  ["returned", () => new Refusal(FAILURE)],
  ["thrown", () => raise(new Refusal(FAILURE))],
  ["later", () => new Later(later(() => raise(new Refusal(FAILURE))))],
])(
  "a Refusal of one of many is an error, with the stack of whoever awaits it: %s",
  async (_how, finish) => {
    const error = await refusal(
      (async () =>
        await call(
          () =>
            new Later(
              later(() => 5),
              finish,
            ),
        ))(),
    );
    expect(error).toMatchObject({ reason: "throttled" });
    expect(error.stack).toMatch(/exposed\.spec\.js:\d+/);
  },
);

test("a Refusal may have a cause of any kind", () => {
  const cause = { of: "any kind" };
  const error = thrownBy(() => call(() => raise(new Refusal(FAILURE, cause))));
  expect(error.cause).toBe(cause);
  expect(Object.keys(error)).not.toContain("cause");
});

test.each([
  ["at once", (value) => () => raise(value)],
  ["later", (value) => () => new Later(later(() => raise(value)))],
])("whatever else is thrown is an internal error, with its cause: %s", async (_when, workOf) => {
  for (const value of [new TypeError("a defect"), "a text", null]) {
    const error = await refusal((async () => call(workOf(value)))());
    expect(error).toMatchObject({ reason: "internal", status: 500, name: "InternalError" });
    if (value !== null) expect(error.cause).toBe(value);
    expectStackHere(error);
  }
});

test("each of several wrong arguments has the stack of the call", async () => {
  const { login } = createAuth({ region: "us-east-1" });
  const error = await refusal(login(5, 6));
  expect(error.errors).toHaveLength(2);
  for (const one of [error, ...error.errors]) expectStackHere(one);
});

describe("no other file", () => {
  const modules = packageModules().map((name) => {
    const text = fs.readFileSync(path.join(root, name), "utf8");
    return [name.replaceAll(path.sep, "/"), text];
  });
  const usersOf = (pattern) =>
    modules.filter(([, text]) => pattern.test(text)).map(([name]) => name);

  test("makes an error of a failure, or takes stacks", () => {
    expect(usersOf(/\berrorOf\(|\bplaceOf\(|\bwithoutStack\(/).sort()).toEqual([
      "lib/errors/auth-error.js",
      "lib/errors/stack.js",
      "lib/exposed.js",
    ]);
    expect(usersOf(/\bcaptureStackTrace\b/)).toEqual(["lib/errors/stack.js"]);
  });

  test("is handed the function that was called", () => {
    expect(usersOf(/\bcaller\b[,)]/)).toEqual(["lib/errors/stack.js", "lib/exposed.js"]);
  });
});
