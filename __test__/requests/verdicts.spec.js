"use strict";

// Every case of cases.js: over a socket as a server of node:http sees it, and where Fetch can say the same as a Request.

const http = require("node:http");
const { AuthError } = require("../..");
const { useEnvironment } = require("../support/environment.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { CASES } = require("./cases.js");
const { filled, listen, makeAuth, send, stop } = require("./support.js");

const ALWAYS = { "cache-control": "no-store", "content-type": "application/json" };

let restoreEnvironment;
let keys;
let auths;
let server;
let port;
const verdicts = new Map();

/** The verdict on the request of a case, which its path names. */
async function verdictOn(request) {
  const number = Number.parseInt(request.url.slice(1), 10);
  const { request: given, options } = CASES.find((one) => one.number === number);
  const { authenticate } = auths[given.pool];
  const verdict = await (Object.keys(options).length === 0
    ? authenticate(request)
    : authenticate(request, options));
  verdicts.set(number, verdict);
  return verdict;
}

async function serve(request, response) {
  const who = await verdictOn(request);
  if (!who.ok) response.writeHead(who.status, who.headers).end(who.body);
  else response.writeHead(200).end(JSON.stringify({ source: who.source }));
}

async function serveUpgrade(request, socket) {
  const who = await verdictOn(request);
  const { status, headers, body } = who.ok ? { status: 200, headers: {}, body: "" } : who;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} x\r\n${lines.join("")}\r\n${body}`);
}

beforeAll(async () => {
  restoreEnvironment = useEnvironment();
  keys = await startJwksServer();
  keys.fail("status", 500);
  auths = {
    usual: makeAuth(),
    down: makeAuth({ keys: undefined, jwksUri: keys.url }),
    unset: makeAuth({ clientId: undefined }),
  };
  server = http.createServer({ maxHeaderSize: 1024 * 1024 }, serve);
  server.on("upgrade", serveUpgrade);
  port = await listen(server);
});
afterAll(async () => {
  await Promise.all([stop(server), keys.stop()]);
  restoreEnvironment();
});

/** What a verdict must be, whichever way the request came. */
function expectVerdict(who, { reason, status, headers, source }) {
  if (reason === undefined) {
    expect(who.reason).toBeUndefined();
    expect(Object.keys(who)).toEqual(["ok", "claims", "source"]);
    expect(who).toMatchObject({ ok: true, source });
    expect(who.claims?.sub).toBe(source && "c4a8c4d8-1071-70f5-8c3b-8d2f6a1c5b7e");
    return;
  }
  expect(who.reason).toBe(reason);
  expect(Object.keys(who)).toEqual(["ok", "status", "headers", "body"]);
  expect(who).toMatchObject({ ok: false, status, headers: { ...ALWAYS, ...headers } });
  expect(Object.keys(who.headers)).toHaveLength(2 + Object.keys(headers).length);
  const { error, message } = JSON.parse(who.body);
  expect(error).toMatch(/^[a-z_]+$/);
  expect(message).toMatch(/^[A-Z][\w :,-]+$/);
  const hasError = !["token-missing", "token-ambiguous", "cross-site"].includes(reason);
  expect(AuthError.is(who.error)).toBe(hasError);
  if (hasError) expect(who.error.reason).toBe(reason);
}

test("there are 102 cases, numbered", () => {
  expect(CASES.map(({ number }) => number)).toEqual(CASES.map((_one, index) => index + 1));
  expect(CASES).toHaveLength(102);
});

const HTTP = CASES.filter(({ request }) => request.event === undefined);
const named = (cases) => cases.map((one) => [one.number, one.name, one]);

test.each(named(HTTP))("%i, %s, over a socket", async (number, _name, { request, verdict }) => {
  const { method, query, headers, body, isUpgrade } = filled(request);
  const answer = await send(port, {
    method,
    path: `/${number}${query}`,
    headers,
    body,
    isUpgrade,
  });
  expectVerdict(verdicts.get(number), verdict);
  const { status = 200 } = verdict;
  expect(answer.status).toBe(status);
  if (status === 200) return;
  expect(answer.headers).toMatchObject({ ...ALWAYS, ...verdict.headers });
  const hasChallenge = "www-authenticate" in verdict.headers;
  expect("www-authenticate" in answer.headers).toBe(hasChallenge);
  if (method === "HEAD") expect(answer.body).toBe("");
  else expect(answer.body).toContain('"message":');
});

/** Fetch knows no white space at the end of a header, and its Request no upgrade. */
const FETCH = HTTP.filter(({ request }) => !request.isUpgrade);

test.each(named(FETCH))(
  "%i, %s, by Fetch",
  async (_number, _name, { request, options, verdict }) => {
    const { method, headers, body, as } = filled(request);
    const list = [["Host", "api.example.com"], ...headers];
    const given =
      as === "Headers"
        ? new Headers(list)
        : new Request("http://api.example.com/", { method, headers: list, body });
    expectVerdict(await auths[request.pool].authenticate(given, options), verdict);
  },
);

const EVENTS = CASES.filter(({ request }) => request.event !== undefined);

test.each(named(EVENTS))("%i, %s", async (_number, _name, { request, options, verdict }) => {
  const { event } = filled(request);
  expectVerdict(await auths[request.pool].authenticate(event, options), verdict);
});
