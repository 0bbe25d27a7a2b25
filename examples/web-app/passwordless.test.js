"use strict";

// Sign-ins without a password, in front of a test pool. Run it with `node --test examples/web-app/passwordless.test.js`.

const assert = require("node:assert/strict");
const { after, before, beforeEach, describe, test } = require("node:test");
const { ATTEMPTS } = require("./guesses");
const { SIGNED_IN, alertOf, choicesOf, optionsOf, titleOf } = require("./for-tests/browser");
const { createPasskey } = require("./for-tests/passkey");
const { startSite } = require("./for-tests/site");

const PASSWORD = "Labyrinth1";
const CHALLENGE = ["__Host-challenge", "__Host-binding"];
const HALF_WAY = "This sign-in cannot go on. Please start again.";

let site;
let passkey;
before(async () => {
  site = await startSite({
    hideUnknownUsers: true,
    passkeys: { relyingPartyId: "localhost" },
    aliases: ["email"],
    users: [{ username: "ariadne", password: PASSWORD }],
  });
});
after(async () => {
  await site.stop();
  assert.deepEqual(site.logged, []);
});

let browser;
let theseus;
let lastNumber = 0;
beforeEach(() => {
  browser = site.openBrowser();
  // Guesses are counted by name.
  lastNumber += 1;
  const name = `theseus${lastNumber}`;
  theseus = { name, email: `${name}@example.com` };
  passkey = createPasskey(site);
  site.pool.addUser({
    username: name,
    password: PASSWORD,
    attributes: { email: theseus.email, phone_number: "+14155550100" },
    passkeys: [passkey.registered],
  });
});

const lastCode = () => site.pool.outbox.at(-1).code;
const cookies = () => [...browser.jar.keys()];

async function assertSignedIn(answer) {
  assert.deepEqual([answer.status, answer.location], [303, "/account"]);
  assert.deepEqual(cookies(), SIGNED_IN);
  const { text } = await browser.ask("GET", "/account");
  assert.ok(text.includes(`<span id="user">${theseus.name}</span>`));
}

/** The options on the page that asks for the passkey. */
async function askForPasskey(from = browser) {
  await from.signInWithout(theseus.name);
  return optionsOf(await from.answer("WEB_AUTHN"));
}

describe("the user chooses", () => {
  test("among what the user has", async () => {
    const page = await browser.signInWithout(theseus.name);
    assert.deepEqual([page.status, titleOf(page)], [200, "How do you want to sign in?"]);
    assert.deepEqual(choicesOf(page), ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]);
    assert.deepEqual(cookies(), CHALLENGE);
    assert.ok(!site.pool.outbox.some(({ to }) => to === theseus.email));
  });

  for (const [choice, to] of [
    ["EMAIL_OTP", () => theseus.email],
    ["SMS_OTP", () => "+14155550100"],
  ]) {
    test(`${choice}: a code, also after a wrong one`, async () => {
      await browser.signInWithout(theseus.name);
      const page = await browser.answer(choice);
      assert.equal(titleOf(page), "Enter the code");
      assert.equal(site.pool.outbox.at(-1).to, to());
      assert.ok(!page.text.includes(to()), "Cognito masks the address");
      const wrong = await browser.answer(lastCode() === "00000000" ? "11111111" : "00000000");
      assert.deepEqual([wrong.status, alertOf(wrong)], [400, "The code is wrong"]);
      await assertSignedIn(await browser.answer(lastCode()));
    });
  }

  test("the password, with the choice", async () => {
    await browser.signInWithout(theseus.name);
    await assertSignedIn(await browser.answer("PASSWORD", { password: PASSWORD }));
  });

  test("the passkey", async () => {
    const options = await askForPasskey();
    assert.equal(options.rpId, "localhost");
    assert.deepEqual(cookies(), CHALLENGE);
    await assertSignedIn(await browser.answer(JSON.stringify(passkey.get(options))));
  });

  test("a wrong password ends the sign-in, and is not sent back", async () => {
    await browser.signInWithout(theseus.name);
    const { status, text } = await browser.answer("PASSWORD", { password: "Wrong1234" });
    assert.equal(status, 401);
    assert.match(text, /The user name or the password is wrong/);
    assert.doesNotMatch(text, /Wrong1234/);
    assert.deepEqual(cookies(), []);
  });
});

describe("what is no answer", () => {
  const CHOICES = {
    nothing: "",
    "a choice that the user has not": "SOFTWARE_TOKEN_MFA",
    "a choice that there is not": "__proto__",
    "the password's choice without a password": "PASSWORD",
  };
  for (const [title, choice] of Object.entries(CHOICES)) {
    test(`${title}: from the beginning, and nothing is sent`, async () => {
      await browser.signInWithout(theseus.name);
      const sent = site.pool.requests.length;
      const page = await browser.answer(choice);
      assert.equal(page.status, 400);
      assert.equal(titleOf(page), "Sign in");
      assert.equal(site.pool.requests.length, sent);
    });
  }

  test("no user name, or a long one", async () => {
    const sent = site.pool.requests.length;
    for (const username of ["", "x".repeat(129)]) {
      const page = await browser.signInWithout(username);
      assert.deepEqual([page.status, alertOf(page)], [400, "Enter your user name"]);
    }
    assert.equal(site.pool.requests.length, sent);
  });

  test("a password that was left out, with the button that needs one", async () => {
    const sent = site.pool.requests.length;
    const page = await browser.signIn(theseus.name, "");
    assert.equal(page.status, 400);
    assert.match(alertOf(page), /^Enter your password/);
    assert.equal(site.pool.requests.length, sent);
  });

  /** Another passkey that the user has. */
  function registered(of) {
    const other = createPasskey(of);
    site.pool.users.get(theseus.name).passkeys.push(other.registered);
    return other;
  }
  const right = (options) => passkey.get(options);
  const CREDENTIALS = {
    "no JSON": () => "a passkey",
    null: () => "null",
    "a list": () => "[]",
    "an empty object": () => "{}",
    "no response": (options) => ({ ...right(options), response: null }),
    "no signature": (options) => {
      const { response, ...others } = right(options);
      return { ...others, response: { ...response, signature: undefined } };
    },
    "another signature": (options) => {
      const { response, ...others } = right(options);
      return { ...others, response: { ...response, signature: "AAAA" } };
    },
    "another origin's": (options) =>
      registered({ origin: site.origin.replace("localhost", "localhost.example.com") }).get(
        options,
      ),
    "another domain's": (options) =>
      registered({ ...site, relyingPartyId: "example.com" }).get(options),
    "one that is not registered": (options) => createPasskey(site).get(options),
    "one for another challenge": () => right({ challenge: "AAAAAAAAAAAAAAAAAAAAAA" }),
    "one without the user": (options) => passkey.get(options, { flags: 0 }),
    "what makes a passkey": (options) => passkey.create(options),
  };
  for (const [title, make] of Object.entries(CREDENTIALS)) {
    test(`as a passkey, ${title}: from the beginning`, async () => {
      const options = await askForPasskey();
      const given = make(options);
      const answer = typeof given === "string" ? given : JSON.stringify(given);
      const page = await browser.answer(answer);
      assert.ok([400, 401].includes(page.status), String(page.status));
      assert.equal(titleOf(page), "Sign in");
      assert.ok(alertOf(page).length > 0);
      assert.deepEqual(cookies(), []);
      await assertSignedIn(await browser.answer(JSON.stringify(right(await askForPasskey()))));
    });
  }

  test("as a passkey, a megabyte: it is not read to its end", async () => {
    await askForPasskey();
    const page = await browser.answer("x".repeat(1_000_000));
    assert.deepEqual([page.status, alertOf(page)], [413, "This is too long."]);
  });

  test("a passkey's answer twice: from the beginning", async () => {
    const answer = JSON.stringify(passkey.get(await askForPasskey()));
    const kept = new Map(browser.jar);
    await assertSignedIn(await browser.answer(answer));
    browser = site.openBrowser();
    for (const name of CHALLENGE) browser.jar.set(name, kept.get(name));
    const page = await browser.answer(answer);
    assert.equal(page.status, 401);
    assert.deepEqual(cookies(), []);
  });
});

describe("a challenge of a passkey is this browser's", () => {
  const CHANGES = {
    changed: (jar) => jar.set("__Host-challenge", `${jar.get("__Host-challenge")}A`),
    "in another browser": (jar) => jar.set("__Host-binding", "another"),
    "without its binding": (jar) => jar.delete("__Host-binding"),
    "without a sign-in": (jar) => jar.clear(),
  };
  for (const [title, change] of Object.entries(CHANGES)) {
    test(`${title}: from the beginning, and nothing is sent`, async () => {
      const options = await askForPasskey();
      change(browser.jar);
      const sent = site.pool.requests.length;
      const page = await browser.answer(JSON.stringify(passkey.get(options)));
      assert.deepEqual([page.status, alertOf(page)], [400, HALF_WAY]);
      assert.equal(site.pool.requests.length, sent);
      assert.deepEqual(cookies(), []);
    });
  }

  test("too late: from the beginning", async () => {
    const options = await askForPasskey();
    site.pool.advance(180);
    const page = await browser.answer(JSON.stringify(passkey.get(options)));
    assert.equal(page.status, 401);
    assert.deepEqual(cookies(), []);
  });

  test("the answer of one browser is none in another that is signing in too", async () => {
    const options = await askForPasskey(site.openBrowser());
    await askForPasskey();
    const page = await browser.answer(JSON.stringify(passkey.get(options)));
    assert.deepEqual([page.status, alertOf(page)], [401, "The passkey is not accepted"]);
  });
});

describe("who is there", () => {
  const shown = ({ text }, name) => text.replaceAll(name, "NAME");

  test("an unknown user looks like one who has a password alone", async () => {
    const known = await browser.signInWithout("ariadne");
    const knownAnswer = await browser.answer("PASSWORD", { password: "Wrong1234" });
    const other = site.openBrowser();
    const unknown = await other.signInWithout("minos");
    const unknownAnswer = await other.answer("PASSWORD", { password: "Wrong1234" });
    assert.equal(unknown.status, known.status);
    assert.equal(shown(unknown, "minos"), shown(known, "ariadne"));
    assert.equal(unknownAnswer.status, knownAnswer.status);
    assert.equal(shown(unknownAnswer, "minos"), shown(knownAnswer, "ariadne"));
  });

  test("of a pool that tells, an unknown user is refused in words of this form", async () => {
    const telling = await startSite({ users: [{ username: "ariadne", password: PASSWORD }] });
    try {
      const page = await telling.openBrowser().signInWithout("minos");
      assert.equal(page.status, 401);
      assert.match(alertOf(page), /^You cannot sign in without a password under this user name$/);
    } finally {
      await telling.stop();
    }
  });

  test("where Cognito does not know it, as some emulators do not, the form says so", async () => {
    const text = "Unsupported AuthFlow: USER_AUTH";
    site.pool.failNext("InitiateAuth", "InvalidParameterException", text);
    const page = await browser.signInWithout(theseus.name);
    assert.equal(page.status, 400);
    assert.match(alertOf(page), /^You cannot sign in without a password under this user name$/);
  });

  test("where the app client does not allow it, the form says so and the operator is told why", async () => {
    const without = await startSite({
      users: [{ username: "ariadne", password: PASSWORD }],
      authFlows: ["ADMIN_USER_PASSWORD_AUTH"],
    });
    try {
      const another = without.openBrowser();
      const page = await another.signInWithout("ariadne");
      assert.deepEqual([page.status, titleOf(page)], [500, "Sign in"]);
      assert.deepEqual(without.logged, ["config"]);
      assert.equal((await another.signIn("ariadne")).status, 303);
    } finally {
      await without.stop();
    }
  });
});

describe("guesses", () => {
  test("of codes are limited, in all browsers, and so are the messages", async () => {
    const statuses = [];
    for (let attempt = 0; attempt < ATTEMPTS + 1; attempt += 1) {
      const other = site.openBrowser();
      const start = await other.signInWithout(theseus.name);
      const choice = await other.answer("EMAIL_OTP");
      const code = await other.answer("0");
      statuses.push(start.status, choice.status, code.status);
    }
    assert.deepEqual(statuses.slice(0, 3), [200, 200, 400]);
    assert.deepEqual([...new Set(statuses.slice(ATTEMPTS))].sort(), [400, 429]);
    const messages = site.pool.outbox.filter(({ to }) => to === theseus.email);
    assert.ok(messages.length <= ATTEMPTS / 2, String(messages.length));
    const sent = site.pool.requests.length;
    assert.equal((await site.openBrowser().signInWithout(theseus.name.toUpperCase())).status, 429);
    assert.equal(site.pool.requests.length, sent);
  });

  test("of one code are limited", async () => {
    await browser.signInWithout(theseus.name);
    await browser.answer("EMAIL_OTP");
    const statuses = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      statuses.push((await browser.answer("0")).status);
    }
    assert.equal(statuses[0], 400);
    const sent = site.pool.requests.length;
    assert.notEqual((await browser.answer(lastCode())).status, 303);
    assert.equal(site.pool.requests.length, sent);
  });

  test("are forgotten after each sign-in, also under an e-mail address", async () => {
    for (let count = 0; count < ATTEMPTS; count += 1) {
      const other = site.openBrowser();
      const { status } = await other.signIn(theseus.email, PASSWORD);
      assert.equal(status, 303);
    }
    const other = site.openBrowser();
    assert.equal((await other.signIn(theseus.email, PASSWORD)).status, 303);
  });
});
