"use strict";

// Rules 14 to 18 of the security review: where tokens come from, cookies, the authorizer, verdicts, cost.

const http = require("node:http");
const util = require("node:util");
const express = require("express");
const { useEnvironment } = require("../support/environment.js");
const { evaluate } = require("../support/child.js");
const {
  CLIENT,
  POOL,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");
const { TOKENS, listen, makeAuth, send, stop } = require("./support.js");

let restoreEnvironment;
let auth;
beforeAll(() => {
  restoreEnvironment = useEnvironment();
  auth = makeAuth();
});
afterAll(() => restoreEnvironment());

const { GOOD, EXPIRED } = TOKENS;
const verdictOf = async (request, options = {}) => {
  const { ok, reason, source } = await auth.authenticate(request, options);
  return ok ? source : reason;
};

describe("14: sources", () => {
  test("Express's req.get shows the first of two headers, and is not asked", async () => {
    const app = express();
    const seen = [];
    app.use(async (request, response) => {
      seen.push(request.get("authorization"));
      const who = await auth.authenticate(request);
      response.writeHead(who.status, who.headers).end(who.body);
    });
    const server = http.createServer(app);
    const port = await listen(server);
    try {
      const headers = [
        ["Authorization", `Bearer ${GOOD}`],
        ["Authorization", "Bearer x"],
      ];
      expect((await send(port, { headers })).status).toBe(400);
      expect(seen).toEqual([`Bearer ${GOOD}`]);
    } finally {
      await stop(server);
    }
  });

  test.each([
    [
      "rawHeaders go before all",
      { rawHeaders: ["Authorization", "Basic x"], headers: { authorization: `Bearer ${GOOD}` } },
      "token-missing",
    ],
    [
      "multiValueHeaders go before headers",
      {
        multiValueHeaders: { authorization: ["Basic x"] },
        headers: { authorization: `Bearer ${GOOD}` },
      },
      "token-missing",
    ],
    [
      "a get of the request comes last",
      { headers: { authorization: "Basic x" }, get: () => `Bearer ${GOOD}` },
      "token-missing",
    ],
    [
      "an adapter's request with an empty list has its headers",
      { rawHeaders: [], headers: { authorization: `Bearer ${GOOD}` } },
      "header",
    ],
    [
      "a request within: raw",
      { raw: { rawHeaders: ["Authorization", `Bearer ${GOOD}`] } },
      "header",
    ],
    ["a request within: req", { req: { headers: { authorization: `Bearer ${GOOD}` } } }, "header"],
    ["a Map", new Map([["authorization", `Bearer ${GOOD}`]]), "header"],
    ["Headers within", { headers: new Headers({ authorization: `Bearer ${GOOD}` }) }, "header"],
  ])("%s", async (_name, request, verdict) => {
    expect(await verdictOf(request)).toBe(verdict);
  });

  test("a token that waits for keys does not keep the cookies around it in memory", async () => {
    const options = { userPoolId: POOL, clientId: CLIENT, jwksUri: undefined };
    const source = `
      const net = require("node:net");
      const { createAuth } = require("./index.js");
      require("node:v8").setFlagsFromString("--expose-gc");
      const gc = require("node:vm").runInNewContext("gc");
      const silent = net.createServer(() => {});
      silent.listen(0, "127.0.0.1", async () => {
        const jwksUri = "http://127.0.0.1:" + silent.address().port + "/";
        const auth = createAuth({ ...${JSON.stringify(options)}, jwksUri });
        const controller = new AbortController();
        const { signal } = controller;
        const waiting = [];
        const before = (gc(), process.memoryUsage().heapUsed);
        for (let i = 0; i < 200; i++) {
          const cookie = Buffer.from("id=" + ${JSON.stringify(GOOD)} + "; x=" + String(i).padEnd(100_000, "y")).toString("latin1");
          waiting.push(auth.authenticate({ method: "GET", headers: { cookie } }, { cookie: "id", signal }).catch((error) => error.reason));
        }
        const kept = (gc(), process.memoryUsage().heapUsed) - before;
        controller.abort();
        const ends = [...new Set(await Promise.all(waiting))];
        silent.close();
        console.log(JSON.stringify({ kept, ends }));
        process.exit();
      });`;
    const { kept, ends } = await evaluate(source);
    expect(ends).toEqual(["aborted"]);
    // 200 requests have 20 MB of cookies, and 200 tokens 0.2 MB.
    expect(kept).toBeLessThan(5_000_000);
  });
});

describe("15: cookies", () => {
  const ID = { cookie: "__Host-id" };
  const cookies = `__Host-id=${GOOD}`;
  const host = "api.example.com";
  const post = (headers, others) => ({
    method: "POST",
    headers: { cookie: cookies, host, ...headers },
    ...others,
  });
  const encrypted = { socket: { encrypted: true } };

  test.each([
    [
      "an unknown method changes something",
      { headers: { cookie: cookies, host, origin: "https://x.example" } },
      "cross-site",
    ],
    [
      "so does one in lower case",
      post({ origin: "https://x.example" }, { method: "get" }),
      "cross-site",
    ],
    ["GET does not", post({ origin: "https://x.example" }, { method: "GET" }), "cookie"],
    [
      "a WebSocket's $connect",
      {
        headers: { cookie: cookies, host, origin: "https://x.example" },
        requestContext: { eventType: "CONNECT", routeKey: "$connect" },
      },
      "cross-site",
    ],
    ["own origin", post({ origin: `https://${host}` }, encrypted), "cookie"],
    ["another scheme", post({ origin: `http://${host}` }, encrypted), "cross-site"],
    [
      "another scheme on HTTP/2",
      post({ origin: `http://${host}`, ":scheme": "https" }),
      "cross-site",
    ],
    [
      "another scheme at API Gateway",
      post({ origin: `http://${host}` }, { requestContext: {} }),
      "cross-site",
    ],
    [
      "another scheme by Express's and Fastify's protocol",
      post({ origin: `http://${host}` }, { protocol: "https" }),
      "cross-site",
    ],
    [
      "another scheme by a Fetch request's URL",
      post({ origin: `http://${host}` }, { url: `https://${host}/` }),
      "cross-site",
    ],
    [
      "another scheme by the connection of a request within",
      { raw: post({ origin: `http://${host}` }, encrypted) },
      "cross-site",
    ],
    [
      "https behind a proxy that ends TLS",
      post({ origin: `https://${host}` }, { protocol: "http", socket: { encrypted: false } }),
      "cookie",
    ],
    ["another scheme that is none", post({ origin: `ftp://${host}` }), "cross-site"],
    ["another port", post({ origin: `https://${host}:8443` }), "cross-site"],
    [
      "the same port, written out",
      post({ origin: `https://${host}`, host: `${host}:443` }),
      "cookie",
    ],
    ["own port", post({ origin: `http://${host}:3000`, host: `${host}:3000` }), "cookie"],
    [
      "the host in upper case",
      post({ origin: `https://${host}`, host: host.toUpperCase() }),
      "cookie",
    ],
    ["a host that only begins so", post({ origin: `https://${host}.evil.example` }), "cross-site"],
    ["an origin with more in it", post({ origin: `https://${host}/x` }), "cross-site"],
    ["a user in it", post({ origin: `https://x@${host}` }), "cross-site"],
    ["two origins", post({ origin: [`https://${host}`, "https://x.example"] }), "cross-site"],
    ["no Host", post({ origin: `https://${host}`, host: undefined }), "cross-site"],
    ["two Hosts", post({ origin: `https://${host}`, host: [host, "x.example"] }), "cross-site"],
    [
      ":authority goes before Host",
      post({ origin: "https://x.example", host: "x.example", ":authority": host }),
      "cross-site",
    ],
    [
      "X-Forwarded-Host does not count",
      post({ origin: "https://x.example", "x-forwarded-host": "x.example" }),
      "cross-site",
    ],
    [
      "Sec-Fetch-Site goes before the Origin",
      post({ origin: `https://${host}`, "sec-fetch-site": "cross-site" }),
      "cross-site",
    ],
    ["what the user typed", post({ "sec-fetch-site": "none" }), "cookie"],
    [
      "an unknown Sec-Fetch-Site",
      post({ "sec-fetch-site": "same-origin, cross-site" }),
      "cross-site",
    ],
    [
      "Headers have no method",
      new Headers({ cookie: cookies, "sec-fetch-site": "cross-site" }),
      "cross-site",
    ],
  ])("%s", async (_name, request, verdict) => {
    expect(await verdictOf(request, ID)).toBe(verdict);
  });

  test.each([
    ["its scheme", `https://${host}`, [`https://${host}`], "cookie"],
    ["another scheme", `http://${host}`, [`https://${host}`], "cross-site"],
    ["another scheme, the other way round", `https://${host}`, [`http://${host}`], "cross-site"],
    ["both schemes", `http://${host}`, [`https://${host}`, `http://${host}`], "cookie"],
    ["another port", `http://${host}`, [`https://${host}:8443`], "cookie"],
    ["another host", `http://${host}`, ["https://www.example.com"], "cookie"],
  ])("origins that name the host say its scheme: %s", async (_name, origin, origins, verdict) => {
    expect(await verdictOf(post({ origin }), { ...ID, origins })).toBe(verdict);
  });

  test("Sec-Fetch-Site goes before the scheme in origins", async () => {
    const request = post({ origin: `http://${host}`, "sec-fetch-site": "same-origin" });
    expect(await verdictOf(request, { ...ID, origins: [`https://${host}`] })).toBe("cookie");
  });

  test("optional does not let a page of another site through", async () => {
    const request = post({ origin: "https://x.example" });
    expect(await verdictOf(request, { ...ID, optional: true })).toBe("cross-site");
  });

  test("no cookie counts unless it is asked for", async () => {
    expect(await verdictOf({ method: "GET", headers: { cookie: cookies } })).toBe("token-missing");
  });
});

test("16: an authorizer has no cookie", () => {
  expect(() => auth.lambdaAuthorizer({ cookie: "id" })).toThrow(
    expect.objectContaining({ reason: "config" }),
  );
  expect(() => auth.lambdaAuthorizer({ cookie: undefined })).not.toThrow();
});

describe("17: verdicts", () => {
  test("reason and error are not sent by accident", async () => {
    const who = await auth.authenticate({ headers: { authorization: `Bearer ${EXPIRED}` } });
    expect(who.reason).toBe("token-expired");
    expect(who.error.reason).toBe("token-expired");
    expect(Object.keys({ ...who })).toEqual(["ok", "status", "headers", "body"]);
    expect(JSON.stringify(who)).not.toMatch(/jwt|stack|token-expired/);
    const { status, headers } = new Response(who.body, who);
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain("invalid_token");
  });

  test("an error has the stack of the call, at once and after the keys", async () => {
    const late = makeAuth({ keys: undefined, jwksUri: "http://127.0.0.1:9/" });
    for (const { authenticate } of [auth, late]) {
      const { error } = await authenticate({ headers: { authorization: `Bearer ${EXPIRED}` } });
      expect(error.stack).toMatch(/rules\.spec\.js/);
      expect(error.stack).not.toMatch(/[\\/]lib[\\/]/);
    }
  });

  test("realms and scopes are quoted", async () => {
    const options = { use: "access", scopes: ['a"b', "c\\d"], realm: 'my "own" \\ api' };
    const who = await auth.authenticate(
      { headers: { authorization: `Bearer ${TOKENS.ACCESS}` } },
      options,
    );
    expect(who.reason).toBe("token-scopes");
    expect(who.headers["www-authenticate"]).toBe(
      'Bearer realm="my \\"own\\" \\\\ api", error="insufficient_scope", error_description="The token does not allow this", scope="a\\"b c\\\\d"',
    );
  });

  test("scopes that no header can have are left out", async () => {
    const { authenticate } = makeAuth({ verify: { use: "access", scopes: "é€" } });
    const who = await authenticate({ headers: { authorization: `Bearer ${TOKENS.ACCESS}` } });
    expect(who.reason).toBe("token-scopes");
    expect(who.headers["www-authenticate"]).not.toContain("scope=");
  });

  test("no answer has anything of the token or of the settings in it", async () => {
    for (const [name, token] of Object.entries(TOKENS)) {
      const headers = { authorization: `Bearer ${token}` };
      const who = await auth.authenticate({ headers }, { groups: "captains" });
      expect([name, who.ok]).toEqual([name, false]);
      const text = util.inspect({ ...who, message: who.message }, { depth: 9 });
      for (const part of [POOL, CLIENT, "captains", "heroes", token.slice(-12)]) {
        expect(text).not.toContain(part);
      }
    }
  });
});

describe("18: cost", () => {
  const SIZE = 64 * 1024;
  const fill = (text, size = SIZE) => text.repeat(Math.ceil(size / text.length)).slice(0, size);

  /** Requests of 64 KiB that could cost most. */
  const WORST = {
    "blanks before the token": () => [{ authorization: `Bearer${fill(" ")}x` }],
    "blanks after it": () => [{ authorization: `Bearer x${fill(" ")}` }],
    commas: () => [{ authorization: `Bearer ${fill("a,")}` }],
    schemes: () => [{ authorization: fill("Bearer ") }],
    tabs: () => [{ authorization: fill("\t") }],
    "many cookies": () => [{ cookie: fill("a;") }, { cookie: "id" }],
    "cookies of nearly the name": () => [{ cookie: fill("id;") }, { cookie: "id" }],
    "cookies with blanks": () => [{ cookie: fill(" ") }, { cookie: "id" }],
    "cookies of the name": () => [{ cookie: fill("id=;") }, { cookie: "id" }],
    "quotation marks": () => [{ cookie: `id=${fill('"')}` }, { cookie: "id" }],
    "Amplify's cookies": () => [
      { cookie: fill("CognitoIdentityServiceProvider.c.u.idToken=x;") },
      { cookie: { amplify: "id" } },
    ],
    "Amplify's dots": () => [
      { cookie: `CognitoIdentityServiceProvider${fill(".")}=x` },
      { cookie: { amplify: "id" } },
    ],
    "many headers": () => [
      Object.fromEntries(Array.from({ length: 8_192 }, (_one, i) => [`x-${i}`, "y"])),
    ],
  };

  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };

  /** Microseconds of CPU that a call takes: the least of some rounds. */
  async function costOf(call, count) {
    const rounds = [];
    for (let round = 0; round < 5; round++) {
      const before = cpu();
      for (let i = 0; i < count; i++) await call();
      rounds.push((cpu() - before) / count);
    }
    return Math.max(Math.min(...rounds), 0.01);
  }

  test.each(Object.entries(WORST))(
    "%s: at most a size's share of a plain token",
    async (_name, make) => {
      let serial = 0;
      const plain = Array.from({ length: 500 }, () =>
        sign({ payload: idClaims({ jti: `${serial++}` }) }),
      );
      const [headers, options = {}] = make();
      const worst = await costOf(() => auth.authenticate({ method: "GET", headers }, options), 20);
      const { authenticate } = makeAuth({ keys: { jwks: jwks(jwk(rsaPair())) } });
      let next = 0;
      const first = await costOf(
        () => authenticate({ headers: { authorization: `Bearer ${plain[next++]}` } }),
        100,
      );
      // A plain token has 1 KiB.
      expect(worst / first).toBeLessThan(SIZE / 1024);
    },
  );
});
