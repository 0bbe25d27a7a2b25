"use strict";

// Settings that are missing from process.env or wrong: the first call that needs one reports it by its name.

const auth = require("../..");
const { evaluate } = require("../support/child.js");
const { CALLS, POOL, freshCopy, useServiceWorld } = require("../support/service-world");
const { refusal } = require("../../tools/outcomes.js");
const { CLIENT, sign } = require("../../tools/testing/tokens.js");

const world = useServiceWorld();
const { only, use } = world;

describe("what is missing is named, with its cure", () => {
  const MISSING_POOL = "Missing required key 'UserPoolId' in params";
  const MISSING_CLIENT = "Missing required key 'ClientId' in params";

  async function expectMissing(call, beginning, variable, name) {
    const error = await refusal(call());
    expect(error).toBeInstanceOf(auth.AuthError);
    expect(error).toMatchObject({ name, code: name, reason: "config", status: 500 });
    expect(error.message.startsWith(beginning)).toBe(true);
    expect(error.message).toContain(variable);
    // It says more than the original: what to do.
    expect(error.message.length).toBeGreaterThan(beginning.length + variable.length + 20);
    expect(world.service.requests).toHaveLength(0);
  }

  test.each(CALLS)("USER_POOL_ID, by %s", async (_name, call) => {
    use({ USER_POOL_ID: undefined });
    await expectMissing(call, MISSING_POOL, "USER_POOL_ID", "MissingRequiredParameter");
  });

  test.each(CALLS)("USER_POOL_ID that is empty, by %s", async (_name, call) => {
    use({ USER_POOL_ID: "" });
    await expectMissing(call, MISSING_POOL, "USER_POOL_ID", "MissingRequiredParameter");
  });

  test.each(CALLS.slice(0, 2))("COGNITO_CLIENT_ID, by %s", async (_name, call) => {
    use({ COGNITO_CLIENT_ID: undefined });
    await expectMissing(call, MISSING_CLIENT, "COGNITO_CLIENT_ID", "MissingRequiredParameter");
  });

  test("COGNITO_CLIENT_ID is not needed by fetchUserByUsername", async () => {
    use({ COGNITO_CLIENT_ID: undefined });
    await expect(auth.fetchUserByUsername("theseus")).resolves.toBeTruthy();
  });

  test.each(CALLS)("the region, by %s", async (_name, call) => {
    // The pool's id begins with nothing that could be a region.
    use({ AWS_REGION: undefined, USER_POOL_ID: "my_own_pool_AbC" });
    await expectMissing(call, "Missing region in config", "AWS_REGION", "ConfigError");
  });

  test.each([
    ["USER_POOL_ID", { USER_POOL_ID: undefined }],
    ["COGNITO_CLIENT_ID", { COGNITO_CLIENT_ID: undefined }],
    ["AWS_REGION", { AWS_REGION: undefined, USER_POOL_ID: "my_own_pool_AbC" }],
  ])("%s, by verifyToken", async (variable, over) => {
    use(over);
    const error = await refusal(freshCopy().verifyToken(sign()));
    expect(error).toMatchObject({ reason: "config", status: 500 });
    expect(error).not.toBeInstanceOf(auth.JsonWebTokenError);
    expect(error.message).toContain(variable);
    expect(world.service.requests).toHaveLength(0);
  });

  test("verifyToken without a token says that first", async () => {
    use({ USER_POOL_ID: undefined });
    const error = await refusal(freshCopy().verifyToken(undefined));
    expect(error.message).toBe("jwt must be provided");
  });

  test("everything, by every function: rejections, never throws", async () => {
    only();
    const copy = freshCopy();
    for (const call of [
      () => copy.createCognitoUser("theseus", "Labyrinth1"),
      () => copy.login("theseus", "Labyrinth1"),
      () => copy.fetchUserByUsername("theseus"),
      () => copy.verifyToken(sign()),
    ]) {
      expect((await refusal(call())).reason).toBe("config");
    }
  });

  test("credentials, before SignUp goes out", async () => {
    const source = `
      const { createCognitoUser, login, fetchUserByUsername, AuthError } = require("./index.js");
      const calls = [createCognitoUser("a", "b"), login("a", "b"), fetchUserByUsername("a")];
      Promise.allSettled(calls).then((outcomes) => console.log(JSON.stringify(
        outcomes.map(({ reason }) => ({ ...reason, name: reason?.name, ours: AuthError.is(reason) })))));
    `;
    const env = {
      AWS_REGION: "us-east-1",
      USER_POOL_ID: POOL,
      COGNITO_CLIENT_ID: CLIENT,
      AWS_ENDPOINT_URL: world.service.endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const outcomes = await evaluate(source, { env });
    expect(outcomes).toHaveLength(3);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        ours: true,
        name: "CredentialsError",
        code: "CredentialsError",
        reason: "aws-credentials",
        status: 500,
      });
      expect(outcome.message).toMatch(/^Missing credentials in config/);
      expect(outcome.message).toContain("AWS_ACCESS_KEY_ID");
    }
    expect(outcomes[0].stage).toBe("sign-up");
    expect(world.service.requests).toHaveLength(0);
  });
});

describe("what is wrong is named, and never shown", () => {
  test.each([
    ["USER_POOL_ID", "S3CRET/../x"],
    ["COGNITO_CLIENT_ID", "S3CRET S3CRET"],
    ["AWS_REGION", "S3CRET.example.com"],
    ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "S3CRET"],
    ["COGNITO_ISSUER", "S3CRET"],
    ["COGNITO_JWKS_URI", "http://S3CRET.example.com/keys"],
    ["COGNITO_AUTH_FLOW", "S3CRET"],
    ["COGNITO_STATE_KEY", "S3CRET"],
  ])("%s", async (variable, value) => {
    use({ [variable]: value });
    const copy = freshCopy();
    for (const call of [
      () => copy.createCognitoUser("theseus", "Labyrinth1"),
      () => copy.login("theseus", "Labyrinth1"),
      () => copy.fetchUserByUsername("theseus"),
      () => copy.verifyToken(sign()),
    ]) {
      const error = await refusal(call());
      expect(error).toMatchObject({ reason: "config", status: 500 });
      expect(error.message).toContain(variable);
      expect(`${error.stack}${JSON.stringify(error)}`).not.toContain("S3CRET");
    }
    expect(world.service.requests).toHaveLength(0);
  });

  test("an invalid region in the original's words", async () => {
    use({ AWS_REGION: "us east 1" });
    const error = await refusal(freshCopy().fetchUserByUsername("theseus"));
    expect(error).toMatchObject({ name: "ConfigError", code: "ConfigError" });
    expect(error.message).toMatch(/^Invalid region in config/);
  });
});
