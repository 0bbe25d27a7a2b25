"use strict";

// Sign-ins of several steps, by the real server with its two processes, in front of a test pool. Run it with
// `node --test examples/web-app/steps.test.js`.

const assert = require("node:assert/strict");
const { after, before, describe, test } = require("node:test");
const { ATTEMPTS, NAMES, createGuesses } = require("./guesses");
const { SIGNED_IN, alertOf, createBrowser, titleOf } = require("./for-tests/browser");
const { startServer } = require("./for-tests/server");

const SEED = "JBSWY3DPEHPK3PXP";
const USERS = [
  { username: "minos", temporaryPassword: "Temporary1" },
  ...["daedalus", "icarus", "pasiphae", "talos", "rhadamanthys"].map((username) => ({
    username,
    password: "Labyrinth1",
    totpSecret: SEED,
  })),
];

let site;
let pool;
before(async () => {
  site = await startServer({
    users: USERS,
    mfa: "ON",
    refreshTokenRotation: { retryGracePeriodSeconds: 0 },
  });
  ({ pool } = site);
});
after(() => site.stop());

const openBrowser = () => createBrowser(() => site.url);

describe("an invited user", () => {
  const browser = openBrowser();

  test("chooses a password, sets up an authenticator app, and is signed in, by both processes", async () => {
    const { status, text } = await browser.signIn("minos", "Temporary1");
    assert.equal(status, 200);
    assert.match(text, /name="answer" type="password"/);
    assert.deepEqual([...browser.jar.keys()], ["__Host-challenge", "__Host-binding"]);
    const short = await browser.answer("short");
    assert.equal(short.status, 400);
    assert.equal(titleOf(short), "Choose a password");
    assert.equal(titleOf(await browser.answer("Labyrinth2")), "Set up a second factor");
    const setUp = await browser.answer("SOFTWARE_TOKEN_MFA");
    assert.match(setUp.text, /href="otpauth:\/\/totp\/[^"]*secret=/);
    const wrong = await browser.answer("000000");
    assert.equal(wrong.status, 400);
    assert.equal(titleOf(wrong), "Set up a second factor");
    const done = await browser.answer(pool.totp("minos"));
    assert.deepEqual([done.status, done.location], [303, "/account"]);
    assert.deepEqual([...browser.jar.keys()], SIGNED_IN);
    assert.match((await browser.ask("GET", "/account")).text, /<span id="user">minos<\/span>/);
    assert.deepEqual([...new Set(browser.processes)].sort(), ["1", "2"]);
  });

  test("signs out, at Cognito too, and in again with the app's code", async () => {
    const refreshToken = browser.jar.get("__Host-refresh-token");
    const { location } = await browser.ask("POST", "/sign-out");
    assert.equal(location, "/");
    assert.equal(browser.jar.size, 0);
    const { operation, body } = pool.requests.at(-1);
    assert.deepEqual([operation, body.Token], ["RevokeToken", refreshToken]);
    pool.advance(30);
    assert.equal(titleOf(await browser.signIn("minos", "Labyrinth2")), "Enter the code");
    assert.equal((await browser.answer(pool.totp("minos"))).status, 303);
    assert.deepEqual([...browser.jar.keys()], SIGNED_IN);
  });
});

describe("a second factor", () => {
  test("after a wrong code, another one", async () => {
    const browser = openBrowser();
    await browser.signIn("daedalus");
    const wrong = await browser.answer("000000");
    assert.equal(wrong.status, 400);
    assert.equal(alertOf(wrong), "The code is wrong");
    assert.equal((await browser.answer("")).status, 400);
    assert.equal((await browser.answer(pool.totp("daedalus"))).status, 303);
  });

  test("too late: from the beginning", async () => {
    const browser = openBrowser();
    await browser.signIn("daedalus");
    pool.advance(300);
    const { status, text } = await browser.answer(pool.totp("daedalus"));
    assert.equal(status, 401);
    assert.match(text, /name="password"/);
    assert.equal(browser.jar.size, 0);
  });

  const OTHERS = {
    "in another browser": ({ jar }) => jar.set("__Host-binding", "another"),
    "changed on the way": ({ jar }) =>
      jar.set("__Host-challenge", `${jar.get("__Host-challenge")}A`),
    "without a sign-in": ({ jar }) => jar.clear(),
  };
  for (const [title, change] of Object.entries(OTHERS)) {
    test(`${title}: from the beginning`, async () => {
      const browser = openBrowser();
      await browser.signIn("icarus");
      change(browser);
      const sent = pool.requests.length;
      const { status, text } = await browser.answer(pool.totp("icarus"));
      assert.equal(status, 400);
      assert.match(text, /This sign-in cannot go on/);
      assert.equal(pool.requests.length, sent);
      assert.equal(browser.jar.size, 0);
    });
  }

  test("guesses are limited by user name, over both processes and all browsers", async () => {
    const statuses = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 2) {
      const browser = openBrowser();
      statuses.push(
        (await browser.signIn("talos")).status,
        (await browser.answer("000000")).status,
      );
    }
    // Cognito's own lock-out may begin earlier.
    assert.deepEqual(statuses.slice(0, 4), [200, 400, 200, 400]);
    const sent = pool.requests.length;
    const { status } = await openBrowser().signIn("talos");
    assert.equal(status, 429);
    assert.equal(pool.requests.length, sent);
    assert.notEqual((await openBrowser().signIn("pasiphae")).status, 429);
  });
});

describe("the limit on guesses", () => {
  const block = (guesses, name) => {
    for (let count = 0; count < ATTEMPTS; count += 1) guesses.count(name);
  };

  test("counts a name however it is written, and not for longer than a quarter of an hour", () => {
    let time = 0;
    const guesses = createGuesses({ now: () => time });
    block(guesses, "Talos");
    assert.equal(guesses.count("TALOS"), 900);
    assert.equal(guesses.count("minos"), 0);
    time = 900_000;
    assert.equal(guesses.count("talos"), 0);
  });

  test("does not end because somebody signs in whose name differs by its case or its Unicode form", () => {
    const guesses = createGuesses();
    for (const [name, other] of [
      ["talos", "TALOS"],
      ["andr\u00e9", "andre\u0301"],
    ]) {
      block(guesses, name);
      guesses.forget(other);
      assert.ok(guesses.count(name) > 0, name);
      guesses.forget(name);
      assert.equal(guesses.count(name), 0, name);
    }
  });

  test("does not end because there are many other names, not even if it blocks nobody yet", () => {
    const guesses = createGuesses();
    block(guesses, "talos");
    for (let count = 0; count < NAMES + 10; count += 1) guesses.count(`name ${count}`);
    assert.ok(guesses.count("talos") > 0);
  });

  test("remembers the names of the last quarter of an hour, and no more than it has room for", () => {
    let time = 0;
    const guesses = createGuesses({ now: () => time });
    for (let count = 0; count < NAMES; count += 1) block(guesses, `name ${count}`);
    assert.equal(guesses.count("talos"), 0);
    assert.equal(guesses.count("name 0"), 0, "the oldest has made room");
    assert.equal(guesses.count("name 2"), 900);
    time = 900_000;
    block(guesses, "minos");
    assert.equal(guesses.count("minos"), 900);
  });
});

describe("tokens that have expired", () => {
  test("are replaced by the refresh token", async () => {
    const browser = openBrowser();
    await browser.signIn("rhadamanthys");
    await browser.answer(pool.totp("rhadamanthys"));
    const before = browser.jar.get("__Host-refresh-token");
    browser.jar.set("__Host-id-token", pool.expiredToken("rhadamanthys"));
    assert.equal((await browser.ask("GET", "/account")).status, 200);
    assert.notEqual(browser.jar.get("__Host-refresh-token"), before);
  });

  test("stay while Cognito refuses too many requests", async () => {
    const browser = openBrowser();
    browser.jar.set("__Host-refresh-token", "no.refresh.token");
    pool.down("GetTokensFromRefreshToken", 429);
    assert.equal((await browser.ask("GET", "/account")).status, 401);
    assert.equal(browser.jar.size, 1);
    pool.up();
  });

  test("and of a user who has been signed out elsewhere: the form", async () => {
    const browser = openBrowser();
    browser.jar.set("__Host-refresh-token", "no.refresh.token");
    assert.equal((await browser.ask("GET", "/account")).status, 401);
    assert.equal(browser.jar.size, 0);
  });
});
