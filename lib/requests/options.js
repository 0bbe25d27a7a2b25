"use strict";

// The options of authenticate, middleware and lambdaAuthorizer: checked once, and with them the policy.

/** @import { AbortSignalLike, CookieOption, Members, NativePolicy, OptionCheck, RequestValues } from "../internal" */
/** @typedef {InstanceType<typeof import("../auth")["LiveAuth"]>} LiveAuth */
/** @typedef {ReturnType<LiveAuth["latest"]>} Auth */

const { isProxy } = require("node:util").types;
const { isSignal, throwIfAborted } = require("../aborting");
const { write } = require("../host/json");
const { NEVER_UNDEFINED, VERIFY, checked, policyFrom } = require("../settings/options");
const { recent } = require("../settings/recent");
const { membersOf, own } = require("../shape");
const { REALM } = require("./answers");
const { isOrigin } = require("./origins");

const { hasOwn, keys } = Object;

/** RFC 9110, section 5.6.4, without what a header of Node.js cannot have. */
const PRINTABLE = /^[\x20-\x7e]*$/;
/** RFC 6265, section 4.1.1. */
const COOKIE_NAME = /^[!#$%&'*+.^`|~\w-]+$/;

/** @type {(value: unknown) => value is string} */
const isText = (value) => typeof value === "string";
/** @type {(value: unknown) => boolean} */
const isFunction = (value) => typeof value === "function";
/** @type {OptionCheck} */
const flag = [(value) => typeof value === "boolean", "true or false"];
/** @type {OptionCheck} */
const callback = [isFunction, "a function"];

/** @type {(value: unknown) => boolean} */
function isCookie(value) {
  if (isText(value)) return COOKIE_NAME.test(value);
  const members = membersOf(value);
  if (members === undefined || keys(members).length !== 1) return false;
  return members.amplify === "id" || members.amplify === "access";
}

/**
 * Control characters would end the header WWW-Authenticate, which has the scopes.
 *
 * @type {(value: unknown) => boolean}
 */
function areScopes(value) {
  const list = isText(value) ? [value] : /** @type {string[]} */ (value);
  return (
    VERIFY.scopes[0](value) && list.every((/** @type {string} */ scope) => !/\p{Cc}/u.test(scope))
  );
}

/** @type {Record<string, OptionCheck>} */
const AUTHENTICATE = {
  ...VERIFY,
  scopes: [areScopes, `${VERIFY.scopes[1]}, without control characters`],
  signal: [() => true, "an AbortSignal"],
  optional: flag,
  cookie: [isCookie, 'the name of a cookie, { amplify: "id" } or { amplify: "access" }'],
  origins: [
    (value) => Array.isArray(value) && value.every(isOrigin),
    "a list of origins such as https://app.example.com, without a path",
  ],
  bareToken: flag,
  realm: [
    (value) => isText(value) && PRINTABLE.test(value),
    "a text of printable ASCII characters",
  ],
};

/** @type {Record<string, OptionCheck>} */
const KEPT = {
  ...AUTHENTICATE,
  // There is no call yet that could report it.
  signal: [isSignal, "an AbortSignal"],
};

/** @type {Record<string, OptionCheck>} */
const MIDDLEWARE = {
  ...KEPT,
  property: [
    (value) => isText(value) && value !== "" && value !== "__proto__",
    "the name of a property",
  ],
  onRefused: callback,
};

/** @type {Record<string, OptionCheck>} */
const AUTHORIZER = {
  ...KEPT,
  response: [(value) => value === "simple" || value === "policy", '"simple" or "policy"'],
  context: callback,
  onRefused: callback,
};

/** Options as one Auth needs them. Another Auth, because the environment has changed, has another verifier. */
class Compiled {
  /** @type {RequestValues} */
  values;
  /** @type {NativePolicy | undefined} */
  #policy;
  /** @type {Auth | undefined} */
  #auth;
  /** @type {any} */
  #verifier;
  /** @type {NativePolicy | undefined} */
  #whole;
  /** @type {readonly string[] | undefined} */
  #clients;

  /**
   * @param {RequestValues} values
   * @param {NativePolicy | undefined} policy
   */
  constructor(values, policy) {
    this.values = values;
    this.#policy = policy;
  }

  /** The app clients whose cookies count among Amplify's, as of the latest `verifier`; undefined if those of all do. */
  get clients() {
    return this.#clients;
  }

  /** The scopes that the policy asks for, as of the latest request. */
  get scopes() {
    return this.#whole?.scopes;
  }

  /** Whether the policy is about a route, and not about tokens alone. */
  get isForRoute() {
    return this.#whole?.groups !== undefined || this.#whole?.scopes !== undefined;
  }

  /** @param {Auth} auth */
  verifier(auth) {
    if (this.#auth !== auth) this.#compile(auth);
    return this.#verifier;
  }

  /** @param {Auth} auth */
  #compile(auth) {
    this.#verifier = this.#policy === undefined ? auth.verifier : auth.verifierOf(this.#policy);
    this.#whole = auth.policyWith(this.#policy);
    const isAmplify = typeof this.values.cookie === "object";
    this.#clients = isAmplify ? auth.clientsOf(this.#policy) : undefined;
    this.#auth = auth;
  }
}

/** @type {Members} */
const DEFAULTS = { __proto__: null, optional: false, bareToken: false, origins: [], realm: REALM };

/**
 * Checks options by a table, and their policy natively, as far as the settings are there.
 *
 * @type {(live: LiveAuth, options: unknown, table: Record<string, OptionCheck>, defaults?: Members) => Compiled}
 */
function compiled(live, options, table, defaults) {
  const members = checked(options, table, "", NEVER_UNDEFINED);
  /** @type {Members} */
  const policy = { __proto__: null };
  /** @type {any} */
  const others = { __proto__: null, ...DEFAULTS, ...defaults };
  for (const name of keys(members)) {
    if (name === "signal") continue;
    if (hasOwn(VERIFY, name)) policy[name] = members[name];
    else others[name] = members[name];
  }
  others.cookie = cookieFrom(others.cookie);
  const hasPolicy = keys(policy).length > 0;
  const result = new Compiled(others, hasPolicy ? policyFrom(policy) : undefined);
  const auth = latestOf(live);
  if (auth !== undefined) result.verifier(auth);
  return result;
}

/**
 * The options are kept, and their objects are not ours.
 *
 * @type {(cookie: any) => any}
 */
const cookieFrom = (cookie) => (typeof cookie === "object" ? membersOf(cookie) : cookie);

/**
 * Undefined while a setting of the environment is wrong, which each request reports.
 *
 * @type {(live: LiveAuth) => Auth | undefined}
 */
function latestOf(live) {
  try {
    return live.latest();
  } catch {
    return undefined;
  }
}

/**
 * Whether options are as they were: an application may set another group for each request.
 *
 * @type {(options: object, members: Members) => boolean}
 */
function isUnchanged(options, members) {
  const prototype = Object.getPrototypeOf(options);
  if (prototype !== null && prototype !== Object.prototype) return false;
  // Of all own members, hidden ones too.
  const names = Object.getOwnPropertyNames(options);
  let count = 0;
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (name === "signal") continue;
    const value = own(options, name);
    // Without a value it is left out; but for these, which the checks then report, and for those that had one.
    const isLeftOut = !(name in members) && !NEVER_UNDEFINED.includes(name);
    if (value === undefined && isLeftOut) continue;
    if (!isSame(value, members[name])) return false;
    count += 1;
  }
  return count === keys(members).length;
}

/**
 * A copy of a list, to compare it with, would take ten times as long as this.
 *
 * @type {(value: unknown, before: unknown) => boolean}
 */
function isSame(value, before) {
  if (value === before) return true;
  if (isProxy(value) || !Array.isArray(value) || !Array.isArray(before)) return false;
  if (value.length !== before.length) return false;
  for (let index = 0; index < before.length; index++) {
    if (own(value, index) !== before[index]) return false;
  }
  return true;
}

/**
 * The compiled options of one Auth's `authenticate`. Options that an application keeps are compiled once; of those that it
 * writes out at each call the last few are remembered by what they say.
 */
class CompiledOptions {
  none;
  #live;
  #byObject = new WeakMap();
  #byText = new Map();

  /** @param {LiveAuth} live */
  constructor(live) {
    this.#live = live;
    this.none = compiled(live, {}, AUTHENTICATE);
  }

  /** @param {any} options */
  of(options) {
    const known = this.#byObject.get(options);
    if (known !== undefined && isUnchanged(options, known.members)) return known.found;
    const { signal: _, ...given } = checked(options, AUTHENTICATE, "", NEVER_UNDEFINED);
    const members = { __proto__: null, ...given };
    const found = this.#written(members);
    this.#byObject.set(options, { found, members });
    return found;
  }

  /** @param {Members} members */
  #written(members) {
    const make = () => compiled(this.#live, members, AUTHENTICATE);
    return recent(this.#byText, write(members), make);
  }
}

/**
 * The signal of a call, which each call may bring its own of. Throws if it has been raised.
 *
 * @type {(options: unknown) => AbortSignalLike | undefined}
 */
function signalOf(options) {
  const signal = own(options, "signal");
  throwIfAborted(signal);
  return signal;
}

module.exports = { AUTHORIZER, CompiledOptions, MIDDLEWARE, compiled, signalOf };
