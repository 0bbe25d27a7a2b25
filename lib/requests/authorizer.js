"use strict";

// What AWS's services want of a Lambda authorizer: the event's form says how to answer.

/** @import { AuthorizerAnswer, Claims, EventForm, RefusedRequest, RequestValues, RequestVerdict } from "../internal" */

const { timeNow } = require("../host/clock");
const { isObjectOrFunction, membersOf, own } = require("../shape");
const { ignorePromise, memberOf } = require("./members");

const { fromEntries, keys } = Object;

/** AppSync's longest time to keep an answer, in seconds. */
const LONGEST_TTL = 3600;

/** Whom a policy is about where there is no user. */
const NOBODY = "anonymous";

// API Gateway answers 401 for exactly this text, and 500 for any other. It keeps neither.
const UNAUTHORIZED = "Unauthorized";
const FAILED = "Authorizer failed";

/** @type {(event: unknown, ...path: string[]) => string | undefined} */
const textAt = (event, ...path) => {
  const value = path.reduce(memberOf, event);
  return typeof value === "string" ? value : undefined;
};

/**
 * Events of API Gateway that are no authorizer's have an API's id as well.
 *
 * @type {(event: unknown) => boolean}
 */
function isOfAppSync(event) {
  if (textAt(event, "requestContext", "apiId") === undefined) return false;
  const hasToken = textAt(event, "authorizationToken") !== undefined;
  return hasToken || isObjectOrFunction(memberOf(event, "requestHeaders"));
}

/** @type {(context: object) => object} */
const simple = (context) => ({ isAuthorized: true, context });

/**
 * What AppSync wants: the context under a name of its own, and how long the answer may be kept.
 *
 * @type {(name: string) => (context: object, claims: Claims) => object}
 */
const appSync = (name) => (context, claims) => ({
  isAuthorized: true,
  [name]: context,
  ttlOverride: secondsLeft(claims),
});

/**
 * The forms of events; the first that fits counts. `arn` is where the route's ARN is, for an answer that is a policy; `answer`
 * makes any other one.
 *
 * @type {readonly EventForm[]}
 */
const FORMS = [
  {
    // HTTP APIs with payload format 2.0.
    fits: (event) => textAt(event, "version") === "2.0" && textAt(event, "routeArn") !== undefined,
    arn: "routeArn",
    response: "simple",
    answer: simple,
  },
  {
    // REST APIs (TOKEN and REQUEST), WebSocket APIs, and HTTP APIs with payload format 1.0.
    fits: (event) => textAt(event, "methodArn") !== undefined,
    arn: "methodArn",
    response: "policy",
    answer: simple,
  },
  {
    // AppSync Events, whose operations are EVENT_CONNECT, EVENT_SUBSCRIBE and EVENT_PUBLISH, and whose context has another name:
    // https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html#aws-lambda-authorization
    fits: (event) =>
      isOfAppSync(event) &&
      textAt(event, "requestContext", "operation")?.startsWith("EVENT_") === true,
    arn: undefined,
    response: "simple",
    answer: appSync("handlerContext"),
  },
  {
    // AppSync's GraphQL APIs.
    fits: isOfAppSync,
    arn: undefined,
    response: "simple",
    answer: appSync("resolverContext"),
  },
];

/**
 * How long an answer may be kept: no longer than the token lives.
 *
 * @type {(claims: Claims) => number}
 */
function secondsLeft(claims) {
  const left = claims === undefined ? LONGEST_TTL : Math.floor(claims.exp - timeNow() / 1000);
  return Math.min(Math.max(left, 0), LONGEST_TTL);
}

/**
 * The default context. API Gateway takes flat values only, and answers 500 for others.
 *
 * @type {(claims: Claims) => object}
 */
function contextOf(claims) {
  const groups = own(claims, "cognito:groups");
  const all = [
    ["sub", own(claims, "sub")],
    ["username", own(claims, "cognito:username") ?? own(claims, "username")],
    ["groups", Array.isArray(groups) ? groups.join(" ") : undefined],
    ["scope", own(claims, "scope")],
  ];
  return fromEntries(all.filter(({ 1: value }) => typeof value === "string"));
}

/** @type {(value: unknown) => boolean} */
const isFlat = (value) =>
  typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);

/**
 * A copy: what is on Object.prototype, such as toJSON, does not count for it.
 *
 * @type {(context: unknown) => object}
 */
function checkedContext(context) {
  ignorePromise(context);
  const members = membersOf(context);
  if (members === undefined) {
    throw new Error(
      "The option context must return a plain object of texts, numbers and booleans at once: no promise, list, Map or instance of a class",
    );
  }
  for (const name of keys(members)) {
    if (!isFlat(members[name])) {
      throw new Error(
        `The option context must return texts, numbers and booleans, and ${name} is none of them`,
      );
    }
  }
  return members;
}

/**
 * `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>` with everything of the stage.
 *
 * @type {(arn: string) => string}
 */
function stageOf(arn) {
  const { 0: api, 1: stage } = arn.split("/");
  return stage === undefined ? arn : `${api}/${stage}/*`;
}

/** @type {(principalId: string, effect: string, resource: string, context: object) => object} */
const policy = (principalId, effect, resource, context) => ({
  principalId,
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
  },
  context,
});

/**
 * The function that makes an answer of an event and a verdict.
 *
 * @type {(values: RequestValues) => (event: unknown, verdict: RequestVerdict, isForRoute: boolean) => Promise<object>}
 */
function authorizerFor({ response, context = contextOf, onRefused }) {
  /** @type {(claims: Claims) => object} */
  const contextFor = (claims) => (claims === undefined ? {} : checkedContext(context(claims)));

  /** @type {(form: EventForm, resource: string | undefined, verdict: { claims: Claims }) => object} */
  const allowed = (form, resource, { claims }) => {
    const about = contextFor(claims);
    if (resource === undefined) return form.answer(about, claims);
    return policy(own(claims, "sub") ?? NOBODY, "Allow", resource, about);
  };

  /**
   * Undefined stands for `UNAUTHORIZED`.
   *
   * @type {(event: unknown, resource: string | undefined, verdict: RefusedRequest) => Promise<AuthorizerAnswer>}
   */
  const refused = async (event, resource, verdict) => {
    await onRefused?.(verdict, event);
    if (verdict.status >= 500) throw verdict.error;
    if (resource === undefined) return { isAuthorized: false };
    return verdict.status === 403 ? policy(NOBODY, "Deny", resource, {}) : undefined;
  };

  /** @type {(event: unknown, verdict: RequestVerdict, isForRoute: boolean) => AuthorizerAnswer | Promise<AuthorizerAnswer>} */
  const answerTo = (event, verdict, isForRoute) => {
    const form = FORMS.find(({ fits }) => fits(event));
    if (form === undefined) throw new Error("The event is not one of a Lambda authorizer");
    const isPolicy = (response ?? form.response) === "policy";
    const arn = isPolicy && form.arn !== undefined ? textAt(event, form.arn) : undefined;
    // API Gateway keeps a policy for the token, and uses it for other routes too.
    const resource = arn === undefined || isForRoute ? arn : stageOf(arn);
    return verdict.ok ? allowed(form, resource, verdict) : refused(event, resource, verdict);
  };

  return async (event, verdict, isForRoute) => {
    let answer;
    try {
      answer = await answerTo(event, verdict, isForRoute);
    } catch (cause) {
      // API Gateway and its client see the text alone; the cause is for the function's log.
      throw new Error(FAILED, { cause });
    }
    if (answer === undefined) throw new Error(UNAUTHORIZED);
    return answer;
  };
}

module.exports = { authorizerFor };
