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

/** A pool of the block's own with more users than two pages have. */
const CROWD = `
  const { createTestPool } = require("cognito-auth-native/testing.js");
  const users = Array.from({ length: 130 }, (_, at) => ({ username: "u" + at, password: "Labyrinth1" }));
  const pool = await createTestPool({ inProduction: "I know", users });
  Object.assign(process.env, pool.environment);`;

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
        before: CROWD,
        after: `
          const path = require("node:path");
          const folder = fs.mkdtempSync(path.join(require("node:os").tmpdir(), "journal-"));
          const auth = require("cognito-auth-native").createAuth();
          const worked = [];
          // The tenth user fails, and the list's third page is throttled.
          const work = async ({ username }) => {
            worked.push(username);
            if (username === "u9" && worked.filter((name) => name === username).length === 1) throw new Error("no");
            if (username === "u60") pool.down("ListUsers", 429);
            await auth.users.update(username, { "custom:plan": "basic" });
          };
          const journal = path.join(folder, "journal.txt");
          await assert.rejects(forEach(auth.users.list(), work, { journal }), { reason: "throttled" });
          pool.up();
          assert.equal(fs.readFileSync(journal, "utf8").trim().split("\\n").length, 119);
          assert.deepEqual(await forEach(auth.users.list(), work, { journal }), []);
          assert.deepEqual(worked.slice(120), ["u9", ...Array.from({ length: 10 }, (_, at) => "u" + (120 + at))]);
          for (const { attributes } of pool.users.values()) assert.equal(attributes["custom:plan"], "basic");

          // A change that is throttled for longer than the package waits.
          for (let attempt = 0; attempt < 3; attempt++) {
            pool.failNext("AdminUpdateUserAttributes", "TooManyRequestsException", "Rate exceeded");
          }
          assert.deepEqual(await setPlan(auth, "gold", path.join(folder, "plan.txt")), []);
          assert.equal(pool.users.get("u0").attributes["custom:plan"], "gold");
          pool.users.get("u1").status = "UNCONFIRMED";
          assert.deepEqual(await deleteTheUnconfirmed(auth, path.join(folder, "deleted.txt")), []);
          assert.equal(pool.users.has("u1"), false);
          const failed = await forEach(auth.users.list(), () => { throw new Error("no"); }, { journal: path.join(folder, "none.txt") });
          assert.deepEqual([failed.length, failed[0].user], [129, "u0"]);
          fs.rmSync(folder, { recursive: true });`,
      },
    },
    {
      has: '"AdminLinkProviderForUser"',
      program: {
        before: `${CROWD}
          const auth = require("cognito-auth-native").createAuth();`,
        // The test pool does not play the operation, and says so.
        after: `
          await assert.rejects(link(auth, "theseus", "Google", "1234"), { code: "UnknownOperationException" });
          const { operation, signed, body } = pool.requests.at(-1);
          assert.deepEqual([operation, signed], ["AdminLinkProviderForUser", true]);
          assert.deepEqual(body, {
            UserPoolId: pool.userPoolId,
            DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: "theseus" },
            SourceUser: {
              ProviderName: "Google",
              ProviderAttributeName: "Cognito_Subject",
              ProviderAttributeValue: "1234",
            },
          });`,
      },
    },
  ],
};

module.exports = { ACCOUNTS };
