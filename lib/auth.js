"use strict";

// One user pool: a native handle, and over it a verifier for each policy that its tokens are verified under.

const native = require("./host/native");
const { fingerprintOf, requestVariables, snapshot } = require("./settings/environment");
const { AuthError, errorFrom } = require("./errors/auth-error");
const { write } = require("./host/json");
const { POLICIES } = require("./generated/limits");
const { INTERNAL, attempt, failureOf } = require("./outcomes");
const { optionsFrom, policyFrom, settingsNow } = require("./settings/options");
const { own } = require("./shape");
const { Verifier } = require("./verify/verifier");

const UNREADABLE = {
  reason: "config",
  status: 500,
  name: "ConfigError",
  message: "The options cannot be written as JSON",
};

class Auth {
  #settings;
  #policy;
  #handle;
  #callHandle;
  #policies = new Map();
  verifier;

  /** Throws an AuthError whose stack begins below `caller`. */
  constructor({ verify, ...settings }, caller) {
    this.#settings = { __proto__: null, ...settings };
    this.#policy = { __proto__: null, ...verify };
    this.#handle = this.#open(requestVariables(), caller);
    this.verifier = this.#verifierOf(this.#policy, textOf(this.#policy, caller), caller);
    if (settings.credentials !== undefined) this.#callHandle = this.#handle;
  }

  /** The native handle for calls to Cognito, which may look for credentials in all of the environment. */
  callHandle(caller) {
    this.#callHandle ??= this.#open(snapshot(), caller);
    return this.#callHandle;
  }

  /** The verifier for a call's own options, which go before the Auth's. */
  verifierFor(options, caller) {
    if (options === undefined) return this.verifier;
    const policy = { __proto__: null, ...this.#policy, ...policyFrom(options, caller) };
    const text = textOf(policy, caller);
    let verifier = this.#policies.get(text);
    if (verifier === undefined) {
      verifier = this.#verifierOf(policy, text, caller);
      if (this.#policies.size >= POLICIES) {
        this.#policies.delete(this.#policies.keys().next().value);
      }
      this.#policies.set(text, verifier);
    }
    return verifier;
  }

  #verifierOf({ clockTolerance }, text, caller) {
    const handle = created(() => native.verifier(this.#handle, text), caller);
    return new Verifier(handle, clockTolerance);
  }

  #open(environment, caller) {
    const text = textOf({ __proto__: null, ...this.#settings, environment }, caller);
    return created(() => native.open(text), caller);
  }
}

/** The native handle that `create` returns. */
function created(create, caller) {
  const handle = attempt(create);
  if (own(handle, "failure") !== undefined) throw errorFrom(failureOf(handle), caller);
  return handle;
}

/** The Auth of some options, and of the environment for what they leave out: another one whenever that has changed. */
class LiveAuth {
  #options;
  #auth;
  #fingerprint;
  #canVerify = false;

  constructor(options, caller) {
    this.#options = optionsFrom(options, caller);
  }

  /** For calls to Cognito, which look at the environment each time, as the original does. */
  now(caller) {
    const settings = settingsNow(this.#options);
    const fingerprint = fingerprintOf(settings);
    if (this.#auth === undefined || fingerprint !== this.#fingerprint) {
      this.#auth = new Auth(settings, caller);
      this.#fingerprint = fingerprint;
      this.#canVerify = canVerify(settings);
    }
    return this.#auth;
  }

  /** For verification: reading the environment would cost more than all of it, so the Auth that is there serves. */
  latest(caller) {
    return this.#canVerify ? this.#auth : this.now(caller);
  }

  /** For health routes, which show a setting that cannot be used as any other failure. */
  keysStatus(caller) {
    try {
      return this.latest(caller).verifier.keysStatus() ?? statusOf(INTERNAL);
    } catch (error) {
      return statusOf(error);
    }
  }
}

/** The state of keys that no fetch can be started for. */
function statusOf(error) {
  const { reason, message, hint = null, cause } = AuthError.is(error) ? error : INTERNAL;
  const lastFailure = {
    reason,
    message,
    hint,
    cause: cause?.message ?? null,
    age: 0,
    retryAfter: 0,
  };
  return { address: null, age: null, keys: 0, lastFailure };
}

/** Whether nothing is missing that the environment may have by the next call. */
const canVerify = ({ userPoolId, clientId, verify }) =>
  userPoolId !== undefined &&
  (clientId !== undefined || verify?.clientIds !== undefined || verify?.anyClient === true);

function textOf(settings, caller) {
  const text = write(settings);
  if (text === undefined) throw errorFrom(UNREADABLE, caller);
  return text;
}

module.exports = { LiveAuth };
