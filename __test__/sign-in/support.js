"use strict";

// For the specs of signing in: a test pool for each test, and an Auth of it.

const { createAuth } = require("../..");
const { refusal } = require("../../tools/outcomes.js");
const { startPool } = require("../support/test-pool.js");

const NAME = "theseus";
const PASSWORD = "Labyrinth1";
const TEMPORARY = "Temporary1";
const SECRET = "client5secret5of5the5test5pool";
const STATE_KEY = "Zm9yIHRlc3RzIG9ubHk6IDMyIGJ5dGVzIG9mIGtleQ";

/** `open(options)` starts a pool with a user that ends with the test; the rest is what the file's tests share. */
function usePools() {
  const pools = [];
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.stop())));

  /** `user` is added to the first user, `options` are the pool's. */
  async function open({ user = {}, settings = {}, ...options } = {}) {
    const password = user.temporaryPassword === undefined && { password: PASSWORD };
    const pool = await startPool({ users: [{ username: NAME, ...password, ...user }], ...options });
    pools.push(pool);
    const auth = createAuth({ ...pool.options, ...settings });
    return { pool, auth };
  }
  return open;
}

/** The operations that a pool was asked for. */
const operations = (pool) => pool.requests.map(({ operation }) => operation);

/** The body of a pool's last request. */
const last = (pool) => pool.requests.at(-1).body;

/** All items of an async iterator. */
async function all(iterator) {
  const items = [];
  for await (const item of iterator) items.push(item);
  return items;
}

/** What every error has that has an answer of Cognito's, or none. */
const shape = ({ name, code, reason, message, status }) => ({
  name,
  code,
  reason,
  message,
  status,
});

/** The shape of the error that a promise rejects with. */
const refused = async (promise) => shape(await refusal(promise));

/** An expected shape. */
const error = (name, reason, message, status) => ({ name, code: name, reason, message, status });

module.exports = {
  NAME,
  PASSWORD,
  SECRET,
  STATE_KEY,
  TEMPORARY,
  all,
  error,
  last,
  operations,
  refusal,
  refused,
  shape,
  usePools,
};
