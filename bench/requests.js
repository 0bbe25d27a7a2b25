"use strict";

// What `authenticate` and `middleware` cost beside `verify`, and in a server of node:http. Prints a table; writes nothing.
//
//   node bench/requests.js [--rounds 5]

const { fork } = require("node:child_process");
const crypto = require("node:crypto");
const http = require("node:http");
const { performance } = require("node:perf_hooks");
const { parseArgs } = require("node:util");
const { createAuth } = require("..");

const POOL = "us-east-1_AbCdEfGhI";
const CLIENT = "6f5t4r3e2w1q0p9o8i7u6y5t4r";
const KID = "k3VJgxrGRTa1dUqiwlSSqP0Vm8qfv2PxJBDcnNVyq9I=";
const CALLS = 100_000;
const FIRST = 2_000;
const REQUESTS = 6_000;
const ABREAST = 32;

function makeInputs() {
  const { publicKey, privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const token = () => {
    const payload = encode({
      sub: crypto.randomUUID(),
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`,
      "cognito:username": "theseus",
      "cognito:groups": ["heroes"],
      origin_jti: crypto.randomUUID(),
      aud: CLIENT,
      token_use: "id",
      auth_time: now,
      exp: now + 86_400,
      iat: now,
      jti: crypto.randomUUID(),
      email: "theseus@example.com",
      phone_number: "+14155550100",
    });
    const input = `${encode({ kid: KID, alg: "RS256" })}.${payload}`;
    return `${input}.${crypto.sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
  };
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig" };
  return {
    settings: { userPoolId: POOL, clientId: CLIENT, keys: { jwks: { keys: [jwk] } } },
    token,
  };
}

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

// ---------------------------------------------------------------------------------------------------------------
// A server in a process of its own
// ---------------------------------------------------------------------------------------------------------------

function serve() {
  process.once("message", ({ settings, isProtected }) => {
    const answer = (response) => response.writeHead(200).end('{"ok":true}');
    const guard = isProtected ? createAuth(settings).middleware() : undefined;
    const server = http.createServer((request, response) => {
      if (guard === undefined) answer(response);
      else guard(request, response, () => answer(response));
    });
    server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
    process.on("message", () => {
      const { user, system } = process.cpuUsage();
      process.send({ cpu: user + system });
    });
  });
}

/** Microseconds of the server's CPU for each request. */
async function serverCost(settings, isProtected, tokenAt) {
  const child = fork(__filename, ["--serve"]);
  const reply = () => new Promise((resolve) => child.once("message", resolve));
  const agent = new http.Agent({ keepAlive: true, maxSockets: ABREAST });
  try {
    child.send({ settings, isProtected });
    const { port } = await reply();
    const ask = (index) =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${tokenAt(index)}` };
        http
          .get({ port, host: "127.0.0.1", agent, headers }, (response) => {
            if (response.statusCode !== 200) reject(new Error(`${response.statusCode}`));
            response.resume().once("end", resolve);
          })
          .once("error", reject);
      });
    const run = async (from, count) => {
      let next = from;
      const worker = async () => {
        while (next < from + count) await ask(next++);
      };
      await Promise.all(Array.from({ length: ABREAST }, worker));
    };
    const cpu = async () => {
      child.send({});
      return (await reply()).cpu;
    };
    await run(0, REQUESTS / 4);
    const before = await cpu();
    await run(REQUESTS / 4, REQUESTS);
    return ((await cpu()) - before) / REQUESTS;
  } finally {
    agent.destroy();
    child.kill();
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function main() {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
  const rounds = Number(values.rounds);
  const { settings, token } = makeInputs();
  const results = new Map();
  const add = (name, value) => results.set(name, [...(results.get(name) ?? []), value]);
  const many = Array.from({ length: REQUESTS * 1.25 }, token);
  for (let round = 0; round < rounds; round++) {
    for (const [name, [count, make]] of Object.entries(CASES)) {
      const auth = createAuth(settings);
      const call = make(auth, many.slice(0, FIRST));
      if (count === CALLS) await each(CALLS / 10, call);
      add(name, await each(count, call));
    }
    add("server, CPU, no verification", await serverCost(settings, false, () => many[0]));
    add("server, CPU, middleware, one token", await serverCost(settings, true, () => many[0]));
    add(
      "server, CPU, middleware, new tokens",
      await serverCost(settings, true, (index) => many[index]),
    );
  }
  console.log("| case | µs, median | least | most |\n| --- | ---: | ---: | ---: |");
  for (const [name, times] of results) {
    const figures = [median(times), Math.min(...times), Math.max(...times)];
    console.log(`| ${name} | ${figures.map((figure) => figure.toFixed(2)).join(" | ")} |`);
  }
}

if (process.argv.includes("--serve")) serve();
else main();
