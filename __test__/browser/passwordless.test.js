"use strict";

// Sign-ins without a password on examples/web-app, in Chromium with its virtual authenticator, in front of a test pool: codes by e-mail,
// passkeys, and what may go wrong with them. Run by `npm run test:browser`, with Node's own test runner: Jest knows nothing of it.

const assert = require("node:assert/strict");
const { after, before, beforeEach, describe, test } = require("node:test");
const { startBrowser } = require("../../tools/browser");
const { environmentWithoutAws } = require("../../tools/emulator");
const { startWebApp } = require("../../tools/example-servers");
const { startPool } = require("../support/test-pool");

const PASSWORD = "Labyrinth1";

const cleanups = [];
let pool;
let site;
let browser;

before(async () => {
  pool = await startPool({
    passkeys: { relyingPartyId: "localhost", userVerification: "required" },
    hideUnknownUsers: true,
  });
  cleanups.push(() => pool.stop());
  site = await startWebApp({ ...environmentWithoutAws(), ...pool.environment });
  cleanups.push(() => site.stop());
  browser = await startBrowser();
  cleanups.push(() => browser.close());
});

after(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

let theseus;
let lastNumber = 0;
beforeEach(() => {
  // Guesses are counted by name.
  lastNumber += 1;
  theseus = `theseus${lastNumber}`;
  const attributes = { email: `${theseus}@example.com` };
  pool.addUser({ username: theseus, password: PASSWORD, attributes });
});

/** A page of a browser that nobody has used before. `authenticator` is that of its device. */
async function openPage() {
  const page = await (await browser.context()).page();
  await page.send("WebAuthn.enable");
  const { authenticatorId } = await page.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const authenticator = (method, params) =>
    page.send(`WebAuthn.${method}`, { authenticatorId, ...params });
  return { ...page, authenticator };
}

async function signIn(page) {
  await page.goto(`${site.url}/sign-in`);
  await page.type("[name=username]", theseus);
  await page.type("[name=password]", PASSWORD);
  const { url } = await page.follow("main button");
  assert.equal(url, `${site.url}/account`);
}

async function signInWithout(page, username = theseus) {
  await page.goto(`${site.url}/sign-in`);
  await page.type("[name=username]", username);
  await page.follow("button[name=without]");
  assert.equal(await page.text("h1"), "How do you want to sign in?");
}

const choose = (page, name) => page.follow(`button[value=${name}]`);

async function goToNewPasskey(page) {
  await page.goto(`${site.url}/passkeys`);
  await page.follow("#add");
}

const BUTTON = "main form button";

async function addPasskey(page) {
  await goToNewPasskey(page);
  const { url } = await page.follow(BUTTON);
  assert.equal(url, `${site.url}/passkeys`);
}

/** Presses the button of a passkey, and resolves to what the page says then. */
async function failedAttempt(page) {
  await page.click(BUTTON);
  return page.evaluate(`new Promise((resolve) => {
    const alert = document.querySelector("[role=alert]");
    const look = () => alert.hidden || resolve(alert.textContent);
    new MutationObserver(look).observe(alert, { attributes: true, childList: true });
    look();
  })`);
}

/** Signed in with a password, a passkey added, and signed out: the page where the passkey is asked for. */
async function pageThatAsks() {
  const page = await openPage();
  await signIn(page);
  await addPasskey(page);
  await page.follow("nav button");
  await signInWithout(page);
  await choose(page, "WEB_AUTHN");
  assert.equal(await page.text("h1"), "Use your passkey");
  return page;
}

async function assertSignedIn(page, { url }) {
  assert.equal(url, `${site.url}/account`);
  assert.equal(await page.text("#user"), theseus);
  assert.deepEqual(page.problems, []);
}

describe("a passkey", () => {
  test("is added, signs its user in, and is deleted", async () => {
    const page = await openPage();
    await signIn(page);
    await addPasskey(page);
    assert.match(await page.text("#passkeys"), /^Passkey 1, added on \d{4}-\d\d-\d\d/);
    await page.follow("nav button");
    assert.deepEqual(await page.cookies(), []);

    await signInWithout(page);
    await choose(page, "WEB_AUTHN");
    const names = (await page.cookies()).map(({ name }) => name).sort();
    assert.deepEqual(names, ["__Host-binding", "__Host-challenge"]);
    await assertSignedIn(page, await page.follow(BUTTON));

    await page.goto(`${site.url}/passkeys`);
    await page.follow("#passkeys button");
    assert.equal(await page.text("#passkeys"), "");
    await page.follow("nav button");
    await signInWithout(page);
    assert.equal(await page.evaluate(`document.querySelector("button[value=WEB_AUTHN]")`), null);
  });

  test("that is not used: the page says so, and lets the user try again", async () => {
    const page = await pageThatAsks();
    await page.authenticator("setUserVerified", { isUserVerified: false });
    assert.match(await failedAttempt(page), /^The passkey was not used/);
    assert.match(await failedAttempt(page), /^The passkey was not used/);
    assert.equal(await page.text("main a"), "Start again");
    await page.authenticator("setUserVerified", { isUserVerified: true });
    await assertSignedIn(page, await page.follow(BUTTON));
  });

  test("that is not made: the page says so, and lets the user try again", async () => {
    const page = await openPage();
    await signIn(page);
    await goToNewPasskey(page);
    await page.authenticator("setUserVerified", { isUserVerified: false });
    assert.match(await failedAttempt(page), /^The passkey was not used/);
    await page.authenticator("setUserVerified", { isUserVerified: true });
    assert.equal((await page.follow(BUTTON)).url, `${site.url}/passkeys`);
    assert.match(await page.text("#passkeys"), /Passkey 1/);
  });

  test("that the device has already is not made again", async () => {
    const page = await openPage();
    await signIn(page);
    await addPasskey(page);
    await goToNewPasskey(page);
    assert.equal(await failedAttempt(page), "This device has a passkey for you already.");
    assert.equal((await page.follow("main a")).url, `${site.url}/passkeys`);
  });

  test("of another domain is refused by the browser", async () => {
    const page = await pageThatAsks();
    await page.evaluate(`(() => {
      const { dataset } = document.querySelector("[data-passkey]");
      dataset.options = JSON.stringify({ ...JSON.parse(dataset.options), rpId: "example.com" });
    })()`);
    assert.match(await failedAttempt(page), /^The browser does not allow passkeys on this page/);
  });

  test("is asked for too late: from the beginning", async () => {
    const page = await pageThatAsks();
    pool.advance(180);
    const { status } = await page.follow(BUTTON);
    assert.equal(status, 401);
    assert.equal(await page.text("h1"), "Sign in");
    assert.deepEqual(await page.cookies(), []);
  });

  test("cannot answer the challenge that another browser was asked", async () => {
    const page = await pageThatAsks();
    const [challenge] = (await page.cookies()).filter(({ name }) => name === "__Host-challenge");
    const other = await openPage();
    await other.goto(`${site.url}/sign-in`);
    await other.send("Network.setCookie", { ...challenge, url: site.url });
    const { credentials } = await page.authenticator("getCredentials");
    await other.authenticator("addCredential", { credential: credentials[0] });
    const form = await page.evaluate(`document.querySelector("main form").outerHTML`);
    await other.evaluate(`(() => {
      document.querySelector("main").innerHTML = ${JSON.stringify(form)};
      const script = document.createElement("script");
      script.src = "/passkeys.js";
      document.body.append(script);
      return new Promise((resolve) => { script.onload = resolve; });
    })()`);
    const { status } = await other.follow(BUTTON);
    assert.equal(status, 400);
    assert.match(await other.text("[role=alert]"), /Please start again/);
    assert.deepEqual(await other.cookies(), []);
    await assertSignedIn(page, await page.follow(BUTTON));
  });
});

describe("a page for passkeys", () => {
  const WITHOUT = {
    JavaScript: [
      (page) => page.send("Emulation.setScriptExecutionDisabled", { value: true }),
      /^Passkeys need JavaScript/,
    ],
    "passkeys in the browser": [
      (page) =>
        page.send("Page.addScriptToEvaluateOnNewDocument", {
          source: "delete globalThis.PublicKeyCredential",
        }),
      /^This browser does not support passkeys/,
    ],
    "passkeys as JSON": [
      (page) =>
        page.send("Page.addScriptToEvaluateOnNewDocument", {
          source: "delete PublicKeyCredential.parseCreationOptionsFromJSON",
        }),
      /^This browser does not support passkeys/,
    ],
  };
  for (const [title, [prepare, expected]] of Object.entries(WITHOUT)) {
    test(`without ${title}: says so, and leads back`, async () => {
      const page = await openPage();
      await signIn(page);
      await prepare(page);
      await goToNewPasskey(page);
      assert.match(await page.text("[role=alert]"), expected);
      assert.equal(await page.evaluate(`document.querySelector("${BUTTON}").disabled`), true);
      assert.equal((await page.follow("main a")).url, `${site.url}/passkeys`);
      assert.deepEqual(page.problems, []);
    });
  }

  test("runs no script of its own text", async () => {
    const page = await openPage();
    await signIn(page);
    await goToNewPasskey(page);
    await page.evaluate(`(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'run'";
      document.body.append(script);
    })()`);
    assert.equal(await page.evaluate("document.title"), "Add a passkey");
    assert.match(page.problems.join(), /ContentSecurityPolicyIssue/);
  });
});

describe("a code by e-mail", () => {
  test("signs its user in, after a wrong one too", async () => {
    const page = await openPage();
    await signInWithout(page);
    await choose(page, "EMAIL_OTP");
    assert.equal(await page.text("h1"), "Enter the code");
    const { to, code } = pool.outbox.at(-1);
    assert.equal(to, `${theseus}@example.com`);
    await page.type(
      "[name=answer]",
      code.replace(/^./, (digit) => (Number(digit) + 1) % 10),
    );
    assert.equal((await page.follow(BUTTON)).status, 400);
    assert.equal(await page.text("[role=alert]"), "The code is wrong");
    await page.type("[name=answer]", code);
    await assertSignedIn(page, await page.follow(BUTTON));
  });

  test("is not sent because a password was left out", async () => {
    const page = await openPage();
    await page.goto(`${site.url}/sign-in`);
    await page.type("[name=username]", theseus);
    await page.click("main button");
    // The browser itself asks for the password.
    assert.equal(await page.evaluate(`document.activeElement.name`), "password");
    assert.ok(!pool.requests.some(({ body }) => body?.AuthParameters?.USERNAME === theseus));
  });

  test("or the password, by the Enter key: it presses the button beside the password", async () => {
    const page = await openPage();
    await signInWithout(page);
    await page.type("[name=password]", PASSWORD);
    const messages = pool.outbox.length;
    await assertSignedIn(page, await page.enter("[name=password]"));
    assert.equal(pool.outbox.length, messages);
  });
});

test("an unknown user sees the choice of one who has a password alone", async () => {
  const page = await openPage();
  await signInWithout(page, "minos");
  const values = `[...document.querySelectorAll("button[name=answer]")].map(({ value }) => value)`;
  assert.deepEqual(await page.evaluate(values), ["PASSWORD"]);
  await page.type("[name=password]", PASSWORD);
  assert.equal((await page.follow(BUTTON)).status, 401);
  assert.equal(await page.text("[role=alert]"), "The user name or the password is wrong");
});
