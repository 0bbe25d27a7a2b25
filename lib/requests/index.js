"use strict";

// The functions of an Auth that take whole requests. What they do is loaded at their first use.

/** @import { Answer, Expose } from "../internal" */
/** @typedef {InstanceType<typeof import("../auth")["LiveAuth"]>} LiveAuth */

const { exposed } = require("../exposed");
const lazy = require("./lazy");

/**
 * authenticate, middleware and lambdaAuthorizer over one pool.
 *
 * @type {(live: LiveAuth) => Record<string, (...given: any[]) => any>}
 */
function requestFunctions(live) {
  /** @type {ReturnType<ReturnType<typeof lazy.requests>["requestsOf"]> | undefined} */
  let loaded;
  const requests = () => {
    loaded ??= lazy.requests().requestsOf(live);
    return loaded;
  };
  /** @type {(request: unknown, options?: unknown) => Promise<any>} */
  const authenticate = async (request, options = undefined) =>
    (loaded ?? expose(requests)).authenticate(request, options, expose);
  /** @type {Expose} */
  const expose = (work) => exposed(authenticate, work);
  /** @type {(options?: unknown) => any} */
  const middleware = (options = {}) => exposed(middleware, () => requests().middleware(options));
  /** @type {(options?: unknown) => any} */
  const lambdaAuthorizer = (options = {}) =>
    exposed(lambdaAuthorizer, () => requests().lambdaAuthorizer(options));
  return { authenticate, middleware, lambdaAuthorizer };
}

/**
 * What to answer one's own client with for an error.
 *
 * @type {(error: unknown, options?: unknown) => Answer}
 */
const answerTo = (error, options = undefined) =>
  exposed(answerTo, () => lazy.requests().answerTo(error, options));

module.exports = { answerTo, requestFunctions };
