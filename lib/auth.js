"use strict";

// One user pool, or several: a native handle of each, and over them a verifier for each policy that tokens are verified under.

/** @import { Failure, KeysStatus, NativeFailure, NativePolicy, PoolHandle, Settings, Variables } from "./internal" */

const native = require("./host/native");
const {
  fingerprintOf,
  requestVariables,
  snapshot,
  valuesNow,
  variablesOf,
} = require("./settings/environment");
const { INTERNAL, Refusal, failure } = require("./errors/failure");
const { write } = require("./host/json");
const { attempt, failureOf } = require("./outcomes");
const { optionsFrom, policyFrom, settingsOf } = require("./settings/options");
const { recent } = require("./settings/recent");
const { own } = require("./shape");
const { Verifier } = require("./verify/verifier");

const UNREADABLE = failure("config", "The options cannot be written as JSON");

const ONLY_VERIFIES = failure(
  "config",
  "An Auth of several pools verifies tokens, and makes no calls",
  {
    hint: "create an Auth for each pool that is called: createAuth({ userPoolId, clientId })",
  },
);

/** One user pool's native handle, and the part of its policies that is not the Auth's. */
class Pool {
  #settings;
  handle;
  clientId;
  /** @type {NativePolicy | undefined} */
  policy;
  /** @type {PoolHandle | undefined} */
  #callHandle;

  /**
   * @param {Settings} settings
   * @param {Variables} variables
   * @param {NativePolicy} [policy]
   */
  constructor(settings, variables, policy) {
    this.#settings = /** @type {Settings} */ ({ __proto__: null, ...settings });
    this.policy = policy;
    this.clientId = this.#settings.clientId;
    this.handle = this.#open(requestVariables(variables));
    if (this.#settings.credentials !== undefined) this.#callHandle = this.handle;
  }

  /** The handle for calls to Cognito, which may look for credentials in all of the environment. */
  callHandle() {
    this.#callHandle ??= this.#open(snapshot());
    return this.#callHandle;
  }

  /** @param {Variables} environment */
  #open(environment) {
    const text = textOf({ ...this.#settings, environment });
    return created(() => native.open(text));
  }
}

class Auth {
  /** @type {NativePolicy} */
  #policy;
  /** @type {Pool[]} */
  #pools;
  #onlyVerifies;
  /** @type {Map<string | undefined, InstanceType<typeof Verifier>>} */
  #policies = new Map();
  /** @type {InstanceType<typeof Verifier> | undefined} */
  #accountVerifier;
  verifier;
  /** How long one call to Cognito may take, in milliseconds, if that is configured. */
  callMs;

  /**
   * @param {Settings} settings
   * @param {Variables} variables
   */
  constructor({ verify, pools, ...settings }, variables) {
    this.callMs = own(settings, "timeoutMs");
    this.#policy = { __proto__: null, ...verify };
    this.#onlyVerifies = pools !== undefined;
    this.#pools =
      pools === undefined
        ? [new Pool(settings, variables)]
        : pools.map((pool, index) => poolOfSeveral(pool, index, variables));
    this.verifier = this.verifierOf();
  }

  /** The native handle for calls to Cognito. */
  callHandle() {
    if (this.#onlyVerifies) throw new Refusal(ONLY_VERIFIES);
    return this.#pools[0].callHandle();
  }

  /**
   * The verifier for a call's own options, which go before the Auth's.
   *
   * @param {unknown} options
   */
  verifierFor(options) {
    if (options === undefined) return this.verifier;
    const policy = policyFrom(options);
    return recent(this.#policies, textOf(policy), () => this.verifierOf(policy));
  }

  /** For access tokens of users' own accounts: Cognito takes those of all app clients, and judges by its own scope. */
  accountVerifier() {
    this.#accountVerifier ??= this.verifierOf({
      use: "access",
      anyClient: true,
      clientIds: undefined,
      groups: undefined,
      scopes: undefined,
    });
    return this.#accountVerifier;
  }

  /**
   * The Auth's policy, with the members that `policy` has in place of its own.
   *
   * @param {NativePolicy} [policy]
   * @returns {NativePolicy}
   */
  policyWith(policy) {
    return { __proto__: null, ...this.#policy, ...policy };
  }

  /**
   * The app clients whose tokens are accepted; undefined if those of all.
   *
   * @param {NativePolicy} [policy]
   */
  clientsOf(policy) {
    const each = this.#pools.map((pool) => {
      const { anyClient, clientIds } = this.#wholePolicy(pool, policy);
      const own = pool.clientId === undefined ? [] : [pool.clientId];
      return anyClient === true ? undefined : (clientIds ?? own);
    });
    return each.includes(undefined) ? undefined : /** @type {string[]} */ (each.flat());
  }

  /**
   * A verifier that is not one of the remembered ones: the caller keeps it.
   *
   * @param {NativePolicy} [policy]
   */
  verifierOf(policy) {
    const each = this.#pools.map((pool) => {
      const text = textOf(this.#wholePolicy(pool, policy));
      return created(() => native.verifier(pool.handle, text));
    });
    const handle = this.#onlyVerifies ? created(() => native.verifierOfPools(each)) : each[0];
    return new Verifier(handle, this.policyWith(policy).clockTolerance);
  }

  /**
   * A policy goes before a pool's, which goes before the Auth's.
   *
   * @param {Pool} pool
   * @param {NativePolicy} [policy]
   * @returns {NativePolicy}
   */
  #wholePolicy(pool, policy) {
    return { __proto__: null, ...this.#policy, ...pool.policy, ...policy };
  }
}

/**
 * Its message says which pool cannot be used.
 *
 * @param {Settings} settings
 * @param {number} index
 * @param {Variables} variables
 */
function poolOfSeveral({ verify, ...settings }, index, variables) {
  try {
    return new Pool(settings, variables, verify);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const message = `option pools[${index}]: ${thrown.failure.message}`;
    throw new Refusal({ ...thrown.failure, message });
  }
}

/**
 * The native handle that `create` returns.
 *
 * @template {object} Handle
 * @param {() => Handle | NativeFailure} create
 * @returns {Exclude<Handle, NativeFailure>}
 */
function created(create) {
  const handle = attempt(create);
  if (own(handle, "failure") !== undefined) throw new Refusal(failureOf(handle));
  return /** @type {any} */ (handle);
}

/** The Auth of some options, and of the environment for what they leave out: another one whenever that has changed. */
class LiveAuth {
  /** @type {Settings} */
  #options;
  /** @type {Auth | undefined} */
  #auth;
  /**
   * The environment's values at the last call.
   *
   * @type {ReadonlyArray<string | undefined>}
   */
  #values = [];
  /**
   * What the Auth was made of, as a text: written when the environment has changed, which few do.
   *
   * @type {() => string | undefined}
   */
  #fingerprint = () => undefined;
  #canVerify = false;

  /** @param {unknown} options */
  constructor(options) {
    this.#options = optionsFrom(options);
  }

  /**
   * For calls to Cognito, which look at the environment each time, as the original does.
   *
   * @returns {Auth}
   */
  now() {
    const values = valuesNow(this.#options);
    if (this.#auth === undefined || !areSame(values, this.#values)) this.#renew(values);
    return /** @type {Auth} */ (this.#auth);
  }

  /** @param {ReadonlyArray<string | undefined>} values */
  #renew(values) {
    const variables = variablesOf(values);
    const settings = settingsOf(this.#options, variables);
    const fingerprint = () => fingerprintOf(settings, variables);
    if (this.#auth === undefined || fingerprint() !== this.#fingerprint()) {
      this.#auth = new Auth(settings, variables);
      this.#canVerify = canVerify(settings);
      this.#fingerprint = fingerprint;
    }
    this.#values = values;
  }

  /**
   * For verification: reading the environment would cost more than all of it, so the Auth that is there serves.
   *
   * @returns {Auth}
   */
  latest() {
    return this.#canVerify ? /** @type {Auth} */ (this.#auth) : this.now();
  }

  /**
   * For health routes, which show a setting that cannot be used as any other failure.
   *
   * @returns {KeysStatus}
   */
  keysStatus() {
    try {
      return this.latest().verifier.keysStatus() ?? statusOf(INTERNAL);
    } catch (thrown) {
      return statusOf(thrown instanceof Refusal ? thrown.failure : INTERNAL);
    }
  }
}

/**
 * @param {ReadonlyArray<string | undefined>} values
 * @param {ReadonlyArray<string | undefined>} others
 */
function areSame(values, others) {
  if (values.length !== others.length) return false;
  for (let index = 0; index < values.length; index++) {
    if (values[index] !== others[index]) return false;
  }
  return true;
}

/**
 * The state of keys that no fetch can be started for.
 *
 * @param {Failure} failure
 * @returns {KeysStatus}
 */
function statusOf(failure) {
  /** @type {Failure} */
  const { reason, message, hint, cause } = { __proto__: null, ...failure };
  const lastFailure = {
    reason,
    message,
    hint: hint ?? null,
    cause: cause ?? null,
    age: 0,
    retryAfter: 0,
  };
  return { address: null, age: null, keys: 0, lastFailure };
}

/**
 * Whether nothing is missing that the environment may have by the next call.
 *
 * @param {Settings} settings
 */
const canVerify = ({ pools, userPoolId, clientId, verify }) =>
  pools !== undefined ||
  (userPoolId !== undefined &&
    (clientId !== undefined || verify?.clientIds !== undefined || verify?.anyClient === true));

/** @param {unknown} settings */
function textOf(settings) {
  const text = write(settings);
  if (text === undefined) throw new Refusal(UNREADABLE);
  return text;
}

module.exports = { LiveAuth };
