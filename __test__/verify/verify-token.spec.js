"use strict";

// What verifyToken resolves to, alone and for many tokens at once. No network: keys are handed in.

const { JsonWebTokenError } = require("../..");
const { attacker, auth, expectInvalid, make, pool, withMember } = require("../support/pool-auth");
const { refusal } = require("../../tools/outcomes.js");
const {
  CLIENT,
  KID,
  POOL,
  REGION,
  encode,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
  signParts,
} = require("../../tools/testing/tokens.js");

describe("a good token", () => {
  test("resolves to the payload, as JSON.parse gives it", async () => {
    const claims = idClaims({ "cognito:groups": ["heroes"], "custom:level": "7" });
    await expect(auth.verifyToken(sign({ payload: claims }))).resolves.toEqual(claims);
  });

  test("resolves to a plain object", async () => {
    const claims = await auth.verifyToken(sign());
    expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(claims, "sub")).toMatchObject({
      configurable: true,
      enumerable: true,
      writable: true,
    });
  });

  test("passes again and again, with a fresh object that no other caller can poison", async () => {
    const token = sign({
      payload: idClaims({ "cognito:groups": ["heroes"], address: { city: "K" } }),
    });
    const first = await auth.verifyToken(token);
    const untouched = JSON.stringify(first);
    const seen = new Set();
    for (let again = 0, claims = first; again < 4; again += 1) {
      expect(seen.has(claims)).toBe(false);
      expect(JSON.stringify(claims)).toBe(untouched);
      seen.add(claims);
      claims.sub = "somebody else";
      claims["cognito:groups"].push("admins");
      claims.address.city = "elsewhere";
      delete claims.aud;
      claims = await auth.verifyToken(token);
    }
  });

  test("does not share nested values between callers", async () => {
    const token = sign({ payload: idClaims({ "cognito:groups": ["heroes"] }) });
    const [one, two] = await Promise.all([auth.verifyToken(token), auth.verifyToken(token)]);
    expect(one["cognito:groups"]).not.toBe(two["cognito:groups"]);
  });

  test("keeps the members in the order of the payload, integers first as JSON.parse has them", async () => {
    const text = withMember('"zeta":1,"10":2,"alpha":3,"2":4');
    const claims = await auth.verifyToken(sign({ payload: text }));
    expect(Object.keys(claims)).toEqual(Object.keys(JSON.parse(text)));
    expect(Object.keys(claims).slice(0, 2)).toEqual(["2", "10"]);
  });

  test("may have any spelling that JSON allows: white space, escapes, escaped slashes in the issuer", async () => {
    const text = JSON.stringify(idClaims(), null, "\t").replaceAll("/", "\\/");
    expect(text).toContain(`https:\\/\\/cognito-idp`);
    const spaced = `\r\n ${text.replace('"aud"', '"\\u0061ud"')} \n`;
    await expect(auth.verifyToken(sign({ payload: spaced }))).resolves.toEqual(JSON.parse(spaced));
  });

  test("may come from the pool's second issuer", async () => {
    const iss = `https://issuer-cognito-idp.${REGION}.amazonaws.com/${POOL}`;
    await expect(auth.verifyToken(sign({ payload: idClaims({ iss }) }))).resolves.toMatchObject({
      iss,
    });
  });

  test("may have a typ and members of its own in the header", async () => {
    const header = { typ: "JWT", "https://example.com/x": { y: [1, 2] } };
    await expect(auth.verifyToken(sign({ header }))).resolves.toMatchObject({ aud: CLIENT });
  });

  test.each([3072, 4096])("may be signed with an RSA key of %i bits", async (bits) => {
    const pair = rsaPair("large", bits);
    const large = make({ keys: { jwks: jwks(jwk(pair)) } });
    await expect(large.verifyToken(sign({ key: pair.privateKey }))).resolves.toMatchObject({
      aud: CLIENT,
    });
  });

  test("may be signed with a key whose JWK says neither alg nor use", async () => {
    const bare = make({ keys: { jwks: jwks(jwk(pool, { alg: undefined, use: undefined })) } });
    await expect(bare.verifyToken(sign())).resolves.toMatchObject({ aud: CLIENT });
  });

  test("may be 65,536 characters long, and not one more", async () => {
    const make64k = (length) => {
      // Spaces in the header reach the lengths that the payload's base64 steps over.
      for (let spaces = 0; ; spaces += 1) {
        const header = encode(JSON.stringify({ kid: KID, alg: "RS256" }) + " ".repeat(spaces));
        const room = length - header.length - 2 - 342;
        const bytes = Math.floor((room * 3) / 4);
        const empty = Buffer.byteLength(JSON.stringify(idClaims({ filler: "" })));
        const payload = encode(idClaims({ filler: "x".repeat(bytes - empty) }));
        const token = signParts(header, payload);
        if (token.length === length) return token;
      }
    };
    await expect(auth.verifyToken(make64k(65_536))).resolves.toMatchObject({ aud: CLIENT });
    await expectInvalid(make64k(65_537), "jwt malformed");
  });
});

describe("many at once", () => {
  test("good and bad ones awaited in one tick each get their own verdict", async () => {
    const good = Array.from({ length: 32 }, (_, i) => idClaims({ jti: `${i}` }));
    const calls = good.flatMap((payload) => [
      auth.verifyToken(sign({ payload })),
      auth.verifyToken(sign({ payload, key: attacker.privateKey })),
    ]);
    const outcomes = await Promise.allSettled(calls);
    outcomes.forEach((outcome, index) => {
      if (index % 2) expect(outcome.reason?.reason).toBe("token-signature");
      else expect(outcome.value).toEqual(good[index / 2]);
    });
  });

  test("damage in random places is always refused with a typed error", async () => {
    // A fixed seed: what fails once fails again.
    let state = 20260101;
    const random = (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    const token = sign();
    for (let round = 0; round < 2000; round += 1) {
      const at = random(token.length);
      const length = random(4);
      const insert = String.fromCharCode(
        ...Array.from({ length: random(4) }, () => (random(2) ? random(128) : random(65536))),
      );
      const damaged = token.slice(0, at) + insert + token.slice(at + length);
      if (damaged === token) continue;
      const error = await refusal(auth.verifyToken(damaged));
      expect(error).toBeInstanceOf(JsonWebTokenError);
    }
  });
});
