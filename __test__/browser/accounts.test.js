"use strict";

// Registration, profile, recovery and administration on examples/web-app, in Chromium, in front of a test pool. The tests are one story: each
// goes on where the one before has ended. Run by `npm run test:browser`, with Node's own test runner: Jest knows nothing of it.

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");
const { startBrowser } = require("../../tools/browser");
const { environmentWithoutAws } = require("../../tools/emulator");
const { startWebApp } = require("../../tools/example-servers");
const { startPool } = require("../support/test-pool");

const PASSWORD = "RedThread2";
const CHANGED = "Red-Thread-3";
const RECOVERED = "Red-Thread-4";

const cleanups = [];
let pool;
let site;
let browser;
/** Those of ariadne, and of theseus, who administers. */
let page;
let adminPage;

before(async () => {
  const crowd = Array.from({ length: 25 }, (_, at) => ({ username: `crowd${at}` }));
  pool = await startPool({
    users: [{ username: "theseus", password: "Labyrinth1", groups: ["admins"] }, ...crowd],
    groups: ["heroes"],
    mfa: "OPTIONAL",
  });
  cleanups.push(() => pool.stop());
  site = await startWebApp({ ...environmentWithoutAws(), ...pool.environment });
  cleanups.push(() => site.stop());
  browser = await startBrowser();
  cleanups.push(() => browser.close());
  page = await (await browser.context()).page();
  adminPage = await (await browser.context()).page();
});

after(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const lastCode = () => pool.outbox.at(-1).code;
const noticeOn = (where) => where.text("[role=status]");
const alertOn = (where) => where.text("[role=alert]");

/** Fills in the form that is sent to this path, and sends it. */
async function send(where, path, fields = {}) {
  const form = `form[action="${path}"]`;
  for (const [name, text] of Object.entries(fields)) {
    await where.type(`${form} [name="${name}"]`, text);
  }
  return where.follow(`${form} button`);
}

async function signIn(where, username, password) {
  await where.goto(`${site.url}/sign-in`);
  return send(where, "/sign-in", { username, password });
}

const cookieNames = async (where) => (await where.cookies()).map(({ name }) => name).sort();
const SIGNED_IN = ["__Host-access-token", "__Host-id-token", "__Host-refresh-token"];
const isSignedIn = async (where) => {
  const names = await cookieNames(where);
  return SIGNED_IN.every((name) => names.includes(name));
};

test("a visitor registers, enters the code, and signs in", async () => {
  await page.goto(site.url);
  await page.follow('nav a[href="/register"]');
  const weak = { username: "ariadne", email: "ariadne@example.com", password: "thread" };
  assert.equal((await send(page, "/register", weak)).status, 400);
  assert.match(await alertOn(page), /password/i);
  const { url } = await send(page, "/register", { password: PASSWORD });
  assert.equal(url, `${site.url}/register/code?notice=registered`);

  // Before that, a sign-in leads back here.
  assert.equal(
    (await signIn(page, "ariadne", PASSWORD)).url,
    `${site.url}/register/code?notice=unconfirmed`,
  );
  await send(page, "/register/resend");
  await send(page, "/register/code", { code: lastCode() === "000000" ? "111111" : "000000" });
  assert.match(await alertOn(page), /wrong or too old/);
  await send(page, "/register/code", { code: lastCode() });
  assert.match(await noticeOn(page), /Your account is confirmed/);

  // The user name is there already.
  const signedIn = await send(page, "/sign-in", { password: PASSWORD });
  assert.equal(signedIn.url, `${site.url}/account`);
  assert.ok(await isSignedIn(page));
  for (const { httpOnly, secure, sameSite } of await page.cookies()) {
    assert.deepEqual([httpOnly, secure, sameSite], [true, true, "Lax"]);
  }
});

test("the user changes the profile, the e-mail address and the password", async () => {
  await page.follow('nav a[href="/profile"]');
  const name = "Ariadne <i>of Crete</i>";
  await send(page, "/profile/attributes", { name, nickname: "Ari" });
  assert.match(await noticeOn(page), /saved/);
  assert.ok((await page.text("#attributes")).includes(name));
  await send(page, "/profile/attributes", { nickname: "" });
  assert.doesNotMatch(await page.text("#attributes"), /nickname/);

  await send(page, "/profile/email", { email: "ariadne@naxos.example" });
  assert.match(await noticeOn(page), /We have sent a code/);
  await send(page, "/profile/email/code");
  await send(page, "/profile/email/verify", { code: lastCode() });
  assert.match(await noticeOn(page), /Your e-mail address is verified/);

  const wrong = { oldPassword: "Wrong-Thread-1", password: CHANGED };
  assert.equal((await send(page, "/profile/password", wrong)).status, 401);
  assert.equal(await alertOn(page), "The present password is wrong.");
  await send(page, "/profile/password", { oldPassword: PASSWORD, password: CHANGED });
  assert.match(await noticeOn(page), /Your password is changed/);
});

test("the user sets up an authenticator app, signs out, and in again with its code", async () => {
  await send(page, "/profile/app");
  assert.match(await page.text("#secret"), /^[A-Z2-7]+$/);
  assert.match(await page.evaluate('document.querySelector("#totp").href'), /^otpauth:/);
  assert.equal((await send(page, "/profile/app/confirm", { code: "000000" })).status, 400);
  await send(page, "/profile/app/confirm", { code: pool.totp("ariadne") });
  assert.match(await noticeOn(page), /From now on/);

  await page.follow("nav button");
  assert.equal(await isSignedIn(page), false);
  // A code is accepted once.
  pool.advance(30);
  await signIn(page, "ariadne", CHANGED);
  assert.equal(await page.text("h1"), "Enter the code");
  await send(page, "/sign-in/step", { answer: pool.totp("ariadne") });
  assert.equal(await page.text("#user"), "ariadne");
  await page.follow("nav button");
});

test("the user has forgotten the password, and sets a new one", async () => {
  await page.goto(`${site.url}/sign-in`);
  await page.follow('main a[href="/forgot"]');
  const unknown = await send(page, "/forgot", { username: "nobody" });
  assert.equal(unknown.url, `${site.url}/reset?notice=code-sent`);
  const text = await page.text("main");
  await page.goto(`${site.url}/forgot`);
  const known = await send(page, "/forgot", { username: "ariadne" });
  assert.equal(known.url, unknown.url);
  assert.equal(await page.text("main"), text);

  await send(page, "/reset", { code: lastCode(), password: RECOVERED });
  assert.match(await noticeOn(page), /Your new password is set/);
  await send(page, "/sign-in", { password: RECOVERED });
  pool.advance(30);
  await send(page, "/sign-in/step", { answer: pool.totp("ariadne") });
  assert.equal(await page.text("#user"), "ariadne");
});

test("an administrator looks through the users, invites one and disables another", async () => {
  await adminPage.goto(`${site.url}/admin`);
  await send(adminPage, "/sign-in", { username: "theseus", password: "Labyrinth1" });
  assert.equal(await adminPage.text("h1"), "Administration");
  const count = "document.querySelectorAll('#users a').length";
  assert.equal(await adminPage.evaluate(count), 20);
  await adminPage.follow("#next");
  assert.equal(await adminPage.evaluate(count), pool.users.size - 20);

  await send(adminPage, "/admin/invite", { username: "phaedra", email: "phaedra@example.com" });
  assert.equal(await noticeOn(adminPage), "The user is invited.");
  assert.equal(await adminPage.text("h1"), "phaedra");
  const invited = await (await browser.context()).page();
  await signIn(invited, "phaedra", pool.outbox.at(-1).temporaryPassword);
  assert.equal(await invited.text("h1"), "Choose a password");
  await send(invited, "/sign-in/step", { answer: PASSWORD });
  assert.equal(await invited.text("#user"), "phaedra");
  assert.equal((await invited.goto(`${site.url}/admin`)).status, 403);

  await adminPage.follow('main a[href="/admin"]');
  await adminPage.type("[name=value]", "ariadne@naxos.example");
  await adminPage.follow('form[action="/admin/find"] button');
  assert.equal(await adminPage.text("h1"), "ariadne");
  await send(adminPage, "/admin/user/add", { group: "heroes" });
  assert.match(await adminPage.text("#groups"), /heroes/);
  await send(adminPage, "/admin/user/remove");
  assert.doesNotMatch(await adminPage.text("#groups"), /heroes/);
  await send(adminPage, "/admin/user/disable");
  assert.match(await adminPage.text("#found"), /CONFIRMED, disabled/);

  // Ariadne's ID token is good for an hour; her account is not there for her any more.
  const refused = await page.goto(`${site.url}/profile`);
  assert.equal(refused.status, 401);
  assert.equal(await isSignedIn(page), false);
  assert.equal(
    (await send(page, "/sign-in", { username: "ariadne", password: RECOVERED })).status,
    403,
  );
  await send(adminPage, "/admin/user/enable");
});

test("an administrator is not locked out by accident", async () => {
  await adminPage.goto(`${site.url}/admin/user?name=theseus`);
  const forms = { disable: {}, remove: {}, delete: { confirm: "theseus" } };
  for (const [action, fields] of Object.entries(forms)) {
    const { status } = await send(adminPage, `/admin/user/${action}`, fields);
    assert.equal(status, 403, action);
    assert.match(await alertOn(adminPage), /would lock you out/);
  }
  assert.equal(pool.users.get("theseus").enabled, true);
});

test("the user deletes the account, and cannot sign in any more", async () => {
  await signIn(page, "ariadne", RECOVERED);
  pool.advance(30);
  await send(page, "/sign-in/step", { answer: pool.totp("ariadne") });
  await page.goto(`${site.url}/profile`);
  assert.equal((await send(page, "/profile/delete", { confirm: "theseus" })).status, 400);
  await send(page, "/profile/delete", { confirm: "ariadne" });
  assert.match(await noticeOn(page), /Your account is deleted/);
  assert.equal(await isSignedIn(page), false);
  assert.equal((await signIn(page, "ariadne", RECOVERED)).status, 401);
  assert.equal(pool.users.has("ariadne"), false);
  assert.deepEqual([...page.problems, ...adminPage.problems], []);
});
