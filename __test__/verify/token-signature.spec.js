"use strict";

// Algorithms, headers, keys and signatures: every attack of the field by its name. No network: keys are handed in.

const crypto = require("node:crypto");
const {
  attacker,
  auth,
  expectBadSignature,
  expectInvalid,
  expectNoKey,
  make,
  pool,
  refused,
} = require("../support/pool-auth");
const {
  CLIENT,
  KID,
  encode,
  flip,
  idClaims,
  jwk,
  jwks,
  paddedDigest,
  rsaPair,
  sign,
  signParts,
} = require("../../tools/testing/tokens.js");

describe("algorithms", () => {
  test.each(["none", "None", "NONE", "nOnE", "", "null"])(
    "alg %j without a signature",
    async (alg) => {
      const [header, payload] = sign({ header: { alg } }).split(".");
      await expectBadSignature(`${header}.${payload}.`, "jwt signature is required");
    },
  );

  test.each([
    "none",
    "None",
    "NONE",
    "nOnE",
    "",
    " RS256",
    "rs256",
    "Rs256",
    "RS256\u0000",
    "RSA-SHA256",
  ])("alg %j over a good RS256 signature", async (alg) => {
    const error = await refused(sign({ header: { alg } }));
    expect({ message: error.message, reason: error.reason, status: error.status }).toEqual({
      message: "invalid algorithm",
      reason: "token-algorithm",
      status: 401,
    });
  });

  test.each([
    ["null", null],
    ["a number", 256],
    ["true", true],
    ["an array", ["RS256"]],
    ["an object", { name: "RS256" }],
  ])("alg as %s", async (_name, alg) => {
    const error = await refused(sign({ header: { alg } }));
    expect(["token-algorithm", "token-malformed"]).toContain(error.reason);
  });

  test("no alg at all", async () => {
    const error = await refused(sign({ header: JSON.stringify({ kid: KID }) }));
    expect(["token-algorithm", "token-malformed"]).toContain(error.reason);
  });

  const spki = pool.publicKey.export({ type: "spki", format: "pem" });
  test.each([
    ["PEM", spki],
    ["PEM without the last newline", spki.trimEnd()],
    ["PKCS#1 PEM", pool.publicKey.export({ type: "pkcs1", format: "pem" })],
    ["DER", pool.publicKey.export({ type: "spki", format: "der" })],
    ["its modulus", Buffer.from(jwk(pool).n, "base64url")],
    ["its JWK", JSON.stringify(jwk(pool))],
  ])("HS256 with the public key as the secret: %s", async (_name, secret) => {
    const error = await refused(
      sign({ header: { alg: "HS256" }, key: secret, algorithm: "HS256" }),
    );
    expect({ message: error.message, reason: error.reason }).toEqual({
      message: "invalid algorithm",
      reason: "token-algorithm",
    });
  });

  test("an HS256 signature under a header that says RS256", async () => {
    await expectBadSignature(sign({ key: spki, algorithm: "HS256" }));
  });

  test.each(["RS384", "RS512", "PS256"])("%s, truly signed with the pool's key", async (alg) => {
    const error = await refused(sign({ header: { alg }, algorithm: alg }));
    expect({ message: error.message, reason: error.reason }).toEqual({
      message: "invalid algorithm",
      reason: "token-algorithm",
    });
  });

  test.each(["RS384", "RS512", "PS256"])(
    "a %s signature under a header that says RS256",
    async (alg) => {
      await expectBadSignature(sign({ algorithm: alg }));
    },
  );

  test("ES256 with a key of the attacker's", async () => {
    const { privateKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
    const error = await refused(
      sign({ header: { alg: "ES256" }, key: privateKey, algorithm: "ES256" }),
    );
    expect(error.reason).toBe("token-algorithm");
  });
});

describe("headers that bring their own key or rules", () => {
  const own = jwk(attacker);
  const pem = attacker.publicKey.export({ type: "spki", format: "der" }).toString("base64");
  test.each([
    ["jwk", { jwk: own }],
    ["jwk, and no kid of the pool's", { jwk: { ...own, kid: "own" }, kid: "own" }],
    ["jku", { jku: "https://attacker.example/jwks.json" }],
    ["x5u", { x5u: "https://attacker.example/cert.pem" }],
    ["x5c", { x5c: [pem] }],
    ["iss in the header", { iss: "https://attacker.example" }],
  ])("%s: the attacker's signature is refused", async (_name, header) => {
    const error = await refused(sign({ header, key: attacker.privateKey }));
    expect(["token-signature", "token-malformed", "key-unknown"]).toContain(error.reason);
  });

  test.each([
    ["jku", "jku"],
    ["x5u", "x5u"],
  ])("%s is never fetched", async (_name, member) => {
    const { startServiceServer } = require("../../tools/testing/service-server.js");
    const trap = await startServiceServer();
    try {
      for (const key of [attacker.privateKey, pool.privateKey]) {
        await auth
          .verifyToken(sign({ header: { [member]: `${trap.endpoint}/x` }, key }))
          .catch(() => {});
      }
      expect(trap.requests).toHaveLength(0);
    } finally {
      await trap.stop();
    }
  });

  test.each([
    ["crit that names b64", { crit: ["b64"], b64: true }],
    ["crit that names an unknown extension", { crit: ["exp2"], exp2: 1 }],
    ["an empty crit", { crit: [] }],
    ["crit that is no array", { crit: null }],
    ["b64 false", { b64: false }],
    ["b64 false and crit", { b64: false, crit: ["b64"] }],
    ["b64 true", { b64: true }],
  ])("%s", async (_name, header) => {
    await expectInvalid(sign({ header }));
  });

  test("b64 false with a payload that is not encoded", async () => {
    const header = encode({ alg: "RS256", kid: KID, b64: false, crit: ["b64"] });
    await expectInvalid(signParts(header, JSON.stringify(idClaims()).replaceAll(".", "")));
  });
});

describe("the key id", () => {
  test.each([
    "unknown",
    "",
    "undefined",
    "null",
    "__proto__",
    "constructor",
    "toString",
    `${KID} `,
    `${KID}\u0000`,
    KID.toLowerCase(),
    KID.slice(0, -1),
    "ключ",
    "🔑",
    "../../../../dev/null",
    "' OR 1=1 --",
    "k".repeat(900),
  ])("%j is no key of the pool", async (kid) => {
    await expectNoKey(sign({ header: { kid } }));
  });

  test("a header has 1,024 bytes at most", async () => {
    const header = (bytes) => `{"alg":"RS256","kid":"${KID}"}`.padEnd(bytes);
    const good = sign({ header: header(1_024) });
    await expect(auth.verifyToken(good)).resolves.toMatchObject({ aud: CLIENT });
    for (const bytes of [1_025, 10_000]) await expectInvalid(sign({ header: header(bytes) }));
  });

  test.each([
    ["a number", 5],
    ["null", null],
    ["true", true],
    ["an array with the kid", [KID]],
    ["an object", { kid: KID }],
  ])("%s is no key id", async (_name, kid) => {
    const error = await refused(sign({ header: { kid } }));
    expect(["key-unknown", "token-malformed"]).toContain(error.reason);
  });

  test("none at all is refused although the pool has one key only", async () => {
    const error = await refused(sign({ header: JSON.stringify({ alg: "RS256" }) }));
    expect(["key-unknown", "token-malformed"]).toContain(error.reason);
  });

  test("may have letters beyond ASCII, escaped or not", async () => {
    const kid = "ключ-🔑";
    const other = make({ keys: { jwks: jwks(jwk(pool, { kid })) } });
    await expect(other.verifyToken(sign({ header: { kid } }))).resolves.toBeTruthy();
    const escaped = [...Array(kid.length).keys()]
      .map((at) => `\\u${kid.charCodeAt(at).toString(16).padStart(4, "0")}`)
      .join("");
    const header = `{"alg":"RS256","kid":"${escaped}"}`;
    await expect(other.verifyToken(sign({ header }))).resolves.toBeTruthy();
  });

  test("names one key of several, and the others do not verify for it", async () => {
    const two = make({ keys: { jwks: jwks(jwk(pool), jwk(attacker, { kid: "second" })) } });
    const second = { header: { kid: "second" } };
    await expect(two.verifyToken(sign())).resolves.toBeTruthy();
    await expect(
      two.verifyToken(sign({ ...second, key: attacker.privateKey })),
    ).resolves.toBeTruthy();
    expect((await refused(sign(second), two)).reason).toBe("token-signature");
    expect((await refused(sign({ key: attacker.privateKey }), two)).reason).toBe("token-signature");
  });
});

describe("keys of the JWKS that must not be used", () => {
  /** An Auth whose set has a good key beside the bad one, so that the bad one alone is at stake. */
  const withBad = (bad) => make({ keys: { jwks: jwks(jwk(pool), { kid: "bad", ...bad }) } });
  const bad = (key, algorithm) => sign({ header: { kid: "bad" }, key, algorithm });

  test("an RSA key of 1024 bits", async () => {
    const weak = rsaPair("weak", 1024);
    await expectNoKey(bad(weak.privateKey), withBad(jwk(weak, { kid: "bad" })));
  });

  test("an RSA key with e = 1, for which everybody can sign", async () => {
    const member = withBad(jwk(attacker, { kid: "bad", e: "AQ" }));
    const data = `${encode({ alg: "RS256", kid: "bad" })}.${encode(idClaims())}`;
    const forged = `${data}.${paddedDigest(data, 256).toString("base64url")}`;
    await expectNoKey(forged, member);
  });

  test("an RSA key with an even exponent", async () => {
    await expectNoKey(bad(pool.privateKey), withBad(jwk(pool, { kid: "bad", e: "Ag" })));
  });

  test("an RSA key of 16,384 bits", async () => {
    const n = crypto.randomBytes(2048);
    n[0] |= 0x80;
    n[2047] |= 1;
    const huge = { kty: "RSA", e: "AQAB", n: n.toString("base64url"), alg: "RS256", use: "sig" };
    await expectNoKey(bad(pool.privateKey), withBad(huge));
  });

  test.each([
    ["use enc", { use: "enc" }],
    ["alg RS512", { alg: "RS512" }],
    ["alg PS256", { alg: "PS256" }],
    ["alg HS256", { alg: "HS256" }],
    ["alg none", { alg: "none" }],
    ["alg RSA-OAEP", { alg: "RSA-OAEP" }],
    ["kty EC beside the members of an RSA key", { kty: "EC" }],
    ["kty oct", { kty: "oct", k: "AAAA" }],
    ["no kty", { kty: undefined }],
    ["no modulus", { n: undefined }],
    ["an empty modulus", { n: "" }],
    ["a modulus that is no base64url", { n: "++//==" }],
    ["a modulus that is a number", { n: 65537 }],
    ["no exponent", { e: undefined }],
    ["an empty exponent", { e: "" }],
    ["an exponent of zero", { e: "AA" }],
  ])("one that says %s", async (_name, over) => {
    await expectNoKey(bad(pool.privateKey), withBad(jwk(pool, { kid: "bad", ...over })));
  });

  test("an EC key that says alg RS256", async () => {
    const { publicKey, privateKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = { ...publicKey.export({ format: "jwk" }), kid: "bad", alg: "RS256", use: "sig" };
    await expectNoKey(bad(privateKey, "ES256"), withBad(key));
  });

  test("one without kid, for whatever a token says", async () => {
    const set = jwks(jwk(pool), jwk(attacker, { kid: undefined }));
    const member = make({ keys: { jwks: set } });
    for (const kid of ["", "undefined", "null", "0", "1"]) {
      await expectNoKey(sign({ header: { kid }, key: attacker.privateKey }), member);
    }
    const bare = sign({ header: JSON.stringify({ alg: "RS256" }), key: attacker.privateKey });
    expect(["key-unknown", "token-malformed"]).toContain((await refused(bare, member)).reason);
  });

  test("two different keys under one kid: neither, for nobody can say which is meant", async () => {
    const set = jwks(jwk(pool), jwk(pool, { kid: "bad" }), jwk(attacker, { kid: "bad" }));
    const member = make({ keys: { jwks: set } });
    await expectNoKey(bad(attacker.privateKey), member);
    await expectNoKey(bad(pool.privateKey), member);
    await expect(member.verifyToken(sign())).resolves.toBeTruthy();
  });

  test("the same key listed twice is one key", async () => {
    const member = make({ keys: { jwks: jwks(jwk(pool), jwk(pool)) } });
    await expect(member.verifyToken(sign())).resolves.toBeTruthy();
  });

  test("a good key works beside entries that are no keys at all", async () => {
    const set = jwks(null, 5, "key", [], {}, { kid: 7 }, jwk(pool), { kty: "OKP", kid: "x" });
    const member = make({ keys: { jwks: set } });
    await expect(member.verifyToken(sign())).resolves.toBeTruthy();
  });
});

describe("the signature", () => {
  const [header, payload, signature] = sign().split(".");

  test("is required", async () => {
    await expectBadSignature(`${header}.${payload}.`, "jwt signature is required");
  });

  const bytes = Buffer.from(signature, "base64url");
  test.each([
    ["one byte", Buffer.from([1])],
    ["a byte short", bytes.subarray(0, 255)],
    ["a byte long", Buffer.concat([bytes, Buffer.from([0])])],
    ["with a zero in front", Buffer.concat([Buffer.from([0]), bytes])],
    ["all zeros", Buffer.alloc(256)],
    ["all ones", Buffer.alloc(256, 0xff)],
    ["the number one", Buffer.concat([Buffer.alloc(255), Buffer.from([1])])],
    ["the modulus", Buffer.from(jwk(pool).n, "base64url")],
    ["the padded digest itself", paddedDigest(`${header}.${payload}`, 256)],
    ["of 4,096 bytes", Buffer.alloc(4096, 7)],
    ["backwards", Buffer.from(bytes).reverse()],
  ])("%s is refused", async (_name, wrong) => {
    await expectBadSignature(`${header}.${payload}.${wrong.toString("base64url")}`);
  });

  test("of another payload is refused", async () => {
    const other = encode(idClaims({ "cognito:username": "minotaur" }));
    await expectBadSignature(`${header}.${other}.${signature}`);
  });

  test("of another header is refused", async () => {
    const other = encode({ alg: "RS256", kid: KID, typ: "JWT" });
    await expectBadSignature(`${other}.${payload}.${signature}`);
  });

  test("over the decoded parts is refused", async () => {
    const data = `${JSON.stringify({ alg: "RS256", kid: KID })}.${JSON.stringify(idClaims())}`;
    const wrong = crypto.sign("sha256", Buffer.from(data), pool.privateKey).toString("base64url");
    await expectBadSignature(`${header}.${payload}.${wrong}`);
  });

  test("of another pool's key with the same kid is refused, also right after a good token", async () => {
    const elsewhere = make({ keys: { jwks: jwks(jwk(attacker)) } });
    const theirs = sign({ key: attacker.privateKey });
    await expect(elsewhere.verifyToken(theirs)).resolves.toBeTruthy();
    await expect(auth.verifyToken(sign())).resolves.toBeTruthy();
    await expectBadSignature(theirs);
    expect((await refused(sign(), elsewhere)).reason).toBe("token-signature");
  });

  test("is checked before the claims: a forged expired token is a forged one", async () => {
    await expectBadSignature(sign({ payload: idClaims({ exp: 1 }), key: attacker.privateKey }));
  });

  test("is checked again for a token that differs in the signature only", async () => {
    const token = sign();
    await expect(auth.verifyToken(token)).resolves.toBeTruthy();
    await expectBadSignature(flip(token, token.length - 100));
    await expectBadSignature(flip(token, token.length - 342));
  });
});
