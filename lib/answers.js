"use strict";

// Reading Cognito's answers. A member of another type than the API reference says makes the whole answer unreadable; one that
// is missing or null is absent.

/** @import { Failure, Members, Origin } from "./internal" */

const { Refusal } = require("./errors/failure");
const { UNREADABLE_ANSWER } = require("./generated/failures");
const { UNREADABLE, own } = require("./shape");

const { isArray } = Array;

/**
 * @param {unknown} value
 * @returns {value is Members}
 */
const isPart = (value) => typeof value === "object" && value !== null && !isArray(value);

/**
 * A text in an answer or in a part of it; undefined if it is absent, `UNREADABLE` if it is no text.
 *
 * @param {unknown} part
 * @param {string} name
 * @returns {string | typeof UNREADABLE | undefined}
 */
function textOf(part, name) {
  const value = own(part, name) ?? undefined;
  return value === undefined || typeof value === "string" ? value : UNREADABLE;
}

/**
 * The value of one of a user's attributes; undefined if it is absent, `UNREADABLE` if the answer cannot be read so far.
 *
 * @param {unknown} answer
 * @param {string} name
 * @returns {string | typeof UNREADABLE | undefined}
 */
function attributeOf(answer, name) {
  const attributes = own(answer, "UserAttributes") ?? [];
  if (!isArray(attributes) || !attributes.every(isPart)) return UNREADABLE;
  /** @param {unknown} part */
  const named = (part) => [name, UNREADABLE].includes(/** @type {string} */ (textOf(part, "Name")));
  const attribute = attributes.find(named);
  if (textOf(attribute, "Name") === UNREADABLE) return UNREADABLE;
  return textOf(attribute, "Value");
}

/**
 * The failure that a value read from an answer stands for, if it does: a Refusal in its place. `cognito` says where the answer
 * comes from.
 *
 * @param {unknown} value
 * @param {Origin | undefined} cognito
 * @returns {Failure | undefined}
 */
function failureIn(value, cognito) {
  if (value === UNREADABLE) return { ...UNREADABLE_ANSWER, ...cognito };
  if (!(value instanceof Refusal)) return undefined;
  return { ...value.failure, attempts: own(cognito, "attempts") };
}

module.exports = { attributeOf, failureIn, isPart, textOf };
