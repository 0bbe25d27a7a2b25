"use strict";

// authenticate, middleware, lambdaAuthorizer: a request → a verdict → what a framework or API Gateway wants of it. Loaded at
// the first use of one of them.

/** @import { AbortSignalLike, AcceptedRequest, Claims, Expose, RefusedRequest, RequestVerdict } from "../internal" */
/** @typedef {InstanceType<typeof import("../auth")["LiveAuth"]>} LiveAuth */
/** @typedef {ReturnType<typeof compiled>} Compiled */
/** @typedef {{ options: Compiled, signal: AbortSignalLike | undefined, expose: Expose }} Call */
/** @typedef {{ authenticate: any, middleware: any, lambdaAuthorizer: any }} Requests */

const { define } = require("../errors/define");
const { exposed } = require("../exposed");
const { NativePromise } = require("../host/turns");
const { fail } = require("../settings/options");
const { own } = require("../shape");
const { answerTo, refusedFor, send } = require("./answers");
const { authorizerFor } = require("./authorizer");
const { AUTHORIZER, CompiledOptions, MIDDLEWARE, compiled, signalOf } = require("./options");
const { tokenIn } = require("./tokens");

/**
 * The verdict on a request, or a promise of it. `expose` runs what it is given on behalf of the function that the application
 * has called, and throws failures as errors with its stack.
 *
 * @type {(live: LiveAuth, request: unknown, call: Call) => RequestVerdict | Promise<RequestVerdict>}
 */
function verdictOn(live, request, { options, signal, expose }) {
  let source;
  let problem;
  let claims;
  try {
    claims = expose(() => {
      const auth = live.latest();
      const verifier = options.verifier(auth);
      const found = tokenIn(request, options.values, options.clients);
      if (found === undefined) return undefined;
      ({ source, problem } = found);
      if (problem !== undefined) return undefined;
      return verifier.verify(found.token, signal);
    });
  } catch (error) {
    return refusedOr(error, options, source);
  }
  // Nothing to log but the reason: an error, with its stack, would cost twenty times as much as all the rest.
  if (problem !== undefined) {
    return refusedFor(problem, undefined, options.values.realm);
  }
  // After the keys have been fetched, or with other tokens of the same turn.
  return claims instanceof NativePromise
    ? laterVerdict(claims, options, source)
    : accepted(claims, source);
}

/** @type {(promise: Promise<Claims>, options: Compiled, source: AcceptedRequest["source"]) => Promise<RequestVerdict>} */
async function laterVerdict(promise, options, source) {
  try {
    return accepted(await promise, source);
  } catch (error) {
    return refusedOr(error, options, source);
  }
}

/** @type {(claims?: Claims, source?: AcceptedRequest["source"]) => AcceptedRequest} */
const accepted = (claims, source) => ({ ok: true, claims, source });

/**
 * A browser cannot leave an expired cookie out: where a token is optional, it is none.
 *
 * @type {(error: any, options: Compiled, source: AcceptedRequest["source"]) => RequestVerdict}
 */
function refusedOr(error, { values, scopes }, source) {
  const { reason } = error;
  if (reason === "aborted") throw error;
  if (reason === "token-expired" && source === "cookie" && values.optional) return accepted();
  return refusedFor(error, error, values.realm, scopes);
}

/**
 * The functions for one Auth.
 *
 * @type {(live: LiveAuth) => Requests}
 */
function requestsOf(live) {
  const known = new CompiledOptions(live);

  /** @type {(request: unknown, options: any, expose: Expose) => RequestVerdict | Promise<RequestVerdict>} */
  const authenticate = (request, options, expose) => {
    let signal;
    const found =
      options === undefined
        ? known.none
        : expose(() => {
            const compiledOptions = known.of(options);
            signal = signalOf(options);
            return compiledOptions;
          });
    return verdictOn(live, request, { options: found, signal, expose });
  };

  /** @type {(given: unknown) => (request: any, response: any, next: (error?: unknown) => void) => Promise<void>} */
  const middleware = (given) => {
    const options = compiled(live, given, MIDDLEWARE, { property: "auth" });
    const { property, onRefused } = options.values;
    /** @type {Expose} */
    const expose = (work) => exposed(handler, work);
    const call = { options, signal: own(given, "signal"), expose };

    /**
     * Answers a refused request itself: `next(error)` would give the framework's page, without a challenge.
     *
     * @type {(request: any, response: any, verdict: RefusedRequest) => unknown}
     */
    const answer = (request, response, verdict) =>
      onRefused === undefined ? send(response, verdict) : onRefused(verdict, request, response);

    /** @type {(request: any, response: any, next: (error?: unknown) => void) => Promise<void>} */
    const handler = async (request, response, next) => {
      try {
        // What another middleware has left there proves nothing.
        if (property in request) define(request, property, undefined, true);
        let verdict = verdictOn(live, request, call);
        // Awaiting what is there would take a turn of the microtask queue.
        if (verdict instanceof NativePromise) verdict = await verdict;
        if (!verdict.ok) {
          await answer(request, response, verdict);
          return;
        }
        if (verdict.claims !== undefined) put(request, property, verdict);
        next();
      } catch (thrown) {
        next(forNext(thrown));
      }
    };
    return handler;
  };

  /** @type {(given: unknown) => (event: unknown) => Promise<object>} */
  const lambdaAuthorizer = (given) => {
    const options = compiled(live, given, AUTHORIZER, { bareToken: true });
    if (options.values.cookie !== undefined) {
      fail(
        "lambdaAuthorizer has no option cookie: API Gateway would keep its answer for the cookie alone, whatever page asks",
      );
    }
    /** @type {Expose} */
    const expose = (work) => exposed(authorizer, work);
    const call = { options, signal: own(given, "signal"), expose };
    const answer = authorizerFor(options.values);
    /** @type {(event: unknown) => Promise<object>} */
    const authorizer = async (event) =>
      answer(event, await verdictOn(live, event, call), options.isForRoute);
    return authorizer;
  };

  return { authenticate, middleware, lambdaAuthorizer };
}

/**
 * What may be given to `next`: frameworks take a value that counts as false, "route" and "router" for no error, and would let a
 * refused request through.
 *
 * @param {unknown} thrown
 */
const forNext = (thrown) =>
  typeof thrown === "object" && thrown !== null
    ? thrown
    : new Error("onRefused threw a value that is no error", { cause: thrown });

/**
 * Defining a property takes ten times as long as adding one, which no setter can see.
 *
 * @type {(request: any, property: string, value: unknown) => void}
 */
function put(request, property, value) {
  if (property in request) define(request, property, value, true);
  else request[property] = value;
}

module.exports = { answerTo, requestsOf };
