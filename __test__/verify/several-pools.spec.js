"use strict";

// createAuth({ pools }): tokens of several pools, over real HTTP. The pool that a token names as its issuer decides, with its own
// keys and app clients.

const { createAuth } = require("../..");
const { useEnvironment } = require("../support/environment.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { refusal } = require("../../tools/outcomes.js");
const {
  accessClaims,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

const HEROES = { id: "us-east-1_Heroes123", client: "heroes1client", pair: rsaPair("heroes") };
const ORACLES = { id: "eu-west-1_Oracles12", client: "oracles1client", pair: rsaPair("oracles") };

const issuerOf = ({ id }) => `https://cognito-idp.${id.split("_")[0]}.amazonaws.com/${id}`;

/** A token that `pool` signed, unless another one did. */
function tokenOf(pool, { claims = {}, signer = pool, kid = pool.id, kind = idClaims } = {}) {
  const client = kind === idClaims ? { aud: pool.client } : { client_id: pool.client };
  const payload = kind({ iss: issuerOf(pool), ...client, ...claims });
  return sign({ header: { kid }, payload, key: signer.pair.privateKey });
}

let restoreEnvironment;
let servers;

beforeEach(async () => {
  restoreEnvironment = useEnvironment();
  servers = new Map();
  for (const pool of [HEROES, ORACLES]) {
    servers.set(pool, await startJwksServer(jwk(pool.pair, { kid: pool.id })));
  }
});
afterEach(async () => {
  restoreEnvironment();
  for (const server of servers.values()) await server.stop();
});

const optionsOf = (pool) => ({
  userPoolId: pool.id,
  clientId: pool.client,
  jwksUri: servers.get(pool).url,
});
const authOf = (over = {}) =>
  createAuth({ pools: [optionsOf(HEROES), optionsOf(ORACLES)], ...over });

test("each pool's tokens are verified with its own keys, which are fetched when they are needed", async () => {
  const auth = authOf();
  const claims = await auth.verifyToken(tokenOf(HEROES));
  expect(claims).toMatchObject({ iss: issuerOf(HEROES), aud: HEROES.client });
  expect(servers.get(ORACLES).requests).toHaveLength(0);
  expect(await auth.verifyToken(tokenOf(ORACLES))).toMatchObject({ iss: issuerOf(ORACLES) });
  // Seen before, and without waiting.
  expect(await auth.verifyToken(tokenOf(HEROES))).toMatchObject({ aud: HEROES.client });
  expect(auth.verifySync(tokenOf(ORACLES))).toMatchObject({ aud: ORACLES.client });
  for (const server of servers.values()) expect(server.requests).toHaveLength(1);
});

test("tokens of a turn are verified together, whichever pools they are of", async () => {
  const auth = authOf();
  await auth.ready();
  const pools = Array.from({ length: 64 }, (_, index) => (index % 2 === 0 ? HEROES : ORACLES));
  const all = await Promise.all(
    pools.map((pool, index) => auth.verify(tokenOf(pool, { claims: { sub: `${index}` } }))),
  );
  expect(all.map(({ sub, iss }) => [sub, iss])).toEqual(
    pools.map((pool, index) => [`${index}`, issuerOf(pool)]),
  );
});

test("ready() loads the keys of all pools, and fails if it cannot have one's", async () => {
  const auth = authOf();
  await auth.ready();
  for (const server of servers.values()) expect(server.requests).toHaveLength(1);
  expect(auth.verifySync(tokenOf(HEROES))).toMatchObject({ aud: HEROES.client });
  await servers.get(ORACLES).stop();
  const other = createAuth({
    pools: [
      optionsOf(HEROES),
      { ...optionsOf(ORACLES), jwksUri: `${servers.get(ORACLES).origin}/other` },
    ],
  });
  expect((await refusal(other.ready())).reason).toBe("keys-unavailable");
  // The outage of one pool's keys is not the other's.
  expect(await other.verifyToken(tokenOf(HEROES))).toMatchObject({ aud: HEROES.client });
});

const FOREIGN = [
  ["a third pool's", () => tokenOf({ ...HEROES, id: "us-east-1_Somebody1" }), "token-issuer"],
  ["without an issuer", () => tokenOf(HEROES, { claims: { iss: undefined } }), "token-issuer"],
  ["an issuer that is no text", () => tokenOf(HEROES, { claims: { iss: [] } }), "token-issuer"],
  [
    "of one pool, signed by the other's key",
    () => tokenOf(HEROES, { signer: ORACLES }),
    "token-signature",
  ],
  [
    "of one pool, by the other's key under its own name",
    () => tokenOf(HEROES, { signer: ORACLES, kid: ORACLES.id }),
    "key-unknown",
  ],
  [
    "of one pool, for the other's app client",
    () => tokenOf(HEROES, { claims: { aud: ORACLES.client } }),
    "token-client",
  ],
  ["no JSON", () => sign({ payload: "{", key: HEROES.pair.privateKey }), "token-issuer"],
  ["no token", () => "x", "token-malformed"],
];

test.each(FOREIGN)("a token is refused: %s", async (_, make, reason) => {
  const auth = authOf();
  await auth.ready();
  const token = make();
  const error = await refusal(auth.verifyToken(token));
  expect({ reason: error.reason, name: error.name }).toEqual({ reason, name: "JsonWebTokenError" });
  expect(error.message).not.toContain("https:");
  expect(() => auth.verifySync(token)).toThrow(expect.objectContaining({ reason }));
});

test("the Auth's policy and a call's own hold for all pools", async () => {
  const access = { kind: accessClaims };
  const auth = authOf({ verify: { use: "access" } });
  expect(await auth.verify(tokenOf(ORACLES, access))).toMatchObject({ client_id: ORACLES.client });
  expect((await refusal(auth.verify(tokenOf(ORACLES)))).reason).toBe("token-use");
  expect(await auth.verify(tokenOf(ORACLES), { use: "id" })).toMatchObject({ token_use: "id" });
  const own = { clientId: HEROES.client };
  expect((await refusal(auth.verify(tokenOf(ORACLES, access), own))).reason).toBe("token-client");
});

test("a pool has one app client, several, or accepts all of them", async () => {
  const several = { ...optionsOf(HEROES), clientId: ["another1client", HEROES.client] };
  const any = { ...optionsOf(ORACLES), clientId: null };
  const auth = createAuth({ pools: [several, any] });
  expect(await auth.verifyToken(tokenOf(HEROES))).toMatchObject({ aud: HEROES.client });
  const foreign = tokenOf(ORACLES, { claims: { aud: "whichever1client" } });
  expect(await auth.verifyToken(foreign)).toMatchObject({ aud: "whichever1client" });
});

test("the environment's pool, app client, issuer and key set are none of theirs", async () => {
  restoreEnvironment();
  restoreEnvironment = useEnvironment({
    USER_POOL_ID: HEROES.id,
    COGNITO_CLIENT_ID: "environment1client",
    COGNITO_ISSUER: "https://issuer.example",
    COGNITO_JWKS_URI: servers.get(ORACLES).url,
  });
  const auth = authOf();
  expect(await auth.verifyToken(tokenOf(HEROES))).toMatchObject({ aud: HEROES.client });
  const { clientId, ...without } = optionsOf(ORACLES);
  expect(() => createAuth({ pools: [without] })).toThrow("option pools[0].clientId is missing");
});

test("keys can be handed in, and a key that goes is refused at once", async () => {
  const keys = { jwks: jwks(jwk(HEROES.pair, { kid: HEROES.id })) };
  const { jwksUri, ...heroes } = optionsOf(HEROES);
  const auth = createAuth({ pools: [{ ...heroes, keys }, optionsOf(ORACLES)] });
  expect(auth.verifySync(tokenOf(HEROES))).toMatchObject({ aud: HEROES.client });
  await auth.ready();
  const token = tokenOf(ORACLES);
  await auth.verifyToken(token);
  const next = rsaPair("next");
  servers.get(ORACLES).serve(jwk(next, { kid: "next" }));
  await auth.verifyToken(tokenOf(ORACLES, { signer: { pair: next }, kid: "next" }));
  expect((await refusal(auth.verifyToken(token))).reason).toBe("key-unknown");
});

test("keysStatus() has the state of each pool's keys", async () => {
  const auth = authOf();
  const untried = { age: null, keys: 0, lastFailure: null };
  expect(auth.keysStatus()).toEqual({
    ...untried,
    address: null,
    pools: [HEROES, ORACLES].map((pool) => ({ ...untried, address: servers.get(pool).url })),
  });
  await auth.verifyToken(tokenOf(HEROES));
  servers.get(ORACLES).fail("status", 500);
  await refusal(auth.verifyToken(tokenOf(ORACLES)));
  const { keys, age, lastFailure, pools } = auth.keysStatus();
  expect({ keys, age }).toEqual({ keys: 0, age: null });
  expect(pools.map((pool) => pool.keys)).toEqual([1, 0]);
  expect(lastFailure).toEqual(pools[1].lastFailure);
  expect(lastFailure.reason).toBe("keys-unavailable");
});

test("it makes no calls to Cognito", async () => {
  for (const auth of [authOf(), createAuth({ pools: [optionsOf(HEROES)] })]) {
    const error = await refusal(auth.login("theseus", "Labyrinth1"));
    expect({ reason: error.reason, message: error.message }).toEqual({
      reason: "config",
      message: "An Auth of several pools verifies tokens, and makes no calls",
    });
    expect(error.hint).toContain("createAuth({ userPoolId, clientId })");
  }
});

const WRONG = [
  [{ pools: [] }, "option pools must be a list of plain objects, one for each pool"],
  [{ pools: {} }, "option pools must be a list of plain objects, one for each pool"],
  [{ pools: [null] }, "option pools[0] must be a plain object"],
  [{ pools: [{}] }, "option pools[0].userPoolId is missing"],
  [{ pools: [{ userPoolId: HEROES.id }] }, "option pools[0].clientId is missing"],
  [{ pools: [{ userPoolId: HEROES.id, clientId: undefined }] }, "pools[0].clientId is undefined"],
  [{ pools: [{ userPoolId: HEROES.id, clientId: [] }] }, "option pools[0].clientId must be"],
  [
    { pools: [{ userPoolId: HEROES.id, clientId: null, clientSecret: "s" }] },
    "There is no option pools[0].clientSecret",
  ],
  [{ pools: [{ userPoolId: "", clientId: null }] }, "option pools[0].userPoolId must be"],
  [{ pools: [{ userPoolId: "a pool", clientId: null }] }, "option pools[0]: "],
  [
    { pools: [{ userPoolId: HEROES.id, clientId: null, keys: {} }] },
    "option pools[0].keys.jwks is missing",
  ],
  [
    { pools: [{ userPoolId: HEROES.id, clientId: null, region: "no region" }] },
    "option pools[0]: ",
  ],
  [
    {
      pools: [
        { userPoolId: HEROES.id, clientId: "a" },
        { userPoolId: HEROES.id, clientId: "b" },
      ],
    },
    "option pools[1]: it has an issuer that option pools[0] has too",
  ],
  [
    { pools: [{ userPoolId: HEROES.id, clientId: null }], verify: { clientId: "only" } },
    "option verify.clientId cannot stand beside pools: each pool has its own clientId",
  ],
  [
    { pools: [{ userPoolId: HEROES.id, clientId: null }], userPoolId: ORACLES.id },
    "option userPoolId cannot stand beside pools: each pool has its own",
  ],
  [
    { pools: [{ userPoolId: HEROES.id, clientId: null }], keys: { jwks: { keys: [] } } },
    "option keys cannot stand beside pools: each pool has its own",
  ],
];

test.each(WRONG)("%j is reported", (options, message) => {
  expect(() => createAuth(options)).toThrow(
    expect.objectContaining({ reason: "config", message: expect.stringContaining(message) }),
  );
});
