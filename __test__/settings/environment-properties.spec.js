"use strict";

// What a variable is: an own property of process.env, whatever object that is, that holds text. What Object.prototype has,
// which JSON from outside may have put there, is no setting of any kind; text that no process could be given breaks nothing.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const auth = require("../..");
const { evaluate } = require("../support/child.js");
const { useEnvironment } = require("../support/environment.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { refusal } = require("../../tools/outcomes.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const {
  CLIENT,
  POOL,
  accessClaims,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");
const root = require("../../tools/root");

const POOL_KEYS = jwks(jwk(rsaPair()));
const stranger = rsaPair("stranger");
const ISSUER = `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`;

let service;
let attacker;
let restore;
const realEnvironment = process.env;

beforeAll(async () => {
  service = await startServiceServer();
  attacker = await startServiceServer();
});
afterAll(() => Promise.all([service.stop(), attacker.stop()]));
beforeEach(() => {
  service.clear();
  attacker.clear();
});
afterEach(() => {
  process.env = realEnvironment;
  restore?.();
});

const whole = () => ({
  USER_POOL_ID: POOL,
  COGNITO_CLIENT_ID: CLIENT,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
});

/** Runs `work` with members on Object.prototype that JSON can hold. */
async function polluted(members, work) {
  const names = Object.keys(members);
  for (const name of names) {
    Object.defineProperty(Object.prototype, name, {
      __proto__: null,
      value: members[name],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  try {
    return await work();
  } finally {
    for (const name of names) delete Object.prototype[name];
  }
}

/** A copy of the package that has made no default Auth yet. */
function freshCopy() {
  let copy;
  jest.isolateModules(() => {
    copy = require("../..");
  });
  return copy;
}

const verdict = (pending) =>
  pending.then(
    () => "resolved",
    ({ reason }) => reason ?? "untyped",
  );

describe("Object.prototype gives no setting", () => {
  const access = (over) => sign({ payload: accessClaims(over) });
  const evil = () => ({
    AWS_ENDPOINT_URL: attacker.endpoint,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: attacker.endpoint,
    HTTPS_PROXY: attacker.endpoint,
    https_proxy: attacker.endpoint,
    COGNITO_JWKS_URI: `${attacker.endpoint}/jwks.json`,
    COGNITO_ISSUER: "https://evil.example",
    COGNITO_CLIENT_ID: "evil1client",
    COGNITO_CLIENT_SECRET: "evil-secret",
    COGNITO_REGION: "eu-west-3",
    COGNITO_AUTH_FLOW: "ADMIN_USER_PASSWORD_AUTH",
    COGNITO_STATE_KEY: "evil",
    USER_POOL_ID: "us-east-1_Evil",
    AWS_REGION: "eu-west-3",
    AWS_DEFAULT_REGION: "eu-west-3",
    AWS_PROFILE: "evil",
    AWS_ACCESS_KEY_ID: "AKIDEVIL",
    AWS_SECRET_ACCESS_KEY: "evil",
    AWS_SESSION_TOKEN: "evil",
    NODE_EXTRA_CA_CERTS: "/evil",
    SSL_CERT_FILE: "/evil",
    _X_AMZN_TRACE_ID: "evil",
    AWS_EXECUTION_ENV: "evil",
    AWS_LAMBDA_FUNCTION_NAME: "evil",
  });
  const OPTIONS = {
    region: "eu-west-3",
    ambientRegion: "eu-west-3",
    replicaRegions: ["eu-west-3"],
    userPoolId: "us-east-1_Evil",
    clientId: "evil1client",
    clientSecret: "evil-secret",
    authFlow: "ADMIN_USER_PASSWORD_AUTH",
    stateKey: ["evil"],
    refreshReuse: 0,
    issuer: ["https://evil.example"],
    credentials: { accessKeyId: "AKIDEVIL", secretAccessKey: "evil" },
    accessKeyId: "AKIDEVIL",
    secretAccessKey: "evil",
    sessionToken: "evil",
    profile: "evil",
    maxAttempts: 10,
    timeoutMs: 1,
    connectTimeoutMs: 1,
    extraCaCerts: "/evil",
    noProxy: "*",
  };
  const evilOptions = () => ({
    ...OPTIONS,
    endpoint: attacker.endpoint,
    jwksUri: `${attacker.endpoint}/jwks.json`,
    httpsProxy: attacker.endpoint,
    keys: { jwks: jwks(jwk(stranger)) },
    jwks: jwks(jwk(stranger)),
    verify: { use: "any", clientId: null },
  });

  test.each([
    ["variables", evil],
    ["options", evilOptions],
  ])("that sends a password elsewhere: %s", async (_name, members) => {
    restore = useEnvironment();
    // Jest's inherits from nothing; Node.js' own does, as this.
    process.env = whole();
    await polluted(members(), async () => {
      const made = auth.createAuth({});
      for (const { login, fetchUserByUsername } of [freshCopy(), made]) {
        await login("theseus", "Labyrinth1");
        await fetchUserByUsername("theseus");
      }
    });
    expect(attacker.requests).toHaveLength(0);
    expect(service.requests).toHaveLength(4);
    for (const { body, headers } of service.requests) {
      expect(body.UserPoolId).toBe(POOL);
      expect(headers.authorization).toContain("Credential=AKIDEXAMPLE/");
      expect(headers.authorization).toContain("/us-east-1/");
      expect(headers).not.toHaveProperty("x-amz-security-token");
      expect(headers).not.toHaveProperty("x-amzn-trace-id");
    }
    for (const { body } of service.of("AdminInitiateAuth")) {
      expect(body).toMatchObject({ ClientId: CLIENT, AuthFlow: "ADMIN_NO_SRP_AUTH" });
      expect(body.AuthParameters).toEqual({ USERNAME: "theseus", PASSWORD: "Labyrinth1" });
    }
  });

  test.each([
    ["variables", evil],
    ["options", evilOptions],
  ])("that accepts a forged token: %s", async (_name, members) => {
    const pool = `us-east-1_Proto${Date.now()}`;
    const iss = `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;
    const good = sign({ payload: idClaims({ iss }) });
    const forged = sign({ payload: idClaims({ iss }), key: stranger.privateKey });
    service.serveKeys(pool, POOL_KEYS);
    attacker.serveKeys(pool, jwks(jwk(stranger)));
    attacker.always("GET", { body: jwks(jwk(stranger)) });
    restore = useEnvironment();
    process.env = { ...whole(), USER_POOL_ID: pool };
    const kept = auth.createAuth({});
    await polluted(members(), async () => {
      for (const { verifyToken } of [freshCopy(), auth.createAuth({}), kept]) {
        expect(await verdict(verifyToken(forged))).toBe("token-signature");
        expect(await verdict(verifyToken(good))).toBe("resolved");
        expect(await verdict(verifyToken(access({ iss })))).toBe("token-use");
        const foreign = sign({ payload: idClaims({ iss, aud: "evil1client" }) });
        expect(await verdict(verifyToken(foreign))).toBe("token-client");
        const evilIssuer = sign({ payload: idClaims({ iss: "https://evil.example" }) });
        expect(await verdict(verifyToken(evilIssuer))).toBe("token-issuer");
      }
    });
    expect(attacker.requests).toHaveLength(0);
  });

  test("in a process with Node.js' own process.env", async () => {
    const pool = `us-east-1_Real${Date.now()}`;
    const iss = `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;
    const forged = sign({ payload: idClaims({ iss }), key: stranger.privateKey });
    service.serveKeys(pool, POOL_KEYS);
    const source = `
      const { createAuth, ...top } = require("./index.js");
      Object.assign(Object.prototype, ${JSON.stringify({ ...evilOptions(), ...evil() })});
      (async () => {
        const results = [process.env.COGNITO_REGION];
        for (const auth of [top, createAuth({})]) {
          await auth.login("theseus", "Labyrinth1");
          results.push(await auth.verifyToken(${JSON.stringify(forged)}).catch((e) => e.reason));
        }
        console.log(JSON.stringify(results));
      })();
    `;
    const env = { ...whole(), USER_POOL_ID: pool };
    const forgery = "token-signature";
    expect(await evaluate(source, { env })).toEqual(["eu-west-3", forgery, forgery]);
    expect(attacker.requests).toHaveLength(0);
    expect(service.of("AdminInitiateAuth")).toHaveLength(2);
  });

  test("of a policy", async () => {
    const made = auth.createAuth({ userPoolId: POOL, clientId: CLIENT, keys: { jwks: POOL_KEYS } });
    const expired = sign({
      payload: idClaims({ iss: ISSUER, exp: Math.floor(Date.now() / 1000) }),
    });
    const token = access({ iss: ISSUER, client_id: "another" });
    const pollution = {
      use: "access",
      clientId: null,
      anyClient: true,
      clientIds: ["another"],
      clockTolerance: 600,
    };
    await polluted(pollution, async () => {
      for (const policy of [{ clockTolerance: 0 }, { clientId: CLIENT }, {}]) {
        expect(await verdict(made.verify(token, policy))).toBe("token-use");
        // Twice: the second time it might be remembered.
        for (let i = 0; i < 2; i++) {
          expect(await verdict(made.verify(expired, policy))).toBe("token-expired");
        }
      }
      const access = auth.createAuth({
        userPoolId: POOL,
        clientId: CLIENT,
        keys: { jwks: POOL_KEYS },
        verify: { use: "access" },
      });
      expect(await verdict(access.verifyToken(token))).toBe("token-client");
    });
  });

  test("of a remembered token's clock tolerance", async () => {
    const made = auth.createAuth({ userPoolId: POOL, clientId: CLIENT, keys: { jwks: POOL_KEYS } });
    const now = Date.now();
    const token = sign({ payload: idClaims({ iss: ISSUER, exp: Math.floor(now / 1000) + 60 }) });
    const clock = jest.spyOn(Date, "now").mockReturnValue(now);
    try {
      await polluted({ clockTolerance: 600 }, async () => {
        expect(await verdict(made.verify(token, { use: "id" }))).toBe("resolved");
        clock.mockReturnValue(now + 120_000);
        expect(await verdict(made.verify(token, { use: "id" }))).toBe("token-expired");
      });
    } finally {
      clock.mockRestore();
    }
  });
});

describe("process.env may be", () => {
  const call = async () => {
    await freshCopy().fetchUserByUsername("theseus");
    await auth.createAuth().fetchUserByUsername("theseus");
    expect(service.requests.map(({ body }) => body.UserPoolId)).toEqual([POOL, POOL]);
  };

  test.each([
    ["a plain object", (all) => all],
    ["an object without a prototype", (all) => Object.assign(Object.create(null), all)],
    ["a frozen object", (all) => Object.freeze(all)],
    ["a proxy of an object", (all) => new Proxy(all, {})],
    [
      "a proxy that only answers when it is read",
      (all) => new Proxy({}, { get: (_target, name) => all[name] }),
    ],
    [
      "a proxy that ignores case when it is read, as Jest's on Windows",
      (all) => {
        const lower = Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]);
        const values = Object.fromEntries(lower);
        const names = Object.keys(all).map((name) => [
          `${name.slice(0, 1)}${name.slice(1).toLowerCase()}`,
          "",
        ]);
        return new Proxy(Object.fromEntries(names), {
          get: (_target, name) => values[String(name).toLowerCase()],
        });
      },
    ],
    [
      "an object with values that are no text",
      (all) => ({ ...all, PORT: 3000, NOTHING: undefined, NO: null, OBJECT: {}, AWS_PROFILE: 5 }),
    ],
  ])("%s", async (_name, environmentOf) => {
    restore = useEnvironment();
    process.env = environmentOf(whole());
    await call();
  });

  test("but what is inherited from another object is no variable", async () => {
    restore = useEnvironment();
    process.env = Object.create({ ...whole(), USER_POOL_ID: POOL });
    expect((await refusal(freshCopy().fetchUserByUsername("theseus"))).reason).toBe("config");
    process.env = Object.assign(Object.create({ USER_POOL_ID: "us-east-1_Inherited" }), whole());
    await call();
  });
});

describe("text that no process can be given", () => {
  const ODD = {
    LONE_LEADING: "\ud800",
    LONE_TRAILING: "a\udfffb",
    "NAME\ud800": "x",
    NUL: "a\0b",
    "NAME\0": "x",
    "": "x",
    "A=B": "x",
    ["__proto__"]: "x",
  };

  test("breaks neither calls nor verifications, wherever it is", async () => {
    restore = useEnvironment();
    process.env = { ...ODD, ...whole() };
    await freshCopy().fetchUserByUsername("theseus");
    await auth.createAuth().login("theseus", "Labyrinth1");
    expect(service.requests).toHaveLength(2);
    const made = auth.createAuth({ keys: { jwks: POOL_KEYS } });
    expect(await verdict(made.verifyToken(sign({ payload: idClaims({ iss: ISSUER }) })))).toBe(
      "resolved",
    );
  });

  test.each([
    ["USER_POOL_ID", `${POOL}\ud800`],
    ["COGNITO_CLIENT_ID", `${CLIENT}\ud800`],
    ["COGNITO_CLIENT_SECRET", "S3CRET\ud800"],
    ["COGNITO_CLIENT_SECRET", "S3CRET\0"],
    ["AWS_ACCESS_KEY_ID", "S3CRET\ud800"],
    ["AWS_SECRET_ACCESS_KEY", "S3CRET\0"],
    ["AWS_SESSION_TOKEN", "S3CRET\udfff"],
    ["COGNITO_REGION", "us-east-1\ud800"],
    ["AWS_REGION", "us-east-1\0"],
    ["COGNITO_ISSUER", "https://S3CRET.example/\0"],
    ["COGNITO_JWKS_URI", "https://S3CRET.example/\0"],
    ["COGNITO_AUTH_FLOW", "S3CRET\ud800"],
    ["AWS_PROFILE", "S3CRET\0"],
  ])("is refused in %s, by its name: %j", async (name, value) => {
    restore = useEnvironment();
    process.env = { ...whole(), [name]: value };
    const error = await refusal(freshCopy().login("theseus", "Labyrinth1"));
    expect(error).toMatchObject({ reason: "config", status: 500 });
    expect(error.message).toContain(name);
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("S3CRET");
    expect(service.requests).toHaveLength(0);
  });

  test("breaks nothing in a worker thread's own environment", async () => {
    const source = `
      const { Worker, isMainThread } = require("node:worker_threads");
      if (isMainThread) {
        const env = { ...process.env, LONE: "\\ud800", NUL: "a\\0b", "NAME\\ud800": "x" };
        new Worker(__filename, { env }).once("message", (user) => console.log(JSON.stringify(user)));
      } else {
        const { fetchUserByUsername } = require(process.env.PACKAGE);
        fetchUserByUsername("theseus").then(
          (user) => require("node:worker_threads").parentPort.postMessage(user),
        );
      }
    `;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "environment-"));
    try {
      const file = path.join(folder, "script.js");
      fs.writeFileSync(file, source);
      const env = { ...whole(), PACKAGE: root };
      expect(await evaluate("", { env, file })).toMatchObject({ username: "theseus" });
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** An environment of 10,000 variables, and how often all of them have been listed. */
function countedEnvironment(variables) {
  let listed = 0;
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`MANY_${i}`, `${i}`]));
  const env = new Proxy(
    { ...many, ...variables },
    {
      ownKeys(target) {
        listed += 1;
        return Reflect.ownKeys(target);
      },
    },
  );
  return { env, listed: () => listed };
}

describe("all variables are read", () => {
  const token = () => sign({ payload: idClaims({ iss: ISSUER }) });
  let folder;
  let keys;

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "environment-"));
    keys = await startJwksServer(jwk(rsaPair()));
    restore = useEnvironment();
  });
  afterEach(async () => {
    await keys.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function callAll(variables) {
    const { env, listed } = countedEnvironment({ ...variables, COGNITO_JWKS_URI: keys.url });
    process.env = env;
    const copy = freshCopy();
    const made = copy.createAuth();
    for (const { verifyToken } of [copy, made]) await verifyToken(token());
    await made.verify(token(), { clockTolerance: 5 });
    expect(listed()).toBe(0);
    for (const { login, fetchUserByUsername } of [copy, made, copy, made]) {
      await login("theseus", "Labyrinth1");
      await fetchUserByUsername("theseus");
    }
    return listed();
  }

  test("never for verification, nor with static credentials", async () => {
    expect(await callAll(whole())).toBe(0);
  });

  test("once for each Auth that looks for credentials", async () => {
    const file = path.join(folder, "credentials");
    fs.writeFileSync(file, "[default]\naws_access_key_id = A\naws_secret_access_key = B\n");
    const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _key, ...others } = whole();
    expect(await callAll({ ...others, AWS_SHARED_CREDENTIALS_FILE: file })).toBe(2);
  });
});
