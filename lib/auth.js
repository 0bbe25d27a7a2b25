"use strict";

// One user pool: a native handle, and a verifier for each policy that its tokens are verified under.

const native = require("./host/native");
const { fingerprintOf, requestVariables, snapshot } = require("./settings/environment");
const { errorFrom } = require("./errors/auth-error");
const { write } = require("./host/json");
const { attempt, failureOf } = require("./outcomes");
const { optionsFrom, policyFrom, settingsNow } = require("./settings/options");
const { own } = require("./shape");
const { Verifier } = require("./verify/verifier");

/** Policies of single calls that are remembered, with the tokens that were verified under each. */
const POLICIES = 16;

const UNREADABLE = {
  reason: "config",
  status: 500,
  name: "ConfigError",
  message: "The options cannot be written as JSON",
};

class Auth {
  #settings;
  #variables = requestVariables();
  #callHandle;
  #policies = new Map();
  verifier;

  /** Throws an AuthError whose stack begins below `caller`. */
  constructor(settings, caller) {
    this.#settings = settings;
    const handle = this.#open(settings, this.#variables, caller);
    this.verifier = new Verifier(handle, settings.verify?.clockTolerance);
    if (settings.credentials !== undefined) this.#callHandle = handle;
  }

  /** The native handle for calls to Cognito, which may look for credentials in all of the environment. */
  callHandle(caller) {
    this.#callHandle ??= this.#open(this.#settings, snapshot(), caller);
    return this.#callHandle;
  }

  /** The verifier for a call's own options, which go before the Auth's. */
  verifierFor(options, caller) {
    if (options === undefined) return this.verifier;
    const verify = { __proto__: null, ...this.#settings.verify, ...policyFrom(options, caller) };
    const name = textOf(verify, caller);
    let verifier = this.#policies.get(name);
    if (verifier === undefined) {
      const settings = { __proto__: null, ...this.#settings, verify };
      const handle = this.#open(settings, this.#variables, caller);
      verifier = new Verifier(handle, verify.clockTolerance);
      if (this.#policies.size >= POLICIES) {
        this.#policies.delete(this.#policies.keys().next().value);
      }
      this.#policies.set(name, verifier);
    }
    return verifier;
  }

  #open(settings, environment, caller) {
    const text = textOf({ __proto__: null, ...settings, environment }, caller);
    const opened = attempt(() => native.open(text));
    if (own(opened, "failure") !== undefined) throw errorFrom(failureOf(opened), caller);
    return opened;
  }
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
