"use strict";

// Tokens that wait to be verified together, in batches of the size that one turn of the event loop verifies.

/** @import { Resolve } from "../internal" */

const { TURN_CHARACTERS: CHARACTERS, TURN_TOKENS: TOKENS } = require("../generated/limits");
const { Turns } = require("../host/turns");

/**
 * Every batch has its slots from the beginning: appending would call a setter that Array.prototype has for the index.
 *
 * @type {any[]}
 */
const SLOTS = Array.from({ length: TOKENS });

class Batch {
  /** @type {string[]} */
  tokens = [...SLOTS];
  /** @type {Resolve[]} */
  resolves = [...SLOTS];
  count = 0;
  characters = 0;
  /** @type {Batch | undefined} */
  next = undefined;

  /** @param {string} token */
  hasRoomFor({ length }) {
    if (this.count === 0) return true;
    return this.count < TOKENS && this.characters + length <= CHARACTERS;
  }

  /**
   * @param {string} token
   * @param {Resolve} resolve
   */
  add(token, resolve) {
    this.tokens[this.count] = token;
    this.resolves[this.count] = resolve;
    this.count += 1;
    this.characters += token.length;
  }

  /** Takes the slots away that are left over. */
  close() {
    this.tokens.length = this.resolves.length = this.count;
    return this;
  }
}

/** Batches in the order in which their tokens came. */
class Batches {
  /** @type {Batch | undefined} */
  #first;
  /** @type {Batch | undefined} */
  #last;

  get isEmpty() {
    return this.#first === undefined;
  }

  /**
   * @param {string} token
   * @param {Resolve} resolve
   */
  add(token, resolve) {
    if (this.#last === undefined) this.#first = this.#last = new Batch();
    else if (!this.#last.hasRoomFor(token)) this.#last = this.#last.next = new Batch();
    this.#last.add(token, resolve);
  }

  /** Takes the first batch: `{ tokens, resolves }`. */
  take() {
    const batch = /** @type {Batch} */ (this.#first);
    this.#first = batch.next;
    if (this.#first === undefined) this.#last = undefined;
    return batch.close();
  }
}

/** Admits as many tokens in a turn of the event loop as a batch has; further ones wait for the next turns. */
class Pace {
  #count = 0;
  #characters = 0;
  /** @type {Promise<void> | undefined} */
  #turn;

  /** @param {string} token */
  async admit({ length }) {
    while (this.#count >= TOKENS || (this.#count > 0 && this.#characters + length > CHARACTERS)) {
      this.#turn ??= this.#nextTurn();
      await this.#turn;
    }
    this.#count += 1;
    this.#characters += length;
  }

  async #nextTurn() {
    const turns = new Turns();
    await turns.next();
    turns.end();
    this.#count = 0;
    this.#characters = 0;
    this.#turn = undefined;
  }
}

module.exports = { Batches, Pace };
