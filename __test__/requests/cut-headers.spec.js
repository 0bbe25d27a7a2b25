"use strict";

// Node.js drops a request's headers beyond a number, and with them a second Authorization that a proxy in front may have looked
// at. Played over sockets, with Node.js' own limit and with those that a server may set.

const http = require("node:http");
const http2 = require("node:http2");
const { TOKENS, listen, makeAuth, send, stop } = require("./support.js");

const { authenticate } = makeAuth();
const BEARER = ["Authorization", `Bearer ${TOKENS.GOOD}`];
const OTHER = ["Authorization", `Bearer ${TOKENS.ACCESS}`];

/** `count` headers, with `first` in front of them and `last` behind them. */
const headers = (count, first, last = []) => [
  first,
  ...Array.from({ length: count }, (_one, index) => [`x${index}`, "y"]),
  ...last,
];

/** What `authenticate` says to a request, how many headers Node.js hands on, and whether the last one is among them. */
async function verdictOn(list, { maxHeadersCount, within = (request) => request } = {}) {
  let seen;
  const server = http.createServer({ maxHeaderSize: 1024 * 1024 }, async (request, response) => {
    const { rawHeaders } = request;
    const who = await authenticate(within(request));
    seen = { verdict: who.ok ? who.source : who.reason, isWhole: rawHeaders.includes(OTHER[1]) };
    response.writeHead(who.ok ? 200 : who.status).end();
  });
  if (maxHeadersCount !== undefined) server.maxHeadersCount = maxHeadersCount;
  const port = await listen(server);
  try {
    const { status } = await send(port, { headers: list });
    return { ...seen, status };
  } finally {
    await stop(server);
  }
}

const DROPPED = { verdict: "token-ambiguous", isWhole: false, status: 400 };
const WHOLE = { verdict: "token-ambiguous", isWhole: true, status: 400 };
const ONE = { verdict: "header", isWhole: false, status: 200 };

test.each([
  ["Node.js' limit", 1_500, {}],
  ["a lower limit", 150, { maxHeadersCount: 64 }],
  ["the lowest limit", 40, { maxHeadersCount: 1 }],
  ["a higher limit", 2_500, { maxHeadersCount: 2_000 }],
  ["a request of Fastify", 1_500, { within: (raw) => ({ raw, headers: raw.headers }) }],
  ["a context of Koa", 150, { maxHeadersCount: 64, within: (req) => ({ req }) }],
  ["a copy of the list", 1_500, { within: ({ rawHeaders }) => ({ rawHeaders: [...rawHeaders] }) }],
])("a second Authorization that is dropped is no way around: %s", async (_name, count, options) => {
  expect(await verdictOn(headers(count, BEARER, [OTHER]), options)).toEqual(DROPPED);
});

test.each([
  ["below Node.js' limit", 900, {}],
  ["below a higher limit", 1_500, { maxHeadersCount: 2_000 }],
  ["without a limit", 1_500, { maxHeadersCount: 0 }],
])("one that is not dropped is seen: %s", async (_name, count, options) => {
  expect(await verdictOn(headers(count, BEARER, [OTHER]), options)).toEqual(WHOLE);
});

test.each([
  ["below Node.js' limit", 900, {}],
  ["below a lower limit", 20, { maxHeadersCount: 50 }],
  ["below a higher limit", 1_500, { maxHeadersCount: 2_000 }],
  ["without a limit", 1_500, { maxHeadersCount: 0 }],
  ["few headers, and the lowest limit", 5, { maxHeadersCount: 1 }],
])("many headers and one token are let through: %s", async (_name, count, options) => {
  expect(await verdictOn(headers(count, BEARER), options)).toEqual(ONE);
});

test("optional makes no exception, for a token may have been dropped", async () => {
  const rawHeaders = headers(1_500, ["Host", "api.example.com"]).flat();
  const who = await authenticate({ rawHeaders }, { optional: true });
  expect(who.reason).toBe("token-ambiguous");
});

test("a list that is too long to be read is not passed over for the headers that have one value each", async () => {
  const rawHeaders = Array.from({ length: 140_000 }, () => "x");
  const headers = { authorization: BEARER[1] };
  expect((await authenticate({ rawHeaders, headers })).reason).toBe("token-ambiguous");
  const socket = { server: { maxHeadersCount: 0 } };
  expect((await authenticate({ rawHeaders, headers, socket })).reason).toBe("token-ambiguous");
});

test("HTTP/2 drops no headers, and its requests are let through", async () => {
  const server = http2.createServer(async (request, response) => {
    const who = await authenticate(request);
    response.writeHead(who.ok ? 200 : who.status).end();
  });
  const session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
  try {
    const fields = Object.fromEntries(headers(100, ["authorization", BEARER[1]]));
    const stream = session.request(fields).resume();
    const status = await new Promise((resolve, reject) => {
      stream.on("response", (answer) => resolve(answer[http2.constants.HTTP2_HEADER_STATUS]));
      stream.on("error", reject);
    });
    expect(status).toBe(200);
  } finally {
    session.destroy();
    await stop(server);
  }
});
