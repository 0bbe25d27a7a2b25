"use strict";

// A pool's options and environment lead to the pool alone, whatever the environment of the developer says.

const { createAuth } = require("../..");
const { useEnvironment } = require("../support/environment.js");
const { startPool } = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const SECRET = "abcdefghijklmnopqrstuvwxyz0123456789";
const USERS = [{ username: "theseus", password: PASSWORD, groups: ["heroes"] }];

/** Variables that belong to a pool of the developer's. Without USER_POOL_ID, they would belong to the test pool. */
const DEVELOPERS = [
  ["COGNITO_CLIENT_SECRET", "developers-own-secret"],
  ["COGNITO_ISSUER", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Developer"],
  ["COGNITO_JWKS_URI", "https://keys.example.com/jwks.json"],
  ["COGNITO_JWKS_URI", "no URL"],
  ["COGNITO_STATE_KEY", "short"],
  ["COGNITO_AUTH_FLOW", "USER_PASSWORD_AUTH"],
  ["COGNITO_REGION", "eu-west-1"],
  ["COGNITO_CLIENT_ID", "developers"],
  ["USER_POOL_ID", "eu-west-1_Developer"],
  ["AWS_PROFILE", "missing"],
  ["AWS_SESSION_TOKEN", "developers"],
  ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"],
  ["AWS_ENDPOINT_URL", "http://127.0.0.1:9"],
];
/** Those that no option of createAuth replaces. */
const WITHOUT_OPTION = [
  ["AWS_USE_FIPS_ENDPOINT", "true"],
  ["AWS_USE_DUALSTACK_ENDPOINT", "true"],
];
/** The SDK's that change how requests are repeated. */
const RETRIES = [["AWS_MAX_ATTEMPTS", "1"]];

let restore;
let pool;
afterEach(() => {
  restore?.();
});

/** A sign-in, and a verification of its token and of another one. */
async function use(auth) {
  pool.failNext("AdminInitiateAuth", "TooManyRequestsException", "Rate exceeded");
  const claims = await auth.verifyToken(await auth.login("theseus", PASSWORD));
  await auth.verifyToken(pool.idToken("theseus"));
  return claims["cognito:groups"];
}

const stopped = [];
/** A pool for one test. */
async function poolFor(options) {
  pool = await startPool(options);
  stopped.push(pool);
}
afterAll(() => Promise.all(stopped.map((one) => one.stop())));

describe.each([
  ["with a secret", { clientSecret: SECRET }],
  ["without a secret", {}],
  ["with the updated issuer", { updatedIssuer: true }],
])("a pool %s", (_title, options) => {
  beforeAll(async () => {
    pool = await startPool({ users: USERS, ...options });
  });
  afterAll(() => pool.stop());

  test.each(DEVELOPERS)("its options, beside %s=%s", async (name, value) => {
    restore = useEnvironment({ [name]: value });
    expect(await use(createAuth(pool.options))).toEqual(["heroes"]);
    expect(pool.requests.at(-1).operation).not.toBe("openid-configuration");
    const offline = createAuth(pool.offline);
    expect(offline.verifySync(pool.idToken("theseus"))["cognito:groups"]).toEqual(["heroes"]);
  });

  test.each([...DEVELOPERS, ...WITHOUT_OPTION, ...RETRIES])(
    "its environment, over %s=%s",
    async (name, value) => {
      restore = useEnvironment({ [name]: value });
      Object.assign(process.env, pool.environment);
      expect(await use(createAuth())).toEqual(["heroes"]);
    },
  );
});

test("null for a secret or a key: none, whatever the environment says", async () => {
  await poolFor({ users: USERS });
  restore = useEnvironment({
    COGNITO_CLIENT_SECRET: SECRET,
    COGNITO_STATE_KEY: "a-key-of-the-developer-with-32-characters",
  });
  const auth = createAuth(pool.options);
  await auth.login("theseus", PASSWORD);
  const [{ body }] = pool.requests;
  expect(body.AuthParameters).toEqual({ USERNAME: "theseus", PASSWORD });

  await poolFor({ users: [{ username: "theseus", temporaryPassword: PASSWORD }] });
  const save = async (options) =>
    (await createAuth({ ...pool.options, ...options }).signIn("theseus", PASSWORD)).save();
  await expect(save({})).rejects.toMatchObject({ reason: "config" });
  expect(await save({ stateKey: undefined })).toEqual(expect.any(String));
  expect(await save({ stateKey: "another-key-of-thirty-two-characters-or-more" })).toEqual(
    expect.any(String),
  );
});

test.each(["clientId", "userPoolId", "region", "endpoint", "authFlow", "issuer", "jwksUri"])(
  "null is no %s",
  (name) => {
    expect(() => createAuth({ ...pool.options, [name]: null })).toThrow(
      expect.objectContaining({ reason: "config", message: expect.stringContaining(name) }),
    );
  },
);
