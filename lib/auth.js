"use strict";

// One user pool: a native handle, and a verifier for each policy that its tokens are verified under.

const native = require("./native");
const { snapshot } = require("./environment");
const { errorFrom } = require("./errors");
const { write } = require("./json");
const { attempt, failureOf } = require("./outcomes");
const { policyFrom } = require("./options");
const { own } = require("./shape");
const { Verifier } = require("./verifier");

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
  #environment = snapshot();
  #policies = new Map();
  handle;
  verifier;

  /** Throws an AuthError whose stack begins below `caller`. */
  constructor(settings, caller) {
    this.#settings = settings;
    this.handle = this.#open(settings, caller);
    this.verifier = new Verifier(this.handle, settings.verify?.clockTolerance);
  }

  /** The verifier for a call's own options, which go before the Auth's. */
  verifierFor(options, caller) {
    if (options === undefined) return this.verifier;
    const verify = { __proto__: null, ...this.#settings.verify, ...policyFrom(options, caller) };
    const name = textOf(verify, caller);
    let verifier = this.#policies.get(name);
    if (verifier === undefined) {
      verifier = new Verifier(
        this.#open({ __proto__: null, ...this.#settings, verify }, caller),
        verify.clockTolerance,
      );
      if (this.#policies.size >= POLICIES) {
        this.#policies.delete(this.#policies.keys().next().value);
      }
      this.#policies.set(name, verifier);
    }
    return verifier;
  }

  #open(settings, caller) {
    const text = textOf({ __proto__: null, ...settings, environment: this.#environment }, caller);
    const opened = attempt(() => native.open(text));
    if (own(opened, "failure") !== undefined) throw errorFrom(failureOf(opened), caller);
    return opened;
  }
}

function textOf(settings, caller) {
  const text = write(settings);
  if (text === undefined) throw errorFrom(UNREADABLE, caller);
  return text;
}

module.exports = { Auth };
