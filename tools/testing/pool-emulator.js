"use strict";

// The test pool in the place of an emulator (tools/emulator.js): a third kind, for cases that are played on all of them.

const sdk = require("@aws-sdk/client-cognito-identity-provider");
const { createTestPool } = require("../../testing.js");

/** What an administrator does and the pool does not play, as a test does it: on its users. */
const ON_USERS = {
  AdminCreateUser: (pool, { Username, TemporaryPassword, UserAttributes = [] }) =>
    pool.addUser({
      username: Username,
      temporaryPassword: TemporaryPassword,
      attributes: Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value])),
    }),
  AdminDisableUser: (pool, { Username }) => {
    pool.users.get(Username).enabled = false;
  },
  AdminResetUserPassword: (pool, { Username }) => {
    pool.users.get(Username).status = "RESET_REQUIRED";
  },
};

/** The parts of an emulator that cases use: `createPool`, `call`, `stop`. */
async function startPoolEmulator() {
  const pools = [];
  const clients = new Map();

  /** `options` are createTestPool's. */
  async function createPool(options) {
    const pool = await createTestPool({ inProduction: "I know", ...options });
    pools.push(pool);
    const { endpoint, region, credentials } = pool.options;
    const client = new sdk.CognitoIdentityProviderClient({
      endpoint,
      region,
      credentials,
      maxAttempts: 1,
    });
    clients.set(pool, client);
    const { userPoolId, clientId, clientSecret } = pool;
    // As an emulator's: without the variables that are empty.
    const set = Object.entries(pool.environment).filter(([, value]) => value !== "");
    const environment = Object.fromEntries(set);
    return { userPoolId, clientId, ...(clientSecret && { clientSecret }), environment };
  }

  const poolOf = ({ UserPoolId, ClientId }) =>
    pools.find((pool) => pool.userPoolId === UserPoolId || pool.clientId === ClientId);

  async function call(operation, input) {
    const pool = poolOf(input);
    if (Object.hasOwn(ON_USERS, operation)) return ON_USERS[operation](pool, input);
    return clients.get(pool).send(new sdk[`${operation}Command`](input));
  }

  async function stop() {
    for (const client of clients.values()) client.destroy();
    await Promise.all(pools.map((pool) => pool.stop()));
  }

  return { kind: "test-pool", createPool, call, stop };
}

module.exports = { startPoolEmulator };
