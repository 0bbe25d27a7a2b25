"use strict";

// The one place that calls Cognito.

/** @import { AbortSignalLike, Failure, HandleFor, Later as Given, Members, OpenCallEvent, ReadFrom } from "./internal" */

const native = require("./host/native");
const { throwIfAborted, unlessAborted } = require("./aborting");
const { failureIn } = require("./answers");
const { addRequest, traced } = require("./events");
const { traceId } = require("./settings/environment");
const { Refusal, refuseIf } = require("./errors/failure");
const { Later } = require("./exposed");
const { write } = require("./host/json");
const { settle } = require("./outcomes");
const { own } = require("./shape");

/**
 * What `read` makes of Cognito's answer. `name` is an operation of its API or a flow, `request` has its members; those that are
 * undefined are left out. `handleFor` gives the native handle, `signal` may abort the call. `operation` is the name in events.
 * `refused` may make another failure of one.
 *
 * @template Value
 * @param {string} name
 * @param {Members} request
 * @param {{ operation: string, handleFor: HandleFor, signal: AbortSignalLike | undefined, read: (answer: unknown) => Value, refused?: (failure: Failure) => Failure }} call
 * @returns {Given<ReadFrom<Value>>}
 */
function invoke(name, request, call) {
  // Most calls have no `refused`, and some no `signal`: what Object.prototype has is none.
  const { operation, handleFor, signal, read, refused } = /** @type {typeof call} */ ({
    __proto__: null,
    ...call,
  });
  throwIfAborted(signal);
  const handle = handleFor();
  const json = /** @type {string} */ (write(request));
  /** @param {OpenCallEvent | undefined} event */
  const ask = (event) => {
    /** @param {unknown} answered */
    const readFrom = (answered) => {
      const origin = own(answered, "cognito");
      if (event !== undefined) addRequest(event, origin);
      const value = read(own(answered, "answer"));
      refuseIf(failureIn(value, origin));
      return value;
    };
    return unlessAborted(signal, (cancel) =>
      settle(() => native.invoke(handle, name, json, cancel, traceId()), readFrom),
    );
  };
  const promise = traced(operation, ask);
  return new Later(refused === undefined ? promise : withRefusals(promise, refused));
}

/**
 * @param {Promise<any>} promise
 * @param {(failure: Failure) => Failure} refused
 */
async function withRefusals(promise, refused) {
  try {
    return await promise;
  } catch (thrown) {
    throw thrown instanceof Refusal ? new Refusal(refused(thrown.failure), thrown.cause) : thrown;
  }
}

module.exports = { invoke };
