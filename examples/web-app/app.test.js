"use strict";

// The site in front of a test pool: no emulator, no browser, no network. Run it with `node --test examples/web-app/app.test.js`.

const assert = require("node:assert/strict");
const http = require("node:http");
const net = require("node:net");
const { after, before, describe, test } = require("node:test");
const { createAuth } = require("cognito-auth-native");
const { createTestPool } = require("cognito-auth-native/testing.js");
const { createApp } = require("./app");
const { HttpError, readForm } = require("./http");
const { COOKIE } = require("./session");

const USERS = [
  { username: "theseus", password: "Labyrinth1", groups: ["admins"] },
  { username: "ariadne", password: "RedThread2", attributes: { phone_number: "+14155550102" } },
];
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

/** A site on a pool of its own. */
async function startSite() {
  const pool = await createTestPool({ users: structuredClone(USERS) });
  const logged = [];
  const server = http.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const origin = `http://127.0.0.1:${port}`;
  const log = (error) => logged.push(error.reason);
  server.on("request", createApp({ auth: createAuth(pool.options), origin, log }));
  return {
    pool,
    /** The reasons of the errors that the operator was told. */
    logged,
    port,
    origin,

    /** Sends a request; `token` goes into the cookie. A redirect is an answer. */
    async ask(method, path, { token, headers = {}, type, body } = {}) {
      const response = await fetch(origin + path, {
        method,
        headers: {
          ...(token && { cookie: `${COOKIE}=${token}` }),
          ...(type && { "content-type": type }),
          ...headers,
        },
        body,
        redirect: "manual",
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },

    async stop() {
      server.close();
      server.closeAllConnections();
      await pool.stop();
    },
  };
}

let site;
before(async () => {
  site = await startSite();
});
after(async () => {
  await site.stop();
  // None but that of the test that lets Cognito fail: what users do wrong is not the operator's business.
  assert.deepEqual(site.logged, ["aws-credentials"]);
});

const signIn = (fields, headers) =>
  site.ask("POST", "/sign-in", {
    type: FORM,
    headers,
    body: new URLSearchParams(fields).toString(),
  });

const theseus = { username: "theseus", password: "Labyrinth1" };

describe("who gets what", () => {
  const TOKENS = {
    nobody: () => undefined,
    ariadne: () => site.pool.idToken("ariadne"),
    theseus: () => site.pool.idToken("theseus"),
    expired: () => site.pool.expiredToken("theseus"),
    forged: () => site.pool.forgedToken("theseus"),
    "another pool": () => site.pool.foreignToken("theseus"),
    "an access token": () => site.pool.accessToken("theseus"),
  };
  const ROWS = [
    // The columns are in the order of TOKENS.
    ["GET /", [200, 200, 200, 200, 200, 200, 200]],
    ["GET /sign-in", [200, 200, 200, 200, 200, 200, 200]],
    ["GET /account", [401, 200, 200, 401, 401, 401, 401]],
    ["HEAD /account", [401, 200, 200, 401, 401, 401, 401]],
    ["GET /register", [200, 200, 200, 200, 200, 200, 200]],
    ["GET /reset", [200, 200, 200, 200, 200, 200, 200]],
    // The access token is in a cookie of its own.
    ["GET /profile", [401, 401, 401, 401, 401, 401, 401]],
    ["POST /profile/delete", [401, 401, 401, 401, 401, 401, 401]],
    ["GET /admin", [401, 403, 200, 401, 401, 401, 401]],
    ["GET /admin/user", [401, 403, 400, 401, 401, 401, 401]],
    ["POST /admin/user/delete", [401, 403, 415, 401, 401, 401, 401]],
    ["GET /admin/user/delete", [405, 405, 405, 405, 405, 405, 405]],
    ["GET /api/notes", [401, 200, 200, 401, 401, 401, 401]],
    ["DELETE /account", [405, 405, 405, 405, 405, 405, 405]],
    ["GET /nowhere", [404, 404, 404, 404, 404, 404, 404]],
    ["GET /api/nowhere", [404, 404, 404, 404, 404, 404, 404]],
  ];
  for (const [request, expected] of ROWS) {
    test(request, async () => {
      const [method, path] = request.split(" ");
      const statuses = [];
      for (const token of Object.values(TOKENS)) {
        const { status, headers } = await site.ask(method, path, { token: token() });
        statuses.push(status);
        assert.equal(headers.get("cache-control"), "no-store");
        const html = headers.get("content-type").startsWith("text/html");
        assert.equal(html, !path.startsWith("/api/"));
        if (status === 401) assert.match(headers.get("www-authenticate"), /^Bearer realm="/);
      }
      assert.deepEqual(statuses, expected);
    });
  }

  test("a user who may not see a page is still shown as signed in, and can sign out", async () => {
    const token = site.pool.idToken("ariadne");
    const refused = await site.ask("GET", "/admin", { token });
    assert.match(refused.text, /<span id="user">ariadne<\/span>/);
    const wrong = await site.ask("POST", "/account", { token, type: JSON_TYPE, body: "{}" });
    assert.equal(wrong.status, 415);
    assert.match(wrong.text, /<span id="user">ariadne<\/span>/);
  });

  test("every page has the headers that limit what it may do", async () => {
    for (const path of ["/", "/account", "/register", "/profile", "/admin", "/nowhere"]) {
      const { headers } = await site.ask("GET", path);
      assert.match(
        headers.get("content-security-policy"),
        /^default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("referrer-policy"), "same-origin");
    }
  });

  test("a method that a path lacks is answered with those that it has", async () => {
    const { headers } = await site.ask("PUT", "/account");
    assert.equal(headers.get("allow"), "GET, POST");
  });
});

describe("signing in and out", () => {
  test("the right password sets the cookie, with which the account is shown", async () => {
    const { status, headers } = await signIn({ ...theseus, returnTo: "/admin" });
    assert.equal(status, 303);
    assert.equal(headers.get("location"), "/admin");
    const [cookie, ...attributes] = headers.getSetCookie()[0].split("; ");
    assert.deepEqual(attributes, ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]);
    const account = await site.ask("GET", "/account", { headers: { cookie } });
    assert.equal(account.status, 200);
    assert.match(account.text, /<span id="user">theseus<\/span>/);
  });

  test("signing out deletes it", async () => {
    const { status, headers } = await site.ask("POST", "/sign-out");
    assert.equal(status, 303);
    assert.equal(headers.get("location"), "/");
    assert.match(headers.get("set-cookie"), /^__Host-id-token=; Path=\/; .*Max-Age=0$/);
  });

  test("the form on a refused page leads back to it", async () => {
    const { text } = await site.ask("GET", "/admin?username=ariadne");
    assert.match(text, /name="returnTo" value="\/admin"/);
  });

  const ELSEWHERE = [
    "https://example.com/",
    "//example.com",
    "/account?x",
    "/sign-out",
    "/administrator",
    "__proto__",
  ];
  for (const returnTo of ELSEWHERE) {
    test(`a sign-in never leads to ${returnTo}`, async () => {
      const { headers } = await signIn({ ...theseus, returnTo });
      assert.equal(headers.get("location"), "/account");
    });
  }

  const WRONG = [
    ["a wrong password", { ...theseus, password: "Wrong1234" }, 401],
    ["an unknown user", { ...theseus, username: "minos" }, 401],
    ["no password", { username: "theseus" }, 400],
    ["nothing", {}, 400],
    ["other fields", { "password[length]": "10", "username[]": "theseus" }, 400],
  ];
  for (const [title, fields, expected] of WRONG) {
    test(`${title}: the form again, with the reason and without a cookie`, async () => {
      const { status, headers, text } = await signIn(fields);
      assert.equal(status, expected);
      assert.equal(headers.get("set-cookie"), null);
      assert.match(text, /<p class="problem" role="alert">[^<]+<\/p>/);
      assert.doesNotMatch(text, /Wrong1234/);
    });
  }

  test("the form does not tell whether a user exists", async () => {
    const wrong = await signIn({ ...theseus, password: "Wrong1234" });
    const unknown = await signIn({ username: "minos", password: "Wrong1234" });
    assert.equal(unknown.text.replace("minos", "theseus"), wrong.text);
  });

  test("too many sign-ins are answered with when to try again", async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      site.pool.failNext("AdminInitiateAuth", "TooManyRequestsException", "Rate exceeded");
    }
    const { status, headers } = await signIn(theseus);
    assert.equal(status, 429);
    assert.ok(Number(headers.get("retry-after")) >= 1);
  });

  test("if Cognito fails, its answer and its address are not shown", async () => {
    site.pool.failNext("AdminInitiateAuth", "AccessDeniedException", "User: arn:aws:iam::1:user/x");
    const { status, text } = await signIn(theseus);
    assert.equal(status, 500);
    assert.doesNotMatch(text, /arn:aws|127\.0\.0\.1|AccessDenied/);
  });
});

describe("requests of other sites", () => {
  const own = () => ({ origin: site.origin });
  const ROWS = [
    ["a program", () => ({}), true],
    ["a page of the site", () => ({ ...own(), "sec-fetch-site": "same-origin" }), true],
    ["a page of the site, in an older browser", own, true],
    [
      "another site",
      () => ({ origin: "https://example.com", "sec-fetch-site": "cross-site" }),
      false,
    ],
    ["another site, in an older browser", () => ({ origin: "https://example.com" }), false],
    ["another sub-domain", () => ({ "sec-fetch-site": "same-site" }), false],
    ["a sandboxed frame", () => ({ origin: "null" }), false],
    ["another scheme", () => ({ origin: site.origin.replace("http:", "https:") }), false],
    ["another port", () => ({ origin: "http://127.0.0.1:1" }), false],
    ["a host that begins with ours", () => ({ origin: `${site.origin}.example.com` }), false],
  ];
  const FORMS = [
    ["/sign-in", new URLSearchParams(theseus).toString(), undefined],
    ["/sign-out", "", undefined],
    ["/account", "note=forged", "theseus"],
  ];
  for (const [path, body, user] of FORMS) {
    for (const [from, headers, passes] of ROWS) {
      test(`POST ${path} from ${from} ${passes ? "passes" : "is refused"}`, async () => {
        const token = user && site.pool.idToken(user);
        const answer = await site.ask("POST", path, {
          type: FORM,
          token,
          headers: headers(),
          body,
        });
        assert.equal(answer.status, passes ? 303 : 403);
        if (!passes) assert.equal(answer.headers.get("set-cookie"), null);
      });
    }
  }

  test("the API refuses them too, and says so as JSON", async () => {
    const token = site.pool.idToken("theseus");
    const headers = { "sec-fetch-site": "same-site" };
    const options = { type: JSON_TYPE, token, headers, body: '{"note":"forged"}' };
    const { status, text } = await site.ask("POST", "/api/notes", options);
    assert.equal(status, 403);
    assert.equal(JSON.parse(text).error, "invalid_request");
  });
});

describe("notes", () => {
  test("the API keeps them by user, with the token in the header or in the cookie", async () => {
    const headers = { authorization: `Bearer ${site.pool.idToken("ariadne")}` };
    const body = JSON.stringify({ note: "Take the thread" });
    const added = await site.ask("POST", "/api/notes", { type: JSON_TYPE, headers, body });
    assert.equal(added.status, 201);
    const token = site.pool.idToken("ariadne");
    const { text } = await site.ask("GET", "/api/notes", { token });
    assert.deepEqual(JSON.parse(text), { notes: ["Take the thread"] });
    const other = await site.ask("GET", "/api/notes", { token: site.pool.idToken("minos") });
    assert.deepEqual(JSON.parse(other.text), { notes: [] });
  });

  test("HTML in a note, or in what is repeated, is shown as text", async () => {
    const evil = `"><script>alert('&')</script>`;
    const escaped = "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;";
    const token = site.pool.idToken("theseus");
    const body = new URLSearchParams({ note: evil }).toString();
    await site.ask("POST", "/account", { type: FORM, token, body });
    const pages = [
      await site.ask("GET", "/account", { token }),
      await signIn({ username: evil, password: "x" }),
      await site.ask("GET", "/account", { token: site.pool.idToken(evil) }),
    ];
    for (const { text } of pages) {
      assert.ok(text.includes(escaped));
      assert.ok(!text.includes("<script"));
    }
  });

  const long = "x".repeat(20_000);
  const WRONG = [
    ["no JSON", JSON_TYPE, '{"note":', 400],
    ["null", JSON_TYPE, "null", 400],
    ["a list", JSON_TYPE, "[]", 400],
    ["a text", JSON_TYPE, '"note"', 400],
    ["no note", JSON_TYPE, "{}", 400],
    ["a note that is an object", JSON_TYPE, '{"note":{"__proto__":"x"}}', 400],
    ["a blank note", JSON_TYPE, '{"note":"  "}', 400],
    ["a long note", JSON_TYPE, JSON.stringify({ note: long.slice(0, 201) }), 400],
    ["a long body", JSON_TYPE, JSON.stringify({ note: long }), 413],
    ["a form", FORM, "note=x", 415],
  ];
  for (const [title, type, body, expected] of WRONG) {
    test(`the API refuses ${title}`, async () => {
      const token = site.pool.idToken("theseus");
      const { status, text } = await site.ask("POST", "/api/notes", { type, token, body });
      assert.equal(status, expected);
      assert.equal(JSON.parse(text).error, "invalid_request");
    });
  }

  test("the page refuses what the API refuses", async () => {
    const token = site.pool.idToken("theseus");
    const ask = (type, body) => site.ask("POST", "/account", { type, token, body });
    assert.equal((await ask(FORM, "")).status, 400);
    assert.equal((await ask(FORM, `note=${long}`)).status, 413);
    assert.equal((await ask(JSON_TYPE, '{"note":"x"}')).status, 415);
  });
});

describe("outage", () => {
  test("without keys, pages and the API answer 503, and the public page stays", async () => {
    // Keys are kept for a day: the outage must begin before the first token.
    const other = await startSite();
    try {
      other.pool.down("keys");
      const token = other.pool.idToken("theseus");
      for (const path of ["/account", "/admin", "/api/notes"]) {
        const { status, headers, text } = await other.ask("GET", path, { token });
        assert.equal(status, 503);
        assert.ok(Number(headers.get("retry-after")) >= 1);
        assert.doesNotMatch(text, /127\.0\.0\.1/);
      }
      assert.equal((await other.ask("GET", "/", { token })).status, 200);
      assert.equal((await other.ask("GET", "/account")).status, 401);
      // The API's refusal is sent by auth.middleware.
      assert.deepEqual(other.logged, Array(3).fill("keys-unavailable"));
    } finally {
      await other.stop();
    }
  });

  test("a body that breaks off is the client's fault, and nothing for the operator", async () => {
    let breakOff;
    const reading = new Promise((resolve) => {
      const server = http.createServer((request) => {
        resolve(readForm(request).finally(() => server.close()));
        breakOff();
      });
      server.listen(0, "127.0.0.1", () => {
        const socket = net.connect(server.address().port, "127.0.0.1");
        breakOff = () => socket.destroy();
        const head = ["POST / HTTP/1.1", "host: x", `content-type: ${FORM}`, "content-length: 9"];
        socket.write(`${head.join("\r\n")}\r\n\r\nnote=`);
      });
    });
    await assert.rejects(reading, HttpError);
  });

  test("a request that breaks off in its body does not disturb others", async () => {
    const socket = net.connect(site.port, "127.0.0.1");
    const token = site.pool.idToken("theseus");
    const head = [
      "POST /account HTTP/1.1",
      "host: 127.0.0.1",
      `cookie: ${COOKIE}=${token}`,
      `content-type: ${FORM}`,
      "content-length: 100",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\nnote=`);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.end(() => socket.destroy());
    await closed;
    assert.equal((await site.ask("GET", "/account", { token })).status, 200);
  });
});
