"use strict";

// The one reader of objects that come from outside: options, policies, credentials, key sets, native results. Only own
// members count, for JSON that an application merges can put any other member on Object.prototype. Members that a reader
// of own ones would miss (those of classes, of Maps, behind a Proxy or a getter) are refused: a check must not be left out.

/** @import { Members } from "./internal" */

const { isProxy } = require("node:util").types;
const { OPTION_DEPTH } = require("./generated/limits");

const {
  defineProperty,
  getOwnPropertyDescriptor,
  getOwnPropertyNames,
  getPrototypeOf,
  hasOwn,
  keys,
  prototype: ObjectPrototype,
} = Object;
const { from, isArray } = Array;
const { isFinite: isFiniteNumber } = Number;

/** In the place of a member or value that cannot be read without running code of others, or is no plain data. */
const UNREADABLE = Symbol("unreadable");

/**
 * @param {unknown} value
 * @returns {value is object}
 */
const isObject = (value) => typeof value === "object" && value !== null;

/**
 * What can have members.
 *
 * @param {unknown} value
 * @returns {value is object}
 */
const isObjectOrFunction = (value) => isObject(value) || typeof value === "function";

/**
 * Also one of another realm, as in Jest and node:vm.
 *
 * @param {object} value
 */
function isObjectPrototype(value) {
  if (value === ObjectPrototype) return true;
  return !isProxy(value) && getPrototypeOf(value) === null && hasOwn(value, "isPrototypeOf");
}

/**
 * Whether the value is what an object literal or JSON.parse makes, or an object without a prototype.
 *
 * @param {unknown} value
 * @returns {value is object}
 */
function isPlainObject(value) {
  // The first question must be about proxies: everything else may call their handlers.
  if (!isObject(value) || isProxy(value) || isArray(value)) return false;
  const prototype = getPrototypeOf(value);
  return prototype === null || isObjectPrototype(prototype);
}

/**
 * @param {PropertyDescriptor | undefined} descriptor
 * @returns {descriptor is PropertyDescriptor & { value: unknown }}
 */
const isDescribedByValue = (descriptor) => descriptor !== undefined && hasOwn(descriptor, "value");

/**
 * An own member that is no getter; undefined if there is none.
 *
 * @param {unknown} value
 * @param {string | number} name
 * @returns {any}
 */
function own(value, name) {
  if (!isObject(value) || isProxy(value)) return undefined;
  const descriptor = getOwnPropertyDescriptor(value, name);
  return isDescribedByValue(descriptor) ? descriptor.value : undefined;
}

/**
 * Assigning would call a setter that Array.prototype has for the index.
 *
 * @param {unknown[]} items
 * @param {unknown} value
 */
function append(items, value) {
  defineProperty(items, items.length, {
    __proto__: null,
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/**
 * The own enumerable members of a plain object, as an object without a prototype; undefined if the value is none. Getters
 * are `UNREADABLE`, and so are hidden members whose name is in `known`. Other hidden members are left out: packages for
 * configuration add some to the objects that they return.
 *
 * @param {unknown} value
 * @param {object} [known]
 * @returns {Members | undefined}
 */
function membersOf(value, known) {
  if (!isPlainObject(value)) return undefined;
  /** @type {Members} */
  const members = { __proto__: null };
  for (const name of getOwnPropertyNames(value)) {
    const descriptor = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(value, name));
    if (!descriptor.enumerable && !(known !== undefined && hasOwn(known, name))) continue;
    const isReadable = descriptor.enumerable && isDescribedByValue(descriptor);
    members[name] = isReadable ? descriptor.value : UNREADABLE;
  }
  return members;
}

/**
 * The items of an array, as an array of our own; undefined if the value is none, or has a hole or a getter.
 *
 * @param {unknown} value
 * @returns {unknown[] | undefined}
 */
function itemsOf(value) {
  if (isProxy(value) || !isArray(value)) return undefined;
  for (let index = 0; index < value.length; index++) {
    if (!isDescribedByValue(getOwnPropertyDescriptor(value, index))) return undefined;
  }
  // Assigning items would call a setter that Array.prototype has for an index. This defines them, and ten times as fast as
  // defineProperty does.
  return from(
    /** @type {any} */ ({ __proto__: null, length: value.length }),
    (_none, index) => value[index],
  );
}

/**
 * The value itself; of an array a copy. A Proxy, or an array with a hole or a getter, is `UNREADABLE`.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
function readable(value) {
  if (isProxy(value)) return UNREADABLE;
  return isArray(value) ? (itemsOf(value) ?? UNREADABLE) : value;
}

/**
 * JSON has no number that is not finite: JSON.stringify would write null, which is another value.
 *
 * @param {unknown} value
 */
const isScalar = (value) =>
  value === null || isFiniteNumber(value) || ["string", "boolean"].includes(typeof value);

/**
 * A copy of what JSON can have, with objects without prototypes; undefined if there is anything else in it. Members that
 * are undefined are left out, as JSON.stringify does.
 *
 * @param {unknown} value
 * @param {number} [depth]
 * @returns {unknown}
 */
function dataOf(value, depth = OPTION_DEPTH) {
  if (isScalar(value)) return value;
  if (depth === 0) return undefined;
  /** @type {any} */
  const copy = itemsOf(value) ?? membersOf(value);
  if (copy === undefined) return undefined;
  for (const name of keys(copy)) {
    if (copy[name] === undefined && !isArray(copy)) {
      delete copy[name];
      continue;
    }
    copy[name] = dataOf(copy[name], depth - 1);
    if (copy[name] === undefined) return undefined;
  }
  return copy;
}

module.exports = {
  UNREADABLE,
  append,
  dataOf,
  isObjectOrFunction,
  isPlainObject,
  membersOf,
  own,
  readable,
};
