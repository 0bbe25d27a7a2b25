"use strict";

// What becomes of each block of JavaScript and TypeScript in README.md and docs/: __test__/repository/docs-blocks.spec.js holds that each has
// one row here, but for those that tools/recipes runs. `has` is a text in the block, and in no other of its file. Then one of these:
//
//   program   run by Node.js in the environment of a test pool. `before` is what the block takes for granted, `after` what must hold;
//             `given` and `listen` are at hand (supposed.mjs), values in comments are compared. `pool` has the pool's options, by default USERS;
//             `files` are written beside it, functions of `given`
//   file      a file of the repository that is shown whole; `by` is what runs that file
//   runner    a test file, run by "node" or "jest" with the `files` of its page, of which so many tests must pass
//   part      of the test file of this name
//   typed     checked by TypeScript, after these declarations
//   not       why it is not run

const { ACCOUNTS } = require("./accounts.js");

const USERS = [
  {
    username: "theseus",
    password: "Labyrinth1",
    groups: ["admins"],
    attributes: { email: "theseus@example.com", phone_number: "+14155550100" },
  },
  { username: "ariadne", password: "RedThread2" },
];

/** A user who has been invited, and has not signed in yet. */
const INVITED = { username: "ariadne", temporaryPassword: "Temporary1" };

const INVITED_TOO = { username: "minos", temporaryPassword: "Temporary1" };

const EXPRESS =
  'const express = require("express"); const app = express(); app.use(express.json());';
const WRONG = '{ username: "theseus", password: "wrong" }';
const POOL =
  'const { createAuth } = require("cognito-auth-native"); const { createTestPool } = require("cognito-auth-native/testing.js");';

const world = (name) => ({ file: `scripts/check-world/configs/${name}`, by: "check:world" });
const observability = (name) => ({
  file: `examples/observability/${name}`,
  by: "__test__/calls/events.spec.js",
});

const TABLE = {
  "README.md": [{ has: "await cognito.createCognitoUser(", program: { pool: { users: [] } } }],
  ...ACCOUNTS,
  "docs/bundlers.md": [
    { has: "// next.config.mjs", ...world("next.config.mjs") },
    { has: "// webpack.config.js", ...world("webpack.config.js") },
    { has: "// rollup.config.mjs", ...world("rollup.config.mjs") },
  ],
  "docs/configuration.md": [
    {
      has: "pools: [",
      program: {
        before:
          'const { createAuth } = require("cognito-auth-native"); const token = given.accessToken;',
        after: 'assert.equal(claims.token_use, "access");',
      },
    },
  ],
  "docs/frameworks.md": [
    {
      has: 'const { AuthError, answerTo } = require("cognito-auth-native");',
      program: { after: 'assert(AuthError && typeof answerTo === "function");' },
    },
  ],
  "docs/lambda.md": [
    { has: "NodejsFunction", not: "aws-cdk-lib is not installed here, and deploys to AWS" },
    {
      has: "// A Lambda authorizer for the REST",
      file: "examples/lambda-authorizer/index.mjs",
      by: "__test__/requests/authorizer.spec.js",
    },
    {
      has: 'new URL("jwks.json"',
      program: {
        files: { "jwks.json": ({ jwks }) => JSON.stringify(jwks) },
        after: 'assert.equal(auth.verifySync(given.idToken)["cognito:username"], "theseus");',
      },
    },
  ],
  "docs/migrating.md": [
    {
      has: "function answerFailure(",
      program: {
        before: EXPRESS,
        after: `
          const { login } = require("cognito-auth-native");
          app.post("/login", async ({ body }, res) => res.json(await login(body.username, body.password)));
          app.get("/", () => { throw new Error("a secret"); });
          app.use(answerFailure);
          app.use((error, _request, response, _next) => response.status(500).end());
          const ask = await listen(app);
          const wrong = await ask("POST /login", { body: ${WRONG} });
          assert.deepEqual([wrong.status, wrong.body.error], [401, "bad-credentials"]);
          assert.equal((await ask("GET /")).status, 500);`,
      },
    },
    {
      has: "// auth.js",
      program: {
        after: `
          const user = { username: "minos", email: "minos@example.com" };
          const created = await createCognitoUser("minos", "Labyrinth1", "minos@example.com");
          assert.deepEqual(created, { ...user, phoneNumber: undefined });
          assert.deepEqual(await fetchUserByUsername("minos"), user);
          assert.equal((await verifyToken(await login("minos", "Labyrinth1"))).email, user.email);`,
      },
    },
    {
      has: "const fetchUser =",
      program: {
        after: `
          const email = "pasiphae@example.com";
          await createUser(email, "Labyrinth1");
          assert.equal((await fetchUser(email)).email, email);
          assert.equal((await findUser(email)).email, email);
          assert.equal(await findUser("nobody@example.com"), undefined);
          await assert.rejects(fetchUser("nobody@example.com"), { reason: "user-missing" });
          assert.equal((await verifyToken(await login(email, "Labyrinth1")))["cognito:username"], email);`,
      },
    },
    {
      has: "function authWithKey(",
      program: {
        after: `
          const [{ kid, ...jwk }] = given.jwks.keys;
          const pem = createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
          assert.equal(authWithKey(pem, kid).verifySync(given.idToken)["cognito:username"], "theseus");`,
      },
    },
    {
      has: "function verifyComplete(",
      program: {
        after: `
          const { header, payload, signature } = await verifyComplete(given.idToken);
          assert.equal(header.alg, "RS256");
          assert.equal(payload.token_use, "id");
          assert(given.idToken.endsWith("." + signature));`,
      },
    },
    {
      has: "function verifyRecent(",
      program: {
        after: `
          assert.equal((await verifyRecent(given.idToken)).token_use, "id");
          await assert.rejects(verifyRecent(given.idToken, -1), /sign in again/);`,
      },
    },
    {
      has: 'app.use("/games", createAuth().middleware());',
      program: {
        before: EXPRESS,
        after: `
          app.get("/games", (request, response) => response.json(request.auth.claims));
          const ask = await listen(app);
          assert.equal((await ask("GET /games", { token: given.idToken })).body["cognito:username"], "theseus");
          assert.equal((await ask("GET /games", { token: given.forgedToken })).status, 401);`,
      },
    },
    {
      has: "const verifyAny =",
      program: { after: 'assert.equal((await verifyAny(given.idToken)).token_use, "id");' },
    },
  ],
  "docs/observability.md": [
    { has: "// OpenTelemetry:", ...observability("opentelemetry.mjs") },
    { has: "// pino:", ...observability("pino.mjs") },
    { has: "// Amazon CloudWatch's", ...observability("cloudwatch.mjs") },
  ],
  "docs/requests.md": [
    {
      has: 'app.use("/admin"',
      program: {
        before: `${EXPRESS} const { createAuth } = require("cognito-auth-native");`,
        after: `
          app.get("/admin", (request, response) => response.json(request.auth.claims["cognito:groups"]));
          const ask = await listen(app);
          const statuses = {};
          for (const path of ["/me", "/admin", "/"]) {
            const answers = [undefined, given.idToken, given.otherToken].map((token) => ask("GET " + path, { token }));
            statuses[path] = (await Promise.all(answers)).map(({ status }) => status);
          }
          assert.deepEqual(statuses, { "/me": [401, 200, 200], "/admin": [401, 200, 403], "/": [200, 200, 200] });`,
      },
    },
    {
      has: 'cookie: "__Host-id"',
      program: {
        before: `
          const auth = require("cognito-auth-native").createAuth();
          const headers = { cookie: "__Host-id=" + given.idToken, origin: "https://app.example.com" };
          const request = new Request("https://api.example.com/", { method: "POST", headers });`,
        after: "assert(who.ok);",
      },
    },
    {
      has: "declare global",
      typed: 'declare module "fastify" { interface FastifyRequest { id: string } }',
    },
    {
      has: "lambdaAuthorizer({",
      program: {
        before: 'const { createAuth } = require("cognito-auth-native");',
        after: `
          const methodArn = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod/GET/games";
          const ask = (token) => handler({ type: "TOKEN", authorizationToken: "Bearer " + token, methodArn });
          assert.equal((await ask(given.accessToken)).policyDocument.Statement[0].Effect, "Allow");
          await assert.rejects(ask(given.idToken), { message: "Unauthorized" });`,
      },
    },
  ],
  "docs/sign-in.md": [
    {
      has: "const sendCode = (auth, username) =>",
      program: {
        pool: { users: [{ username: "theseus", attributes: { email: "theseus@example.com" } }] },
        before: 'const auth = require("cognito-auth-native").createAuth();',
        after: `
          assert.deepEqual((await sendCode(auth, "theseus")).sent, { to: "t***@e***", by: "EMAIL" });
          assert.equal((await askForPasskey(auth, "theseus")).signedIn, false);
          await assert.rejects(askTheTriggers(auth, "theseus"), { reason: "config" });`,
      },
    },
    {
      has: "async function signInOnAScript(",
      program: {
        pool: { users: [INVITED] },
        after: `
          const asked = [];
          const answer = async (name) => (asked.push(name), "RedThread2");
          const { "cognito:username": username } = await auth.verify(await signInOnAScript("ariadne", "Temporary1", answer));
          assert.deepEqual([username, asked], ["ariadne", ["NEW_PASSWORD_REQUIRED"]]);`,
      },
    },
    {
      has: "async function firstSignIn(",
      program: {
        pool: { users: [INVITED], mfa: "ON", requiredAttributes: ["given_name"] },
        before: `
          const auth = require("cognito-auth-native").createAuth();
          const crypto = require("node:crypto");
          const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
          function codeOf(uri) {
            const bits = [...new URL(uri).searchParams.get("secret")].map((digit) => BASE32.indexOf(digit).toString(2).padStart(5, "0"));
            const key = Buffer.from(bits.join("").match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
            const time = Buffer.alloc(8);
            time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
            const hash = crypto.createHmac("sha1", key).update(time).digest();
            return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
          }`,
        after: `
          const factor = await firstSignIn(auth, "ariadne", "Temporary1", "RedThread2");
          assert.equal(factor.name, "MFA_SETUP");
          let shown;
          const signedIn = await setUpAnApp(factor, (uri) => { shown = uri; }, async () => codeOf(shown));
          assert.equal((await auth.verify(signedIn.idToken)).given_name, "Ariadne");
          await assert.rejects(answerRaw(await auth.signIn("ariadne", "RedThread2")), { reason: "invalid-argument" });`,
      },
    },
    {
      has: "async function secondFactor(",
      program: {
        before: `${POOL}
          const user = { username: "theseus", password: "Labyrinth1", mfa: ["SOFTWARE_TOKEN_MFA", "SMS_MFA"], totpSecret: "JBSWY3DPEHPK3PXP" };
          const attributes = { phone_number: "+14155550100", phone_number_verified: "true" };
          const pool = await createTestPool({ mfa: "ON", users: [{ ...user, attributes }] });
          const auth = createAuth(pool.options);`,
        after: `
          const texts = [];
          const signIn = async (factor, code) =>
            secondFactor(await auth.signIn("theseus", "Labyrinth1"), async () => factor, async (text) => (texts.push(text), code()));
          assert((await signIn("SMS_MFA", () => pool.outbox.at(-1).code)).signedIn);
          assert((await signIn("SOFTWARE_TOKEN_MFA", () => pool.totp("theseus"))).signedIn);
          assert.deepEqual(texts, ["The code was sent to +*******0100", "The code of your authenticator app"]);`,
      },
    },
    {
      has: "async function riddle(",
      program: {
        before: `${POOL}
          const question = { next: "CUSTOM_CHALLENGE", parameters: { question: "Who holds the thread?" }, answer: "Ariadne" };
          const customAuth = ({ session }) => {
            const { name, result } = session.at(-1);
            if (name === "SRP_A") return { next: "PASSWORD_VERIFIER" };
            return name === "CUSTOM_CHALLENGE" && result ? { next: true } : question;
          };
          const pool = await createTestPool({ customAuth, users: [{ username: "theseus", password: "Labyrinth1" }] });
          const auth = createAuth(pool.options);`,
        after: `
          const asked = [];
          const replies = ["Minos", "Ariadne"];
          const reply = async ({ question }) => (asked.push(question), replies.shift());
          assert((await riddle(auth, "theseus", "Labyrinth1", reply)).signedIn);
          assert.deepEqual(asked, ["Who holds the thread?", "Who holds the thread?"]);
          await assert.rejects(riddle(auth, "theseus", "wrong", reply), { reason: "bad-credentials" });`,
      },
    },
    {
      has: "async function loginWithCode(",
      program: {
        pool: { users: [...USERS, INVITED_TOO] },
        before: 'const auth = require("cognito-auth-native").createAuth();',
        after: `
          const usernameOf = async (...given) => (await auth.verify(await loginWithCode(auth, ...given)))["cognito:username"];
          assert.equal(await usernameOf("theseus", "Labyrinth1", () => assert.fail()), "theseus");
          assert.equal(await usernameOf("minos", "Temporary1", async () => "RedThread2"), "minos");
          await assert.rejects(loginWithCode(auth, "theseus", "wrong"), { reason: "bad-credentials" });`,
      },
    },
    {
      has: "const goOn =",
      program: {
        pool: { users: [INVITED] },
        before: `
          const { createAuth } = require("cognito-auth-native");
          const stateKey = "Zm9yIHRlc3RzIG9ubHk6IDMyIGJ5dGVzIG9mIGtleQ";
          const jar = {};
          const response = {
            cookie(name, value, { httpOnly }) { assert(httpOnly); jar[name] = value; return response; },
            clearCookie(name, { secure, path }) { assert(secure && path === "/"); delete jar[name]; return response; },
            status(status) { response.code = status; return response; },
            json(step) { response.body = JSON.parse(JSON.stringify(step)); return response; },
            end() { response.ended = true; return response; },
          };`,
        after: `
          bindingFor(response);
          goOn(response, await createAuth({ stateKey }).signIn("ariadne", "Temporary1"), jar["__Host-binding"]);
          assert.equal(response.body.name, "NEW_PASSWORD_REQUIRED");
          const ask = async (value, cookies = jar) => {
            response.code = 200;
            await answer(createAuth({ stateKey }), { cookies, body: { value } }, response);
            return [response.code, response.body];
          };
          assert.deepEqual(await ask("short"), [400, { again: "password-policy" }]);
          const before = { ...jar };
          assert.deepEqual(await ask("RedThread2", { ...jar, "__Host-binding": "x" }), [400, { startAgain: "invalid-argument" }]);
          assert.deepEqual(Object.keys(jar), ["__Host-binding"]);
          Object.assign(jar, before);
          await ask("RedThread2");
          assert(response.ended);
          assert.deepEqual(Object.keys(jar), ["__Host-refresh"]);
          assert.deepEqual(await ask("RedThread3", before), [401, { startAgain: "challenge-expired" }]);
          await assert.rejects(answer(createAuth(), { cookies: before, body: {} }, response), { reason: "config" });`,
      },
    },
    {
      has: "async function refresh(auth",
      program: {
        before: `
          const auth = require("cognito-auth-native").createAuth();
          const jar = { "__Host-refresh": (await auth.signIn("theseus", "Labyrinth1")).refreshToken };
          const response = {
            cookie: (name, value) => { jar[name] = value; },
            clearCookie: (name, { secure, path }) => { assert(secure && path === "/"); delete jar[name]; },
          };`,
        after: `
          const request = { cookies: jar };
          assert.equal((await auth.verify(await refresh(auth, request, response)))["cognito:username"], "theseus");
          const before = { cookies: { ...jar } };
          await signOut(auth, request, response);
          assert.deepEqual(jar, {});
          await signOut(auth, request, response);
          await signOut(auth, { cookies: { "__Host-refresh": "of.another.pool.x.y" } }, response);
          await assert.rejects(refresh(auth, before, response), { reason: "refresh-expired" });`,
      },
    },
  ],
  "docs/testing.md": [
    { has: "// app.js", part: "app.test.js" },
    { has: "// start-app.js", part: "app.test.js" },
    { has: "// app.test.js", runner: "node", passes: 6 },
    { has: "// app.jest.test.js", runner: "jest", passes: 11 },
    { has: "// app.test.mjs", part: "app.test.mjs" },
    { has: "// environment.test.js", runner: "node", passes: 1 },
    { has: "// express-app.js", part: "express.jest.test.js" },
    { has: "// express.jest.test.js", runner: "jest", passes: 3 },
    { has: "pool.requests.at(-1).operation", program: { before: POOL } },
    { has: "// clock.test.js", runner: "node", passes: 1 },
    { has: "createAuth(pool.offline)", program: { before: POOL } },
    { has: "jest.mock(", runner: "jest", passes: 1 },
  ],
};

module.exports = { TABLE, USERS };
