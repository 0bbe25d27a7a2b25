"use strict";

// What is no token: the form of its parts, and base64url. No network.

const { JsonWebTokenError } = require("../..");
const { auth, expectInvalid, refused } = require("../support/pool-auth");
const { refusal } = require("../../tools/outcomes.js");
const {
  CLIENT,
  KID,
  encode,
  flip,
  idClaims,
  sign,
  signParts,
  withSpareBits,
  withStrayBits,
} = require("../../tools/testing/tokens.js");

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
