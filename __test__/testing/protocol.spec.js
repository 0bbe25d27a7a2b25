"use strict";

// The protocol that the pool speaks, and the requests that it refuses before it looks at them.

const { once } = require("node:events");
const http = require("node:http");
const { createLimits } = require("../../testing/limits.js");
const { NAMES, OPERATIONS } = require("../../testing/operations/index.js");
const {
  AUTHORIZATION,
  TARGET,
  bodyOf,
  call,
  play,
  send,
  signIn,
  startPool,
} = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const JSON_11 = "application/x-amz-json-1.1";
const SIGNED_OPERATIONS = ["AdminConfirmSignUp", "AdminInitiateAuth", "AdminGetUser"];

let pool;
beforeAll(async () => {
  pool = await startPool({ users: [{ username: "theseus", password: PASSWORD }] });
});
afterAll(() => pool.stop());
beforeEach(() => {
  pool.requests.length = 0;
});

describe("signed and unsigned", () => {
  test.each(SIGNED_OPERATIONS)("%s without a signature", async (operation) => {
    const { status, body } = await play(
      pool,
      operation,
      { Username: "theseus" },
      { signed: false },
    );
    expect([status, body]).toEqual([
      400,
      { __type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" },
    ]);
    expect(pool.requests).toEqual([{ operation, body: expect.any(Object), signed: false }]);
  });

  test("an access token is no signature", async () => {
    const headers = { authorization: `Bearer ${pool.accessToken()}` };
    const { body } = await play(
      pool,
      "AdminGetUser",
      { Username: "theseus" },
      { signed: false, headers },
    );
    expect(body.__type).toBe("MissingAuthenticationTokenException");
  });

  test("a public operation with a signature is answered, and recorded as signed", async () => {
    const members = { Username: "ariadne", Password: PASSWORD };
    const { status } = await play(pool, "SignUp", members, { signed: true });
    expect(status).toBe(200);
    expect(pool.requests).toEqual([
      { operation: "SignUp", body: bodyOf(pool, "SignUp", members), signed: true },
    ]);
  });
});

describe("operations", () => {
  test.each(["ListDevices", "ListResourceServers", "constructor", "__proto__", ""])(
    "%p is not played: the answer names those that are, and the emulator",
    async (operation) => {
      const { status, body } = await call(pool, operation, {}, { signed: true });
      expect([status, body.__type]).toEqual([400, "UnknownOperationException"]);
      expect(body.message).toContain(`it does not play the operation "${operation}"`);
      expect(body.message).toContain("npm run emulator");
      for (const name of NAMES) expect(body.message).toContain(name);
    },
  );

  test.each(["DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "ADMIN_NO_SRP_AUTH"])(
    "the challenge %s is not played: the answer says so",
    async (ChallengeName) => {
      const { status, body } = await play(pool, "RespondToAuthChallenge", { ChallengeName });
      expect([status, body.__type]).toEqual([400, "UnknownOperationException"]);
      expect(body.message).toMatch(
        new RegExp(`the challenge ${ChallengeName}.*NEW_PASSWORD_REQUIRED.*npm run emulator`),
      );
    },
  );

  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["a number", "5"],
    ["null", "null"],
  ])("a body that is %s", async (_name, body) => {
    const answer = await call(pool, "SignUp", body);
    expect([answer.status, answer.body]).toEqual([400, { __type: "SerializationException" }]);
  });

  test("an operation may take its time, and a defect in it is an answer that shows it", async () => {
    const { AdminGetUser } = OPERATIONS;
    const { handle } = AdminGetUser;
    try {
      AdminGetUser.handle = async () => ({ Username: "later" });
      expect((await play(pool, "AdminGetUser", { Username: "x" })).body).toEqual({
        Username: "later",
      });
      AdminGetUser.handle = async () => {
        throw new RangeError("a mistake");
      };
      const { status, body } = await play(pool, "AdminGetUser", { Username: "x" });
      expect([status, body.__type]).toEqual([500, "InternalErrorException"]);
      expect(body.message).toMatch(
        /^cognito-auth-native test pool: a defect: RangeError: a mistake/,
      );
    } finally {
      AdminGetUser.handle = handle;
    }
  });

  test("an empty body has no members", async () => {
    const { body } = await call(pool, "SignUp", "");
    expect(body.message).toMatch(/^2 validation errors detected: Value null at 'clientId'/);
  });

  test("a body of more than a mebibyte", async () => {
    const { status, body } = await call(pool, "SignUp", " ".repeat((1 << 20) + 1));
    expect([status, body.__type]).toEqual([413, "RequestEntityTooLargeException"]);
  });

  test("the connection of a body that was too large takes the next request", async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const options = {
      agent,
      method: "POST",
      headers: { "content-type": JSON_11, "x-amz-target": `${TARGET}GetUser` },
    };
    const status = async (body) => {
      const [response] = await once(http.request(pool.endpoint, options).end(body), "response");
      response.resume();
      await once(response, "end");
      return response.statusCode;
    };
    try {
      expect(await status(" ".repeat(4 << 20))).toBe(413);
      expect(await status("{}")).toBe(400);
    } finally {
      agent.destroy();
    }
  });

  test("names that every object has are no attributes and no members", async () => {
    const text = `{"ClientId":"${pool.clientId}","Username":"minos","Password":"${PASSWORD}","__proto__":{"x":1},"UserAttributes":[{"Name":"__proto__","Value":"x"}]}`;
    const { body } = await call(pool, "SignUp", text);
    expect(body.message).toMatch(/^Attributes did not conform to the schema: __proto__:/);
    expect({}).not.toHaveProperty("x");
  });
});

/** fetch sets Host itself. */
function raw(headers, { method = "POST", path = "/" } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      pool.endpoint + path,
      { method, headers, setHost: false },
      (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      },
    );
    request.on("error", reject).end(method === "POST" ? "{}" : undefined);
  });
}

describe("requests of pages in a browser", () => {
  const good = () => ({
    host: new URL(pool.endpoint).host,
    "content-type": JSON_11,
    "x-amz-target": `${TARGET}AdminGetUser`,
    authorization: AUTHORIZATION,
  });
  const keysOf = () => ({ method: "GET", path: `/${pool.userPoolId}/.well-known/jwks.json` });

  test("a request of ours is answered", async () => {
    expect(await raw(good())).toBe(400);
    expect(await raw({ host: good().host }, keysOf())).toBe(200);
    expect(pool.requests).toHaveLength(2);
  });

  test.each([
    ["with an Origin", { origin: "https://example.com" }],
    ["with the pool's own Origin", { origin: "http://127.0.0.1" }],
    ["for another host, which a name server leads here", { host: "rebound.example.com" }],
    ["for localhost", { host: "localhost" }],
  ])("%s", async (_name, headers) => {
    expect(await raw({ ...good(), ...headers })).toBe(403);
    expect(await raw({ host: good().host, ...headers }, keysOf())).toBe(403);
    expect(pool.requests).toEqual([]);
  });

  test.each(["text/plain", "application/json", "application/x-www-form-urlencoded", ""])(
    "with the content type %p, which a form may have",
    async (type) => {
      expect(await raw({ ...good(), "content-type": type })).toBe(403);
      expect(pool.requests).toEqual([]);
    },
  );

  test("the answer says why", async () => {
    const { body } = await call(pool, "SignUp", {}, { headers: { "content-type": "text/plain" } });
    expect(body).toEqual({
      __type: "ForbiddenException",
      message: `cognito-auth-native test pool: the content type of an operation is ${JSON_11}`,
    });
  });
});

describe("documents", () => {
  const document = (name, poolId = pool.userPoolId) =>
    send(pool, { method: "GET", path: `/${poolId}/.well-known/${name}` });

  test("the keys, as Cognito publishes them", async () => {
    const { status, headers, body } = await document("jwks.json");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json");
    expect(body).toEqual(pool.jwks());
    expect(body.keys).toHaveLength(2);
    for (const key of body.keys) {
      expect(Object.keys(key)).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
      expect(key).toMatchObject({ alg: "RS256", e: "AQAB", kty: "RSA", use: "sig" });
      expect(key.kid).toMatch(/^[A-Za-z0-9+/]{43}=$/);
      expect(Buffer.from(key.n, "base64url")).toHaveLength(256);
    }
    expect(pool.requests).toEqual([{ operation: "keys", body: undefined, signed: false }]);
  });

  test("the discovery document leads to the keys", async () => {
    const { body } = await document("openid-configuration");
    expect(body).toMatchObject({
      issuer: pool.issuer,
      id_token_signing_alg_values_supported: ["RS256"],
      subject_types_supported: ["public"],
    });
    const keys = await fetch(body.jwks_uri);
    expect(await keys.json()).toEqual(pool.jwks());
    expect(pool.requests.map(({ operation }) => operation)).toEqual([
      "openid-configuration",
      "keys",
    ]);
  });

  test.each([
    ["another pool's keys", { method: "GET", path: "/us-east-1_Other/.well-known/jwks.json" }],
    ["no document", { method: "GET" }],
    ["an operation at another path", { path: "/x", headers: { "content-type": JSON_11 } }],
    ["another method", { method: "DELETE" }],
  ])("%s", async (_name, request) => {
    const { status, body } = await send(pool, request);
    expect([status, body.__type]).toEqual([404, "NotFound"]);
  });
});

describe("limits", () => {
  const throttled = { __type: "TooManyRequestsException", message: "Rate exceeded" };

  test("as many requests of a category within a second as the limit says", () => {
    let now = 0;
    const limits = createLimits({
      clock: { elapsed: () => now },
      settings: { limits: { UserAuthentication: 2 } },
    });
    /** Whether a request is let through at this time. */
    const passes = (time, category = "UserAuthentication") => {
      now = time;
      try {
        limits.count(category);
        return true;
      } catch ({ type, message }) {
        expect({ __type: type, message }).toEqual(throttled);
        return false;
      }
    };
    // Those that are refused do not count.
    const outcomes = [0, 400, 500, 999, 1000, 1399, 1400, 1999, 2000].map((time) => passes(time));
    expect(outcomes).toEqual([true, true, false, false, true, false, true, false, true]);
    for (let count = 0; count < 10; count++) expect(passes(2000, "UserRead")).toBe(true);
  });

  test("an operation is limited with the others of its category", async () => {
    const limited = await startPool({ limits: { UserAuthentication: 0 } });
    expect((await signIn(limited, "nobody", PASSWORD)).body).toEqual(throttled);
    const members = { AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: {} };
    expect((await play(limited, "InitiateAuth", members)).body).toEqual(throttled);
    const read = await play(limited, "AdminGetUser", { Username: "nobody" });
    expect(read.body.__type).toBe("UserNotFoundException");
    await limited.stop();
  });
});
