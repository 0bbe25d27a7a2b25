"use strict";

// The pool as a third kind of emulator: the cases of the tutorial's functions and the original, in processes of their own; and
// beside ministack, the refusals of cases/refusals.js by the AWS SDK. Where those two differ, `DIFFERENCES` says what decides.

const sdk = require("@aws-sdk/client-cognito-identity-provider");
const { startEmulator } = require("../../tools/emulator.js");
const { startPoolEmulator } = require("../../tools/testing/pool-emulator.js");
const { CASES } = require("../differential/cases");
const { differencesOf, playBoth } = require("../differential/run.js");
const { bodyOf, startPool } = require("../support/test-pool.js");
const { REFUSALS, USERS, hash } = require("./cases/refusals.js");
const DIFFERENCES = require("./cases/ministack.js");

const EMULATED = CASES.filter(({ emulator }) => emulator);

let ministack;
let third;
beforeAll(async () => {
  [ministack, third] = await Promise.all([
    startEmulator({ kind: "ministack" }),
    startPoolEmulator(),
  ]);
}, 120_000);
afterAll(() => Promise.all([ministack?.stop(), third?.stop()]));

describe("the tutorial's functions and the original, on the pool", () => {
  test.each(EMULATED)("$name", async (one) => {
    const outcome = await playBoth(one, third);
    const differences = differencesOf(outcome);
    if (one.differs === undefined) {
      const pick = (side) =>
        Object.fromEntries(differences.map((member) => [member, side[member]]));
      expect(pick(outcome.ours)).toEqual(pick(outcome.original));
      expect(["resolves", "rejects"]).toContain(outcome.ours.kind);
    } else {
      expect(differences).not.toEqual([]);
      expect(outcome.ours).toMatchObject(one.differs[1]);
    }
  });
});

// ---------------------------------------------------------------------------------------------------------------
// Refusals
// ---------------------------------------------------------------------------------------------------------------

/** createTestPool's options as ministack takes them. */
const onMinistack = ({
  clientSecret,
  passwordPolicy,
  requiredAttributes = [],
  hideUnknownUsers,
  authFlows = ["ADMIN_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"],
}) => ({
  clientSecret: clientSecret !== undefined,
  explicitAuthFlows: authFlows.map((name) => `ALLOW_${name}`),
  poolSettings: {
    Schema: requiredAttributes.map((Name) => ({
      Name,
      AttributeDataType: "String",
      Required: true,
    })),
    ...(passwordPolicy && {
      Policies: {
        PasswordPolicy: {
          MinimumLength: 8,
          RequireUppercase: true,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: passwordPolicy.requireSymbols,
        },
      },
    }),
  },
  clientSettings: { PreventUserExistenceErrors: hideUnknownUsers ? "ENABLED" : "LEGACY" },
});

const listOf = (attributes = {}) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

/** Makes one of USERS by administrators' calls. */
async function makeUser(pool, user) {
  const { userPoolId: UserPoolId, clientId: ClientId } = pool;
  const { username: Username, password, temporaryPassword, attributes, status, enabled } = user;
  const named = { UserPoolId, Username };
  if (status === "UNCONFIRMED") {
    const secretHash = pool.clientSecret && { SecretHash: hash(pool, Username) };
    await ministack.call("SignUp", { ClientId, Username, Password: password, ...secretHash });
    return;
  }
  await ministack.call("AdminCreateUser", {
    ...named,
    MessageAction: "SUPPRESS",
    TemporaryPassword: temporaryPassword,
    UserAttributes: listOf(attributes),
  });
  if (password !== undefined) {
    await ministack.call("AdminSetUserPassword", { ...named, Password: password, Permanent: true });
  }
  if (status === "RESET_REQUIRED") await ministack.call("AdminResetUserPassword", named);
  if (enabled === false) await ministack.call("AdminDisableUser", named);
}

const withMinistack = new Map();
async function ministackPool(options) {
  const key = JSON.stringify(options);
  if (!withMinistack.has(key)) {
    const pool = await ministack.createPool(onMinistack(options));
    // No user's password has a symbol.
    const users = options.passwordPolicy ? [] : USERS;
    for (const user of users) await makeUser(pool, user);
    withMinistack.set(key, pool);
  }
  return withMinistack.get(key);
}

/** What a client of the SDK gets, without the ids that differ by themselves. */
async function outcomeOf(client, pool, { operation, members }) {
  const given = typeof members === "function" ? members(pool) : members;
  const input = bodyOf(pool, operation, given);
  const withoutIds = (text) =>
    text.replaceAll(pool.clientId, "{client}").replaceAll(pool.userPoolId, "{pool}");
  return client.send(new sdk[`${operation}Command`](input)).then(
    () => ["answered"],
    ({ name, message }) => [name, withoutIds(message)],
  );
}

describe("refusals", () => {
  const pools = new Map();
  afterAll(async () => {
    for (const { pool, client } of pools.values()) {
      client.destroy();
      await pool.stop();
    }
  });
  async function testPool(options) {
    const key = JSON.stringify(options);
    if (!pools.has(key)) {
      const pool = await startPool({ users: USERS, ...options });
      const { endpoint, region, credentials } = pool.options;
      const client = new sdk.CognitoIdentityProviderClient({
        endpoint,
        region,
        credentials,
        maxAttempts: 1,
      });
      pools.set(key, { pool, client });
    }
    return pools.get(key);
  }

  test.each(REFUSALS)("%s", async (name, options, request, expected) => {
    const { pool, client } = await testPool(options);
    const ours = await outcomeOf(client, pool, request);
    expect(ours).toEqual(expected);
    const theirPool = await ministackPool(options);
    const theirs = await outcomeOf(ministack.client, theirPool, request);
    // Where ministack signs the user up, the next case finds none.
    if (theirs[0] === "answered" && request.members.Username === "ariadne") {
      const { userPoolId: UserPoolId } = theirPool;
      await ministack.call("AdminDeleteUser", { UserPoolId, Username: "ariadne" });
    }
    const difference = DIFFERENCES[name];
    if (difference === undefined) expect(theirs).toEqual(ours);
    else expect(theirs).toEqual(difference.ministack);
  });

  test("every difference is one of a case, and names what decides", () => {
    const names = REFUSALS.map(([name]) => name);
    for (const [name, { ministack: theirs, decides }] of Object.entries(DIFFERENCES)) {
      expect(names).toContain(name);
      expect(theirs.length).toBeGreaterThan(0);
      expect(decides).toMatch(/https:\/\/docs\.aws\.amazon\.com\/|[\w-]+\/[\w-]+#\d+|the model/);
    }
  });
});
