"use strict";

// Requests and their verdicts, as data. `{GOOD}` and the like stand for tokens, which verdicts.spec.js makes. A case is
//
//   [number, name, request, options, verdict]
//
// A request is a list of headers, or an object with `method`, `query`, `body`, `headers`; or with `event`, what is handed to
// `authenticate` as it is. `pool` names another Auth than the usual one. A verdict is the token's source, `ANONYMOUS`, or what
// is answered: the reason, the status and the headers but for those that every refusal has.

const bearer = (text) => [["Authorization", `Bearer ${text}`]];
const authorization = (...values) => values.map((value) => ["Authorization", value]);
const cookie = (text, ...others) => ({ headers: [["Cookie", text], ...others] });
const post = (text, ...others) => ({ method: "POST", body: "x=1", ...cookie(text, ...others) });
const upgrade = (text, ...others) => ({
  isUpgrade: true,
  ...cookie(text, ["Upgrade", "websocket"], ["Sec-WebSocket-Version", "13"], ...others),
});

const HEADER = { source: "header" };
const COOKIE = { source: "cookie" };
const ANONYMOUS = { source: undefined };

const refused = (reason, status, challenge, others = {}) => ({
  reason,
  status,
  headers: { ...(challenge && { "www-authenticate": challenge }), ...others },
});
const START = 'Bearer realm="api"';
const described = (error, text) => `${START}, error="${error}", error_description="${text}"`;
const invalid = (reason, text = "The token is not valid") =>
  refused(reason, 401, described("invalid_token", text));

const MISSING = refused("token-missing", 401, START);
const AMBIGUOUS = refused(
  "token-ambiguous",
  400,
  described("invalid_request", "The request carries more than one token"),
);
const MALFORMED = invalid("token-malformed");
const EXPIRED = invalid("token-expired", "The token has expired");
const NOT_ALLOWED = described("insufficient_scope", "The token does not allow this");
const CROSS_SITE = refused("cross-site", 403);
const UNAVAILABLE = refused("keys-unavailable", 503, undefined, { "retry-after": "1" });

const ID = { cookie: "id" };
const AMPLIFY = { cookie: { amplify: "id" } };
const ORIGINS = { ...ID, origins: ["https://app.example.com"] };
const OPTIONAL = { optional: true };
const SITE = "Sec-Fetch-Site";
const amplify = (user, token, kind = "idToken", client = "{CLIENT}") =>
  `CognitoIdentityServiceProvider.${client}.${user}.${kind}=${token}`;
const last = (user) => `CognitoIdentityServiceProvider.{CLIENT}.LastAuthUser=${user}`;

const rest = (members) => ({
  event: { resource: "/x", path: "/x", httpMethod: "GET", requestContext: {}, ...members },
});
const http2 = (members, method = "GET") => ({
  event: { version: "2.0", rawPath: "/x", requestContext: { http: { method } }, ...members },
});

const CASES = [
  [1, "no Authorization header", [], {}, MISSING],
  [2, "an empty Authorization header", authorization(""), {}, MISSING],
  [3, "Bearer", bearer("{GOOD}"), {}, HEADER],
  [4, "bearer", authorization("bearer {GOOD}"), {}, HEADER],
  [5, "BEARER", authorization("BEARER {GOOD}"), {}, HEADER],
  [6, "three blanks", authorization("Bearer   {GOOD}"), {}, HEADER],
  [7, "white space at the end", authorization("Bearer {GOOD} \t "), {}, HEADER],
  [8, "a tab after the scheme", authorization("Bearer\t{GOOD}"), {}, MISSING],
  [9, "the scheme alone", authorization("Bearer"), {}, MISSING],
  [10, "no blank", authorization("Bearer{GOOD}"), {}, MISSING],
  [11, "Basic", authorization("Basic dXNlcjpwYXNz"), {}, MISSING],
  [12, "Digest", authorization('Digest username="theseus", realm="x"'), {}, MISSING],
  [13, "DPoP", authorization("DPoP {GOOD}"), {}, MISSING],
  [14, "Token", authorization("Token {GOOD}"), {}, MISSING],
  [15, "no scheme", authorization("{GOOD}"), {}, MISSING],
  [16, "no scheme, bareToken", authorization("{GOOD}"), { bareToken: true }, HEADER],
  [17, "a scheme, bareToken", bearer("{GOOD}"), { bareToken: true }, HEADER],
  [18, "in quotation marks", bearer('"{GOOD}"'), {}, MALFORMED],
  [19, "undefined", bearer("undefined"), {}, MALFORMED],
  [20, "null", bearer("null"), {}, MALFORMED],
  [21, "an object as text", bearer("[object Object]"), {}, AMBIGUOUS],
  [22, "two tokens with a blank", bearer("{GOOD} {EXPIRED}"), {}, AMBIGUOUS],
  [23, "two in one line", authorization("Bearer {GOOD}, Bearer {EXPIRED}"), {}, AMBIGUOUS],
  [24, "two headers", authorization("Bearer {GOOD}", "Bearer {EXPIRED}"), {}, AMBIGUOUS],
  [25, "twice the same", authorization("Bearer {GOOD}", "Bearer {GOOD}"), {}, AMBIGUOUS],
  [26, "Basic, then Bearer", authorization("Basic dXNlcg==", "Bearer {GOOD}"), {}, MISSING],
  [27, "Bearer, then Basic", authorization("Bearer {GOOD}", "Basic dXNlcg=="), {}, AMBIGUOUS],
  [28, "another header", [["X-Authorization", "Bearer {GOOD}"]], {}, MISSING],
  [29, "in the query", { query: "?access_token={GOOD}", headers: [] }, {}, MISSING],
  [
    30,
    "in a form",
    {
      method: "POST",
      headers: [["Content-Type", "application/x-www-form-urlencoded"]],
      body: "access_token={GOOD}",
    },
    {},
    MISSING,
  ],
  [31, "not ASCII", bearer("é"), {}, MALFORMED],
  [32, "more than 64 KiB", bearer("a".repeat(70_000)), {}, MALFORMED],
  [33, "expired", bearer("{EXPIRED}"), {}, EXPIRED],
  [
    34,
    "not active yet",
    bearer("{LATER}"),
    {},
    invalid("token-not-active", "The token is not active yet"),
  ],
  [35, "the signature changed", bearer("{FLIPPED}"), {}, invalid("token-signature")],
  [36, "another key under a known kid", bearer("{FORGED}"), {}, invalid("token-signature")],
  [37, "an unknown kid", bearer("{UNKNOWN_KEY}"), {}, invalid("key-unknown")],
  [38, "alg none", bearer("{NONE}"), {}, invalid("token-signature")],
  [39, "alg HS256", bearer("{HS256}"), {}, invalid("token-algorithm")],
  [40, "another pool's", bearer("{OTHER_POOL}"), {}, invalid("token-issuer")],
  [
    41,
    "another client's",
    bearer("{OTHER_CLIENT}"),
    {},
    invalid("token-client", "The token was made for another app client"),
  ],
  [42, "another client's, any", bearer("{OTHER_CLIENT}"), { clientId: null }, HEADER],
  [
    43,
    "an ID token for an access token",
    bearer("{GOOD}"),
    { use: "access" },
    invalid("token-use", "A token of the other kind is expected"),
  ],
  [44, "an access token", bearer("{ACCESS}"), { use: "access" }, HEADER],
  [45, "a member of the group", bearer("{GOOD}"), { groups: "heroes" }, HEADER],
  [
    46,
    "no member of the group",
    bearer("{GOOD}"),
    { groups: "admins" },
    refused("token-groups", 403, NOT_ALLOWED),
  ],
  [47, "one of several groups", bearer("{GOOD}"), { groups: ["admins", "heroes"] }, HEADER],
  [
    48,
    "none of the scopes",
    bearer("{ACCESS}"),
    { use: "access", scopes: ["orders/write", "admin"] },
    refused("token-scopes", 403, `${NOT_ALLOWED}, scope="orders/write admin"`),
  ],
  [49, "a realm", [], { realm: "orders" }, refused("token-missing", 401, 'Bearer realm="orders"')],
  [50, "expired, and no member", bearer("{EXPIRED}"), { groups: "admins" }, EXPIRED],
  [51, "optional, no token", [], OPTIONAL, ANONYMOUS],
  [52, "optional, the scheme alone", authorization("Bearer"), OPTIONAL, ANONYMOUS],
  [53, "optional, another scheme", authorization("Basic dXNlcg=="), OPTIONAL, ANONYMOUS],
  [54, "optional, a good token", bearer("{GOOD}"), OPTIONAL, HEADER],
  [55, "optional, expired", bearer("{EXPIRED}"), OPTIONAL, EXPIRED],
  [56, "optional, two", authorization("Bearer {GOOD}", "Bearer {GOOD}"), OPTIONAL, AMBIGUOUS],
  [57, "optional, no JWT", bearer("x"), OPTIONAL, MALFORMED],
  [58, "a cookie", cookie("a=b; id={GOOD}; c=d"), ID, COOKIE],
  [59, "a cookie in quotation marks", cookie('id="{GOOD}"'), ID, COOKIE],
  [60, "a cookie, and a header", cookie("id={GOOD}", ...bearer("{GOOD}")), ID, HEADER],
  [61, "a bad header, a good cookie", cookie("id={GOOD}", ...bearer("{EXPIRED}")), ID, EXPIRED],
  [62, "other cookies, and an empty one", cookie("xid={GOOD}; id=; ID={GOOD}"), ID, MISSING],
  [63, "a cookie twice", cookie("id={GOOD}; id={GOOD}"), ID, AMBIGUOUS],
  [64, "optional, an expired cookie", cookie("id={EXPIRED}"), { ...ID, ...OPTIONAL }, ANONYMOUS],
  [65, "POST, cross-site", post("id={GOOD}", [SITE, "cross-site"]), ID, CROSS_SITE],
  [66, "POST, same-origin", post("id={GOOD}", [SITE, "same-origin"]), ID, COOKIE],
  [67, "POST, own Origin", post("id={GOOD}", ["Origin", "http://api.example.com"]), ID, COOKIE],
  [68, "POST, no browser", post("id={GOOD}"), ID, COOKIE],
  [69, "GET, cross-site", cookie("id={GOOD}", [SITE, "cross-site"]), ID, COOKIE],
  [
    70,
    "a header, POST, cross-site",
    { method: "POST", body: "x=1", headers: [...bearer("{GOOD}"), [SITE, "cross-site"]] },
    ID,
    HEADER,
  ],
  [71, "Amplify, one user", cookie(amplify("theseus", "{GOOD}")), AMPLIFY, COOKIE],
  [
    72,
    "Amplify, the access token",
    cookie(`${amplify("t", "{GOOD}")}; ${amplify("t", "{ACCESS}", "accessToken")}`),
    { cookie: { amplify: "access" }, use: "access" },
    COOKIE,
  ],
  [
    73,
    "Amplify, an e-mail address",
    cookie(
      [
        amplify("a%40b.example", "{GOOD}"),
        amplify("c%40d.example", "{EXPIRED}"),
        last("a@b.example"),
      ].join("; "),
    ),
    AMPLIFY,
    COOKIE,
  ],
  [
    74,
    "Amplify, two users",
    cookie([amplify("a", "{EXPIRED}"), amplify("b", "{GOOD}"), last("b")].join("; ")),
    AMPLIFY,
    COOKIE,
  ],
  [
    75,
    "Amplify, two users, neither last",
    cookie([amplify("a", "{GOOD}"), amplify("b", "{GOOD}")].join("; ")),
    AMPLIFY,
    MISSING,
  ],
  [
    76,
    "Amplify, another client",
    cookie(amplify("theseus", "{GOOD}", "idToken", "another")),
    AMPLIFY,
    MISSING,
  ],
  [
    77,
    "Amplify, a cookie twice",
    cookie([amplify("a", "{GOOD}"), amplify("a", "{GOOD}")].join("; ")),
    AMPLIFY,
    AMBIGUOUS,
  ],
  [78, "HEAD", { method: "HEAD", headers: [] }, {}, MISSING],
  [79, "no keys", { pool: "down", headers: bearer("{GOOD}") }, {}, UNAVAILABLE],
  [80, "no keys, optional", { pool: "down", headers: bearer("{GOOD}") }, OPTIONAL, UNAVAILABLE],
  [81, "no keys, no token", { pool: "down", headers: [] }, {}, MISSING],
  [82, "no client id", { pool: "unset", headers: bearer("{GOOD}") }, {}, refused("config", 500)],
  [83, "Headers", { as: "Headers", headers: bearer("{GOOD}") }, {}, HEADER],
  [84, "a Fetch Request", { as: "Request", headers: bearer("{GOOD}") }, {}, HEADER],
  [85, "a REST event", rest({ headers: { Authorization: "Bearer {GOOD}" } }), {}, HEADER],
  [
    86,
    "a REST event, two headers",
    rest({
      headers: { Authorization: "Bearer {GOOD}" },
      multiValueHeaders: { Authorization: ["Bearer {EXPIRED}", "Bearer {GOOD}"] },
    }),
    {},
    AMBIGUOUS,
  ],
  [
    87,
    "a REST event without headers",
    rest({ headers: null, multiValueHeaders: null }),
    {},
    MISSING,
  ],
  [
    88,
    "an HTTP API's event, two headers",
    http2({ headers: { authorization: "Bearer {GOOD},Bearer {GOOD}" } }),
    {},
    AMBIGUOUS,
  ],
  [
    89,
    "an HTTP API's event, a cookie",
    http2({ headers: {}, cookies: ["a=b", "id={GOOD}"] }),
    ID,
    COOKIE,
  ],
  [
    90,
    "a TOKEN authorizer's event",
    { event: { type: "TOKEN", methodArn: "x", authorizationToken: "Bearer {GOOD}" } },
    {},
    HEADER,
  ],
  [
    91,
    "an AppSync authorizer's event, bareToken",
    { event: { authorizationToken: "{GOOD}", requestContext: { apiId: "x" } } },
    { bareToken: true },
    HEADER,
  ],
  [
    92,
    "an AppSync authorizer's event",
    { event: { authorizationToken: "{GOOD}", requestContext: { apiId: "x" } } },
    {},
    MISSING,
  ],
  [
    93,
    "Lambda@Edge",
    {
      event: {
        method: "GET",
        uri: "/",
        headers: { authorization: [{ key: "Authorization", value: "Bearer {GOOD}" }] },
      },
    },
    {},
    HEADER,
  ],
  [
    94,
    "Fastify",
    {
      event: {
        headers: { authorization: "Bearer {GOOD}" },
        raw: { rawHeaders: ["authorization", "Bearer {GOOD}", "Authorization", "Bearer x"] },
      },
    },
    {},
    AMBIGUOUS,
  ],
  [
    95,
    "two spellings",
    { event: { headers: { authorization: "Bearer {GOOD}", Authorization: "Bearer {GOOD}" } } },
    {},
    AMBIGUOUS,
  ],
  [96, "POST, same-site", post("id={GOOD}", [SITE, "same-site"]), ID, CROSS_SITE],
  [
    97,
    "origins, one of them",
    post("id={GOOD}", ["Origin", "https://app.example.com"], [SITE, "same-site"]),
    ORIGINS,
    COOKIE,
  ],
  [
    98,
    "origins, another one",
    post("id={GOOD}", ["Origin", "https://evil.example"], [SITE, "cross-site"]),
    ORIGINS,
    CROSS_SITE,
  ],
  [99, "origins, no Origin", post("id={GOOD}", [SITE, "same-site"]), ORIGINS, CROSS_SITE],
  [100, "POST, Origin: null", post("id={GOOD}", ["Origin", "null"]), ID, CROSS_SITE],
  [
    101,
    "a WebSocket, another Origin",
    upgrade("id={GOOD}", ["Origin", "https://evil.example"]),
    ID,
    CROSS_SITE,
  ],
  [
    102,
    "a WebSocket, own Origin",
    upgrade("id={GOOD}", ["Origin", "http://api.example.com"]),
    ID,
    COOKIE,
  ],
];

/** A case as an object, whatever is left out filled in. */
function caseOf([number, name, request, options, verdict]) {
  const given = Array.isArray(request) ? { headers: request } : request;
  return {
    number,
    name,
    request: { method: "GET", query: "", headers: [], pool: "usual", isUpgrade: false, ...given },
    options,
    verdict,
  };
}

module.exports = { CASES: CASES.map(caseOf) };
