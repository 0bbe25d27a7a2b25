"use strict";

// The functions of an Auth that take whole requests. What they do is loaded at their first use.

const { exposed } = require("../exposed");
const lazy = require("./lazy");

/** authenticate, middleware and lambdaAuthorizer over one pool. */
function requestFunctions(live) {
  let loaded;
  const requests = () => {
    loaded ??= lazy.requests().requestsOf(live);
    return loaded;
  };
  const authenticate = async (request, options = undefined) =>
    requests().authenticate(request, options, expose);
  const expose = (work) => exposed(authenticate, work);
  const middleware = (options = {}) => exposed(middleware, () => requests().middleware(options));
  const lambdaAuthorizer = (options = {}) =>
    exposed(lambdaAuthorizer, () => requests().lambdaAuthorizer(options));
  return { authenticate, middleware, lambdaAuthorizer };
}

/** What to answer one's own client with for an error. */
const answerTo = (error, options = undefined) =>
  exposed(answerTo, () => lazy.requests().answerTo(error, options));

module.exports = { answerTo, requestFunctions };
