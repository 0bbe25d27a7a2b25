"use strict";

// Sign-ins of several steps on examples/web-app, in Chromium, in front of a test pool that asks everybody for a second factor.
// Run by `npm run test:browser`, with Node's own test runner: Jest knows nothing of it.

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { startBrowser } = require("../../tools/browser");
const { environmentWithoutAws } = require("../../tools/emulator");
const { startWebApp } = require("../../tools/example-servers");
const { startPool } = require("../support/test-pool");

const cleanups = [];
let pool;
let site;
let browser;

before(async () => {
  pool = await startPool({
    users: [{ username: "minos", temporaryPassword: "Temporary1" }],
    mfa: "ON",
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

const cookieNames = async (page) => (await page.cookies()).map(({ name }) => name).sort();

async function signIn(page, username, password) {
  await page.goto(`${site.url}/sign-in`);
  await page.type("[name=username]", username);
  await page.type("[name=password]", password);
  return page.follow("main button");
}

async function answer(page, text) {
  await page.type("[name=answer]", text);
  return page.follow("main button");
}

test("an invited user chooses a password, sets up an authenticator app, signs out, and in again", async () => {
  const page = await (await browser.context()).page();
  await signIn(page, "minos", "Temporary1");
  assert.equal(await page.text("h1"), "Choose a password");
  assert.deepEqual(await cookieNames(page), ["__Host-binding", "__Host-challenge"]);

  const short = await answer(page, "short");
  assert.equal(short.status, 400);
  assert.match(await page.text("[role=alert]"), /password/i);
  await answer(page, "Labyrinth2");
  assert.equal(await page.text("h1"), "Set up a second factor");

  await page.follow("main button");
  assert.match(await page.text("#secret"), /^[A-Z2-7]+$/);
  assert.match(await page.evaluate('document.querySelector("#totp").href'), /^otpauth:/);
  const signedIn = await answer(page, pool.totp("minos"));
  assert.equal(signedIn.url, `${site.url}/account`);
  assert.equal(await page.text("#user"), "minos");

  const { url } = await page.follow("nav button");
  assert.equal(url, `${site.url}/`);
  assert.deepEqual(await page.cookies(), []);
  assert.equal(pool.requests.at(-1).operation, "RevokeToken");

  // A code is accepted once.
  pool.advance(30);
  await signIn(page, "minos", "Labyrinth2");
  assert.equal(await page.text("h1"), "Enter the code");
  assert.equal((await answer(page, "000000")).status, 400);
  assert.equal(await page.text("[role=alert]"), "The code is wrong");
  assert.equal((await answer(page, pool.totp("minos"))).url, `${site.url}/account`);
  await page.follow("nav button");
  assert.deepEqual(await page.cookies(), []);
  assert.deepEqual(page.problems, []);
});

test("another browser cannot answer the challenge, nor can a page go on that was opened before it", async () => {
  const page = await (await browser.context()).page();
  await signIn(page, "minos", "Labyrinth2");
  const [challenge] = (await page.cookies()).filter(({ name }) => name === "__Host-challenge");
  const other = await (await browser.context()).page();
  await other.goto(`${site.url}/sign-in`);
  await other.send("Network.setCookie", { ...challenge, url: site.url });
  await other.evaluate('document.querySelector("main form").action = "/sign-in/step"');
  await other.evaluate('document.querySelector("[name=username]").name = "answer"');
  await other.type("[name=answer]", pool.totp("minos"));
  await other.type("[name=password]", "x");
  assert.equal((await other.follow("main button")).status, 400);
  assert.match(await other.text("[role=alert]"), /Please start again/);
});
