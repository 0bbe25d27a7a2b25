"use strict";

// The pages of passkeys, in front of a test pool. Run it with `node --test examples/web-app/passkeys.test.js`.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { after, before, beforeEach, describe, test } = require("node:test");
const { SIGNED_IN, alertOf, optionsOf, titleOf } = require("./for-tests/browser");
const { createPasskey } = require("./for-tests/passkey");
const { startSite } = require("./for-tests/site");

const PASSWORD = "Labyrinth1";
const [ID, ACCESS, REFRESH] = SIGNED_IN;

let site;
before(async () => {
  site = await startSite({
    passkeys: { relyingPartyId: "localhost" },
    users: [{ username: "ariadne", password: PASSWORD }],
  });
});
after(async () => {
  await site.stop();
  assert.deepEqual(site.logged, []);
});

let browser;
beforeEach(async () => {
  site.pool.users.get("ariadne").passkeys = [];
  browser = site.openBrowser();
  await browser.signIn("ariadne", PASSWORD);
});

const namesOf = ({ text }) =>
  [...text.matchAll(/<span>([^<]*)<\/span>, added on/g)].map(([, name]) => name);
const ids = () => site.pool.users.get("ariadne").passkeys.map(({ id }) => id);
const start = async () => optionsOf(await browser.ask("POST", "/passkeys/new", {}));
const add = (credential) => browser.ask("POST", "/passkeys", { credential });

/** Adds a passkey to the account, and gives its id. */
async function addPasskey() {
  const passkey = createPasskey(site);
  const { status, location } = await add(JSON.stringify(passkey.create(await start())));
  assert.deepEqual([status, location], [303, "/passkeys"]);
  return passkey.registered.id;
}

describe("a signed-in user", () => {
  test("adds passkeys, sees them, and deletes one", async () => {
    assert.deepEqual(namesOf(await browser.ask("GET", "/passkeys")), []);
    const [first, second] = [await addPasskey(), await addPasskey()];
    assert.deepEqual(ids(), [first, second]);
    const page = await browser.ask("GET", "/passkeys");
    assert.deepEqual(namesOf(page), ["Passkey 1", "Passkey 2"]);
    assert.ok(page.text.includes(`value="${first}"`));
    const { status, location } = await browser.ask("POST", "/passkeys/delete", { id: first });
    assert.deepEqual([status, location], [303, "/passkeys"]);
    assert.deepEqual(namesOf(await browser.ask("GET", "/passkeys")), ["Passkey 2"]);
  });

  test("is asked for one that the device has not", async () => {
    const id = await addPasskey();
    const { excludeCredentials } = await start();
    assert.deepEqual(
      excludeCredentials.map((one) => one.id),
      [id],
    );
  });

  test("cannot add more than Cognito keeps", async () => {
    const { registered } = createPasskey(site);
    const all = Array.from({ length: 20 }, (_, index) => ({
      ...registered,
      id: `passkey${index}`,
    }));
    site.pool.users.get("ariadne").passkeys = all;
    const full = await browser.ask("GET", "/passkeys");
    assert.equal(namesOf(full).length, 20);
    assert.ok(!full.text.includes("/passkeys/new"));
    assert.equal((await browser.ask("POST", "/passkeys/new", {})).status, 429);
    all.pop();
    assert.ok((await browser.ask("GET", "/passkeys")).text.includes("/passkeys/new"));
  });

  test("sees a name as text", async () => {
    const name = `"><script>alert('&')</script>`;
    const passkey = { ...createPasskey(site).registered, name };
    site.pool.users.get("ariadne").passkeys = [passkey];
    const { text } = await browser.ask("GET", "/passkeys");
    assert.ok(text.includes("&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)"));
    assert.ok(!text.includes("<script>"));
  });

  test("gets options as text, whatever the user name is", async () => {
    const username = `<b>'"&`;
    site.pool.addUser({ username, password: PASSWORD });
    await browser.signIn(username, PASSWORD);
    const page = await browser.ask("POST", "/passkeys/new", {});
    assert.equal(optionsOf(page).user.name, username);
    assert.ok(!page.text.includes("<b>"));
  });
});

describe("what is no passkey", () => {
  const CREDENTIALS = {
    nothing: () => "",
    "no JSON": () => "a passkey",
    null: () => "null",
    "a list": () => "[]",
    "an empty object": () => "{}",
    "nested deeply": () => `${'{"a":'.repeat(500)}1${"}".repeat(500)}`,
    "another origin's": (options) =>
      createPasskey({ origin: "https://example.com" }).create(options),
    "another domain's": (options) =>
      createPasskey({ ...site, relyingPartyId: "example.com" }).create(options),
    "one for another challenge": () =>
      createPasskey(site).create({ challenge: "AAAAAAAAAAAAAAAAAAAAAA" }),
    "a sign-in": (options) => createPasskey(site).get(options),
  };
  for (const [title, make] of Object.entries(CREDENTIALS)) {
    test(`${title}: the list with the reason, and another try`, async () => {
      const given = make(await start());
      const page = await add(typeof given === "string" ? given : JSON.stringify(given));
      assert.deepEqual([page.status, titleOf(page)], [400, "Your passkeys"]);
      assert.equal(alertOf(page), "This passkey was not accepted. You can try again.");
      assert.deepEqual(ids(), []);
      await addPasskey();
    });
  }

  test("no field at all, another type, and a megabyte", async () => {
    assert.equal((await browser.ask("POST", "/passkeys", { other: "{}" })).status, 400);
    const json = { "content-type": "application/json" };
    assert.equal((await browser.ask("POST", "/passkeys", { a: "" }, json)).status, 415);
    assert.equal((await add("x".repeat(1_000_000))).status, 413);
    assert.deepEqual(ids(), []);
  });

  test("the same one twice", async () => {
    const credential = JSON.stringify(createPasskey(site).create(await start()));
    assert.equal((await add(credential)).status, 303);
    assert.equal((await add(credential)).status, 400);
    assert.equal(ids().length, 1);
  });

  test("one that was made too late", async () => {
    const credential = JSON.stringify(createPasskey(site).create(await start()));
    site.pool.advance(180);
    assert.equal((await add(credential)).status, 400);
    assert.deepEqual(ids(), []);
  });
});

describe("deleting", () => {
  for (const [title, fields, status] of [
    ["a passkey that is not there", { id: "AAAA" }, 404],
    ["nothing", { id: "" }, 400],
    ["no field", {}, 400],
    ["a long text", { id: "x".repeat(10_000) }, 404],
  ]) {
    test(`${title}: the list with the reason`, async () => {
      await addPasskey();
      const page = await browser.ask("POST", "/passkeys/delete", fields);
      assert.deepEqual([page.status, titleOf(page)], [status, "Your passkeys"]);
      assert.ok(alertOf(page).length > 0);
      assert.deepEqual(namesOf(page), ["Passkey 1"]);
    });
  }

  test("another user's passkey", async () => {
    const id = await addPasskey();
    site.pool.addUser({ username: "phaedra", password: PASSWORD });
    const other = site.openBrowser();
    await other.signIn("phaedra", PASSWORD);
    assert.equal((await other.ask("POST", "/passkeys/delete", { id })).status, 404);
    assert.deepEqual(ids(), [id]);
  });
});

describe("who gets there", () => {
  const REQUESTS = [
    "GET /passkeys",
    "POST /passkeys",
    "POST /passkeys/new",
    "POST /passkeys/delete",
  ];
  const askFor = (request) => {
    const [method, route] = request.split(" ");
    return browser.ask(method, route, method === "POST" ? {} : undefined);
  };

  // By a clock that other tests have advanced.
  const expired = () => site.pool.accessToken("ariadne", { expiresIn: -1_000 });
  const questions = () => site.pool.requests.filter(({ operation }) => operation !== "keys");
  const COOKIES = {
    "no cookie": (jar) => jar.clear(),
    "the ID token alone": (jar) => {
      jar.delete(ACCESS);
      jar.delete(REFRESH);
    },
    "the access token alone": (jar) => {
      jar.delete(ID);
      jar.delete(REFRESH);
    },
    "an ID token as the access token": (jar) => {
      jar.set(ACCESS, jar.get(ID));
      jar.delete(REFRESH);
    },
    "an access token that has expired, and no refresh token": (jar) => {
      jar.set(ACCESS, expired());
      jar.delete(REFRESH);
    },
    "another pool's access token": (jar) => {
      jar.set(ACCESS, site.pool.foreignToken("ariadne"));
      jar.delete(REFRESH);
    },
  };
  for (const [title, change] of Object.entries(COOKIES)) {
    test(`${title}: the sign-in form, and Cognito is not asked`, async () => {
      const kept = new Map(browser.jar);
      for (const request of REQUESTS) {
        browser.jar.clear();
        for (const [name, value] of kept) browser.jar.set(name, value);
        change(browser.jar);
        const asked = questions().length;
        const page = await askFor(request);
        assert.deepEqual([page.status, titleOf(page)], [401, "Please sign in"]);
        assert.equal(questions().length, asked);
      }
    });
  }

  for (const [title, change] of Object.entries({
    "has expired": (jar) => jar.set(ACCESS, expired()),
    "is missing": (jar) => jar.delete(ACCESS),
    "has expired with the ID token": (jar) => {
      jar.set(ACCESS, expired());
      jar.set(ID, site.pool.expiredToken("ariadne"));
    },
  })) {
    test(`an access token that ${title} is replaced by the refresh token`, async () => {
      change(browser.jar);
      const before = browser.jar.get(ACCESS);
      assert.equal((await browser.ask("GET", "/passkeys")).status, 200);
      assert.notEqual(browser.jar.get(ACCESS), before);
      await addPasskey();
    });
  }

  test("new tokens reach the browser, also if the request fails then", async () => {
    // The old refresh token is worth nothing from now on.
    const rotating = await startSite({
      passkeys: { relyingPartyId: "localhost" },
      users: [{ username: "ariadne", password: PASSWORD }],
      refreshTokenRotation: { retryGracePeriodSeconds: 0 },
    });
    try {
      const other = rotating.openBrowser();
      await other.signIn("ariadne", PASSWORD);
      for (const credential of ["x".repeat(20_000), "{}"]) {
        const before = new Map(other.jar);
        other.jar.delete(ACCESS);
        const { status } = await other.ask("POST", "/passkeys", { credential });
        assert.ok([400, 413].includes(status));
        for (const name of SIGNED_IN) assert.notEqual(other.jar.get(name), before.get(name), name);
      }
      assert.equal((await other.ask("GET", "/passkeys")).status, 200);
    } finally {
      await rotating.stop();
    }
  });

  test("a user who has signed out everywhere: the sign-in form, and the cookies are gone", async () => {
    await site.auth.account(browser.jar.get(ACCESS)).signOutEverywhere();
    for (const request of REQUESTS) {
      const page = await askFor(request);
      assert.deepEqual([page.status, titleOf(page)], [401, "Please sign in"]);
      assert.equal(browser.jar.size, 0);
    }
  });

  test("no form of another site", async () => {
    const id = await addPasskey();
    for (const headers of [{ "sec-fetch-site": "same-site" }, { origin: "https://example.com" }]) {
      const { status } = await browser.ask("POST", "/passkeys/delete", { id }, headers);
      assert.equal(status, 403);
      assert.equal((await browser.ask("POST", "/passkeys/new", {}, headers)).status, 403);
      assert.equal((await browser.ask("POST", "/passkeys", {}, headers)).status, 403);
    }
    assert.deepEqual(ids(), [id]);
  });
});

describe("the script", () => {
  test("is a file of the site, and pages have no other", async () => {
    const { status, headers, text } = await browser.ask("GET", "/passkeys.js");
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), "text/javascript; charset=utf-8");
    assert.equal(text, fs.readFileSync(path.join(__dirname, "passkeys.browser.js"), "utf8"));
    const page = await browser.ask("POST", "/passkeys/new", {});
    assert.deepEqual(page.text.match(/<script[^>]*>/g), ['<script src="/passkeys.js" defer>']);
    assert.doesNotMatch(page.text, /\son\w+=|style=/);
  });

  test("is missed by the page, which says so until it runs", async () => {
    const page = await browser.ask("POST", "/passkeys/new", {});
    assert.match(alertOf(page), /^Passkeys need JavaScript/);
    assert.match(page.text, /<button disabled>Create the passkey<\/button>/);
  });
});
