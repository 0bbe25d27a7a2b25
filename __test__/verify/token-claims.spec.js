"use strict";

// Which claims are accepted: times, types, and who made the token, for whom, and what for. No network.

const { NotBeforeError, TokenExpiredError, createAuth } = require("../..");
const {
  auth,
  expectInvalid,
  make,
  pool,
  refused,
  withMember,
  withinOneSecond,
} = require("../support/pool-auth");
const { pause } = require("../../tools/outcomes.js");
const {
  CLIENT,
  ISSUER,
  POOL,
  accessClaims,
  idClaims,
  jwk,
  jwks,
  now,
  sign,
} = require("../../tools/testing/tokens.js");

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

describe("claims that the types give a type", () => {
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
