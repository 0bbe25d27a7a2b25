"use strict";

// What `authenticate` and `middleware` cost beside `verify`, and in a server of each framework beside the same server with its
// peer's middleware and without any. Prints tables; writes nothing.
//
//   node bench/requests.js [--rounds 5] [--cases calls,repeated,new] [--peers express-oauth2-jwt-bearer] [--requests 10000]

const { performance } = require("node:perf_hooks");
const { createAuth } = require("..");
const { createIssuer, refusedTokens, startJwksServer } = require("./issuer");
const { serverCost } = require("./load");
const { readOptions } = require("./options");
const { OURS, orderOf } = require("./peers");
const { Values, heading, number, ratioOf, spread, table } = require("./rounds");
const { NONE, SERVERS } = require("./servers");

const CALLS = 100_000;
const FIRST = 2_000;
/** Users whose tokens come again and again, in the case `repeated`. */
const USERS = 100;

/** The headers of a browser's request, as Node.js has them. */
const rawHeaders = (token) => [
  ...["Host", "api.example.com", "Connection", "keep-alive", "Accept", "application/json"],
  ...["User-Agent", "Mozilla/5.0", "Accept-Encoding", "gzip, br", "Accept-Language", "en"],
  ...["Authorization", `Bearer ${token}`, "Referer", "https://app.example.com/"],
];

/** Microseconds for each call. */
async function each(count, call) {
  const start = performance.now();
  for (let index = 0; index < count; index++) await call(index);
  return ((performance.now() - start) * 1000) / count;
}

const OPTIONS = { groups: "heroes" };

/** Each case: how often it is called, and a function that is given a new Auth and tokens that it has not seen. */
const CASES = {
  "verify, seen before": [
    CALLS,
    ({ verify }, [token]) =>
      () =>
        verify(token),
  ],
  "authenticate, node:http, seen before": [
    CALLS,
    ({ authenticate }, [token]) => {
      const request = { rawHeaders: rawHeaders(token) };
      return () => authenticate(request);
    },
  ],
  "authenticate, with kept options": [
    CALLS,
    ({ authenticate }, [token]) => {
      const request = { rawHeaders: rawHeaders(token) };
      return () => authenticate(request, OPTIONS);
    },
  ],
  "authenticate, with options written out": [
    CALLS,
    ({ authenticate }, [token]) => {
      const request = { rawHeaders: rawHeaders(token) };
      return () => authenticate(request, { groups: "heroes" });
    },
  ],
  "authenticate, Fetch, seen before": [
    CALLS,
    ({ authenticate }, [token]) => {
      const request = new Request("http://x/", { headers: { authorization: `Bearer ${token}` } });
      return () => authenticate(request);
    },
  ],
  "authenticate, cookie, seen before": [
    CALLS,
    ({ authenticate }, [token]) => {
      const options = { cookie: "id" };
      const request = { method: "GET", rawHeaders: ["Cookie", `theme=dark; id=${token}; lang=en`] };
      return () => authenticate(request, options);
    },
  ],
  "authenticate, no token": [
    CALLS,
    ({ authenticate }) => {
      const request = { rawHeaders: ["Host", "api.example.com"] };
      return () => authenticate(request);
    },
  ],
  "verify, seen first": [
    FIRST,
    ({ verify }, tokens) =>
      (index) =>
        verify(tokens[index]),
  ],
  "authenticate, seen first": [
    FIRST,
    ({ authenticate }, tokens) => {
      const requests = tokens.map((token) => ({ rawHeaders: rawHeaders(token) }));
      return (index) => authenticate(requests[index]);
    },
  ],
};

/** Each case of a server: which of many tokens a request has. */
const SERVER_CASES = {
  repeated: [`${USERS} tokens that repeat`, (tokens) => (index) => tokens[index % USERS]],
  new: ["each token once", (tokens) => (index) => tokens[index]],
};

const CALL_CASE = "calls";

async function timeFunctions(issuer, tokens, values) {
  const settings = { ...issuer.settings, keys: { jwks: issuer.jwks } };
  for (const [name, [count, make]] of Object.entries(CASES)) {
    const call = make(createAuth(settings), tokens);
    if (count === CALLS) await each(CALLS / 10, call);
    values.add(name, await each(count, call));
  }
}

const nameOf = ({ framework, peer }, caseName) => `${caseName}/${framework}/${peer}`;

/** A server's CPU beside that of the same server without verification, and with ours. */
function serverTable(caseName, servers, values) {
  const rows = servers.map((server) => {
    const of = (peer) => values.get(nameOf({ ...server, peer }, caseName));
    const own = of(server.peer);
    const ratios = [ratioOf(own, of(NONE)), ratioOf(own, of(OURS))];
    return [`${server.framework}: ${server.peer}`, ...spread(own), ...ratios.map(number)];
  });
  const head = ["µs of CPU a request", "median", "least", "most", `× ${NONE}`, "× ours"];
  return `## In a server: ${SERVER_CASES[caseName][0]}\n\n${table(head, rows)}\n`;
}

/** What a call is compared with. */
const verifyLike = (name) =>
  name.endsWith("seen first") ? "verify, seen first" : "verify, seen before";

function functionTable(values) {
  const rows = Object.keys(CASES).map((name) => {
    const own = values.get(name);
    return [name, ...spread(own), number(ratioOf(own, values.get(verifyLike(name))))];
  });
  return `## Calls\n\n${table(["µs a call", "median", "least", "most", "× verify"], rows)}\n`;
}

async function main() {
  const { rounds, requests, cases, isChosen } = readOptions(process.argv.slice(2), {
    cases: [CALL_CASE, ...Object.keys(SERVER_CASES)],
    peers: [...new Set(SERVERS.map(({ peer }) => peer))],
    always: [NONE, OURS],
    counts: { requests: 10_000 },
  });
  const servers = SERVERS.filter(({ peer }) => isChosen(peer));
  const issuer = createIssuer();
  const { settings, token, jwks } = issuer;
  const calls = cases.includes(CALL_CASE) ? FIRST : 0;
  const many = Math.max(calls, USERS, 2 * requests);
  const tokens = Array.from({ length: many }, () => token());
  const verdicts = { good: token(), refused: refusedTokens(token) };
  const { server: keys, address } = await startJwksServer(jwks);
  const jwksUri = `${address}/.well-known/jwks.json`;
  const sub = "8d2e1f3a-0000-4000-8000-000000000000";
  const context = { settings, issuer: issuer.issuer, jwks, jwksUri, sub };
  const values = new Values();
  try {
    for (let round = 0; round < rounds; round++) {
      for (const caseName of cases) {
        if (caseName === CALL_CASE) {
          await timeFunctions(issuer, tokens.slice(0, FIRST), values);
          continue;
        }
        const tokenAt = SERVER_CASES[caseName][1](tokens);
        for (const { framework, peer } of orderOf(servers, round)) {
          const server = { framework, peer };
          const cost = await serverCost({ server, context, requests, tokenAt, verdicts });
          values.add(nameOf(server, caseName), cost);
        }
        console.error(`round ${round + 1} of ${rounds}: ${caseName}`);
      }
    }
  } finally {
    keys.close();
  }
  console.log(heading(rounds));
  for (const caseName of cases) {
    const isCalls = caseName === CALL_CASE;
    console.log(isCalls ? functionTable(values) : serverTable(caseName, servers, values));
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
