"use strict";

// The rows of docs/accounts.md and docs/administration.md, as table.js has them.

const path = require("node:path");
const { pathToFileURL } = require("node:url");
const root = require("../root");

/** A pool of the block's own, whose messages it can read. */
const OWN_POOL = `
  const { createTestPool } = require("cognito-auth-native/testing.js");
  const attributes = { email: "theseus@example.com" };
  const users = [{ username: "theseus", password: "Labyrinth1", attributes }];
  const pool = await createTestPool({ inProduction: "I know", users, mfa: "OPTIONAL" });
  Object.assign(process.env, pool.environment);
  const code = () => pool.outbox.at(-1).code;`;

const USERS = [
  { username: "theseus", attributes: { email: "theseus@example.com" } },
  { username: "ariadne" },
];

/** In the place of a browser. */
const AUTHENTICATOR = JSON.stringify(
  pathToFileURL(path.join(root, "tools", "testing", "authenticator.js")),
);

const ACCOUNTS = {
  "docs/accounts.md": [
    {
      has: "async function register(",
      program: {
        before: OWN_POOL,
        after: `
          const form = { username: "ariadne", password: "RedThread2", email: "ariadne@example.com" };
          assert.equal(await register(form), "We have sent a code to a***@e***");
          await sendAgain(form);
          await assert.rejects(confirm({ ...form, code: "x" }), { reason: "code-wrong" });
          await confirm({ ...form, code: " " + code() });
          assert((await auth.signIn("ariadne", "RedThread2")).signedIn);`,
      },
    },
    {
      has: "async function forgot(",
      program: {
        before: OWN_POOL,
        after: `
          const form = { username: "theseus", password: "New-Labyrinth2" };
          assert.equal(await forgot({ username: "nobody" }), await forgot(form));
          await reset({ ...form, code: code() });
          assert((await auth.signIn("theseus", "New-Labyrinth2")).signedIn);`,
      },
    },
    {
      has: "const profile =",
      program: {
        before: OWN_POOL,
        after: `
          const { accessToken } = await auth.signIn("theseus", "Labyrinth1");
          assert.equal(await changeEmail(accessToken, { email: "theseus@athens.example" }), "t***@a***");
          await verifyEmail(accessToken, { code: code() });
          const { attributes: now } = await profile(accessToken);
          assert.deepEqual([now.email, now.email_verified], ["theseus@athens.example", "true"]);
          await changePassword(accessToken, { oldPassword: "Labyrinth1", password: "New-Labyrinth2" });
          assert((await auth.signIn("theseus", "New-Labyrinth2")).signedIn);`,
      },
    },
    {
      has: "async function setUpAnApp(account",
      program: {
        before: OWN_POOL,
        after: `
          const { totpAt } = await import("${pathToFileURL(path.join(root, "testing", "totp.js")).href}");
          const auth = require("cognito-auth-native").createAuth();
          const account = auth.account((await auth.signIn("theseus", "Labyrinth1")).accessToken);
          let shown;
          await setUpAnApp(account, (totp) => { shown = totp; }, async () => totpAt(shown.secret, Date.now()));
          assert(shown.uri.startsWith("otpauth://totp/"));
          assert.equal((await auth.signIn("theseus", "Labyrinth1")).name, "SOFTWARE_TOKEN_MFA");
          await withoutAnApp(account);
          assert((await auth.signIn("theseus", "Labyrinth1")).signedIn);`,
      },
    },
    {
      has: "const begin = (account) =>",
      program: {
        pool: { users: USERS, passkeys: { relyingPartyId: "example.com" } },
        before: `
          const { createAuthenticator } = await import(${AUTHENTICATOR});
          const account = require("cognito-auth-native").createAuth().account(given.accessToken);`,
        after: `
          const credential = createAuthenticator({ origin: "https://example.com" }).create(await begin(account));
          const [passkey] = await keep(account, credential);
          await remove(account, passkey);
          assert.deepEqual(await account.passkeys(), []);`,
      },
    },
  ],
  "docs/administration.md": [
    {
      has: 'await users.get("theseus");',
      program: {
        after: `
          const [group] = (await users.groups("theseus")).filter(({ name }) => name === "heroes");
          assert.equal(group.description, "Slayers of monsters");
          assert.equal((await users.get("theseus")).attributes.name, "Theseus of Athens");`,
      },
    },
    {
      has: "async function byEmail(",
      program: {
        pool: { users: [...USERS, { username: "minos", status: "UNCONFIRMED" }] },
        after: `
          assert.deepEqual(await Promise.all(["theseus@example.com", "a@b.c"].map(byEmail)), ["theseus", undefined]);
          assert.deepEqual(await namesOfTheUnconfirmed(), ["minos"]);`,
      },
    },
    {
      has: "const createForGood",
      program: {
        after: `
          assert.equal((await invite("icarus", "icarus@example.com")).status, "FORCE_CHANGE_PASSWORD");
          assert.equal((await createForGood("pasiphae", "RedThread2")).status, "CONFIRMED");`,
      },
    },
    {
      has: 'await auth.call("ListUsers"',
      program: {
        after: 'assert.deepEqual([Users.length, typeof PaginationToken], [1, "string"]);',
      },
    },
    {
      has: "async function forEach(",
      program: {
        pool: {
          users: [
            ...USERS,
            ...Array.from({ length: 20 }, (_, at) => ({
              username: `u${at}`,
              status: "UNCONFIRMED",
            })),
          ],
        },
        after: `
          const auth = require("cognito-auth-native").createAuth();
          assert.deepEqual(await deleteTheUnconfirmed(auth), []);
          const left = [];
          const failed = await forEach(auth.users.list(), async ({ username }) => { left.push(username); throw new Error("no"); });
          assert.deepEqual([left, failed.length], [["theseus", "ariadne"], 2]);`,
      },
    },
    {
      has: '"AdminLinkProviderForUser"',
      program: {
        before: 'const auth = require("cognito-auth-native").createAuth();',
        // The test pool does not play the operation, and says so.
        after: `
          await assert.rejects(link(auth, "theseus", "Google", "1234"), { code: "UnknownOperationException" });`,
      },
    },
  ],
};

module.exports = { ACCOUNTS };
