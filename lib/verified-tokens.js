"use strict";

// Tokens that have been verified, so that the next request with the same one need not verify it again. It stands in
// JavaScript because V8 would otherwise have to read the claims again, which takes longer than all the rest.

const { Buffer } = require("node:buffer");
const { read } = require("./json");

/** Tokens in one generation; there are two. Cognito's tokens are about 1 KiB, their claims as objects about as much. */
const TOKENS = 1_000;

/** Characters of tokens in one generation. */
const CHARACTERS = 2 * 1024 * 1024;

/** Tokens are found by the end of their signature: 72 bits that nobody can choose without the pool's key. */
const TAIL = 12;

/** The longest token that is remembered, in characters: the longest that is accepted. */
const LONGEST = 64 * 1024;

let scratch;

/**
 * A copy of a token, which is ASCII, with characters of its own; undefined if it cannot be made. A string that was cut from
 * another one keeps all of that one: a whole message for one header.
 */
function flatCopy(token) {
  if (token.length > LONGEST) return undefined;
  try {
    scratch ??= Buffer.allocUnsafeSlow(LONGEST);
    scratch.write(token, 0, "latin1");
    const copy = scratch.toString("latin1", 0, token.length);
    return copy === token ? copy : undefined;
  } catch {
    return undefined;
  }
}

const isNested = (value) => typeof value === "object" && value !== null;

/** A copy that shares nothing with the original. Claims are what JSON.parse makes: no cycles, no classes. */
function copyOf(value) {
  if (Array.isArray(value)) return value.map((item) => (isNested(item) ? copyOf(item) : item));
  // Spreading keeps an own `__proto__`, and the order of the members.
  const copy = { ...value };
  for (const name of Object.keys(copy)) {
    // Its own member is assigned to, even if its name is `__proto__`.
    if (isNested(copy[name])) copy[name] = copyOf(copy[name]);
  }
  return copy;
}

/**
 * The verified tokens of one Auth and policy. Bounded: two generations; when the younger is full it becomes the older,
 * and what was not used in the meantime is forgotten.
 */
class VerifiedTokens {
  #clockTolerance;
  #keyGeneration = 0;
  #young = new Map();
  #old = new Map();
  #characters = 0;

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
   */
  claimsOf(token, now, keyGeneration) {
    if (keyGeneration !== this.#keyGeneration) {
      this.#clear(keyGeneration);
      return undefined;
    }
    const tail = token.slice(-TAIL);
    let entry = this.#young.get(tail);
    if (entry === undefined) {
      entry = this.#old.get(tail);
      if (entry === undefined || entry.token !== token) return undefined;
      this.#keep(entry);
    } else if (entry.token !== token) {
      return undefined;
    }
    const seconds = Math.floor(now / 1000);
    if (!(seconds >= entry.from && seconds < entry.to)) return undefined;
    if (entry.claims === undefined) {
      entry.claims = read(entry.payload);
      entry.hasNested = Object.values(entry.claims).some(isNested);
      entry.payload = undefined;
    }
    return entry.hasNested ? copyOf(entry.claims) : { ...entry.claims };
  }

  /**
   * Remembers a token that has just been verified. Its payload stays text until the token comes again, which most do not
   * at once; `claims`, which the caller may go on to change, are only looked at.
   */
  add(token, payload, claims, keyGeneration) {
    if (keyGeneration === 0) return;
    if (keyGeneration !== this.#keyGeneration) this.#clear(keyGeneration);
    const copy = flatCopy(token);
    if (copy === undefined) return;
    const { exp } = claims;
    const nbf = Object.hasOwn(claims, "nbf") ? claims.nbf : -Infinity;
    this.#keep({
      token: copy,
      tail: copy.slice(-TAIL),
      payload,
      claims: undefined,
      hasNested: false,
      from: nbf - this.#clockTolerance,
      to: exp + this.#clockTolerance,
    });
  }

  #keep(entry) {
    const { length } = entry.token;
    if (this.#young.size >= TOKENS || this.#characters + length > CHARACTERS) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = 0;
    }
    this.#young.set(entry.tail, entry);
    this.#characters += length;
  }

  #clear(keyGeneration) {
    this.#young.clear();
    this.#old.clear();
    this.#characters = 0;
    this.#keyGeneration = keyGeneration;
  }
}

module.exports = { VerifiedTokens };
