"use strict";

// Registration and forgotten passwords, by the real server with its two processes, in front of a test pool. Run it with
// `node --test examples/web-app/registration.test.js`.

const assert = require("node:assert/strict");
const { after, before, describe, test } = require("node:test");
const { ATTEMPTS } = require("./guesses");
const { SIGNED_IN, alertOf, titleOf } = require("./for-tests/browser");
const { noticeOf, startServer } = require("./for-tests/server");

const PASSWORD = "Labyrinth1";
const userOf = (username, more) => ({
  username,
  password: PASSWORD,
  attributes: { email: `${username}@example.com` },
  ...more,
});
const USERS = [
  ...["theseus", "minos", "daedalus", "icarus", "talos"].map((username) => userOf(username)),
  userOf("disabled", { enabled: false }),
  userOf("reset", { status: "RESET_REQUIRED" }),
  userOf("waiting", { status: "UNCONFIRMED" }),
  userOf("patient", { status: "UNCONFIRMED" }),
];

let site;
before(async () => {
  site = await startServer({ users: USERS, aliases: ["email"] });
});
after(async () => {
  const reasons = [...(await site.stop()).matchAll(/reason: '([^']*)'/g)].map(
    ([, reason]) => reason,
  );
  assert.deepEqual(reasons, ["delivery-failed", "delivery-failed", "aws-credentials"]);
});

const userOfPool = (username) => site.pool.users.get(username);
const codeFor = (username) =>
  site.pool.outbox.findLast((message) => message.username === username)?.code;
const countOf = (operation) =>
  site.pool.requests.filter((one) => one.operation === operation).length;

/** A code that is not the right one. */
const wrongFor = (username) => (codeFor(username) === "000000" ? "111111" : "000000");

const form = (username, more) => ({
  username,
  email: `${username}@example.com`,
  password: PASSWORD,
  ...more,
});

async function register(browser, username, more) {
  return browser.ask("POST", "/register", form(username, more));
}

const LONG = "x".repeat(129);
const EVIL = `"><script>alert('&')</script>`;
const ESCAPED = "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;";

/** What a form shows, without the user name that was typed into it. */
const shownFor = ({ status, location, text }, username) => ({
  status,
  location,
  text: text.replaceAll(username, "NAME"),
});

describe("registration", () => {
  test("with the code, and then a sign-in, by both processes", async () => {
    const browser = site.openBrowser();
    assert.equal(titleOf(await browser.ask("GET", "/register")), "Register");
    const registered = await register(browser, "ariadne");
    assert.equal(registered.status, 303);
    assert.doesNotMatch(registered.location, /ariadne/);
    const page = await browser.ask("GET", registered.location);
    assert.match(noticeOf(page), /We have sent you a code/);
    assert.match(page.text, /name="username"[^>]* value="ariadne"/);

    const wrong = await browser.ask("POST", "/register/code", {
      username: "ariadne",
      code: wrongFor("ariadne"),
    });
    assert.equal(wrong.status, 400);
    assert.match(alertOf(wrong), /wrong or too old/);

    const code = ` ${codeFor("ariadne")} `;
    const confirmed = await browser.ask("POST", "/register/code", { username: "ariadne", code });
    assert.equal(confirmed.status, 303);
    const signIn = await browser.ask("GET", confirmed.location);
    assert.match(noticeOf(signIn), /Your account is confirmed/);
    assert.match(signIn.text, /name="username" value="ariadne"/);
    assert.equal((await browser.signIn("ariadne")).location, "/account");
    assert.deepEqual(
      [...browser.jar.keys()].filter((name) => name !== "__Host-user-name"),
      SIGNED_IN,
    );
    assert.deepEqual([...new Set(browser.processes)].sort(), ["1", "2"]);
  });

  test("another code is sent, and the first one is good no longer", async () => {
    const browser = site.openBrowser();
    await register(browser, "phaedra");
    const first = codeFor("phaedra");
    const { location } = await browser.ask("POST", "/register/resend", { username: "phaedra" });
    assert.equal(location, "/register/code?notice=code-sent");
    const second = codeFor("phaedra");
    const confirm = (code) => browser.ask("POST", "/register/code", { username: "phaedra", code });
    if (first !== second) assert.equal((await confirm(first)).status, 400);
    assert.equal((await confirm(second)).status, 303);
  });

  test("a code that is too old", async () => {
    const browser = site.openBrowser();
    await register(browser, "glaucus");
    site.pool.advance(24 * 3600);
    const code = codeFor("glaucus");
    const { status, text } = await browser.ask("POST", "/register/code", {
      username: "glaucus",
      code,
    });
    assert.equal(status, 400);
    assert.match(text, /wrong or too old/);
  });

  test("a sign-in before the confirmation leads to the code, with the user name", async () => {
    const browser = site.openBrowser();
    const { status, location } = await browser.signIn("waiting");
    assert.deepEqual([status, location], [303, "/register/code?notice=unconfirmed"]);
    const page = await browser.ask("GET", location);
    assert.match(noticeOf(page), /has not been confirmed yet/);
    assert.match(page.text, /value="waiting"/);
  });

  test("a user name that is taken: this is told, and nothing else", async () => {
    const sent = site.pool.outbox.length;
    const taken = await register(site.openBrowser(), "theseus");
    assert.equal(taken.status, 409);
    assert.equal(alertOf(taken), "This user name is taken. Please choose another one.");
    assert.doesNotMatch(taken.text, new RegExp(PASSWORD));
    assert.equal(site.pool.outbox.length, sent);
  });

  test("an e-mail address that is taken: only who reads its e-mails is told", async () => {
    const browser = site.openBrowser();
    const { status, location } = await register(browser, "impostor", {
      email: "theseus@example.com",
    });
    assert.deepEqual([status, location], [303, "/register/code?notice=registered"]);
    const confirm = (code) => browser.ask("POST", "/register/code", { username: "impostor", code });
    assert.match(alertOf(await confirm(wrongFor("impostor"))), /wrong or too old/);
    const right = await confirm(codeFor("impostor"));
    assert.equal(right.status, 409);
    assert.equal(alertOf(right), "Another account has this e-mail address.");
  });

  const WRONG = [
    ["nothing", {}, /^User name: please fill this in/],
    ["no user name", form("  "), /^User name: please/],
    ["a long user name", form(LONG), /^User name: this is too long/],
    ["no e-mail address", form("aegeus", { email: "" }), /^E-mail: please/],
    ["no password", form("aegeus", { password: "" }), /^Password: please/],
    ["a long password", form("aegeus", { password: `Aa1${"x".repeat(254)}` }), /^Password: this/],
    ["a weak password", form("aegeus", { password: "secret-of-mine" }), /uppercase/],
    ["other fields", { "username[]": "aegeus", "email[a]": "b" }, /^User name: please/],
    ["a blank in the user name", form("ae geus"), /./],
    ["no address", form("aegeus", { email: "aegeus" }), /./],
  ];
  for (const [title, fields, expected] of WRONG) {
    test(`${title}: the form again, with the reason and without the password`, async () => {
      const browser = site.openBrowser();
      const answer = await browser.ask("POST", "/register", fields);
      assert.equal(answer.status, 400);
      assert.equal(titleOf(answer), "Register");
      assert.match(alertOf(answer), expected);
      assert.ok(!fields.password || !answer.text.includes(fields.password));
      assert.deepEqual([...browser.jar.keys()], []);
      assert.equal(site.pool.users.has("aegeus"), false);
    });
  }

  test("the user exists although the code could not be sent: the page for another code", async () => {
    site.pool.failNext("SignUp", "CodeDeliveryFailureException", "arn:aws:ses:x", 400);
    const { location } = await register(site.openBrowser(), "aegeus");
    assert.equal(location, "/register/code?notice=not-sent");
  });

  test("too many registrations are answered with when to try again", async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      site.pool.failNext("SignUp", "TooManyRequestsException", "Rate exceeded");
    }
    const { status, headers, text } = await register(site.openBrowser(), "aegeus");
    assert.equal(status, 429);
    assert.ok(Number(headers.get("retry-after")) >= 1);
    assert.doesNotMatch(text, new RegExp(PASSWORD));
  });

  test("HTML in what is repeated is shown as text", async () => {
    const browser = site.openBrowser();
    const answers = [
      await register(browser, EVIL, { password: "" }),
      await browser.ask("POST", "/register/code", { username: EVIL, code: "1" }),
      await browser.ask("POST", "/forgot", { username: EVIL }),
      await browser.ask("GET", "/reset"),
      await browser.ask("GET", "/sign-in"),
    ];
    answers.splice(2, 1);
    for (const { text } of answers) {
      assert.ok(text.includes(ESCAPED));
      assert.ok(!text.includes("<script"));
    }
  });

  test("the code's page tells nothing of a user: unknown, confirmed, or with another code", async () => {
    const browser = site.openBrowser();
    const answers = [];
    for (const username of ["nobody", "theseus", "disabled", "waiting"]) {
      const answer = await browser.ask("POST", "/register/code", { username, code: "x" });
      answers.push(shownFor(answer, username));
      const again = await browser.ask("POST", "/register/resend", { username });
      assert.deepEqual([again.status, again.location], [303, "/register/code?notice=code-sent"]);
    }
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
  });
});

describe("a forgotten password", () => {
  test("is replaced by a new one, by both processes", async () => {
    const other = site.openBrowser();
    await other.signIn("minos");
    const browser = site.openBrowser();
    const { status, location } = await browser.ask("POST", "/forgot", { username: "minos" });
    assert.deepEqual([status, location], [303, "/reset?notice=code-sent"]);
    const page = await browser.ask("GET", location);
    assert.match(noticeOf(page), /If there is such an account/);
    assert.match(page.text, /value="minos"/);

    const reset = (code, password) =>
      browser.ask("POST", "/reset", { username: "minos", code, password });
    const wrong = await reset(wrongFor("minos"), "New-Labyrinth2");
    assert.equal(wrong.status, 400);
    assert.doesNotMatch(wrong.text, /New-Labyrinth2/);
    const weak = await reset(codeFor("minos"), "short");
    assert.equal(weak.status, 400);
    assert.match(alertOf(weak), /password/i);
    const done = await reset(codeFor("minos"), "New-Labyrinth2");
    assert.deepEqual([done.status, done.location], [303, "/sign-in?notice=password-set"]);
    other.jar.delete("__Host-id-token");
    assert.equal((await other.ask("GET", "/account")).status, 200);
    assert.match(
      noticeOf(await browser.ask("GET", done.location)),
      /Other browsers stay signed in/,
    );
    assert.equal((await browser.signIn("minos")).status, 401);
    assert.equal((await browser.signIn("minos", "New-Labyrinth2")).status, 303);
    await browser.ask("POST", "/sign-out");
    assert.deepEqual([...browser.jar.keys()], []);
    assert.equal((await reset(codeFor("minos"), "New-Labyrinth3")).status, 400);
    assert.deepEqual([...new Set(browser.processes)].sort(), ["1", "2"]);
  });

  test("a code that is too old, and one for another user", async () => {
    const browser = site.openBrowser();
    await browser.ask("POST", "/forgot", { username: "theseus" });
    const code = codeFor("theseus");
    const reset = (username) =>
      browser.ask("POST", "/reset", { username, code, password: "New-Labyrinth2" });
    assert.equal((await reset("minos")).status, 400);
    site.pool.advance(3600);
    const late = await reset("theseus");
    assert.equal(late.status, 400);
    assert.match(alertOf(late), /wrong or too old/);
    assert.equal(userOfPool("theseus").password, PASSWORD);
  });

  test("the pages say the same of everybody", async () => {
    const browser = site.openBrowser();
    const asked = [];
    const tried = [];
    for (const username of ["daedalus", "nobody2", "disabled", "patient"]) {
      asked.push(shownFor(await browser.ask("POST", "/forgot", { username }), username));
      const fields = { username, code: "x", password: "New-Labyrinth2" };
      tried.push(shownFor(await browser.ask("POST", "/reset", fields), username));
    }
    for (const answer of asked) assert.deepEqual(answer, asked[0]);
    for (const answer of tried) assert.deepEqual(answer, tried[0]);
    assert.deepEqual([asked[0].status, tried[0].status], [303, 400]);
  });

  test("and also when Cognito sends no more codes, or cannot send one", async () => {
    const browser = site.openBrowser();
    // The pool sends five in an hour.
    for (let count = 0; count < 7; count += 1) {
      const { status } = await browser.ask("POST", "/forgot", { username: "icarus" });
      assert.equal(status, 303);
    }
    const CASES = [
      ["LimitExceededException", "Attempt limit exceeded, please try after some time.", 303],
      ["CodeDeliveryFailureException", "arn:aws:ses:x", 303],
      ["AccessDeniedException", "arn:aws:iam::1:user/x", 500],
    ];
    for (const [type, message, expected] of CASES) {
      site.pool.failNext("ForgotPassword", type, message);
      const { status, text } = await browser.ask("POST", "/forgot", { username: type });
      assert.equal(status, expected, type);
      assert.doesNotMatch(text, /arn:aws/);
    }
  });

  test("a sign-in that needs a new password leads there", async () => {
    const browser = site.openBrowser();
    const { status, location } = await browser.signIn("reset");
    assert.deepEqual([status, location], [303, "/reset?notice=reset-required"]);
    const page = await browser.ask("GET", location);
    assert.match(page.text, /value="reset"/);
    assert.match(page.text, /href="\/forgot"/);
  });

  const WRONG = [
    ["/forgot", {}],
    ["/forgot", { username: LONG }],
    ["/register/resend", {}],
    ["/register/resend", { username: LONG }],
    ["/register/code", { username: "theseus" }],
    ["/register/code", { username: LONG, code: "1" }],
    ["/register/code", { username: "theseus", code: "1".repeat(65) }],
    ["/reset", { username: "theseus", code: "1" }],
    ["/reset", { username: "theseus", password: PASSWORD }],
    ["/reset", { username: LONG, code: "1", password: PASSWORD }],
  ];
  for (const [path, fields] of WRONG) {
    test(`${path} with ${Object.keys(fields)}: 400, and Cognito is not asked`, async () => {
      const sent = site.pool.requests.length;
      const answer = await site.openBrowser().ask("POST", path, fields);
      assert.equal(answer.status, 400);
      assert.match(alertOf(answer), /please fill this in|too long/);
      assert.equal(site.pool.requests.length, sent);
      assert.ok(!answer.text.includes(PASSWORD));
    });
  }
});

describe("guesses at codes", () => {
  const FORMS = [
    ["/register/code", "ConfirmSignUp", { code: "x" }],
    ["/reset", "ConfirmForgotPassword", { code: "x", password: "New-Labyrinth2" }],
  ];
  for (const [path, operation, fields] of FORMS) {
    test(`${path}: the eleventh is not sent, from any browser and by either process`, async () => {
      const username = operation;
      for (let count = 0; count < ATTEMPTS; count += 1) {
        const { status } = await site.openBrowser().ask("POST", path, { username, ...fields });
        assert.equal(status, 400);
      }
      const sent = countOf(operation);
      const answer = await site.openBrowser().ask("POST", path, { username, ...fields });
      assert.equal(answer.status, 429);
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
      assert.match(alertOf(answer), /too many attempts/);
      assert.equal(countOf(operation), sent);
    });
  }

  test("somebody who is signed in cannot guess under another name for longer", async () => {
    const browser = site.openBrowser();
    assert.equal((await browser.signIn("talos")).status, 303);
    const fields = { username: "victim", code: "x", password: "New-Labyrinth2" };
    for (let count = 0; count < ATTEMPTS; count += 1) {
      assert.equal((await browser.ask("POST", "/reset", fields)).status, 400);
    }
    // A sign-in ends the count under the name of who signs in, and under no other.
    assert.equal((await browser.signIn("talos")).status, 303);
    assert.equal((await browser.ask("POST", "/reset", fields)).status, 429);
  });
});

describe("forms of other sites", () => {
  for (const path of ["/register", "/register/code", "/register/resend", "/forgot", "/reset"]) {
    test(`POST ${path} is refused`, async () => {
      const sent = site.pool.requests.length;
      const fields = { ...form("aegeus"), code: "1" };
      for (const headers of [
        { origin: "https://example.com" },
        { "sec-fetch-site": "same-site" },
      ]) {
        const { status } = await site.openBrowser().ask("POST", path, fields, headers);
        assert.equal(status, 403);
      }
      assert.equal(site.pool.requests.length, sent);
    });
  }
});

describe("notices", () => {
  test("an address can name one, and not make one", async () => {
    const browser = site.openBrowser();
    const paths = ["/sign-in?notice=constructor", `/reset?notice=${encodeURIComponent(EVIL)}`];
    for (const path of paths) assert.equal(noticeOf(await browser.ask("GET", path)), undefined);
    browser.jar.set("__Host-user-name", "%E0%A4%A");
    assert.equal((await browser.ask("GET", "/reset")).status, 200);
  });
});
