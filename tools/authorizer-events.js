"use strict";

// The forms of a Lambda authorizer's events, as data, and how each is answered.

const ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/prod";
const HTTP_ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/$default";

const headers = (token) => (token === undefined ? {} : { Authorization: token });
const lists = (token) => (token === undefined ? {} : { Authorization: [token] });

const request = (token, others) => ({
  type: "REQUEST",
  methodArn: `${ARN}/GET/orders/5`,
  resource: "/orders/{id}",
  path: "/orders/5",
  httpMethod: "GET",
  headers: headers(token),
  multiValueHeaders: lists(token),
  queryStringParameters: {},
  requestContext: { apiId: "abcdef123", httpMethod: "GET", stage: "prod" },
  ...others,
});
const version2 = (token, others) => ({
  version: "2.0",
  type: "REQUEST",
  routeArn: `${HTTP_ARN}/GET/orders`,
  identitySource: [token],
  routeKey: "GET /orders",
  rawPath: "/orders",
  rawQueryString: "",
  headers: token === undefined ? {} : { authorization: token },
  requestContext: { apiId: "abcdef123", http: { method: "GET", path: "/orders" } },
  ...others,
});
const appSync = (token, others) => ({
  authorizationToken: token,
  requestContext: { apiId: "abcdef123", accountId: "123456789012", queryString: "query { me }" },
  requestHeaders: { host: "x.appsync-api.us-east-1.amazonaws.com" },
  ...others,
});
const operation = (name) => ({ requestContext: { apiId: "abcdef123", operation: name } });

const POLICY = { kind: "policy", stage: `${ARN}/*`, route: `${ARN}/GET/orders/5` };
const HTTP_POLICY = { kind: "policy", stage: `${HTTP_ARN}/*`, route: `${HTTP_ARN}/GET/orders` };
const SIMPLE = { kind: "simple" };
const APP_SYNC = { kind: "appSync", context: "resolverContext" };
const APP_SYNC_EVENTS = { kind: "appSync", context: "handlerContext" };

/** `[name, the event for a value of Authorization, how it is answered, options]` */
const FORMS = [
  [
    "REST API, TOKEN",
    (token) => ({ type: "TOKEN", methodArn: POLICY.route, authorizationToken: token }),
    POLICY,
  ],
  ["REST API, REQUEST", (token) => request(token), POLICY],
  [
    "REST API, REQUEST without lists",
    (token) => request(token, { multiValueHeaders: undefined }),
    POLICY,
  ],
  [
    "REST API, REQUEST with headers in lower case",
    (token) => request(token, { headers: {}, multiValueHeaders: { authorization: [token] } }),
    POLICY,
  ],
  [
    "WebSocket API, $connect",
    (token) =>
      request(token, {
        methodArn: `${ARN}/$connect`,
        httpMethod: undefined,
        requestContext: { eventType: "CONNECT", routeKey: "$connect", connectionId: "x" },
      }),
    { ...POLICY, route: `${ARN}/$connect` },
  ],
  [
    "HTTP API, payload format 1.0",
    (token) => request(token, { version: "1.0", methodArn: `${HTTP_ARN}/GET/orders` }),
    HTTP_POLICY,
  ],
  ["HTTP API, payload format 2.0", (token) => version2(token), SIMPLE],
  [
    "HTTP API, payload format 2.0, no identity source",
    (token) => version2(token, { identitySource: null }),
    SIMPLE,
  ],
  [
    "HTTP API, payload format 2.0, as a policy",
    (token) => version2(token),
    HTTP_POLICY,
    { response: "policy" },
  ],
  [
    "HTTP API, payload format 1.0, as a policy",
    (token) => request(token, { version: "1.0" }),
    POLICY,
    { response: "policy" },
  ],
  ["AppSync, GraphQL", (token) => appSync(token), APP_SYNC],
  ["AppSync, response: policy", (token) => appSync(token), APP_SYNC, { response: "policy" }],
  [
    "AppSync Events, connect",
    (token) => appSync(token, operation("EVENT_CONNECT")),
    APP_SYNC_EVENTS,
  ],
  [
    "AppSync Events, subscribe",
    (token) => appSync(token, operation("EVENT_SUBSCRIBE")),
    APP_SYNC_EVENTS,
  ],
  [
    "AppSync Events, publish",
    (token) => appSync(token, operation("EVENT_PUBLISH")),
    APP_SYNC_EVENTS,
  ],
];

const statement = (principalId, effect, resource, context) => ({
  principalId,
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
  },
  context,
});

/** Answers by `kind`: `allowed` also for a policy of one route; `refused` (no token, or a bad one); `forbidden`. */
const ANSWERS = {
  policy: ({ stage, route }, context) => ({
    allowed: statement(context.sub, "Allow", stage, context),
    allowedForRoute: statement(context.sub, "Allow", route, context),
    refused: { throws: "Unauthorized" },
    forbidden: statement("anonymous", "Deny", route, {}),
  }),
  simple: (_how, context) => alwaysOr({ isAuthorized: true, context }),
  // Without ttlOverride, which depends on the time.
  appSync: ({ context: name }, context) => alwaysOr({ isAuthorized: true, [name]: context }),
};

const NO = { isAuthorized: false };
const alwaysOr = (allowed) => ({ allowed, allowedForRoute: allowed, refused: NO, forbidden: NO });

/** The answers to a form of event, for a user with this context. */
const answersFor = (how, context) => ANSWERS[how.kind](how, context);

module.exports = { FORMS, answersFor };
