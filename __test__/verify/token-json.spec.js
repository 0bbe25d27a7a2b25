"use strict";

// JSON in a token, as the attacks of the field spell it, and as JSON.parse reads it. No network.

const { auth, expectInvalid, refused, withMember } = require("../support/pool-auth");
const { CLIENT, KID, encode, idClaims, sign, signParts } = require("../../tools/testing/tokens.js");

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
