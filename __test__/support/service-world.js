"use strict";

// For specs of settings: a service, and an environment that names it.

const auth = require("../..");
const { useEnvironment } = require("./environment.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT } = require("../../tools/testing/tokens.js");

const POOL = "us-east-1_AbCdEfGhI";

/** The functions that call Cognito, by name. */
const CALLS = [
  ["createCognitoUser", () => auth.createCognitoUser("theseus", "Labyrinth1")],
  ["login", () => auth.login("theseus", "Labyrinth1")],
  ["fetchUserByUsername", () => auth.fetchUserByUsername("theseus")],
];

/** A copy of the package that has made no default Auth yet. */
function freshCopy() {
  let copy;
  jest.isolateModules(() => {
    copy = require("../..");
  });
  return copy;
}

/** The parts of a signature's scope: access key, day, region, service. */
const scopeOf = (request) => /Credential=([^,]+)/.exec(request.headers.authorization)[1].split("/");

/** For the tests of a file: a service, cleared before each of them, and `use`, which sets an environment for one test. */
function useServiceWorld() {
  const world = { service: undefined };
  let restore;

  beforeAll(async () => {
    world.service = await startServiceServer();
  });
  afterAll(() => world.service.stop());
  beforeEach(() => world.service.clear());
  afterEach(() => restore?.());

  /** Sets these variables and no others of AWS. */
  function only(env) {
    restore?.();
    restore = useEnvironment(env);
  }

  /** A whole environment; `over` changes variables, undefined removes one. */
  function use(over = {}) {
    const all = {
      AWS_REGION: "us-east-1",
      USER_POOL_ID: POOL,
      COGNITO_CLIENT_ID: CLIENT,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: world.service.endpoint,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      ...over,
    };
    const set = Object.entries(all).filter(([, value]) => value !== undefined);
    only(Object.fromEntries(set));
  }
  return Object.assign(world, { only, use });
}

module.exports = { CALLS, POOL, freshCopy, scopeOf, useServiceWorld };
