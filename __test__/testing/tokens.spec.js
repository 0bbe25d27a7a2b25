"use strict";

// The pool's tokens: as Cognito's, and as other libraries verify them.

const crypto = require("node:crypto");
const { createRequire } = require("node:module");
const path = require("node:path");
const { createAuth } = require("../..");
const root = require("../../tools/root");
const { accessClaims, idClaims } = require("../../tools/testing/tokens.js");
const { play, signIn, startPool } = require("../support/test-pool.js");

/** The library that the original verifies tokens with. */
const jsonwebtoken = createRequire(path.join(root, "__test__", "reference", "package.json"))(
  "jsonwebtoken",
);

const UUID = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/);
const partsOf = (token) => {
  const [header, payload] = token
    .split(".", 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url")));
  return { header, claims: payload };
};

let pool;
let auth;
beforeAll(async () => {
  pool = await startPool({
    users: [
      {
        username: "theseus",
        password: "Labyrinth1",
        groups: ["heroes", "kings"],
        attributes: {
          email: "theseus@example.com",
          phone_number: "+14155550100",
          phone_number_verified: "false",
          "custom:ship": "black",
        },
      },
      { username: "minos", attributes: { sub: "c4a8c4d8-1071-70f5-8c3b-8d2f6a1c5b7e" } },
    ],
  });
  auth = createAuth(pool.options);
});
afterAll(() => pool.stop());

describe("form", () => {
  test("an ID token's header and claims", () => {
    const { header, claims } = partsOf(pool.idToken("theseus"));
    expect(Object.entries(header)).toEqual([
      ["kid", expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/)],
      ["alg", "RS256"],
    ]);
    const { sub } = pool.users.get("theseus").attributes;
    expect(claims).toEqual({
      sub,
      "cognito:groups": ["heroes", "kings"],
      email_verified: true,
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${pool.userPoolId}`,
      phone_number_verified: false,
      "cognito:username": "theseus",
      origin_jti: UUID,
      aud: pool.clientId,
      event_id: UUID,
      token_use: "id",
      auth_time: claims.iat,
      phone_number: "+14155550100",
      exp: claims.iat + 3600,
      iat: expect.any(Number),
      jti: UUID,
      email: "theseus@example.com",
      "custom:ship": "black",
    });
    expect(Math.abs(claims.iat - Date.now() / 1000)).toBeLessThan(30);
  });

  test("an access token's claims", () => {
    const { claims } = partsOf(pool.accessToken("theseus"));
    expect(claims).toEqual({
      sub: pool.users.get("theseus").attributes.sub,
      "cognito:groups": ["heroes", "kings"],
      iss: pool.issuer,
      client_id: pool.clientId,
      origin_jti: UUID,
      event_id: UUID,
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      auth_time: claims.iat,
      exp: claims.iat + 3600,
      iat: expect.any(Number),
      jti: UUID,
      username: "theseus",
    });
  });

  // The examples of AWS's pages.
  test.each([
    [
      "idToken",
      "sub cognito:groups email_verified cognito:preferred_role iss cognito:username middle_name nonce origin_jti cognito:roles aud identities event_id token_use auth_time exp iat jti email",
    ],
    [
      "accessToken",
      "sub device_key cognito:groups iss version client_id origin_jti event_id token_use scope auth_time exp iat jti username",
    ],
  ])("%s: the claims have the order of AWS's example", (kind, order) => {
    const names = order.split(" ");
    const { claims } = partsOf(pool[kind]("theseus"));
    const unlisted = Object.keys(claims).filter((name) => !names.includes(name));
    const added = names.filter((name) => !Object.hasOwn(claims, name));
    const change = Object.fromEntries([
      ...unlisted.map((name) => [name, undefined]),
      ...added.map((name) => [name, "x"]),
    ]);
    expect(Object.keys(partsOf(pool[kind]("theseus", change)).claims)).toEqual(names);
  });

  test("the order is that of the tokens which our own tests make", () => {
    const same = { groups: [] };
    const id = partsOf(
      pool.idToken({ ...pool.users.get("theseus"), ...same }, { "custom:ship": undefined }),
    );
    expect(Object.keys(id.claims)).toEqual(Object.keys(idClaims()));
    expect(Object.keys(partsOf(pool.accessToken("minos")).claims)).toEqual(
      Object.keys(accessClaims()),
    );
  });

  test("ID tokens and access tokens have keys of their own, both of them published", () => {
    const ids = pool.jwks().keys.map(({ kid }) => kid);
    const kids = ["idToken", "accessToken"].map((kind) => partsOf(pool[kind]()).header.kid);
    expect(kids.sort()).toEqual(ids.sort());
    expect(new Set(kids).size).toBe(2);
  });

  test("the updated issuer", async () => {
    const updated = await startPool({ updatedIssuer: true });
    expect(updated.issuer).toBe(
      `https://issuer-cognito-idp.us-east-1.amazonaws.com/${updated.userPoolId}`,
    );
    const claims = await createAuth(updated.options).verifyToken(updated.idToken());
    expect(claims.iss).toBe(updated.issuer);
    expect(createAuth(updated.offline).verifySync(updated.idToken(), { use: "id" }).iss).toBe(
      updated.issuer,
    );
    await updated.stop();
  });
});

describe("whose they are", () => {
  test("those of a sign-in are the user's, and of one sign-in", async () => {
    const { body } = await signIn(pool, "theseus", "Labyrinth1");
    const id = await auth.verifyToken(body.AuthenticationResult.IdToken);
    const access = await auth.verify(body.AuthenticationResult.AccessToken, { use: "access" });
    expect(id["cognito:username"]).toBe("theseus");
    for (const claim of ["sub", "origin_jti", "event_id", "auth_time"])
      expect(access[claim]).toBe(id[claim]);
    expect(access.jti).not.toBe(id.jti);
  });

  test("by name, by sub, of a user that is given, and of the pool's first", () => {
    const name = (...args) => partsOf(pool.idToken(...args)).claims["cognito:username"];
    expect(name("minos")).toBe("minos");
    expect(name("c4a8c4d8-1071-70f5-8c3b-8d2f6a1c5b7e")).toBe("minos");
    expect(name({ username: "zoe", groups: ["guests"] })).toBe("zoe");
    expect(name()).toBe("theseus");
  });

  test("a name that no user has: always the same sub, another one for another name", () => {
    const sub = (user) => partsOf(pool.idToken(user)).claims.sub;
    expect(sub("nobody")).toEqual(UUID);
    expect(sub("nobody")).toBe(sub("nobody"));
    expect(sub({ username: "nobody" })).toBe(sub("nobody"));
    expect(sub("someone")).not.toBe(sub("nobody"));
    expect(pool.users.has("nobody")).toBe(false);
  });

  test("a pool without users", async () => {
    const empty = await startPool();
    expect(partsOf(empty.idToken()).claims["cognito:username"]).toBe("user");
    await empty.stop();
  });

  test("an address is an object, as in OpenID Connect", () => {
    const user = { username: "ariadne", attributes: { address: "Knossos 1" } };
    expect(partsOf(pool.idToken(user)).claims.address).toEqual({ formatted: "Knossos 1" });
  });

  const role = (name) => `arn:aws:iam::123456789012:role/${name}`;
  test.each([
    ["no roles", [{}, { Precedence: 1 }], undefined, undefined],
    ["a role without a precedence", [{ RoleArn: role("a") }, {}], [role("a")], role("a")],
    [
      "the lowest precedence, 0 too",
      [
        { RoleArn: role("a"), Precedence: 1 },
        { RoleArn: role("b"), Precedence: 0 },
        { RoleArn: role("c") },
      ],
      [role("a"), role("b"), role("c")],
      role("b"),
    ],
    [
      "the same precedence, other roles",
      [
        { RoleArn: role("a"), Precedence: 1 },
        { RoleArn: role("b"), Precedence: 1 },
      ],
      [role("a"), role("b")],
      undefined,
    ],
    [
      "the same precedence and role",
      [
        { RoleArn: role("a"), Precedence: 1 },
        { RoleArn: role("a"), Precedence: 1 },
      ],
      [role("a")],
      role("a"),
    ],
    [
      "no role where the precedence is lowest",
      [{ Precedence: 1 }, { RoleArn: role("b"), Precedence: 2 }],
      [role("b")],
      undefined,
    ],
  ])("IAM roles of groups: %s", async (_name, groups, roles, preferred) => {
    const own = await startPool({ users: [{ username: "theseus" }] });
    for (const [index, group] of groups.entries()) {
      const GroupName = `group${index}`;
      await play(own, "CreateGroup", { GroupName, ...group });
      await play(own, "AdminAddUserToGroup", { GroupName, Username: "theseus" });
    }
    const { claims } = partsOf(own.idToken("theseus"));
    expect([claims["cognito:roles"], claims["cognito:preferred_role"]]).toEqual([roles, preferred]);
    const access = partsOf(own.accessToken("theseus")).claims;
    expect(Object.keys(access).filter((name) => name.includes("role"))).toEqual([]);
    await own.stop();
  });

  test("a user's groups change: the next token has them", () => {
    pool.users.get("minos").groups.push("judges");
    expect(partsOf(pool.idToken("minos")).claims["cognito:groups"]).toEqual(["judges"]);
    pool.users.get("minos").groups.length = 0;
    expect(partsOf(pool.idToken("minos")).claims).not.toHaveProperty(["cognito:groups"]);
  });
});

describe("changed", () => {
  test("claims are replaced, added and left out; expiresIn is no claim", () => {
    const change = { aud: "1other", "custom:ship": undefined, roles: ["a"], expiresIn: 60 };
    const { claims } = partsOf(pool.idToken("theseus", change));
    expect(claims).toMatchObject({ aud: "1other", roles: ["a"] });
    expect(claims).not.toHaveProperty(["custom:ship"]);
    expect(claims).not.toHaveProperty("expiresIn");
    expect(Math.round(claims.exp - Date.now() / 1000)).toBeLessThanOrEqual(60);
    expect(claims.iat).toBeLessThanOrEqual(Date.now() / 1000);
  });

  test.each([
    ["expiredToken", "token-expired"],
    ["foreignToken", "key-unknown"],
    ["forgedToken", "token-signature"],
  ])("%s is refused: %s", async (kind, reason) => {
    await expect(auth.verifyToken(pool[kind]("theseus"))).rejects.toMatchObject({ reason });
    const { claims } = partsOf(pool[kind]("theseus"));
    expect(claims.token_use).toBe("id");
    expect(Object.keys(claims)).toEqual(Object.keys(partsOf(pool.idToken("theseus")).claims));
  });

  test("sign: any claims, any header", async () => {
    const { claims } = partsOf(pool.idToken("theseus"));
    expect(await auth.verifyToken(pool.sign(claims))).toEqual(claims);
    const strange = partsOf(pool.sign({ a: 1 }, { header: { typ: "JWT", alg: "none" } }));
    expect(strange).toEqual({
      header: { kid: expect.any(String), alg: "none", typ: "JWT" },
      claims: { a: 1 },
    });
    const [first, second] = pool.jwks().keys;
    for (const { kid } of [first, second]) {
      expect(await auth.verifyToken(pool.sign(claims, { header: { kid } }))).toEqual(claims);
    }
    const unknown = pool.sign(claims, { header: { kid: "x" } });
    await expect(auth.verifyToken(unknown)).rejects.toMatchObject({ reason: "key-unknown" });
    const without = pool.sign(claims, { header: { kid: undefined } });
    expect(partsOf(without).header).toEqual({ alg: "RS256" });
  });
});

describe("verified elsewhere", () => {
  const keyOf = (token) => {
    const { kid } = partsOf(token).header;
    const key = pool.jwks().keys.find((one) => one.kid === kid);
    return crypto.createPublicKey({ key, format: "jwk" });
  };

  test.each(["idToken", "accessToken"])("%s by jsonwebtoken", (kind) => {
    const token = pool[kind]("theseus");
    const options = { algorithms: ["RS256"], issuer: pool.issuer };
    expect(jsonwebtoken.verify(token, keyOf(token), options)).toEqual(partsOf(token).claims);
  });

  test("without the server: pool.offline", () => {
    const offline = createAuth(pool.offline);
    const before = pool.requests.length;
    expect(offline.verifySync(pool.idToken("theseus"), { use: "id" })["cognito:username"]).toBe(
      "theseus",
    );
    expect(offline.verifySync(pool.accessToken(), { use: "access" }).token_use).toBe("access");
    expect(pool.requests).toHaveLength(before);
  });
});

describe("rotation", () => {
  test("signs with the other key, which is known already, any number of times", async () => {
    const [id, access] = ["idToken", "accessToken"].map((kind) => partsOf(pool[kind]()).header.kid);
    await auth.ready();
    const before = pool.requests.length;
    for (const expected of [access, id, access, id]) {
      await pool.rotateKeys();
      const token = pool.idToken("theseus");
      expect(partsOf(token).header.kid).toBe(expected);
      await auth.verifyToken(token);
    }
    expect(pool.requests).toHaveLength(before);
  });

  test("fresh: both are withdrawn, and a token of a new one makes verifiers ask", async () => {
    const own = await startPool();
    const verifier = createAuth(own.options);
    const old = own.idToken("theseus");
    await verifier.verifyToken(old);
    const before = own.jwks().keys.map(({ kid }) => kid);
    await own.rotateKeys({ fresh: true });
    expect(own.jwks().keys.filter(({ kid }) => before.includes(kid))).toEqual([]);
    await verifier.verifyToken(own.idToken("theseus"));
    await expect(verifier.verifyToken(old)).rejects.toMatchObject({ reason: "key-unknown" });
    expect(own.requests.map(({ operation }) => operation)).toEqual(["keys", "keys"]);
    await own.stop();
  });
});
