"use strict";

// Tokens, good and bad. The original accepts much that it must not, and stops at a key that it does not know.

const crypto = require("node:crypto");
const {
  encode,
  signParts,
  withSpareBits,
  withStrayBits,
} = require("../../../tools/testing/tokens.js");

const verify = (auth, token) => auth.verifyToken(token);
const parts = (context) => context.token().split(".");

/** Values that are no tokens, and arguments too few and too many. */
const VALUES = {
  "no argument": (auth) => auth.verifyToken(),
  undefined: (auth) => verify(auth, undefined),
  null: (auth) => verify(auth, null),
  "an empty string": (auth) => verify(auth, ""),
  0: (auth) => verify(auth, 0),
  NaN: (auth) => verify(auth, Number.NaN),
  false: (auth) => verify(auth, false),
  true: (auth) => verify(auth, true),
  5: (auth) => verify(auth, 5),
  "a bigint": (auth) => verify(auth, 5n),
  "a symbol": (auth) => verify(auth, Symbol("token")),
  "an object": (auth) => verify(auth, {}),
  "an array with a token": (auth, context) => verify(auth, [context.token()]),
  "a Buffer with a token": (auth, context) => verify(auth, Buffer.from(context.token())),
  "a String object with a token": (auth, context) => verify(auth, new String(context.token())),
  "a function": (auth) => verify(auth, () => {}),
  "a second argument": (auth, context) => auth.verifyToken(context.token(), { algorithms: [] }),
};

/** Tokens that both refuse, or both accept. */
const ALIKE = {
  "a good token": (context) => context.token(),
  "one word": () => "token",
  "a blank": () => " ",
  "two parts": (context) => parts(context).slice(0, 2).join("."),
  "four parts": (context) => `${context.token()}.more`,
  "three empty parts": () => "..",
  "Bearer in front": (context) => `Bearer ${context.token()}`,
  "a blank in front": (context) => ` ${context.token()}`,
  "a blank behind": (context) => `${context.token()} `,
  "a line break behind": (context) => `${context.token()}\n`,
  "an empty header": (context) => ["", ...parts(context).slice(1)].join("."),
  "an empty payload": (context) => {
    const [header, , signature] = parts(context);
    return `${header}..${signature}`;
  },
  "an empty signature": (context) => `${parts(context).slice(0, 2).join(".")}.`,
  "a header that is no base64url": (context) => ["e!J", ...parts(context).slice(1)].join("."),
  "a header with padding": (context) => {
    const [header, ...rest] = parts(context);
    return [`${header}=`, ...rest].join(".");
  },
  "a header that is no JSON": (context) => [encode("{"), ...parts(context).slice(1)].join("."),
  "another payload under the signature": (context) => {
    const [header, , signature] = parts(context);
    return [header, encode(context.claims({ sub: "other" })), signature].join(".");
  },
  "another's signature": (context) => context.token({ signer: "stranger" }),
  "a signature that is too short": (context) => context.token().slice(0, -10),
  "a signature of one letter": (context) => [...parts(context).slice(0, 2), "A"].join("."),
  "alg none": (context) => context.token({ header: { alg: "none" } }),
  "alg none without a signature": (context) =>
    `${encode({ kid: context.KID, alg: "none" })}.${encode(context.claims())}.`,
  "alg HS256, the public key as its secret": (context) => {
    const pem = crypto.createPublicKey(context.key()).export({ type: "spki", format: "pem" });
    return signParts(
      encode({ kid: context.KID, alg: "HS256" }),
      encode(context.claims()),
      pem,
      "HS256",
    );
  },
  "alg ES256": (context) => context.token({ header: { alg: "ES256" } }),
  "alg rs256": (context) => context.token({ header: { alg: "rs256" } }),
  "no alg": (context) => context.token({ header: { alg: undefined } }),
  "alg null": (context) => context.token({ header: { alg: null } }),
  "a number for alg": (context) => context.token({ header: { alg: 256 } }),
  expired: (context) => context.token({ payload: context.claims({ exp: context.now - 60 }) }),
  "expired a moment ago": (context) =>
    context.token({ payload: context.claims({ exp: context.now - 1 }) }),
  "expired in 1970": (context) => context.token({ payload: context.claims({ exp: 0 }) }),
  "a negative exp": (context) => context.token({ payload: context.claims({ exp: -5 }) }),
  "an exp with a fraction": (context) =>
    context.token({ payload: context.claims({ exp: context.now - 60.5 }) }),
  "exp as a string": (context) =>
    context.token({ payload: context.claims({ exp: `${context.now + 60}` }) }),
  "exp null": (context) => context.token({ payload: context.claims({ exp: null }) }),
  "exp true": (context) => context.token({ payload: context.claims({ exp: true }) }),
  "exp an object": (context) => context.token({ payload: context.claims({ exp: {} }) }),
  "not active": (context) => context.token({ payload: context.claims({ nbf: context.now + 60 }) }),
  "not active, and expired": (context) =>
    context.token({
      payload: context.claims({ nbf: context.now + 60, exp: context.now - 60 }),
    }),
  active: (context) => context.token({ payload: context.claims({ nbf: context.now - 60 }) }),
  "nbf as a string": (context) => context.token({ payload: context.claims({ nbf: "0" }) }),
  "nbf null": (context) => context.token({ payload: context.claims({ nbf: null }) }),
  "nbf a fraction in the past": (context) =>
    context.token({ payload: context.claims({ nbf: context.now - 0.5 }) }),
  "expired, and another's signature": (context) =>
    context.token({ signer: "stranger", payload: context.claims({ exp: 1 }) }),
  "a payload with groups": (context) =>
    context.token({ payload: context.claims({ "cognito:groups": ["a", "b"] }) }),
  "a payload in another script": (context) =>
    context.token({ payload: context.claims({ name: "Αριάδνη 🧵" }) }),
  "a payload with a lone surrogate": (context) =>
    context.token({
      payload: JSON.stringify(context.claims({ name: "x" })).replace('"x"', '"\\ud800"'),
    }),
  "a payload with __proto__": (context) =>
    context.token({
      payload: `{"__proto__":{"admin":true},${JSON.stringify(context.claims()).slice(1)}`,
    }),
  "a payload with members that look like numbers": (context) =>
    context.token({ payload: context.claims({ 2: "b", 1: "a" }) }),
  "a payload with numbers beyond 2^53": (context) =>
    context.token({
      payload: `{"n":9007199254740993,"m":-0,"f":1e-7,${JSON.stringify(context.claims()).slice(1)}`,
    }),
  "a payload with white space": (context) =>
    context.token({ payload: JSON.stringify(context.claims(), undefined, 2) }),
  "escaped slashes in the issuer": (context) =>
    context.token({ payload: JSON.stringify(context.claims()).replaceAll("/", "\\/") }),
  "an empty header object": (context) => [encode("{}"), ...parts(context).slice(1)].join("."),
  "typ in the header": (context) => context.token({ header: { typ: "JWT" } }),
  "jku and jwk in the header, which are not looked at": (context) =>
    context.token({ header: { jku: "https://evil.example/", jwk: {} } }),
};

const forbidden = (reason) => ({ kind: "rejects", reason });

/** Tokens that the original accepts, and for what we refuse them. */
const TOO_MUCH = {
  "an access token": [
    "lenient-claims",
    "token-use",
    (context) => context.token({ payload: context.claims({ token_use: "access" }) }),
  ],
  "a refresh token": [
    "lenient-claims",
    "token-use",
    (context) => context.token({ payload: context.claims({ token_use: "refresh" }) }),
  ],
  "another client's token": [
    "lenient-claims",
    "token-client",
    (context) => context.token({ payload: context.claims({ aud: "other" }) }),
  ],
  "another issuer's token": [
    "lenient-claims",
    "token-issuer",
    (context) => context.token({ payload: context.claims({ iss: "https://evil.example/" }) }),
  ],
  "a token without exp": [
    "lenient-claims",
    "token-malformed",
    (context) => context.token({ payload: context.claims({ exp: undefined }) }),
  ],
  "iat as a string": [
    "lenient-claims",
    "token-malformed",
    (context) => context.token({ payload: context.claims({ iat: "now" }) }),
  ],
  RS384: [
    "lenient-form",
    "token-algorithm",
    (context) => context.token({ header: { alg: "RS384" }, algorithm: "RS384" }),
  ],
  RS512: [
    "lenient-form",
    "token-algorithm",
    (context) => context.token({ header: { alg: "RS512" }, algorithm: "RS512" }),
  ],
  PS256: [
    "lenient-form",
    "token-algorithm",
    (context) => context.token({ header: { alg: "PS256" }, algorithm: "PS256" }),
  ],
  crit: [
    "lenient-form",
    "token-malformed",
    (context) => context.token({ header: { crit: ["exp"] } }),
  ],
  "a member twice": [
    "lenient-form",
    "token-malformed",
    (context) =>
      context.token({ payload: `{"sub":"first",${JSON.stringify(context.claims()).slice(1)}` }),
  ],
  "a payload that is an array": [
    "lenient-form",
    "token-malformed",
    (context) => context.token({ payload: "[]" }),
  ],
  "a payload that is a string": [
    "lenient-form",
    "token-malformed",
    (context) => context.token({ payload: '"theseus"' }),
  ],
  "stray bits in the signature": [
    "lenient-form",
    "token-signature",
    (context) => {
      const [header, payload, signature] = parts(context);
      return [header, payload, withStrayBits(signature)].join(".");
    },
  ],
  "stray bits in the payload": [
    "lenient-form",
    "token-malformed",
    (context) => {
      const header = encode({ kid: context.KID, alg: "RS256" });
      const payload = withStrayBits(encode(withSpareBits(context.claims())));
      return signParts(header, payload, context.key());
    },
  ],
  "exp beyond every number": [
    "lenient-form",
    "token-malformed",
    (context) =>
      context.token({
        payload: JSON.stringify(context.claims({ exp: 1 })).replace('"exp":1', '"exp":1e400'),
      }),
  ],
};

const unknown = { reason: "key-unknown", name: "JsonWebTokenError" };

/** Headers whose key the original does not find. */
const UNKNOWN = {
  "an unknown kid": { kid: "unknown" },
  "an empty kid": { kid: "" },
  "a number for a kid": { kid: 5 },
};

const unavailable = { reason: "keys-unavailable" };

/** Faults of the JWKS on a cold cache. */
const JWKS = {
  404: { status: 404, body: {} },
  500: { status: 500, body: "" },
  "an empty set": { body: { keys: [] } },
  "no JSON": { body: "<html>" },
  "an empty body": { body: "" },
};

module.exports = [
  ...Object.entries(VALUES).map(([name, play]) => ({ name: `verifyToken: ${name}`, play })),
  ...Object.entries(ALIKE).map(([name, make]) => ({
    name: `verifyToken: ${name}`,
    play: (auth, context) => verify(auth, make(context)),
  })),
  ...Object.entries(TOO_MUCH).map(([name, [row, reason, make]]) => ({
    name: `verifyToken: ${name}`,
    play: (auth, context) => verify(auth, make(context)),
    differs: [row, forbidden(reason)],
  })),
  ...Object.entries(UNKNOWN).map(([name, header]) => ({
    name: `verifyToken: ${name}`,
    play: (auth, context) => verify(auth, context.token({ header })),
    differs: [
      "unknown-kid",
      typeof header.kid === "string" && header.kid ? unknown : { kind: "rejects" },
    ],
  })),
  {
    name: "verifyToken: no kid, while there is one key",
    play: (auth, context) => verify(auth, context.token({ header: { kid: undefined } })),
    differs: ["lenient-form", { kind: "rejects" }],
  },
  {
    name: "verifyToken: no kid, while there are two keys",
    keys: [{}, { kid: "second" }],
    play: (auth, context) => verify(auth, context.token({ header: { kid: undefined } })),
    differs: ["unknown-kid", { kind: "rejects" }],
  },
  {
    name: "verifyToken: three unknown kids, one after the other",
    counts: "GET",
    play: async (auth, context) => {
      // So that the original lives to ask again.
      process.on("uncaughtException", () => {});
      for (const kid of ["one", "two", "three"]) {
        const refused = verify(auth, context.token({ header: { kid } })).catch(() => {});
        await Promise.race([refused, new Promise((resolve) => setTimeout(resolve, 500))]);
      }
    },
    differs: ["kid-requests", { counted: 2 }],
  },
  ...Object.entries(JWKS).map(([name, answer]) => ({
    name: `verifyToken: the JWKS is answered by ${name}`,
    script: (server) => server.always("GET", answer),
    play: (auth, context) => verify(auth, context.token()),
    differs: ["unknown-kid", unavailable],
  })),
  {
    name: "verifyToken: nobody listens where the JWKS should be",
    environment: { COGNITO_JWKS_URI: "http://127.0.0.1:9/jwks.json" },
    play: (auth, context) => verify(auth, context.token()),
    differs: ["unknown-kid", unavailable],
  },
  {
    name: "verifyToken: one token twice, two objects",
    play: async (auth, context) => {
      const token = context.token();
      const [one, two] = [await verify(auth, token), await verify(auth, token)];
      one.sub = "changed";
      return [one === two, two];
    },
  },
  {
    name: "verifyToken: what it resolves to is a plain object",
    play: async (auth, context) => {
      const claims = await verify(auth, context.token());
      return [Object.getPrototypeOf(claims) === Object.prototype, Object.isFrozen(claims)];
    },
  },
  {
    name: "verifyToken: classes and members of its errors",
    play: async (auth, context) => {
      const error = await verify(
        auth,
        context.token({ payload: context.claims({ exp: 1 }) }),
      ).catch((reason) => reason);
      return [
        error.constructor.name,
        Object.keys(error).filter((key) => ["name", "message", "expiredAt"].includes(key)),
        `${error}`,
      ];
    },
  },
];
