"use strict";

// Hints for mistakes that many users make, each through the public functions, over real HTTP where a server takes part.

const crypto = require("node:crypto");
const { createAuth } = require("../..");
const { evaluate } = require("../support/child.js");
const { useEnvironment } = require("../support/environment.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { refusal } = require("../../tools/outcomes.js");
const { failure, startServiceServer } = require("../../tools/testing/service-server.js");
const {
  CLIENT,
  POOL,
  accessClaims,
  encode,
  idClaims,
  jwk,
  jwks,
  now,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

let restoreEnvironment;
let server;
let service;

beforeAll(async () => {
  restoreEnvironment = useEnvironment();
  server = await startJwksServer(jwk(rsaPair()));
  service = await startServiceServer();
});
afterAll(async () => {
  restoreEnvironment();
  await server.stop();
  await service.stop();
});
beforeEach(() => service.clear());

const options = (over) => ({ userPoolId: POOL, clientId: CLIENT, jwksUri: server.url, ...over });
const authOf = (over) => createAuth(options(over));

const elliptic = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
const ofLoadBalancer = (header) =>
  sign({
    header: { alg: "ES256", kid: "8c2f", ...header },
    key: elliptic.privateKey,
    algorithm: "ES256",
  });
const ofIdentityPool = () =>
  sign({
    header: { alg: "RS512", kid: "us-east-12", typ: "JWS" },
    payload: idClaims({
      iss: "https://cognito-identity.amazonaws.com",
      aud: "us-east-1:6d3f2f0b-52b7-4a3f-8a55-6b7dc1e2f5b1",
    }),
    algorithm: "RS512",
  });
/** JWE in its compact form (RFC 7516, section 7.1): a header, and four parts of bytes. */
const refreshToken = () =>
  [
    encode({ cty: "JWT", enc: "A256GCM", alg: "RSA-OAEP" }),
    ...[256, 12, 900, 16].map((size) => crypto.randomBytes(size).toString("base64url")),
  ].join(".");

/** Texts that are no token of the pool: what they look like, the text, the reason, and what the hint says. */
const TOKENS = [
  ["`Bearer ` in front", () => `Bearer ${sign()}`, "token-malformed", "begins with `Bearer`"],
  ["`bearer ` in front", () => `bearer ${sign()}`, "token-malformed", "begins with `Bearer`"],
  ["a refresh token", refreshToken, "token-malformed", "refresh tokens are"],
  ["an identity pool's token", ofIdentityPool, "token-algorithm", "identity pool"],
  [
    "a load balancer's token",
    () =>
      ofLoadBalancer({ signer: "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/a/b" }),
    "token-algorithm",
    "x-amzn-oidc-accesstoken",
  ],
  ["ES256 of somebody else", () => ofLoadBalancer({}), "token-algorithm", "with RS256"],
  [
    "HS256, as of an application's own",
    () => sign({ header: { alg: "HS256" }, key: Buffer.from("secret"), algorithm: "HS256" }),
    "token-algorithm",
    "with RS256",
  ],
  [
    "nbf a few seconds ahead",
    () => sign({ payload: idClaims({ nbf: now() + 30 }) }),
    "token-not-active",
    "clockTolerance",
  ],
  [
    "nbf as far ahead as the greatest tolerance",
    () => sign({ payload: idClaims({ nbf: now() + 590 }) }),
    "token-not-active",
    "Synchronize it",
  ],
  [
    "a kid of another pool",
    () => sign({ header: { kid: "other" }, key: rsaPair("other").privateKey }),
    "key-unknown",
    "names no key of the configured user pool",
  ],
];

describe.each([
  ["fetched keys", () => ({})],
  ["given keys", () => ({ jwksUri: undefined, keys: { jwks: jwks(jwk(rsaPair())) } })],
])("with %s", (_title, keys) => {
  test.each(TOKENS)("%s", async (_name, make, reason, says) => {
    const token = make();
    const auth = authOf(keys());
    await auth.ready();
    const errors = [
      await refusal(auth.verifyToken(token)),
      ...(await Promise.all([refusal(auth.verify(token)), refusal(auth.verifyToken(token))])),
    ];
    for (const error of errors) {
      expect(error).toMatchObject({ reason, hint: expect.stringContaining(says) });
      expect(error.hint).not.toContain(token.slice(-20));
    }
  });

  test.each([
    ["a token that is far from active", () => sign({ payload: idClaims({ nbf: now() + 3_600 }) })],
    ["one that has expired", () => sign({ payload: idClaims({ exp: now() - 1 }) })],
    ["one with too few parts", () => "a.b"],
    ["one with a part too many", () => `${sign()}.x`],
    ["a changed signature", () => sign({ key: rsaPair("other").privateKey })],
  ])("%s has no hint", async (_name, make) => {
    const auth = authOf(keys());
    await auth.ready();
    expect(await refusal(auth.verifyToken(make()))).not.toHaveProperty("hint");
  });
});

describe("two keys under one kid", () => {
  const pairs = [rsaPair("one"), rsaPair("two")];
  const clash = pairs.map((pair) => jwk(pair));
  const healthy = jwk(rsaPair(), { kid: "healthy" });
  const token = () => sign({ key: pairs[0].privateKey });

  test("beside a healthy one: the hint says so, and the healthy one works", async () => {
    for (const over of [
      { jwksUri: (await served(...clash, healthy)).url },
      { jwksUri: undefined, keys: { jwks: jwks(...clash, healthy) } },
    ]) {
      const auth = authOf(over);
      const error = await refusal(auth.verifyToken(token()));
      expect(error).toMatchObject({ reason: "key-unknown", message: "invalid token" });
      expect(error.hint).toContain("different keys under the token's kid");
      await auth.verifyToken(sign({ header: { kid: "healthy" } }));
    }
  });

  test("and no other one", async () => {
    const { url } = await served(...clash);
    const error = await refusal(authOf({ jwksUri: url }).verifyToken(token()));
    expect(error).toMatchObject({ reason: "keys-unavailable" });
    expect(error.message).toContain("different keys under one kid");
    expect(() => authOf({ keys: { jwks: jwks(...clash) } })).toThrow(
      "different keys under one kid",
    );
  });

  test("the same key twice is no contradiction", async () => {
    const { url } = await served(jwk(rsaPair()), jwk(rsaPair()));
    await expect(authOf({ jwksUri: url }).verifyToken(sign())).resolves.toHaveProperty("sub");
  });

  const servers = [];
  async function served(...keys) {
    const started = await startJwksServer(...keys);
    servers.push(started);
    return started;
  }
  afterAll(() => Promise.all(servers.map((each) => each.stop())));
});

/** Options that can never work: the option, the value, and what message or hint says. */
const SETTINGS = [
  ["userPoolId", "us-east-1:6d3f2f0b-52b7-4a3f-8a55-6b7dc1e2f5b1", "identity pool"],
  ["userPoolId", `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${POOL}`, "ARN"],
  ["userPoolId", "us-east-1-AbCdEfGhI", "underscore"],
  ["clientId", POOL, "ID of the user pool"],
  ["clientId", "my-web-app", "not its name"],
  ["clientId", "6d3f2f0b-52b7-4a3f-8a55-6b7dc1e2f5b1", "no hyphen"],
];

describe("settings", () => {
  test.each(SETTINGS)("%s: %s", (option, value, says) => {
    const attempt = () => authOf({ [option]: value });
    expect(attempt).toThrow(
      expect.objectContaining({ reason: "config", hint: expect.stringContaining(says) }),
    );
    expect(attempt).not.toThrow(value);
  });

  test.each([
    ["a blank between two", "orders/read orders/write"],
    ["a blank at its end", "orders/read "],
    ["a line break", ["openid", "orders/read\n"]],
  ])("scopes with %s: of an Auth and of a call", async (_name, scopes) => {
    const refused = { reason: "config", hint: expect.stringContaining('["orders/read"') };
    expect(() => authOf({ verify: { use: "access", scopes } })).toThrow(
      expect.objectContaining(refused),
    );
    const auth = authOf({ verify: { use: "access" } });
    const token = sign({ payload: accessClaims({ scope: "openid orders/read orders/write" }) });
    expect(await refusal(auth.verify(token, { scopes }))).toMatchObject(refused);
    await expect(auth.verify(token, { scopes: "orders/read" })).resolves.toHaveProperty("scope");
  });
});

describe("what the service says of the clock", () => {
  const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" };
  const calls = () => {
    const auth = authOf({ endpoint: service.endpoint, credentials: CREDENTIALS });
    return [() => auth.login("theseus", "Labyrinth1"), () => auth.fetchUserByUsername("theseus")];
  };
  const refuse = (message) => {
    const answer = failure("InvalidSignatureException", message);
    for (const operation of ["AdminInitiateAuth", "AdminGetUser"]) {
      service.always(operation, answer);
    }
  };

  test.each([
    "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z (20260101T001500Z - 5 min.)",
    "Signature not yet current: 20260101T001000Z is still later than 20260101T000500Z (20260101T000000Z + 5 min.)",
  ])("%s", async (message) => {
    refuse(message);
    for (const call of calls()) {
      const error = await refusal(call());
      expect(error).toMatchObject({ reason: "aws-credentials", message });
      expect(error.hint).toContain("clock");
    }
  });

  test("another signature that is refused is not the clock's fault", async () => {
    refuse("The request signature we calculated does not match the signature you provided.");
    for (const call of calls()) {
      const error = await refusal(call());
      expect(error.reason).toBe("aws-credentials");
      expect(error.hint).not.toContain("clock");
    }
  });
});

if (process.platform !== "win32") describe("no file is left to open", onlyUnix);

function onlyUnix() {
  const FILES = 64;
  const limited = ["sh", "-c", `ulimit -n ${FILES}; exec "$@"`, "sh"];

  test.each(["127.0.0.1", "localhost"])("connections to %s", async (host) => {
    const other = await startJwksServer(jwk(rsaPair()));
    const at = (url) => url.replace("127.0.0.1", host);
    const settings = {
      warm: options(),
      // Keys of their own: of those that are there, none would be fetched.
      keys: options({ jwksUri: at(other.url) }),
      calls: options({
        endpoint: at(service.endpoint),
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" },
      }),
    };
    const source = `
      const fs = require("node:fs");
      const { createAuth } = require("./index.js");
      const settings = ${JSON.stringify(settings)};
      const seen = async (call) => {
        try { await call(); return "resolved"; } catch ({ reason, message, hint, retryable }) {
          return { reason, message, hint, retryable };
        }
      };
      (async () => {
        // The threads are started while there are files.
        await createAuth(settings.warm).ready();
        const [keys, calls] = [createAuth(settings.keys), createAuth(settings.calls)];
        const open = [];
        try { for (;;) open.push(fs.openSync("/dev/null")); } catch ({ code }) { if (code !== "EMFILE") throw code; }
        const during = [await seen(() => keys.ready()), await seen(() => calls.login("theseus", "Labyrinth1"))];
        const status = keys.keysStatus().lastFailure;
        for (const file of open) fs.closeSync(file);
        const later = [];
        for (const call of [() => keys.ready(), () => calls.login("theseus", "Labyrinth1")]) {
          let after;
          for (let attempt = 0; attempt < 20 && (after = await seen(call)) !== "resolved"; attempt++) {
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          later.push(after);
        }
        console.log(JSON.stringify({ during, status, later }));
      })();
    `;
    const played = evaluate(source, { command: limited });
    const { during, status, later } = await played.finally(() => other.stop());
    const [keys, call] = during;
    expect(keys).toMatchObject({ reason: "keys-unavailable", retryable: true });
    expect(call).toMatchObject({ reason: "network", retryable: true });
    for (const { message, hint } of during) {
      expect(message).toContain("Too many open files");
      expect(hint).toContain("ulimit -n");
    }
    expect(status.hint).toBe(keys.hint);
    expect(later).toEqual(["resolved", "resolved"]);
  });
}
