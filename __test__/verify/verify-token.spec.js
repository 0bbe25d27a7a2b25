"use strict";

// What verifyToken accepts, and every attack of the field by its name. No network: keys are handed in.

const crypto = require("node:crypto");
const {
  AuthError,
  JsonWebTokenError,
  NotBeforeError,
  TokenExpiredError,
  createAuth,
} = require("../..");
const { pause, refusal } = require("../../tools/outcomes.js");
const {
  CLIENT,
  ISSUER,
  KID,
  POOL,
  REGION,
  accessClaims,
  encode,
  flip,
  idClaims,
  jwk,
  jwks,
  now,
  paddedDigest,
  rsaPair,
  sign,
  signParts,
  withSpareBits,
  withStrayBits,
} = require("../../testing/tokens.js");

const pool = rsaPair("pool");
const attacker = rsaPair("attacker");

/** An Auth of the test's pool, with options on top. */
function make(options = {}) {
  return createAuth({
    region: REGION,
    userPoolId: POOL,
    clientId: CLIENT,
    keys: { jwks: jwks(jwk(pool)) },
    ...options,
  });
}

const auth = make();

/** The refusal of a token: always one of our errors, and never with the token in it. */
async function refused(token, by = auth) {
  const error = await refusal(by.verifyToken(token));
  expect(error).toBeInstanceOf(JsonWebTokenError);
  expect(error).toBeInstanceOf(AuthError);
  if (typeof token === "string" && token.length > 40) {
    expect(error.message).not.toContain(token.slice(0, 40));
  }
  return error;
}

/** Refused as something that is no token. */
async function expectInvalid(token, message = "invalid token") {
  const error = await refused(token);
  expect({ message: error.message, reason: error.reason, status: error.status }).toEqual({
    message,
    reason: "token-malformed",
    status: 401,
  });
}

/** Refused because of the signature. */
async function expectBadSignature(token, message = "invalid signature") {
  const error = await refused(token);
  expect({ message: error.message, reason: error.reason, status: error.status }).toEqual({
    message,
    reason: "token-signature",
    status: 401,
  });
}

/** Refused because the header names no usable key. */
async function expectNoKey(token, by = auth) {
  const error = await refused(token, by);
  expect(error.name).toBe("JsonWebTokenError");
  expect({ reason: error.reason, status: error.status }).toEqual({
    reason: "key-unknown",
    status: 401,
  });
}

/** JSON text of good claims with `member` as one more member at the end. */
function withMember(member, claims = idClaims()) {
  return `${JSON.stringify(claims).slice(0, -1)},${member}}`;
}

/** Runs `check` at the beginning of a second and again if the second ended meanwhile. */
async function withinOneSecond(check) {
  for (;;) {
    await pause(1001 - (Date.now() % 1000));
    const second = now();
    const verdict = await check(second);
    if (now() === second) return verdict;
  }
}

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

describe("what is no token", () => {
  test.each([
    ["undefined", undefined],
    ["null", null],
    ["an empty string", ""],
    ["0", 0],
    ["-0", -0],
    ["0n", 0n],
    ["NaN", Number.NaN],
    ["false", false],
  ])("%s: jwt must be provided", async (_name, value) => {
    const error = await refused(value);
    expect({ name: error.name, message: error.message, reason: error.reason }).toEqual({
      name: "JsonWebTokenError",
      message: "jwt must be provided",
      reason: "token-malformed",
    });
  });

  test.each([
    ["a number", 1],
    ["true", true],
    ["an object", {}],
    ["an array with a token", [sign()]],
    ["a Buffer with a token", Buffer.from(sign())],
    ["a String object", new String(sign())],
    ["a symbol", Symbol("token")],
    ["a BigInt", 1n],
    ["a function", () => sign()],
    ["an object that turns into a token", { toString: () => sign() }],
  ])("%s: jwt must be a string", async (_name, value) => {
    const error = await refused(value);
    expect({ name: error.name, message: error.message }).toEqual({
      name: "JsonWebTokenError",
      message: "jwt must be a string",
    });
  });

  test("no argument at all: jwt must be provided", async () => {
    const error = await refusal(auth.verifyToken());
    expect(error.message).toBe("jwt must be provided");
  });

  const [header, payload, signature] = sign().split(".");
  test.each([
    ["one part", "token"],
    ["a dot", "."],
    ["two parts, the signature cut off", `${header}.${payload}`],
    ["four parts", `${header}.${payload}.${signature}.${signature}`],
    ["five parts, a JWE", `${header}.${payload}.${payload}.${payload}.${signature}`],
    ["four dots", "...."],
    ["a token with a dot at its end", `${sign()}.`],
    ["a token with a dot at its beginning", `.${sign()}`],
    ["the word undefined", "undefined"],
    ["65,537 characters", "a".repeat(65_537)],
    ["20 million characters", `${sign()}${"A".repeat(20_000_000)}`],
  ])("%s: jwt malformed", async (_name, token) => {
    await expectInvalid(token, "jwt malformed");
  });

  test.each([
    ["two dots", ".."],
    ["an empty header", `.${payload}.${signature}`],
    ["an empty payload", `${header}..${signature}`],
    ["Bearer in front", `Bearer ${sign()}`],
    ["a space in front", ` ${sign()}`],
    ["a space behind", `${sign()} `],
    ["a newline behind", `${sign()}\n`],
    ["quotes around", `"${sign()}"`],
    ["full-width letters", "ａ.ｂ.ｃ"],
    ["lone surrogates", "\ud800.\udc00.\ud800"],
    ["emoji", "🔑.🔑.🔑"],
  ])("%s: invalid token", async (_name, token) => {
    await expectInvalid(token);
  });

  test("every beginning of a token is refused", async () => {
    const token = sign();
    for (let length = 0; length < token.length; length += 1) {
      const error = await refusal(auth.verifyToken(token.slice(0, length)));
      expect(error).toBeInstanceOf(JsonWebTokenError);
    }
  });

  test("no single letter of a token can be changed", async () => {
    const token = sign();
    for (let at = 0; at < token.length; at += 1) {
      if (token[at] === ".") continue;
      const error = await refusal(auth.verifyToken(flip(token, at)));
      expect(error).toBeInstanceOf(JsonWebTokenError);
    }
    await expect(auth.verifyToken(token)).resolves.toMatchObject({ aud: CLIENT });
  });
});

describe("base64url that is not canonical", () => {
  const FOREIGN = [
    ["padding", "="],
    ["double padding", "=="],
    ["a plus sign", "+"],
    ["a slash", "/"],
    ["a space", " "],
    ["a tab", "\t"],
    ["a newline", "\n"],
    ["a carriage return and newline", "\r\n"],
    ["a NUL", "\0"],
    ["a no-break space", "\u00a0"],
    ["a letter beyond ASCII", "é"],
    ["a percent escape", "%41"],
  ];
  const PARTS = [
    ["header", 0],
    ["payload", 1],
    ["signature", 2],
  ];

  // Header and payload are signed as they stand, so that nothing but their spelling is wrong.
  function spelled(at, change) {
    const parts = sign().split(".");
    parts[at] = change(parts[at]);
    return at === 2 ? parts.join(".") : signParts(parts[0], parts[1]);
  }

  describe.each(PARTS)("in the %s", (_part, at) => {
    test.each(FOREIGN)("%s at the end", async (_name, foreign) => {
      await expectInvalid(spelled(at, (part) => part + foreign));
    });

    test.each(FOREIGN)("%s in the middle", async (_name, foreign) => {
      await expectInvalid(spelled(at, (part) => `${part.slice(0, 8)}${foreign}${part.slice(8)}`));
    });
  });

  test("stray bits in the header's last letter", async () => {
    const header = withStrayBits(encode(withSpareBits({ alg: "RS256", kid: KID })));
    await expectInvalid(signParts(header, encode(idClaims())));
  });

  test("stray bits in the payload's last letter", async () => {
    const payload = withStrayBits(encode(withSpareBits(idClaims())));
    const header = encode({ alg: "RS256", kid: KID });
    await expectInvalid(signParts(header, payload));
  });

  test("stray bits in the signature's last letter", async () => {
    const [header, payload, signature] = sign().split(".");
    const error = await refused(`${header}.${payload}.${withStrayBits(signature)}`);
    expect(error).toMatchObject({ reason: "token-signature", message: "invalid signature" });
  });

  test("a signature in the alphabet of plain base64", async () => {
    // Signs until the signature has letters in which the two alphabets differ.
    for (let jti = 0; ; jti += 1) {
      const token = sign({ payload: idClaims({ jti: `${jti}` }) });
      const [header, payload, signature] = token.split(".");
      if (!/[-_]/.test(signature)) continue;
      const plain = signature.replaceAll("-", "+").replaceAll("_", "/");
      await expectInvalid(`${header}.${payload}.${plain}`);
      break;
    }
  });

  test("a length that no bytes have", async () => {
    await expectInvalid(`${encode({ alg: "RS256", kid: KID })}.AAAAA.AAAA`);
  });
});

describe("text that is not JSON in UTF-8", () => {
  const claims = JSON.stringify(idClaims());
  const header = JSON.stringify({ alg: "RS256", kid: KID });
  const bytes = (text, ...octets) => Buffer.concat([Buffer.from(text), Buffer.from(octets)]);
  const inString = (text, ...octets) =>
    Buffer.concat([
      Buffer.from(text.slice(0, -1)),
      Buffer.from(',"x":"'),
      Buffer.from(octets),
      Buffer.from('"}'),
    ]);

  describe.each([
    ["header", header, (part) => ({ header: part })],
    ["payload", claims, (part) => ({ payload: part })],
  ])("in the %s", (_name, text, place) => {
    test.each([
      ["a byte order mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
      ["the byte FF in a string", inString(text, 0xff)],
      ["an overlong slash", inString(text, 0xc0, 0xaf)],
      ["an encoded surrogate", inString(text, 0xed, 0xa0, 0x80)],
      ["a code point beyond the last", inString(text, 0xf4, 0x90, 0x80, 0x80)],
      ["a sequence that is cut short", bytes(text, 0xe2, 0x82)],
      ["UTF-16", Buffer.from(text, "utf16le")],
      ["a NUL behind", bytes(text, 0)],
    ])("%s", async (_fault, part) => {
      await expectInvalid(sign(place(part)));
    });

    test.each([
      ["null", "null"],
      ["a number", "1"],
      ["a string", JSON.stringify("RS256")],
      ["an array", `[${text}]`],
      ["white space only", "   "],
      ["two objects", `${text}${text}`],
      ["an object and a word", `${text} x`],
      ["an object that is not closed", text.slice(0, -1)],
      ["a comma at the end", `${text.slice(0, -1)},}`],
      ["a comment", `/* */${text}`],
      ["single quotes", text.replaceAll('"', "'")],
      ["names without quotes", text.replace('"alg"', "alg").replace('"sub"', "sub")],
    ])("%s instead of one object", async (_fault, part) => {
      await expectInvalid(sign(place(part)));
    });
  });

  test("an empty header object is refused", async () => {
    const error = await refused(signParts(encode("{}"), encode(claims)));
    expect(error.status).toBe(401);
  });
});

describe("JSON as JSON.parse reads it", () => {
  test.each([
    "1e400",
    "-1e400",
    "1e-400",
    "-0",
    "1E+2",
    "9007199254740993",
    "-9007199254740995",
    "18446744073709551616",
    "1".repeat(400),
    "0.1000000000000000055511151231257827",
    "1.7976931348623159e308",
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\u0000"',
    '"\\/\\b\\f\\n\\r\\t\\"\\\\"',
    '"\u2028\u2029\ufeff\u007f"',
    '{"":1}',
    '{"a":1,"A":2}',
    '{"\\ud800":1,"\\ud801":2,"\\ufffd":3}',
    '[{"a":1},{"a":2}]',
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
    "[]",
    " \t\r\n null \t\r\n ",
  ])("a claim of %s passes unchanged", async (value) => {
    const text = withMember(`"x":${value}`);
    const token = sign({ payload: text });
    // Twice: a token that was seen before takes another way.
    for (const claims of [await auth.verifyToken(token), await auth.verifyToken(token)]) {
      expect(claims).toEqual(JSON.parse(text));
      expect(JSON.stringify(claims)).toBe(JSON.stringify(JSON.parse(text)));
      expect(Object.is(claims.x, JSON.parse(text).x) || typeof claims.x === "object").toBe(true);
    }
  });

  test.each([
    "01",
    "-01",
    "+1",
    ".5",
    "1.",
    "1e",
    "1e+",
    "0x1",
    "1_000",
    "NaN",
    "Infinity",
    "-Infinity",
    "undefined",
    "True",
    "nul",
    "nulll",
    "'a'",
    '"\\x41"',
    '"\\u12"',
    '"\\u{41}"',
    '"\t"',
    '"\n"',
    '"\u0000"',
    '"open',
    "[1,]",
    "[,1]",
    "[1 2]",
    '{"a":1,}',
    '{"a"}',
    "{a:1}",
    '{1:"a"}',
    "[1}",
    "1 2",
    "1//",
    "\u00a01",
    "\ufeff1",
    "",
  ])("a claim of %j is refused", async (value) => {
    const text = withMember(`"x":${value}`);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    await expectInvalid(sign({ payload: text }));
  });

  test("integers beyond 2^53 lose their last digits as in JSON.parse", async () => {
    const text = withMember('"x":9007199254740993');
    const claims = await auth.verifyToken(sign({ payload: text }));
    expect(claims.x).toBe(9007199254740992);
  });

  test("1e400 in an ordinary claim is Infinity", async () => {
    const claims = await auth.verifyToken(sign({ payload: withMember('"x":1e400') }));
    expect(claims.x).toBe(Number.POSITIVE_INFINITY);
  });

  test("lone surrogates stay what they are", async () => {
    const claims = await auth.verifyToken(sign({ payload: withMember('"x":"a\\ud83db"') }));
    expect(claims.x).toBe("a\ud83db");
  });

  test("__proto__ is an own member and changes no prototype", async () => {
    const text = withMember('"__proto__":{"admin":true},"constructor":1,"x":{"__proto__":null}');
    const token = sign({ payload: text });
    for (const claims of [await auth.verifyToken(token), await auth.verifyToken(token)]) {
      expect(Object.hasOwn(claims, "__proto__")).toBe(true);
      expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
      expect(claims.admin).toBeUndefined();
      expect(Object.getOwnPropertyDescriptor(claims, "__proto__").value).toEqual({ admin: true });
      expect(Object.hasOwn(claims.x, "__proto__")).toBe(true);
    }
    expect({}.admin).toBeUndefined();
  });

  test.each([
    ["arrays", "[", "]"],
    ["objects", '{"a":', "}"],
  ])("thousands of levels of %s are refused and crash nothing", async (_name, open, close) => {
    const depth = open === "[" ? 20_000 : 6_000;
    const inner = open === "[" ? "" : "1";
    const value = open.repeat(depth) + inner + close.repeat(depth);
    const payload = withMember(`"x":${value}`);
    await expectInvalid(sign({ payload }));
    await expectInvalid(sign({ header: `{"alg":"RS256","kid":"${KID}","x":${value}}` }));
  });
});

describe("duplicate members", () => {
  const claims = JSON.stringify(idClaims());

  test.each([
    ["aud, another first", claims.replace("{", '{"aud":"another",')],
    ["aud, another last", withMember('"aud":"another"')],
    ["aud twice the same", withMember(`"aud":"${CLIENT}"`)],
    ["exp", withMember('"exp":9999999999')],
    ["iss", claims.replace("{", '{"iss":"https://example.com",')],
    ["a claim that is not checked", withMember('"x":1,"x":1')],
    ["aud in an escaped spelling", withMember('"\\u0061ud":"another"')],
    ["an escaped slash in the name", withMember('"a/b":1,"a\\/b":2')],
    ["an escaped pair in the name", withMember('"😀":1,"\\ud83d\\uDE00":2')],
    ["a lone surrogate as the name", withMember('"\\ud800":1,"\\uD800":2')],
    ["the empty name", withMember('"":1,"":2')],
    ["__proto__", withMember('"__proto__":1,"__proto__":2')],
    ["in an object below", withMember('"address":{"city":"a","city":"b"}')],
    ["in an object below, escaped", withMember('"address":{"city":"a","\\u0063ity":"b"}')],
    ["in an object in an array", withMember('"x":[1,[{"a":1,"a":2}]]')],
    [
      "among a hundred members",
      withMember(`${Array.from({ length: 100 }, (_, i) => `"m${i}":${i}`).join(",")},"m50":1`),
    ],
  ])("in the payload: %s", async (_name, payload) => {
    await expectInvalid(sign({ payload }));
  });

  test.each([
    ["alg, none first", `{"alg":"none","alg":"RS256","kid":"${KID}"}`],
    ["alg, none last", `{"alg":"RS256","kid":"${KID}","alg":"none"}`],
    ["alg twice the same", `{"alg":"RS256","kid":"${KID}","alg":"RS256"}`],
    ["alg in an escaped spelling", `{"alg":"RS256","kid":"${KID}","\\u0061lg":"RS256"}`],
    ["kid", `{"alg":"RS256","kid":"other","kid":"${KID}"}`],
    ["typ", `{"alg":"RS256","kid":"${KID}","typ":"JWT","typ":"JWT"}`],
  ])("in the header: %s", async (_name, header) => {
    await expectInvalid(sign({ header }));
  });

  test("in an object in the header do not matter: it is not looked into", async () => {
    const header = `{"alg":"RS256","kid":"${KID}","x":{"a":1,"a":1}}`;
    await expect(auth.verifyToken(sign({ header }))).resolves.toMatchObject({ aud: CLIENT });
  });
});

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
    const { startServiceServer } = require("../../testing/service-server.js");
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

describe("times", () => {
  test("exp in the past: jwt expired, a TokenExpiredError with expiredAt", async () => {
    const exp = now() - 100;
    const error = await refused(sign({ payload: idClaims({ exp }) }));
    expect(error).toBeInstanceOf(TokenExpiredError);
    expect({ name: error.name, message: error.message, reason: error.reason }).toEqual({
      name: "TokenExpiredError",
      message: "jwt expired",
      reason: "token-expired",
    });
    expect(error.status).toBe(401);
    expect(error.expiredAt).toEqual(new Date(exp * 1000));
  });

  test("exp of this very second is expired, the next second is not", async () => {
    await withinOneSecond(async (second) => {
      const at = (exp) => auth.verifyToken(sign({ payload: idClaims({ exp }) }));
      const outcomes = await Promise.allSettled([at(second - 1), at(second), at(second + 1)]);
      return outcomes.map(({ status }) => status);
    }).then((outcomes) => expect(outcomes).toEqual(["rejected", "rejected", "fulfilled"]));
  });

  test("nbf of this very second is active, the next second is not", async () => {
    await withinOneSecond(async (second) => {
      const at = (nbf) => auth.verifyToken(sign({ payload: idClaims({ nbf }) }));
      const outcomes = await Promise.allSettled([at(second - 1), at(second), at(second + 1)]);
      return outcomes.map(({ status }) => status);
    }).then((outcomes) => expect(outcomes).toEqual(["fulfilled", "fulfilled", "rejected"]));
  });

  test("a token that passed expires all the same", async () => {
    const token = sign({ payload: idClaims({ exp: now() + 2 }) });
    await expect(auth.verifyToken(token)).resolves.toBeTruthy();
    await pause(2500);
    expect((await refused(token)).reason).toBe("token-expired");
  });

  test("nbf in the future: jwt not active, a NotBeforeError with date", async () => {
    const nbf = now() + 100;
    const error = await refused(sign({ payload: idClaims({ nbf }) }));
    expect(error).toBeInstanceOf(NotBeforeError);
    expect(error).not.toBeInstanceOf(TokenExpiredError);
    expect({ name: error.name, message: error.message, reason: error.reason }).toEqual({
      name: "NotBeforeError",
      message: "jwt not active",
      reason: "token-not-active",
    });
    expect(error.date).toEqual(new Date(nbf * 1000));
  });

  test("nbf comes before exp when both are wrong", async () => {
    const error = await refused(sign({ payload: idClaims({ nbf: now() + 100, exp: 1 }) }));
    expect(error.message).toBe("jwt not active");
  });

  test("exp may have a fraction and be far away", async () => {
    for (const exp of [now() + 10.5, 1e15, 1e300]) {
      await expect(auth.verifyToken(sign({ payload: idClaims({ exp }) }))).resolves.toMatchObject({
        exp,
      });
    }
  });

  test("exp missing: jwt exp is required", async () => {
    const error = await refused(sign({ payload: idClaims({ exp: undefined }) }));
    expect(error.name).toBe("JsonWebTokenError");
    expect(error.message).toBe("jwt exp is required");
  });

  test.each(["-1", "-1e300", "0", "0.5", "1e-400", "-0"])("exp %s is in the past", async (exp) => {
    const payload = withMember(`"exp":${exp}`, idClaims({ exp: undefined }));
    expect(await refused(sign({ payload }))).toBeInstanceOf(TokenExpiredError);
  });

  const ODD = [
    '"9999999999"',
    "null",
    "true",
    "1e400",
    "-1e400",
    "[9999999999]",
    "{}",
    '"never"',
    '""',
  ];
  test.each(ODD)("exp %s: invalid exp value", async (exp) => {
    const payload = withMember(`"exp":${exp}`, idClaims({ exp: undefined }));
    await expectInvalid(sign({ payload }), "invalid exp value");
  });

  test.each([...ODD, '"1"', "false"])("nbf %s: invalid nbf value", async (nbf) => {
    await expectInvalid(sign({ payload: withMember(`"nbf":${nbf}`) }), "invalid nbf value");
  });

  test("fractions of exp and nbf are compared with whole seconds, as in the original", async () => {
    const second = now();
    jest.spyOn(Date, "now").mockReturnValue(second * 1000 + 999);
    try {
      const early = await refused(sign({ payload: idClaims({ nbf: second + 0.5 }) }));
      expect(early.message).toBe("jwt not active");
      const token = sign({ payload: idClaims({ exp: second + 0.5 }) });
      // Twice: a token that was seen before takes another way.
      await expect(auth.verifyToken(token)).resolves.toBeTruthy();
      await expect(auth.verifyToken(token)).resolves.toBeTruthy();
      Date.now.mockReturnValue(second * 1000 + 1_000);
      expect((await refused(token)).message).toBe("jwt expired");
    } finally {
      jest.restoreAllMocks();
    }
  });

  test("iat and auth_time in the future do not matter, as in the original", async () => {
    const claims = idClaims({ iat: now() + 100, auth_time: now() + 100 });
    await expect(auth.verifyToken(sign({ payload: claims }))).resolves.toEqual(claims);
  });
});

describe("claims that have a type in index.d.ts", () => {
  const any = make({ verify: { use: "any", clientId: null } });
  const WRONG = {
    text: [5, null, true, ["x"], {}],
    number: ["5", null, true, [5], {}],
    list: ["x", null, 5, [["x"]], ["x", null], { 0: "x" }],
  };
  const both = [idClaims, accessClaims];

  test.each([
    ["sub", "text", both],
    ["iat", "number", both],
    ["auth_time", "number", both],
    ["jti", "text", both],
    ["scope", "text", both],
    ["cognito:groups", "list", both],
    ["aud", "text", [idClaims]],
    ["cognito:username", "text", [idClaims]],
    ["email", "text", [idClaims]],
    ["phone_number", "text", [idClaims]],
    ["client_id", "text", [accessClaims]],
    ["username", "text", [accessClaims]],
  ])("%s is a %s, if it is there", async (claim, type, kinds) => {
    for (const claims of kinds) {
      for (const value of WRONG[type]) {
        const error = await refused(sign({ payload: claims({ [claim]: value }) }), any);
        const { reason, message } = error;
        expect({ reason, message }).toEqual({
          reason: "token-malformed",
          message: `invalid ${claim} value`,
        });
        expect(error.hint).toContain(claim);
      }
      const without = claims({ [claim]: undefined });
      await expect(any.verifyToken(sign({ payload: without }))).resolves.toBeTruthy();
    }
  });
});

describe("who made the token, for whom, and what for", () => {
  test.each([
    ["with a slash behind", `${ISSUER}/`],
    ["with a suffix", `${ISSUER}x`],
    ["with a path behind", `${ISSUER}/evil`],
    ["with a query", `${ISSUER}?`],
    ["with a space behind", `${ISSUER} `],
    ["with a NUL behind", `${ISSUER}\u0000`],
    ["with a host in front", `https://evil.example/${ISSUER}`],
    ["with a user in front", ISSUER.replace("https://", "https://user@")],
    ["over http", ISSUER.replace("https:", "http:")],
    ["in capitals", ISSUER.toUpperCase()],
    ["with an encoded slash", ISSUER.replace(/\/us-east/, "%2Fus-east")],
    ["without its pool", ISSUER.slice(0, ISSUER.lastIndexOf("/"))],
    ["of another pool", ISSUER.replace(POOL, "us-east-1_ZzZzZzZzZ")],
    ["of another region", ISSUER.replaceAll("us-east-1", "us-east-2")],
    ["of somebody else", "https://evil.example"],
    ["that is empty", ""],
    ["that is missing", undefined],
    ["that is null", null],
    ["that is an array with the right one", [ISSUER]],
    ["that is an object", { toString: ISSUER }],
  ])("an issuer %s", async (_name, iss) => {
    const error = await refused(sign({ payload: idClaims({ iss }) }));
    expect(error.reason).toBe("token-issuer");
    expect(error.status).toBe(401);
    expect(error.message).toMatch(/^jwt issuer invalid\. expected: /);
    expect(error.message).toContain(ISSUER);
  });

  test.each([
    ["another client's token", "another1client2345678"],
    ["an empty aud", ""],
    ["no aud", undefined],
    ["aud null", null],
    ["a longer aud", `${CLIENT}x`],
    ["a shorter aud", CLIENT.slice(0, -1)],
    ["aud in capitals", CLIENT.toUpperCase()],
    ["an array of others", ["another1client2345678"]],
    ["an object", { 0: CLIENT }],
  ])("%s", async (_name, aud) => {
    const error = await refused(sign({ payload: idClaims({ aud }) }));
    expect(error.reason).toBe("token-client");
    expect(error.status).toBe(401);
    expect(error.message).toMatch(/^jwt audience invalid\. expected: /);
    expect(error.message).toContain(CLIENT);
  });

  test("the client's id in client_id does not stand in for aud", async () => {
    const claims = idClaims({ aud: undefined, client_id: CLIENT });
    expect((await refused(sign({ payload: claims }))).reason).toBe("token-client");
  });

  test.each([
    ["an access token", accessClaims()],
    ["an access token with the client's id as aud", accessClaims({ aud: CLIENT })],
    ["an access token with an API's URL as aud", accessClaims({ aud: "https://api.example" })],
    ["no token_use", idClaims({ token_use: undefined })],
    ["token_use null", idClaims({ token_use: null })],
    ["an empty token_use", idClaims({ token_use: "" })],
    ["token_use in capitals", idClaims({ token_use: "ID" })],
    ["token_use as an array", idClaims({ token_use: ["id"] })],
    ["token_use refresh", idClaims({ token_use: "refresh" })],
  ])("%s instead of an ID token", async (_name, payload) => {
    const error = await refused(sign({ payload }));
    expect({ message: error.message, reason: error.reason, status: error.status }).toEqual({
      message: "jwt token_use invalid. expected: id",
      reason: "token-use",
      status: 401,
    });
  });

  test("time comes before the issuer when both are wrong, as a token of ours that is old", async () => {
    const error = await refused(
      sign({ payload: idClaims({ exp: 1, iss: "https://evil.example" }) }),
    );
    expect(error.message).toBe("jwt expired");
  });

  test("a configured issuer is the only one", async () => {
    const iss = "https://login.example.com";
    const own = make({ issuer: iss });
    await expect(own.verifyToken(sign({ payload: idClaims({ iss }) }))).resolves.toBeTruthy();
    expect((await refused(sign(), own)).reason).toBe("token-issuer");
  });

  test("the issuer follows the partition of the region", async () => {
    const china = createAuth({
      userPoolId: "cn-north-1_AbCdEfGhI",
      clientId: CLIENT,
      keys: { jwks: jwks(jwk(pool)) },
    });
    const at = (suffix) =>
      idClaims({ iss: `https://cognito-idp.cn-north-1.${suffix}/cn-north-1_AbCdEfGhI` });
    await expect(
      china.verifyToken(sign({ payload: at("amazonaws.com.cn") })),
    ).resolves.toBeTruthy();
    const wrong = await refused(sign({ payload: at("amazonaws.com") }), china);
    expect(wrong.reason).toBe("token-issuer");
  });
});

describe("VerifyPolicy", () => {
  const id = (over) => sign({ payload: idClaims(over) });
  const access = (over) => sign({ payload: accessClaims(over) });

  test('use "access" accepts access tokens of the client, and no ID tokens', async () => {
    const by = make({ verify: { use: "access" } });
    await expect(by.verifyToken(access())).resolves.toMatchObject({ token_use: "access" });
    const wrongUse = await refused(id(), by);
    expect({ message: wrongUse.message, reason: wrongUse.reason }).toEqual({
      message: "jwt token_use invalid. expected: access",
      reason: "token-use",
    });
    expect((await refused(access({ client_id: "another1client" }), by)).reason).toBe(
      "token-client",
    );
    expect((await refused(access({ client_id: undefined }), by)).reason).toBe("token-client");
  });

  test("an access token's aud is an API's URL and no client", async () => {
    const by = make({ verify: { use: "access" } });
    await expect(by.verifyToken(access({ aud: "https://api.example" }))).resolves.toBeTruthy();
    const stolen = access({ client_id: "another1client", aud: CLIENT });
    expect((await refused(stolen, by)).reason).toBe("token-client");
  });

  test('use "any" accepts both, each by its own claim', async () => {
    const by = make({ verify: { use: "any" } });
    await expect(by.verifyToken(id())).resolves.toMatchObject({ token_use: "id" });
    await expect(by.verifyToken(access())).resolves.toMatchObject({ token_use: "access" });
    expect((await refused(id({ aud: "another", client_id: CLIENT }), by)).reason).toBe(
      "token-client",
    );
    expect((await refused(access({ client_id: "another", aud: CLIENT }), by)).reason).toBe(
      "token-client",
    );
  });

  test("clientId as a string replaces the configured client", async () => {
    const by = make({ verify: { clientId: "second2client" } });
    await expect(by.verifyToken(id({ aud: "second2client" }))).resolves.toBeTruthy();
    expect((await refused(id(), by)).reason).toBe("token-client");
  });

  test("clientId as an array accepts each of them", async () => {
    const by = make({ verify: { clientId: ["first1client", "second2client"] } });
    for (const aud of ["first1client", "second2client"]) {
      await expect(by.verifyToken(id({ aud }))).resolves.toMatchObject({ aud });
    }
    expect((await refused(id(), by)).reason).toBe("token-client");
    expect((await refused(id({ aud: "first1client,second2client" }), by)).reason).toBe(
      "token-client",
    );
  });

  test("clientId null accepts every client of the pool, and still no other issuer", async () => {
    const by = make({ verify: { use: "any", clientId: null } });
    await expect(by.verifyToken(id({ aud: "whoever" }))).resolves.toBeTruthy();
    await expect(by.verifyToken(access({ client_id: "whoever" }))).resolves.toBeTruthy();
    expect((await refused(id({ iss: "https://evil.example" }), by)).reason).toBe("token-issuer");
    expect((await refused(sign({ key: attacker.privateKey }), by)).reason).toBe("token-signature");
  });

  test("clientId null needs no configured client", async () => {
    const by = createAuth({
      userPoolId: POOL,
      verify: { clientId: null },
      keys: { jwks: jwks(jwk(pool)) },
    });
    await expect(by.verifyToken(id({ aud: "whoever" }))).resolves.toBeTruthy();
  });

  test("clockTolerance moves both boundaries, and no further", async () => {
    const by = make({ verify: { clockTolerance: 60 } });
    await expect(by.verifyToken(id({ exp: now() - 30 }))).resolves.toBeTruthy();
    await expect(by.verifyToken(id({ nbf: now() + 30 }))).resolves.toBeTruthy();
    expect((await refused(id({ exp: now() - 90 }), by)).reason).toBe("token-expired");
    expect((await refused(id({ nbf: now() + 90 }), by)).reason).toBe("token-not-active");
  });

  test("clockTolerance does not change expiredAt", async () => {
    const by = make({ verify: { clockTolerance: 60 } });
    const exp = now() - 90;
    expect((await refused(id({ exp }), by)).expiredAt).toEqual(new Date(exp * 1000));
  });

  test.each([601, -1, Number.NaN, Number.POSITIVE_INFINITY, "60", null, {}])(
    "clockTolerance %p is refused when the Auth is made",
    (clockTolerance) => {
      expect(() => make({ verify: { clockTolerance } })).toThrow(
        expect.objectContaining({
          reason: "config",
          message: expect.stringContaining("clockTolerance"),
        }),
      );
    },
  );

  test("groups requires one of them", async () => {
    const one = make({ verify: { groups: "heroes" } });
    const some = make({ verify: { groups: ["heroes", "gods"] } });
    const token = id({ "cognito:groups": ["mortals", "heroes"] });
    await expect(one.verifyToken(token)).resolves.toBeTruthy();
    await expect(some.verifyToken(token)).resolves.toBeTruthy();
    await expect(some.verifyToken(id({ "cognito:groups": ["gods"] }))).resolves.toBeTruthy();
  });

  test.each([
    ["no groups", undefined],
    ["an empty list", []],
    ["other groups", ["mortals"]],
    ["another case", ["Heroes"]],
    ["a longer name", ["heroes2"]],
  ])("groups refuses %s with status 403", async (_name, groups) => {
    const by = make({ verify: { groups: "heroes" } });
    const error = await refused(id({ "cognito:groups": groups }), by);
    expect({ reason: error.reason, status: error.status }).toEqual({
      reason: "token-groups",
      status: 403,
    });
  });

  test("scopes requires one of them", async () => {
    const by = make({ verify: { use: "access", scopes: ["games/play", "games/admin"] } });
    await expect(by.verifyToken(access({ scope: "openid games/play" }))).resolves.toBeTruthy();
    await expect(by.verifyToken(access({ scope: "games/admin" }))).resolves.toBeTruthy();
  });

  test.each([
    ["no scope", undefined],
    ["an empty scope", ""],
    ["other scopes", "openid email"],
    ["a longer name", "games/player"],
    ["a shorter name", "games/pla"],
    ["commas between", "openid,games/play"],
  ])("scopes refuses %s with status 403", async (_name, scope) => {
    const by = make({ verify: { use: "access", scopes: "games/play" } });
    const error = await refused(access({ scope }), by);
    expect({ reason: error.reason, status: error.status }).toEqual({
      reason: "token-scopes",
      status: 403,
    });
  });

  test.each([
    ["an unknown use", { use: "ID" }],
    ["use null", { use: null }],
    ["an unknown member", { audience: CLIENT }],
    ["a clientId that is a number", { clientId: 5 }],
    ["a clientId with a number in its list", { clientId: [CLIENT, 5] }],
    ["groups that is a number", { groups: 5 }],
    ["scopes with null in its list", { scopes: [null] }],
    ["no object", "id"],
    ["an array", ["id"]],
  ])("%s is refused when the Auth is made", (_name, verify) => {
    expect(() => make({ verify })).toThrow(
      expect.objectContaining({ reason: "config", name: expect.any(String) }),
    );
  });

  test("two policies over the same keys do not see each other's verdicts", async () => {
    const lax = make({ verify: { use: "any", clientId: null } });
    const token = access({ client_id: "whoever" });
    await expect(lax.verifyToken(token)).resolves.toBeTruthy();
    expect((await refused(token)).reason).toBe("token-use");
    await expect(lax.verifyToken(token)).resolves.toBeTruthy();
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
