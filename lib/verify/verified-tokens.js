"use strict";

// Tokens that have been verified, so that the next request with the same one need not verify it again. It stands in
// JavaScript because V8 would otherwise have to read the claims again, which takes longer than all the rest.

/** @import { Bytes, Claims, Entry } from "../internal" */

const { Buffer } = require("node:buffer");
const {
  REMEMBERED_CHARACTERS: CHARACTERS,
  REMEMBERED_TOKENS: TOKENS,
  TOKEN_BYTES,
} = require("../generated/limits");
const { read } = require("../host/json");

const { hasOwn } = Object;

/** @type {readonly string[]} */
const NONE = [];

/**
 * Tokens are found by the end of their signature: 72 bits that nobody can choose without the pool's key. V8 copies so few
 * characters; thirteen would keep the whole string.
 *
 * @param {string} token
 */
const tailOf = (token) => token.slice(-12);

/** @param {unknown} value */
const isNested = (value) => typeof value === "object" && value !== null;

/**
 * A copy that shares nothing with the original. Claims are what JSON.parse makes: no cycles, no classes.
 *
 * @param {any} value
 * @returns {any}
 */
function copyOf(value) {
  if (Array.isArray(value)) return value.map((item) => (isNested(item) ? copyOf(item) : item));
  return copyWith(value, nestedIn(value));
}

/**
 * The names of an object's members that have members themselves.
 *
 * @param {any} value
 */
const nestedIn = (value) => Object.keys(value).filter((name) => isNested(value[name]));

/**
 * A copy of an object whose members of these names are copied too. Looking for them takes four times as long as copying.
 *
 * @param {any} value
 * @param {readonly string[]} nested
 * @returns {any}
 */
function copyWith(value, nested) {
  // Spreading keeps an own `__proto__`, and the order of the members.
  const copy = { ...value };
  for (let index = 0; index < nested.length; index++) {
    // Its own member is assigned to, even if its name is `__proto__`.
    const name = nested[index];
    copy[name] = copyOf(copy[name]);
  }
  return copy;
}

/**
 * Tokens that were remembered one after the other. Their characters are kept as bytes: a string that was cut from another one
 * would keep all of that one, a whole message for one header, and a copy of each as a string makes work for the garbage
 * collector, while most tokens do not come again soon.
 */
class Generation {
  /** @type {Map<string, Entry>} */
  entries = new Map();
  /** @type {Bytes | undefined} */
  bytes;
  used = 0;

  /** @param {number} length */
  hasRoomFor(length) {
    return this.entries.size < TOKENS && this.used + length <= CHARACTERS;
  }

  /**
   * @param {string} tail
   * @param {Entry} entry
   */
  add(tail, entry) {
    this.entries.set(tail, entry);
    this.used += entry.length;
  }

  /**
   * Writes the token's characters at `used`; false if they cannot be kept.
   *
   * @param {string} token
   */
  write(token) {
    try {
      this.bytes ??= /** @type {Bytes} */ (Buffer.allocUnsafeSlow(CHARACTERS));
      // Not `write`, which is ten times as much code to compile. What is not ASCII, which no token is, takes more bytes than
      // it has characters.
      return this.bytes.utf8Write(token, this.used) === token.length;
    } catch {
      return false;
    }
  }

  /** Nobody holds its bytes any more. */
  clear() {
    this.entries.clear();
    this.used = 0;
    return this;
  }
}

/**
 * Whether the entry is this token's, character by character. From the second time on it has a string to compare.
 *
 * @param {Entry} entry
 * @param {string} token
 */
function isOf(entry, token) {
  if (entry.text !== undefined) return entry.text === token;
  if (entry.length !== token.length) return false;
  const bytes = /** @type {Bytes} */ (entry.bytes);
  const text = bytes.latin1Slice(entry.offset, entry.offset + entry.length);
  if (text !== token) return false;
  entry.text = text;
  entry.bytes = undefined;
  return true;
}

/**
 * The verified tokens of one Auth and policy. Bounded: two generations; when the younger is full it becomes the older,
 * and what was not used in the meantime is forgotten.
 */
class VerifiedTokens {
  #clockTolerance;
  #keyGeneration = 0;
  #young = new Generation();
  #old = new Generation();

  /** @param {number} clockTolerance In seconds. */
  constructor(clockTolerance) {
    this.#clockTolerance = clockTolerance;
  }

  /**
   * Fresh claims of a token that was verified under the present keys and is in time; undefined if there are none.
   *
   * @param {string} token
   * @param {number} now In milliseconds since 1970.
   * @param {number} keyGeneration Of the native side: it changes when a key has gone, and is 0 without keys.
   * @param {string} [tail] The token's, should the caller have it: cutting and hashing it takes a percent of a verification.
   * @returns {Claims}
   */
  claimsOf(token, now, keyGeneration, tail = tailOf(token)) {
    if (keyGeneration !== this.#keyGeneration) {
      this.#clear(keyGeneration);
      return undefined;
    }
    let entry = this.#young.entries.get(tail);
    if (entry === undefined) {
      entry = this.#old.entries.get(tail);
      if (entry === undefined || !isOf(entry, token)) return undefined;
      this.#generationFor(entry.length).add(tail, entry);
    } else if (!isOf(entry, token)) {
      return undefined;
    }
    const seconds = Math.floor(now / 1000);
    if (!(seconds >= entry.from && seconds < entry.to)) return undefined;
    if (entry.claims === undefined) {
      entry.claims = read(/** @type {string} */ (entry.payload));
      entry.nested = nestedIn(entry.claims);
      entry.payload = undefined;
    }
    return copyWith(entry.claims, entry.nested);
  }

  /**
   * Remembers a token that has just been verified. Its payload stays text until the token comes again, which most do not
   * at once; `claims`, which the caller may go on to change, are only looked at.
   *
   * @param {string} token
   * @param {string} payload
   * @param {Claims} claims
   * @param {number} keyGeneration
   * @param {string} [tail]
   */
  add(token, payload, claims, keyGeneration, tail = tailOf(token)) {
    if (keyGeneration === 0 || token.length > TOKEN_BYTES) return;
    if (keyGeneration !== this.#keyGeneration) this.#clear(keyGeneration);
    const { exp } = claims;
    const nbf = hasOwn(claims, "nbf") ? claims.nbf : -Infinity;
    const generation = this.#generationFor(token.length);
    if (!generation.write(token)) return;
    generation.add(tail, {
      length: token.length,
      bytes: generation.bytes,
      offset: generation.used,
      text: undefined,
      payload,
      claims: undefined,
      nested: NONE,
      from: nbf - this.#clockTolerance,
      to: exp + this.#clockTolerance,
    });
  }

  /**
   * The younger generation, with room for so many characters.
   *
   * @param {number} length
   */
  #generationFor(length) {
    if (!this.#young.hasRoomFor(length)) {
      const oldest = this.#old;
      this.#old = this.#young;
      this.#young = oldest.clear();
    }
    return this.#young;
  }

  /** @param {number} keyGeneration */
  #clear(keyGeneration) {
    this.#young.clear();
    this.#old.clear();
    this.#keyGeneration = keyGeneration;
  }
}

module.exports = { VerifiedTokens, tailOf };
