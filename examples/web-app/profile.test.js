"use strict";

// The profile, by the real server with its two processes, in front of a test pool. Run it with
// `node --test examples/web-app/profile.test.js`.

const assert = require("node:assert/strict");
const { after, before, describe, test } = require("node:test");
const { ATTEMPTS } = require("./guesses");
const { SIGNED_IN, alertOf, titleOf } = require("./for-tests/browser");
const { noticeOf, startServer } = require("./for-tests/server");

const PASSWORD = "Labyrinth1";
const EVIL = `"><script>alert('&')</script>`;
const ESCAPED = "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;";
const NAMES =
  "theseus ariadne minos daedalus icarus talos phaedra glaucus aegeus pasiphae europa".split(" ");

let site;
before(async () => {
  const users = NAMES.map((username) => ({
    username,
    password: PASSWORD,
    attributes: { email: `${username}@example.com` },
  }));
  site = await startServer({ users, mfa: "OPTIONAL" });
});
after(async () => assert.equal(await site.stop(), ""));

const userOf = (username) => site.pool.users.get(username);
const lastCode = () => site.pool.outbox.at(-1).code;
const wrongCode = () => (lastCode() === "000000" ? "111111" : "000000");

/** A browser of a user who is signed in. */
async function browserOf(username, password = PASSWORD) {
  const browser = site.openBrowser();
  const { status } = await browser.signIn(username, password);
  assert.equal(status, 303);
  return {
    ...browser,
    show: () => browser.ask("GET", "/profile"),
    send: (form, fields = {}, headers) => browser.ask("POST", `/profile/${form}`, fields, headers),
  };
}

const signedOut = ({ jar }) => SIGNED_IN.every((name) => !jar.has(name));

describe("attributes", () => {
  test("are changed, and deleted by an empty field", async () => {
    const browser = await browserOf("theseus");
    const saved = await browser.send("attributes", { name: "Theseus of Athens", nickname: "Tess" });
    assert.deepEqual([saved.status, saved.location], [303, "/profile?notice=saved"]);
    assert.match(noticeOf(await browser.ask("GET", saved.location)), /saved/);
    const page = await browser.show();
    assert.match(page.text, /name="name"[^>]* value="Theseus of Athens"/);
    assert.match(page.text, /<dt>nickname<\/dt><dd>Tess<\/dd>/);
    await browser.send("attributes", { name: "Theseus of Athens", nickname: " " });
    const { name, nickname } = userOf("theseus").attributes;
    assert.deepEqual([name, nickname], ["Theseus of Athens", undefined]);
    assert.deepEqual([...new Set(browser.processes)].sort(), ["1", "2"]);
  });

  test("that the form does not have are not changed", async () => {
    const browser = await browserOf("theseus");
    const forged = { name: "T", nickname: "", email_verified: "true", "custom:role": "admin" };
    assert.equal((await browser.send("attributes", forged)).status, 303);
    assert.deepEqual(userOf("theseus").attributes["custom:role"], undefined);
    const { body } = site.pool.requests.findLast(
      ({ operation }) => operation === "UpdateUserAttributes",
    );
    assert.deepEqual(
      body.UserAttributes.map(({ Name }) => Name),
      ["name", "nickname"],
    );
  });

  test("with HTML are shown as text", async () => {
    userOf("minos").attributes.nickname = EVIL;
    const browser = await browserOf("minos");
    const { text } = await browser.show();
    assert.equal(text.split(ESCAPED).length, 3);
    const failed = await browser.send("delete", { confirm: EVIL });
    for (const page of [text, failed.text]) assert.ok(!page.includes("<script"));
  });

  const WRONG = [
    ["attributes", {}],
    ["attributes", { name: "x".repeat(2049), nickname: "" }],
    ["email", {}],
    ["email", { email: "" }],
    ["email", { email: "no address" }],
    ["email/verify", {}],
    ["password", { oldPassword: PASSWORD }],
    ["password", { password: "New-Labyrinth2" }],
    ["password", { oldPassword: PASSWORD, password: "x".repeat(257) }],
    ["app/confirm", {}],
    ["delete", {}],
    ["delete", { confirm: "theseus" }],
    ["delete", { confirm: "x".repeat(129) }],
  ];
  for (const [form, fields] of WRONG) {
    test(`${form} with ${JSON.stringify(fields).slice(0, 40)}: 400, with the reason`, async () => {
      const browser = await browserOf("minos");
      const before = structuredClone(userOf("minos"));
      const answer = await browser.send(form, fields);
      assert.equal(answer.status, 400);
      assert.notEqual(alertOf(answer), undefined);
      assert.deepEqual(userOf("minos"), before);
      assert.doesNotMatch(answer.text, /type="password"[^>]* value="[^"]/);
    });
  }
});

describe("the e-mail address", () => {
  test("is changed, and verified by a code", async () => {
    const browser = await browserOf("ariadne");
    const changed = await browser.send("email", { email: "ariadne@naxos.example" });
    assert.equal(changed.location, "/profile?notice=email-code");
    assert.match((await browser.show()).text, /It is not verified yet/);
    const wrong = await browser.send("email/verify", { code: wrongCode() });
    assert.equal(wrong.status, 400);
    assert.equal(alertOf(wrong), "The code is wrong");
    const first = lastCode();
    await browser.send("email/code");
    if (first !== lastCode()) {
      assert.equal((await browser.send("email/verify", { code: first })).status, 400);
    }
    const done = await browser.send("email/verify", { code: lastCode() });
    assert.equal(done.location, "/profile?notice=email-verified");
    const { email, email_verified } = userOf("ariadne").attributes;
    assert.deepEqual([email, email_verified], ["ariadne@naxos.example", "true"]);
    assert.doesNotMatch((await browser.show()).text, /profile\/email\/verify/);
  });

  test("a code that is too old", async () => {
    const browser = await browserOf("ariadne");
    await browser.send("email", { email: "ariadne@lemnos.example" });
    const code = lastCode();
    site.pool.advance(24 * 3600);
    // With tokens of the pool's own day.
    const { status, text } = await (await browserOf("ariadne")).send("email/verify", { code });
    assert.equal(status, 400);
    assert.match(text, /The code has expired/);
  });

  for (const [username, form, fields] of [
    ["pasiphae", "email", { email: "other@example.org" }],
    ["europa", "email/code"],
  ]) {
    test(`${form}: the eleventh code is not sent`, async () => {
      const browser = await browserOf(username);
      const sends = /^(?:UpdateUserAttributes|GetUserAttributeVerificationCode)$/;
      const count = () =>
        site.pool.requests.filter(({ operation }) => sends.test(operation)).length;
      const before = count();
      let last;
      for (let attempt = 0; attempt <= ATTEMPTS; attempt += 1) {
        last = await browser.send(form, fields);
      }
      assert.equal(last.status, 429);
      assert.equal(alertOf(last), "There were too many attempts. Please try again later.");
      assert.equal(count() - before, ATTEMPTS);
    });
  }

  test("the eleventh code is not tried, whichever browser sends it", async () => {
    const browser = await browserOf("icarus");
    await browser.send("email", { email: "icarus@sky.example" });
    const statuses = [];
    for (let count = 0; count < ATTEMPTS; count += 1) {
      statuses.push((await browser.send("email/verify", { code: wrongCode() })).status);
    }
    // The pool itself takes five in an hour.
    assert.deepEqual(statuses.slice(0, 5), Array(5).fill(400));
    const sent = site.pool.requests.filter(({ operation }) => operation === "VerifyUserAttribute");
    const answer = await browser.send("email/verify", { code: lastCode() });
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers.get("retry-after")) > 0);
    assert.match(alertOf(answer), /too many attempts/);
    assert.equal(
      site.pool.requests.filter(({ operation }) => operation === "VerifyUserAttribute").length,
      sent.length,
    );
  });
});

describe("the password", () => {
  test("is changed with the present one", async () => {
    const browser = await browserOf("daedalus");
    const change = (oldPassword, password) => browser.send("password", { oldPassword, password });
    const wrong = await change("Wrong-Labyrinth1", "New-Labyrinth2");
    assert.equal(wrong.status, 401);
    assert.equal(alertOf(wrong), "The present password is wrong.");
    assert.equal(titleOf(wrong), "Your profile");
    const weak = await change(PASSWORD, "short");
    assert.equal(weak.status, 400);
    assert.match(alertOf(weak), /password/i);
    for (const { text } of [wrong, weak]) {
      assert.doesNotMatch(text, /Wrong-Labyrinth1|New-Labyrinth2|value="short"/);
    }
    assert.equal(
      (await change(PASSWORD, "New-Labyrinth2")).location,
      "/profile?notice=password-changed",
    );
    assert.equal((await site.openBrowser().signIn("daedalus")).status, 401);
    await browserOf("daedalus", "New-Labyrinth2");
  });
});

describe("the authenticator app", () => {
  test("is set up, asked for at the next sign-in, and turned off", async () => {
    const browser = await browserOf("talos");
    const setUp = await browser.send("app");
    assert.equal(setUp.status, 200);
    assert.match(setUp.text, /href="otpauth:\/\/totp\/[^"]*secret=/);
    const [, secret] = /id="secret">([A-Z2-7]+)</.exec(setUp.text);
    const wrong = await browser.send("app/confirm", { code: "000000" });
    assert.equal(wrong.status, 400);
    assert.equal(alertOf(wrong), "The code is wrong");
    assert.ok(!wrong.text.includes(secret));
    const on = await browser.send("app/confirm", { code: site.pool.totp("talos") });
    assert.equal(on.location, "/profile?notice=app-on");
    assert.match((await browser.show()).text, /We ask for its code/);

    site.pool.advance(30);
    const other = site.openBrowser();
    assert.equal(titleOf(await other.signIn("talos")), "Enter the code");
    assert.equal((await other.answer(site.pool.totp("talos"))).status, 303);

    assert.equal((await browser.send("app/off")).location, "/profile?notice=app-off");
    assert.equal((await site.openBrowser().signIn("talos")).location, "/account");
  });

  test("a code without an app: the reason", async () => {
    const browser = await browserOf("talos");
    const { status } = await browser.send("app/confirm", { code: "000000" });
    assert.equal(status, 400);
  });
});

describe("the end of a session", () => {
  test("signing out everywhere ends it in all browsers", async () => {
    const one = await browserOf("phaedra");
    const other = await browserOf("phaedra");
    const { status, location } = await one.send("sign-out");
    assert.deepEqual([status, location], [303, "/sign-in?notice=signed-out"]);
    assert.ok(signedOut(one));
    // Its ID token is still good, but Cognito takes the access token no more.
    const refused = await other.show();
    assert.equal(refused.status, 401);
    assert.equal(titleOf(refused), "Please sign in");
    assert.match(refused.text, /name="returnTo" value="\/profile"/);
    assert.ok(signedOut(other));
  });

  test("a deleted account: with the user name, and with the notes", async () => {
    const browser = await browserOf("glaucus");
    const other = await browserOf("glaucus");
    await browser.ask("POST", "/account", { note: "a note of mine" });
    assert.match((await browser.ask("GET", "/account")).text, /a note of mine/);
    const wrong = await browser.send("delete", { confirm: "theseus" });
    assert.equal(wrong.status, 400);
    assert.equal(alertOf(wrong), "This is not your user name. Nothing was deleted.");
    const { location } = await browser.send("delete", { confirm: "glaucus" });
    assert.equal(location, "/sign-in?notice=account-deleted");
    assert.ok(signedOut(browser));
    assert.equal(site.pool.users.has("glaucus"), false);
    assert.doesNotMatch((await other.ask("GET", "/account")).text, /a note of mine/);
    assert.equal((await other.show()).status, 401);
    assert.ok(signedOut(other));
  });

  test("a user who must choose a new password gets the sign-in form, which leads to the new password", async () => {
    const browser = await browserOf("minos");
    userOf("minos").status = "RESET_REQUIRED";
    site.pool.failNext("GetUser", "PasswordResetRequiredException", "Password reset required");
    const refused = await browser.show();
    assert.equal(refused.status, 401);
    assert.ok(signedOut(browser));
    assert.match((await browser.signIn("minos")).location, /^\/reset\?/);
    userOf("minos").status = "CONFIRMED";
  });

  test("a user who is disabled meanwhile gets the sign-in form", async () => {
    const browser = await browserOf("aegeus");
    userOf("aegeus").enabled = false;
    const again = site.openBrowser();
    for (const [name, value] of browser.jar) again.jar.set(name, value);
    const page = await again.ask("GET", "/profile?notice=saved");
    assert.match(page.text, /name="returnTo" value="\/profile"/);
    const refused = await browser.send("attributes", { name: "A", nickname: "" });
    assert.equal(refused.status, 401);
    assert.equal(titleOf(refused), "Please sign in");
    assert.ok(signedOut(browser));
  });
});

describe("tokens", () => {
  const FORMS = [
    ["GET", "/profile"],
    ["POST", "/profile/attributes", { name: "Forged", nickname: "" }],
    ["POST", "/profile/delete", { confirm: "theseus" }],
    ["POST", "/profile/sign-out", {}],
  ];
  const CASES = {
    "none at all": () => ({}),
    "no access token": () => ({ "__Host-id-token": site.pool.idToken("theseus") }),
    "no ID token": () => ({ "__Host-access-token": site.pool.accessToken("theseus") }),
    "the access token of another user": () => ({
      "__Host-id-token": site.pool.idToken("theseus"),
      "__Host-access-token": site.pool.accessToken("minos"),
    }),
    "an ID token in the place of the access token": () => ({
      "__Host-id-token": site.pool.idToken("theseus"),
      "__Host-access-token": site.pool.idToken("theseus"),
    }),
    // The pool's clock has been moved by a day, that of the site has not.
    "an access token that has expired": () => ({
      "__Host-id-token": site.pool.idToken("theseus"),
      "__Host-access-token": site.pool.accessToken("theseus", { expiresIn: -48 * 3600 }),
    }),
  };
  for (const [title, cookies] of Object.entries(CASES)) {
    test(`${title}: the sign-in form, and nothing is done`, async () => {
      for (const [method, path, fields] of FORMS) {
        const browser = site.openBrowser();
        for (const [name, value] of Object.entries(cookies())) browser.jar.set(name, value);
        const sent = site.pool.requests.length;
        const answer = await browser.ask(method, path, fields);
        assert.equal(answer.status, 401, path);
        assert.equal(titleOf(answer), "Please sign in");
        assert.match(answer.text, /name="returnTo" value="\/profile"/);
        assert.equal(site.pool.requests.length, sent);
      }
    });
  }

  test("that have expired are replaced, for a form too", async () => {
    const browser = await browserOf("theseus");
    for (const name of ["__Host-id-token", "__Host-access-token"]) browser.jar.delete(name);
    const { location } = await browser.send("attributes", { name: "Fresh", nickname: "" });
    assert.equal(location, "/profile?notice=saved");
    assert.equal(userOf("theseus").attributes.name, "Fresh");
    assert.ok(SIGNED_IN.every((name) => browser.jar.has(name)));
  });
});

describe("forms of other sites", () => {
  const NAMES_OF_FORMS =
    "attributes email email/code email/verify password app app/confirm app/off sign-out delete";
  for (const name of NAMES_OF_FORMS.split(" ")) {
    test(`${name} is refused`, async () => {
      const browser = await browserOf("theseus");
      const sent = site.pool.requests.length;
      for (const headers of [
        { origin: "https://example.com" },
        { "sec-fetch-site": "same-site" },
      ]) {
        const { status } = await browser.send(name, { confirm: "theseus" }, headers);
        assert.equal(status, 403);
      }
      assert.equal(site.pool.requests.length, sent);
    });
  }
});
