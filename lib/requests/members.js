"use strict";

// Reading requests. They are instances of classes, such as Node.js' IncomingMessage, whose members are getters that they
// inherit, and some frameworks hand out Proxies: lib/shape.js, which reads plain objects, would find nothing. What is on
// Object.prototype is no member, and whatever throws is no member either.

const { Buffer } = require("node:buffer");
const { isPromise, isProxy } = require("node:util").types;
const { HEADER_ITEMS } = require("../generated/limits");
const { isObjectOrFunction } = require("../shape");

const { getPrototypeOf, hasOwn, prototype: ObjectPrototype } = Object;
const { isArray } = Array;

/** Prototypes that are looked through: a Proxy can have any number of them. */
const ANCESTORS = 16;

/**
 * A member of an object, its own or one of its class; undefined if there is none, or if reading it throws.
 *
 * @type {(value: unknown, name: string | number) => any}
 */
function memberOf(value, name) {
  if (!isObjectOrFunction(value)) return undefined;
  try {
    return name in ObjectPrototype && !hasMember(value, name)
      ? undefined
      : /** @type {any} */ (value)[name];
  } catch {
    return undefined;
  }
}

/**
 * Whether an object has a member of its own or of its class, although Object.prototype has one too.
 *
 * @type {(value: object, name: string | number) => boolean}
 */
function hasMember(value, name) {
  let holder = value;
  for (let depth = 0; depth < ANCESTORS; depth++) {
    if (holder === null || holder === ObjectPrototype) return false;
    if (hasOwn(holder, name)) return true;
    holder = getPrototypeOf(holder);
  }
  return false;
}

/**
 * Whether the value is a list that can be walked through: a Proxy may be of any length.
 *
 * @type {(value: any) => boolean}
 */
const isList = (value) => isArray(value) && !isProxy(value) && value.length <= HEADER_ITEMS;

/** Characters of a text that a part of it may keep in memory, for as long as the token waits for keys. */
const KEPT_CHARACTERS = 64;

/**
 * A part of a text that does not keep all of it in memory.
 *
 * @type {(part: string, whole: string) => string}
 */
const flat = (part, whole) =>
  whole.length - part.length <= KEPT_CHARACTERS ? part : Buffer.from(part).toString();

/**
 * For a value that must not be a promise: one that rejects, and that nobody awaits, would end the process.
 *
 * @type {(value: unknown) => void}
 */
function ignorePromise(value) {
  if (isPromise(value)) settled(value);
}

/** @type {(promise: Promise<unknown>) => Promise<void>} */
async function settled(promise) {
  try {
    await promise;
  } catch {
    // The function that returned it is at fault, and its value is not used.
  }
}

module.exports = { flat, ignorePromise, isList, memberOf };
