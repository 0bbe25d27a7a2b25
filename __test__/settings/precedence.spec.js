"use strict";

// Which of several variables counts, and which of a variable and an option.

const auth = require("../..");
const { POOL, freshCopy, scopeOf, useServiceWorld } = require("../support/service-world");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { refusal } = require("../../tools/outcomes.js");
const { idClaims, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");

const world = useServiceWorld();
const { use } = world;

describe("which variable counts", () => {
  const regionOf = async (over) => {
    use(over);
    await auth.fetchUserByUsername("theseus");
    return scopeOf(world.service.requests.at(-1))[2];
  };

  test("COGNITO_REGION comes before the pool's id", async () => {
    expect(await regionOf({ COGNITO_REGION: "eu-west-3", AWS_REGION: "eu-west-1" })).toBe(
      "eu-west-3",
    );
  });

  test("the pool's id comes before AWS_REGION, which Lambda always sets to its own", async () => {
    for (const over of [{ AWS_REGION: "eu-west-1" }, { COGNITO_REGION: "" }]) {
      expect(await regionOf({ ...over, USER_POOL_ID: "ap-south-2_AbCdEfGhI" })).toBe("ap-south-2");
    }
  });

  test("AWS_REGION comes before AWS_DEFAULT_REGION, for a pool's id without a region", async () => {
    const regions = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-2" };
    const local = { USER_POOL_ID: "local_AbCdEfGhI" };
    expect(await regionOf({ ...local, ...regions })).toBe("eu-west-1");
    expect(await regionOf({ ...local, ...regions, AWS_REGION: undefined })).toBe("eu-west-2");
    expect(await regionOf({ ...local, ...regions, AWS_REGION: "" })).toBe("eu-west-2");
    expect(await regionOf({ ...local, AWS_REGION: undefined })).toBe("local");
  });

  test("AWS_ENDPOINT_URL serves, and the service's own comes first", async () => {
    use({
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: undefined,
      AWS_ENDPOINT_URL: world.service.endpoint,
    });
    await auth.fetchUserByUsername("theseus");
    use({ AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    await auth.fetchUserByUsername("theseus");
    expect(world.service.requests).toHaveLength(2);
  });

  test("COGNITO_CLIENT_SECRET makes SECRET_HASH", async () => {
    use({ COGNITO_CLIENT_SECRET: "client-secret" });
    await auth.login("theseus", "Labyrinth1");
    expect(world.service.requests[0].body.AuthParameters.SECRET_HASH).toMatch(
      /^[A-Za-z0-9+/]{43}=$/,
    );
  });

  test("COGNITO_ISSUER and COGNITO_JWKS_URI move issuer and keys", async () => {
    const server = await startJwksServer(jwk(rsaPair()));
    try {
      const iss = "https://login.example.com/pool";
      use({ COGNITO_ISSUER: iss, COGNITO_JWKS_URI: server.url });
      const copy = freshCopy();
      const token = sign({ payload: idClaims({ iss }) });
      await expect(copy.verifyToken(token)).resolves.toMatchObject({ iss });
      expect((await refusal(copy.verifyToken(sign()))).reason).toBe("token-issuer");
      expect(server.requests).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  test("COGNITO_ISSUER may name several, separated by commas", async () => {
    const [one, two] = ["https://one.example/pool", "https://two.example/pool"];
    use({ COGNITO_ISSUER: `${one}, ${two}` });
    const made = auth.createAuth({ keys: { jwks: jwks(jwk(rsaPair())) } });
    for (const iss of [one, two]) {
      const token = sign({ payload: idClaims({ iss }) });
      await expect(made.verifyToken(token)).resolves.toMatchObject({ iss });
    }
    expect((await refusal(made.verifyToken(sign()))).reason).toBe("token-issuer");
    for (const wrong of [`${one},`, `${one},S3CRET`, `,${one}`, ",", `${one}\n`]) {
      use({ COGNITO_ISSUER: wrong });
      const error = await refusal(freshCopy().login("theseus", "Labyrinth1"));
      expect(error).toMatchObject({ reason: "config", name: "ConfigError" });
      expect(error.message).toContain("COGNITO_ISSUER");
      expect(error.message).not.toContain("S3CRET");
    }
  });

  test("an option of createAuth comes before its variable", async () => {
    use();
    const made = auth.createAuth({
      region: "sa-east-1",
      userPoolId: "us-east-1_Option",
      clientId: "option1client",
      authFlow: "ADMIN_USER_PASSWORD_AUTH",
      credentials: { accessKeyId: "AKIDOPTION", secretAccessKey: "secret" },
    });
    await made.login("theseus", "Labyrinth1");
    const [request] = world.service.requests;
    expect(request.body).toMatchObject({
      UserPoolId: "us-east-1_Option",
      ClientId: "option1client",
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
    });
    expect(
      scopeOf(request)
        .slice(0, 3)
        .filter((_, at) => at !== 1),
    ).toEqual(["AKIDOPTION", "sa-east-1"]);
  });

  test("an option that is left out falls back to its variable", async () => {
    use({ COGNITO_CLIENT_ID: "variable1client", COGNITO_CLIENT_SECRET: "secret" });
    await auth.createAuth({ maxAttempts: 1 }).login("theseus", "Labyrinth1");
    use({ USER_POOL_ID: undefined, COGNITO_CLIENT_ID: "variable1client" });
    await auth.createAuth({ userPoolId: "us-east-1_Option" }).login("theseus", "Labyrinth1");
    expect(world.service.requests.map(({ body }) => [body.UserPoolId, body.ClientId])).toEqual([
      [POOL, "variable1client"],
      ["us-east-1_Option", "variable1client"],
    ]);
    expect(world.service.requests[0].body.AuthParameters).toHaveProperty("SECRET_HASH");
  });

  test("half of a pair of credentials is none, and their token does not go with others", async () => {
    use({ AWS_SESSION_TOKEN: "of-other-keys" });
    const made = auth.createAuth({
      credentials: { accessKeyId: "AKIDOPTION", secretAccessKey: "secret" },
    });
    await made.fetchUserByUsername("theseus");
    expect(world.service.requests[0].headers).not.toHaveProperty("x-amz-security-token");
  });
});
