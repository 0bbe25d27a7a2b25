"use strict";

// process.env that changes between two calls of one Auth.

const path = require("node:path");
const cognito = require("../../index.js");
const { keys, signer, useCredentialWorld } = require("../support/credential-world");
const { refusal } = require("../../tools/outcomes.js");
const { CLIENT, POOL } = require("../../tools/testing/service-server.js");
const { idClaims, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");

const { createAuth } = cognito;
const world = useCredentialWorld();
const { only, signers, use, variables, write } = world;
const ask = (auth = cognito) => auth.fetchUserByUsername("theseus");

describe("process.env that changes between two calls of one Auth", () => {
  const ENV = (key) => ({ AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: "x" });

  test("set after createAuth(), as dotenv does after an import", async () => {
    only();
    const auth = createAuth();
    world.service.serveKeys(POOL, jwks(jwk(rsaPair())));
    const claims = idClaims({ aud: CLIENT });
    const token = sign({ payload: claims });
    expect((await refusal(auth.verifyToken(token))).reason).toBe("config");
    expect((await refusal(auth.login("theseus", "p"))).reason).toBe("config");
    Object.assign(process.env, variables(ENV("AKIDLATE")));
    expect(await auth.verifyToken(token)).toEqual(claims);
    expect(await auth.login("theseus", "p")).toBe("header.payload.sig");
    expect(world.service.of("AdminInitiateAuth").map(signer)).toEqual(["AKIDLATE"]);
  });

  test("rotated keys, and a session token that comes and goes", async () => {
    use(ENV("AKIDONE"));
    const auth = createAuth();
    await ask(auth);
    process.env.AWS_ACCESS_KEY_ID = "AKIDTWO";
    process.env.AWS_SESSION_TOKEN = "token";
    await ask(auth);
    delete process.env.AWS_SESSION_TOKEN;
    await ask(auth);
    const tokens = world.service.requests.map(({ headers }) => headers["x-amz-security-token"]);
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO", "AKIDTWO"]);
    expect(tokens).toEqual([undefined, "token", undefined]);
  });

  test("keys that are deleted give way to the sources, and back", async () => {
    use({ ...world.container.variable, ...ENV("AKIDENV") });
    const auth = createAuth();
    await ask(auth);
    delete process.env.AWS_SECRET_ACCESS_KEY;
    await ask(auth);
    process.env.AWS_SECRET_ACCESS_KEY = "x";
    await ask(auth);
    expect(signers()).toEqual(["AKIDENV", "AKIDCONTAINER", "AKIDENV"]);
  });

  test("sources are asked also if Object.prototype has credentials", async () => {
    use(world.container.variable);
    Object.defineProperty(Object.prototype, "credentials", { value: {}, configurable: true });
    try {
      await ask(createAuth());
    } finally {
      delete Object.prototype.credentials;
    }
    expect(signers()).toEqual(["AKIDCONTAINER"]);
  });

  test("a profile, a container, a pool and a client", async () => {
    write("credentials", `[default]\n${keys("AKIDONE")}[games]\n${keys("AKIDTWO")}`);
    const auth = createAuth();
    await ask(auth);
    process.env.AWS_PROFILE = "games";
    await ask(auth);
    delete process.env.AWS_PROFILE;
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(world.home, "nowhere");
    Object.assign(process.env, world.container.variable);
    process.env.USER_POOL_ID = "us-east-1_Other";
    process.env.COGNITO_CLIENT_ID = "otherclient";
    await auth.login("theseus", "p");
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO", "AKIDCONTAINER"]);
    expect(world.service.requests.map(({ body }) => body.UserPoolId)).toEqual([
      POOL,
      POOL,
      "us-east-1_Other",
    ]);
    expect(world.service.requests.at(-1).body.ClientId).toBe("otherclient");
  });

  test("the address of all services, beside one of Cognito's own: sources of credentials are asked there", async () => {
    use({
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ROLE_ARN: "arn:aws:iam::1:role/a",
      AWS_WEB_IDENTITY_TOKEN_FILE: write("token", "token"),
    });
    const auth = createAuth();
    expect((await refusal(ask(auth))).reason).toBe("aws-credentials");
    process.env.AWS_ENDPOINT_URL = world.container.url;
    await ask(auth);
    expect(signers()).toEqual(["AKIDCONTAINER"]);
  });

  test("does not replace options", async () => {
    use(ENV("AKIDENV"));
    const auth = createAuth({
      userPoolId: "us-east-1_Option",
      credentials: { accessKeyId: "AKIDOPTION", secretAccessKey: "x" },
      endpoint: world.service.endpoint,
    });
    await ask(auth);
    Object.assign(process.env, ENV("AKIDTWO"), {
      USER_POOL_ID: "us-east-1_Other",
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: world.container.url,
      AWS_PROFILE: "nowhere",
    });
    await ask(auth);
    expect(signers()).toEqual(["AKIDOPTION", "AKIDOPTION"]);
    expect(world.service.requests.map(({ body }) => body.UserPoolId)).toEqual([
      "us-east-1_Option",
      "us-east-1_Option",
    ]);
  });

  test("that becomes malformed fails the call, and no later one", async () => {
    use(ENV("AKIDONE"));
    const auth = createAuth();
    await ask(auth);
    process.env.AWS_SECRET_ACCESS_KEY = "S3CRET\n";
    const error = await refusal(ask(auth));
    expect(error.reason).toBe("config");
    expect(error.message).toContain("AWS_SECRET_ACCESS_KEY");
    Object.assign(process.env, ENV("AKIDTWO"));
    await ask(auth);
    expect(signers()).toEqual(["AKIDONE", "AKIDTWO"]);
  });

  test("calls at once have the environment of their start", async () => {
    use(ENV("AKIDONE"));
    const auth = createAuth();
    const calls = [];
    for (const key of ["AKIDONE", "AKIDTWO", "AKIDTHREE", "AKIDONE"]) {
      process.env.AWS_ACCESS_KEY_ID = key;
      calls.push(ask(auth));
    }
    await Promise.all(calls);
    expect(signers().sort()).toEqual(["AKIDONE", "AKIDONE", "AKIDTHREE", "AKIDTWO"]);
  });
});
