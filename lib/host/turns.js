"use strict";

// Turns of the event loop. Tests replace timers, setImmediate among them, in node:timers too and at times before this
// package is loaded: code that waits for a fake timer never goes on. No library replaces MessageChannel in
// node:worker_threads, and none can replace the class of the promises that async functions return.

/** @import { MessagePort } from "node:worker_threads" */

const NativePromise = /** @type {PromiseConstructor} */ ((async () => {})().constructor);

/** @param {() => void} call */
async function afterAwait(call) {
  await undefined;
  call();
}

/** The engine's own `then`, of a promise that is settled; undefined if another package has replaced it. */
function originalThen() {
  const settled = (async () => {})();
  const { then } = NativePromise.prototype;
  if (typeof then !== "function") return undefined;
  const text = Function.prototype.toString.call(then);
  return text === "function then() { [native code] }" ? then.bind(settled) : undefined;
}

const then = originalThen();

/**
 * Calls a function when the code that runs now has ended. `then` costs a fifth of what an async function does.
 *
 * @param {() => void} call
 */
function afterwards(call) {
  try {
    if (then !== undefined) return void then(call);
  } catch {
    // It makes a promise, of a class that others may have put in the place of the engine's.
  }
  afterAwait(call);
}

/** Waits for turns of the event loop, one after the other. The process keeps running until `end` is called. */
class Turns {
  /** @type {MessagePort[] | undefined} */
  #ports;
  /** @type {(() => void) | undefined} */
  #arrived;

  /**
   * Resolves after other events have been handled; at once where there are no channels. It never rejects.
   *
   * @returns {Promise<void>}
   */
  next() {
    return new NativePromise((resolve) => {
      this.#arrived = resolve;
      try {
        this.#ports ??= this.#open();
        // To and fro: Node.js handles up to 1,000 messages of one port before it handles other events.
        this.#ports.reverse();
        this.#ports[0].postMessage(undefined);
      } catch {
        resolve();
      }
    });
  }

  end() {
    try {
      this.#ports?.[0].close();
    } catch {
      // It was closed.
    }
  }

  #open() {
    // Loaded here, for it would take as long as the rest of this package, and few processes need it.
    const { MessageChannel } = require("node:worker_threads");
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = port2.onmessage = () => this.#arrived?.();
    return [port1, port2];
  }
}

module.exports = { NativePromise, Turns, afterwards };
