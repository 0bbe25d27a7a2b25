"use strict";

// JSON, whatever another package or a test makes of it later.

/** @import { Members } from "../internal" */

const { parse, stringify } = JSON;

/**
 * The value, or undefined if the text is not JSON.
 *
 * @param {unknown} text
 */
function read(text) {
  try {
    return parse(/** @type {string} */ (text));
  } catch {
    return undefined;
  }
}

/**
 * The text of plain data; undefined if there is none: for a cycle, a BigInt, a getter that throws. A toJSON on
 * Object.prototype or Array.prototype is not called: it could give two policies the same text.
 *
 * @param {unknown} value
 * @returns {string | undefined}
 */
function write(value) {
  try {
    return stringify(withoutPrototypes(value));
  } catch {
    return undefined;
  }
}

/**
 * A copy that inherits nothing that JSON.stringify looks for.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
function withoutPrototypes(value) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const list = value.map(withoutPrototypes);
    return Object.defineProperty(list, "toJSON", { __proto__: null, value: undefined });
  }
  /** @type {Members} */
  const copy = { __proto__: null };
  const members = /** @type {Members} */ (value);
  for (const name of Object.keys(members)) copy[name] = withoutPrototypes(members[name]);
  return copy;
}

module.exports = { read, write };
