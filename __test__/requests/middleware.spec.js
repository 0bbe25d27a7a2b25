"use strict";

// auth.middleware: in Express, in a chain of node:http's own, and on HTTP/2.

const http = require("node:http");
const http2 = require("node:http2");
const express = require("express");
const { useEnvironment } = require("../support/environment.js");
const { TOKENS, listen, makeAuth, send, stop } = require("./support.js");

const GOOD = [["Authorization", `Bearer ${TOKENS.GOOD}`]];
const EXPIRED = [["Authorization", `Bearer ${TOKENS.EXPIRED}`]];

let restoreEnvironment;
let auth;
beforeAll(() => {
  restoreEnvironment = useEnvironment();
  auth = makeAuth();
});
afterAll(() => restoreEnvironment());

/** Serves by `handler` while `use` is called with the port. */
async function serving(handler, use) {
  const server = http.createServer(handler);
  const port = await listen(server);
  try {
    return await use(port);
  } finally {
    await stop(server);
  }
}

describe("Express 5", () => {
  let server;
  let port;
  const failures = [];
  beforeAll(async () => {
    const app = express();
    const echo = (request, response) => {
      response.json({ sub: request.auth?.claims.sub, source: request.auth?.source });
    };
    app.use((request, _response, next) => {
      request.auth = { claims: { sub: "planted" }, source: "header" };
      next();
    });
    app.get("/me", auth.middleware(), echo);
    app.post("/me", auth.middleware({ cookie: "id" }), echo);
    app.get("/maybe", auth.middleware({ optional: true }), echo);
    app.get("/admin", auth.middleware({ groups: "admins", realm: "admin" }), echo);
    app.get("/own", auth.middleware({ property: "user" }), (request, response) => {
      response.json({ user: request.user.claims.sub, auth: request.auth.claims.sub });
    });
    app.get(
      "/page",
      auth.middleware({
        onRefused: (refused, _request, response) =>
          response.redirect(302, `/sign-in?${refused.reason}`),
      }),
      echo,
    );
    app.get("/broken", auth.middleware({ onRefused: () => Promise.reject(new Error("a defect")) }));
    app.all("/any", auth.middleware(), echo);
    app.use((error, _request, response, _next) => {
      failures.push(error);
      response.status(500).end("failed");
    });
    server = http.createServer(app);
    port = await listen(server);
  });
  afterAll(() => stop(server));
  beforeEach(() => {
    failures.length = 0;
  });

  const sub = "c4a8c4d8-1071-70f5-8c3b-8d2f6a1c5b7e";
  /** Without the sizes of chunks. */
  const json = ({ body }) => JSON.parse(/\{.*\}/.exec(body)[0]);

  test("a good token is let through, with its claims", async () => {
    const answer = await send(port, { path: "/me", headers: GOOD });
    expect(answer.status).toBe(200);
    expect(json(answer)).toEqual({ sub, source: "header" });
  });

  test("no token: 401 with a challenge, and what was planted is gone", async () => {
    const answer = await send(port, { path: "/me" });
    expect(answer).toMatchObject({
      status: 401,
      headers: { "www-authenticate": 'Bearer realm="api"', "cache-control": "no-store" },
    });
    expect(json(answer).error).toBe("unauthorized");
  });

  test("expired: 401; not in the group: 403; by its own realm", async () => {
    const expired = await send(port, { path: "/me", headers: EXPIRED });
    expect(expired.status).toBe(401);
    expect(expired.headers["www-authenticate"]).toContain('error="invalid_token"');
    const forbidden = await send(port, { path: "/admin", headers: GOOD });
    expect(forbidden.status).toBe(403);
    expect(forbidden.headers["www-authenticate"]).toMatch(/^Bearer realm="admin", error="insuff/);
  });

  test("optional, no token: nobody, and not the one who was planted", async () => {
    const answer = await send(port, { path: "/maybe" });
    expect(answer.status).toBe(200);
    expect(json(answer)).toEqual({});
  });

  test("a cookie is refused to pages of other sites", async () => {
    const headers = [["Cookie", `id=${TOKENS.GOOD}`]];
    const other = [...headers, ["Origin", "https://evil.example"]];
    expect((await send(port, { method: "POST", path: "/me", headers: other })).status).toBe(403);
    const answer = await send(port, { method: "POST", path: "/me", headers });
    expect(json(answer)).toEqual({ sub, source: "cookie" });
  });

  test("another property", async () => {
    const answer = await send(port, { path: "/own", headers: GOOD });
    expect(json(answer)).toEqual({ user: sub, auth: "planted" });
  });

  test("onRefused answers instead", async () => {
    const answer = await send(port, { path: "/page" });
    expect(answer).toMatchObject({ status: 302, headers: { location: "/sign-in?token-missing" } });
    expect(answer.headers).not.toHaveProperty("www-authenticate");
  });

  test("a failure of onRefused ends in the error handler", async () => {
    expect(await send(port, { path: "/broken" })).toMatchObject({ status: 500, body: "failed" });
    expect(failures).toEqual([new Error("a defect")]);
  });

  test("HEAD has the same headers and no body; OPTIONS is no exception", async () => {
    const { status, headers, body } = await send(port, { method: "HEAD", path: "/me" });
    expect({ status, body }).toEqual({ status: 401, body: "" });
    expect(headers).toHaveProperty("www-authenticate");
    expect((await send(port, { method: "OPTIONS", path: "/any" })).status).toBe(401);
  });
});

describe("whatever goes wrong ends in next(error)", () => {
  const run = async (middleware, request, response = {}) => {
    const calls = [];
    await middleware(request, response, (...given) => calls.push(given));
    return calls;
  };

  test("a request that takes no property", async () => {
    const calls = await run(auth.middleware(), Object.freeze({ headers: {} }));
    expect(calls).toEqual([[expect.any(TypeError)]]);
  });

  test.each([undefined, null, false, 0, "", "route", "router"])(
    "onRefused that throws %p: next takes that for no error, so it gets one",
    async (value) => {
      const refusing = [
        () => Promise.reject(value),
        () => {
          throw value;
        },
      ];
      for (const onRefused of refusing) {
        const calls = await run(auth.middleware({ onRefused }), { headers: {} });
        expect(calls).toEqual([[expect.any(Error)]]);
        expect(calls[0][0].cause).toBe(value);
      }
    },
  );

  test("a response that cannot be written", async () => {
    const calls = await run(auth.middleware(), { headers: {} }, {});
    expect(calls).toEqual([[expect.any(TypeError)]]);
  });

  test("no request", async () => {
    expect(await run(auth.middleware(), undefined)).toEqual([[expect.any(TypeError)]]);
  });

  test("a handler that throws at once, where the framework does not catch it", async () => {
    const calls = [];
    const next = (error) => {
      calls.push(error);
      if (error === undefined) throw new Error("a defect");
    };
    await auth.middleware({ optional: true })({ headers: {} }, {}, next);
    expect(calls).toEqual([undefined, new Error("a defect")]);
  });

  test("a raised signal", async () => {
    const { signal } = new AbortController();
    const controller = new AbortController();
    const middleware = makeAuth({ keys: undefined, jwksUri: "http://127.0.0.1:9/" }).middleware({
      signal: controller.signal,
    });
    controller.abort();
    const request = { headers: { authorization: `Bearer ${TOKENS.GOOD}` } };
    expect(await run(middleware, request)).toEqual([
      [expect.objectContaining({ reason: "aborted" })],
    ]);
    expect(await run(auth.middleware({ signal, optional: true }), { headers: {} })).toEqual([[]]);
  });
});

test("a setter for the property does not keep what is there", async () => {
  const request = {
    headers: {},
    get auth() {
      return "planted";
    },
    set auth(_value) {},
  };
  await auth.middleware({ optional: true })(request, {}, () => {});
  expect(request.auth).toBeUndefined();
});

test.each([
  ["an unknown option", { grups: "a" }, /There is no option grups/],
  ["an unknown use", { use: "refresh" }, /option verify\.use must be/],
  ["an undefined group", { groups: undefined }, /option groups is undefined/],
  ["an empty cookie", { cookie: "" }, /option cookie must be/],
  ["a cookie with a blank", { cookie: "a b" }, /option cookie must be/],
  ["Amplify's refresh token", { cookie: { amplify: "refresh" } }, /option cookie must be/],
  ["an origin with a path", { origins: ["https://a.example/x"] }, /option origins must be/],
  ["an origin that is none", { origins: ["null"] }, /option origins must be/],
  ["no list", { origins: "https://a.example" }, /option origins must be/],
  ["a realm with a line break", { realm: "a\nb" }, /option realm must be/],
  ["a realm that no header can have", { realm: "ü€" }, /option realm must be/],
  ["a scope with a control character", { scopes: ["a\u0000"] }, /option scopes must be/],
  ["a scope with a blank", { scopes: "a b" }, /blank/],
  ["optional as a text", { optional: "no" }, /option optional must be/],
  [
    "a getter",
    {
      get cookie() {
        return "id";
      },
    },
    /option cookie must be/,
  ],
  ["no function", { onRefused: "redirect" }, /option onRefused must be/],
  ["no name", { property: "__proto__" }, /option property must be/],
  ["a text", "admins", /must be a plain object/],
  ["null", null, /must be a plain object/],
])("wrong options are reported when the function is made: %s", (_name, options, message) => {
  let error;
  try {
    auth.middleware(options);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ reason: "config", message: expect.stringMatching(message) });
  expect(error.stack.split("\n")[1]).toMatch(/middleware\.spec\.js/);
});

describe("HTTP/2", () => {
  const { HTTP2_HEADER_STATUS: STATUS } = http2.constants;

  /** The status for a request, by the middleware in front of a handler that says 200. */
  async function statusOf(headers, options) {
    const middleware = auth.middleware(options);
    const server = http2.createServer((request, response) =>
      middleware(request, response, (error) => response.writeHead(error ? 500 : 200).end()),
    );
    const port = await listen(server);
    const session = http2.connect(`http://127.0.0.1:${port}`);
    try {
      const stream = session.request({ ":authority": "api.example.com", ...headers });
      stream.resume();
      stream.end();
      return await new Promise((resolve, reject) => {
        stream.on("response", (answer) => resolve(answer[STATUS]));
        stream.on("error", reject);
      });
    } finally {
      session.destroy();
      await stop(server);
    }
  }

  const cookie = { cookie: `a=b; id=${TOKENS.GOOD}` };
  test.each([
    ["a header", { authorization: `Bearer ${TOKENS.GOOD}` }, {}, 200],
    ["no header", {}, {}, 401],
    ["a cookie", cookie, { cookie: "id" }, 200],
    ["a cookie in crumbs", { cookie: ["a=b", `id=${TOKENS.GOOD}`] }, { cookie: "id" }, 200],
    [
      "POST, own origin",
      { ":method": "POST", origin: "http://api.example.com", ...cookie },
      { cookie: "id" },
      200,
    ],
    [
      "POST, another origin",
      { ":method": "POST", origin: "http://127.0.0.1", host: "127.0.0.1", ...cookie },
      { cookie: "id" },
      403,
    ],
  ])("%s", async (_name, headers, options, status) => {
    expect(await statusOf(headers, options)).toBe(status);
  });
});

test("a plain server of node:http", async () => {
  const middleware = auth.middleware();
  const handler = (request, response) =>
    middleware(request, response, () => response.end(request.auth.claims.sub));
  await serving(handler, async (port) => {
    expect((await send(port, { headers: GOOD })).status).toBe(200);
    expect((await send(port, {})).status).toBe(401);
  });
});
