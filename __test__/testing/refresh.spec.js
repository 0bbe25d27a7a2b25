"use strict";

// Refresh, revocation, sign-out and access tokens, by raw requests: the cases of the specification.

const { begin, outcome, play, startPool } = require("../support/test-pool.js");
const { hash } = require("./cases/refusals.js");

const PASSWORD = "Labyrinth1";
const SECRET = "0123456789abcdefghijklmnopqrstuv";
const DAY = 24 * 3600;

const denied = (message) => ["NotAuthorizedException", message];
const INVALID = denied("Invalid Refresh Token.");
const REVOKED = denied("Refresh Token has been revoked");
const EXPIRED = denied("Refresh Token has expired");
const DISABLED = denied("User is disabled.");
const REUSED = "RefreshTokenReuseException";
const MISSING = ["UserNotFoundException", "User does not exist."];
const OPAQUE = expect.stringMatching(/^([\w-]+\.){4}[\w-]+$/);
const SIGNED = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);

const pools = new Map();
let pool;
/** A pool for each set of options, with theseus as new. */
async function usePool(options = {}) {
  const key = JSON.stringify(options);
  if (!pools.has(key)) pools.set(key, await startPool(options));
  pool = pools.get(key);
  pool.users.set("theseus", { username: "theseus", password: PASSWORD });
}
afterAll(() => Promise.all([...pools.values()].map((one) => one.stop())));

const hashes = () => pool.clientSecret && { SECRET_HASH: hash(pool, "theseus") };
/** The tokens of a new sign-in. */
const signIn = async () => {
  const names = { USERNAME: "theseus", PASSWORD, ...hashes() };
  return (await begin(pool, "USER_PASSWORD_AUTH", names)).AuthenticationResult;
};
const refresh = async (RefreshToken, more) =>
  (await play(pool, "GetTokensFromRefreshToken", { RefreshToken, ...more })).body;
const revoke = async (Token, more) => (await play(pool, "RevokeToken", { Token, ...more })).body;
const getUser = async (AccessToken) => (await play(pool, "GetUser", { AccessToken })).body;
const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

describe("GetTokensFromRefreshToken", () => {
  test("without rotation: no new refresh token, and the old one stays good", async () => {
    await usePool();
    const first = await signIn();
    for (let count = 0; count < 2; count++) {
      const { AuthenticationResult: tokens } = await refresh(first.RefreshToken);
      expect(tokens).toEqual({
        AccessToken: SIGNED,
        ExpiresIn: 3600,
        IdToken: SIGNED,
        TokenType: "Bearer",
      });
      const [before, after] = [first.IdToken, tokens.IdToken].map(claimsOf);
      expect([after.origin_jti, after.auth_time]).toEqual([before.origin_jti, before.auth_time]);
      expect(after.jti).not.toBe(before.jti);
    }
  });

  test("new tokens have the user's groups of that time", async () => {
    await usePool();
    const { RefreshToken } = await signIn();
    pool.users.get("theseus").groups.push("heroes");
    const { AuthenticationResult } = await refresh(RefreshToken);
    expect(claimsOf(AuthenticationResult.IdToken)["cognito:groups"]).toEqual(["heroes"]);
  });

  test.each([
    ["after 30 days", async () => pool.advance(30 * DAY), EXPIRED],
    ["just before", async () => pool.advance(30 * DAY - 60), "tokens"],
    ["revoked", ({ RefreshToken }) => revoke(RefreshToken), REVOKED],
    ["of a user who is disabled", async () => setUser({ enabled: false }), DISABLED],
    ["of a user who is gone", async () => pool.users.delete("theseus"), MISSING],
    [
      "of a user who is another one by now",
      async () => pool.users.set("theseus", { username: "theseus" }),
      MISSING,
    ],
  ])("%s", async (_name, change, expected) => {
    await usePool();
    const tokens = await signIn();
    await change(tokens);
    expect(outcome(await refresh(tokens.RefreshToken))).toEqual(expected);
  });
  const setUser = (change) => Object.assign(pool.users.get("theseus"), change);

  test("a token that there is not", async () => {
    await usePool();
    expect(outcome(await refresh("a.b.c.d.e"))).toEqual(INVALID);
  });

  test("the client's secret is asked for as it is", async () => {
    await usePool({ clientSecret: SECRET });
    const { RefreshToken } = await signIn();
    expect(outcome(await refresh(RefreshToken, { ClientSecret: SECRET }))).toBe("tokens");
    const [type] = outcome(await refresh(RefreshToken));
    const [other] = outcome(await refresh(RefreshToken, { ClientSecret: `${SECRET}x` }));
    expect([type, other]).toEqual(["NotAuthorizedException", "NotAuthorizedException"]);
    expect(outcome(await revoke(RefreshToken))[0]).toBe("NotAuthorizedException");
    expect(await revoke(RefreshToken, { ClientSecret: SECRET })).toEqual({});
  });
});

describe("rotation", () => {
  const useRotation = (retryGracePeriodSeconds) =>
    usePool({ refreshTokenRotation: { retryGracePeriodSeconds } });
  const rotated = async (token) => (await refresh(token)).AuthenticationResult?.RefreshToken;

  test("each token is replaced by a new one, and the old one is refused", async () => {
    await useRotation(0);
    const { RefreshToken: first } = await signIn();
    const second = await rotated(first);
    expect(second).toEqual(OPAQUE);
    expect(second).not.toBe(first);
    expect(outcome(await refresh(first))[0]).toBe(REUSED);
    // Its reuse ends nothing else.
    expect(await rotated(second)).toEqual(OPAQUE);
  });

  test("within the grace period the old one is good, and repeating does not prolong it", async () => {
    await useRotation(60);
    const { RefreshToken: first } = await signIn();
    const second = await rotated(first);
    pool.advance(50);
    const third = await rotated(first);
    expect(new Set([first, second, third]).size).toBe(3);
    pool.advance(10);
    expect(outcome(await refresh(first))[0]).toBe(REUSED);
    expect(await rotated(second)).toEqual(OPAQUE);
  });

  test("a new one has the lifetime that is left of the first", async () => {
    await useRotation(0);
    const { RefreshToken } = await signIn();
    pool.advance(29 * DAY);
    const second = await rotated(RefreshToken);
    pool.advance(DAY);
    expect(outcome(await refresh(second))).toEqual(EXPIRED);
  });

  test("revoking one ends the others of the sign-in", async () => {
    await useRotation(0);
    const { RefreshToken } = await signIn();
    const second = await rotated(RefreshToken);
    expect(await revoke(RefreshToken)).toEqual({});
    expect(outcome(await refresh(second))).toEqual(REVOKED);
  });

  test("REFRESH_TOKEN_AUTH is not for a client with it", async () => {
    await useRotation(0);
    const { RefreshToken: REFRESH_TOKEN } = await signIn();
    expect(outcome(await begin(pool, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN }))).toEqual([
      "InvalidParameterException",
      "REFRESH_TOKEN_AUTH flow not enabled for this client",
    ]);
  });
});

describe("REFRESH_TOKEN_AUTH", () => {
  test("tokens without a refresh token", async () => {
    await usePool();
    const { RefreshToken: REFRESH_TOKEN } = await signIn();
    for (const flow of ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"]) {
      const body = await begin(pool, flow, { REFRESH_TOKEN });
      expect(outcome(body)).toBe("tokens");
      expect(body.AuthenticationResult).not.toHaveProperty("RefreshToken");
    }
  });

  test.each([
    ["no token", {}, ["InvalidParameterException", "Missing required parameter REFRESH_TOKEN"]],
    ["another token", { REFRESH_TOKEN: "a.b.c.d.e" }, INVALID],
  ])("%s", async (_name, parameters, expected) => {
    await usePool();
    expect(outcome(await begin(pool, "REFRESH_TOKEN_AUTH", parameters))).toEqual(expected);
  });

  test("its secret hash is that of the real name, looked at after the token", async () => {
    await usePool({ clientSecret: SECRET });
    const { RefreshToken: REFRESH_TOKEN } = await signIn();
    const ask = async (parameters) =>
      outcome(await begin(pool, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN, ...parameters }));
    expect(await ask(hashes())).toBe("tokens");
    expect(await ask({ SECRET_HASH: "bm8=" })).toEqual(
      denied(`SecretHash does not match for the client: ${pool.clientId}`),
    );
    expect(await ask({})).toEqual(
      denied(`Client ${pool.clientId} is configured with secret but SECRET_HASH was not received`),
    );
    expect(await ask({ REFRESH_TOKEN: "a.b.c.d.e" })).toEqual(INVALID);
  });
});

describe("RevokeToken", () => {
  test("ends the access tokens as well, and may be repeated", async () => {
    await usePool();
    const tokens = await signIn();
    expect((await getUser(tokens.AccessToken)).Username).toBe("theseus");
    expect(await revoke(tokens.RefreshToken)).toEqual({});
    expect(await revoke(tokens.RefreshToken)).toEqual({});
    expect(outcome(await getUser(tokens.AccessToken))).toEqual(
      denied("Access Token has been revoked"),
    );
    // Another sign-in of the same user goes on.
    expect((await getUser((await signIn()).AccessToken)).Username).toBe("theseus");
  });

  test("an access token, and a token that there is not", async () => {
    await usePool();
    const { AccessToken } = await signIn();
    expect(outcome(await revoke(AccessToken))[0]).toBe("UnsupportedTokenTypeException");
    expect(outcome(await revoke("a.b.c.d.e"))).toEqual(INVALID);
  });
});

describe("sign-out everywhere", () => {
  const WAYS = [
    ["GlobalSignOut", ({ AccessToken }) => ({ AccessToken })],
    ["AdminUserGlobalSignOut", () => ({ Username: "theseus" })],
    ["AdminDisableUser", () => ({ Username: "theseus" })],
  ];
  test.each(WAYS)("%s ends all sign-ins of the user, and nobody else's", async (name, members) => {
    await usePool();
    pool.users.set("ariadne", { username: "ariadne", password: PASSWORD });
    const both = [await signIn(), await signIn()];
    const others = pool.accessToken("ariadne");
    expect((await play(pool, name, members(both[0]))).body).toEqual({});
    pool.users.get("theseus").enabled = true;
    for (const { AccessToken, RefreshToken } of both) {
      expect(outcome(await getUser(AccessToken))).toEqual(denied("Access Token has been revoked"));
      expect(outcome(await refresh(RefreshToken))).toEqual(REVOKED);
    }
    expect((await getUser(others)).Username).toBe("ariadne");
    expect((await getUser((await signIn()).AccessToken)).Username).toBe("theseus");
  });
});

describe("access tokens, by GetUser", () => {
  test("the user, without status and dates", async () => {
    await usePool();
    const { sub } = pool.users.get("theseus").attributes;
    expect(await getUser(pool.accessToken("theseus"))).toEqual({
      Username: "theseus",
      UserAttributes: [{ Name: "sub", Value: sub }],
    });
  });

  const change = (claims) => () => pool.accessToken("theseus", claims);
  const forged = () => {
    const [header, , signature] = pool.accessToken("theseus").split(".");
    const [, payload] = pool.accessToken("theseus").split(".");
    return [header, payload, signature].join(".");
  };
  test.each([
    ["expired", change({ expiresIn: -1 }), "Access Token has expired"],
    ["an ID token", () => pool.idToken("theseus"), "Invalid Access Token"],
    ["no token", () => "a.b.c", "Invalid Access Token"],
    ["two parts", () => "a.b", "Invalid Access Token"],
    ["of another pool", change({ iss: "https://other" }), "Invalid Access Token"],
    ["with another signature", forged, "Could not verify signature for Access Token"],
    [
      "without its scope",
      change({ scope: "openid email" }),
      "Access Token does not have required scopes",
    ],
    [
      "without any scope",
      change({ scope: undefined }),
      "Access Token does not have required scopes",
    ],
    ["scopes that are no text", change({ scope: 5 }), "Access Token does not have required scopes"],
    ["without an end", change({ exp: undefined }), "Access Token has expired"],
    ["for nobody", change({ username: undefined, sub: undefined }), undefined],
    ["for a number", change({ username: 5 }), undefined],
  ])("%s", async (_name, token, message) => {
    await usePool();
    const expected = message === undefined ? MISSING : denied(message);
    expect(outcome(await getUser(token()))).toEqual(expected);
  });

  test("of a user who is disabled, and of one who is gone", async () => {
    await usePool();
    const token = pool.accessToken("theseus");
    pool.users.get("theseus").enabled = false;
    expect(outcome(await getUser(token))).toEqual(DISABLED);
    pool.users.delete("theseus");
    expect(outcome(await getUser(token))).toEqual(MISSING);
  });

  test("after the keys have changed places, and after they were withdrawn", async () => {
    const own = await startPool({ users: [{ username: "theseus" }] });
    pool = own;
    const token = own.accessToken("theseus");
    await own.rotateKeys();
    expect((await getUser(token)).Username).toBe("theseus");
    await own.rotateKeys({ fresh: true });
    expect(outcome(await getUser(token))).toEqual(
      denied("Could not verify signature for Access Token"),
    );
    await own.stop();
  });
});
