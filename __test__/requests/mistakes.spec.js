"use strict";

// What is passed in the place of a request by mistake: reported, and not taken for a request without a token.

const { Context } = require("hono");
const { AuthError } = require("../..");
const { TOKENS, makeAuth } = require("./support.js");

const auth = makeAuth();
const BEARER = `Bearer ${TOKENS.GOOD}`;
// biome-ignore lint/suspicious/noThenProperty: that is what a thenable is
const THENABLE = { then() {} };

const MISTAKES = [
  ["a token", TOKENS.GOOD, /a text$/, /verify\(token\)/],
  ["a header's value", BEARER, /a text$/, /verify\(token\)/],
  ["an empty text", "", /a text$/, /verify\(token\)/],
  ["headers that are not awaited", Promise.resolve(new Headers()), /a promise$/, /Await it/],
  ["a thenable", THENABLE, /a promise$/, /Await it/],
  [
    "headers of Node.js",
    { host: "x", authorization: BEARER },
    /headers alone$/,
    /Pass the request/,
  ],
  ["without a token", { host: "x" }, /headers alone$/, /Pass the request/],
  ["headers of an event", { Authorization: BEARER }, /headers alone$/, /Pass the request/],
  [
    "the context of Hono",
    new Context(new Request("http://x", { headers: { authorization: BEARER } })),
    /a context$/,
    /c\.req\.raw/,
  ],
  ["headersDistinct", { __proto__: null, cookie: ["id=x"] }, /headers alone$/, /Pass the request/],
];

test.each(MISTAKES)("%s", async (_name, request, message, hint) => {
  for (const options of [{}, { optional: true }, { cookie: "id", optional: true }]) {
    const who = await auth.authenticate(request, options);
    expect(who).toMatchObject({ ok: false, status: 500, reason: "config" });
    expect(AuthError.is(who.error)).toBe(true);
    expect(who.error.message).toMatch(message);
    expect(who.error.hint).toMatch(hint);
    expect(who.error.stack.split("\n")[1]).toMatch(/mistakes\.spec\.js/);
    expect(`${who.error.message}${who.error.hint}${who.body}`).not.toContain(TOKENS.GOOD);
  }
});

test.each([
  ["a request without headers", {}],
  ["an event without headers", { headers: null, multiValueHeaders: null, requestContext: {} }],
  ["a message of a WebSocket API", { requestContext: { eventType: "MESSAGE" }, body: "x" }],
  ["nothing", undefined],
])("%s has no token, and is no mistake", async (_name, request) => {
  expect((await auth.authenticate(request)).reason).toBe("token-missing");
});

test("a request with headers is one, whatever else it has", async () => {
  const request = { ...THENABLE, host: "x", headers: { authorization: BEARER } };
  expect(await auth.authenticate(request)).toMatchObject({ ok: true });
  const event = { host: "x", authorizationToken: BEARER };
  expect(await auth.authenticate(event)).toMatchObject({ ok: true });
});
