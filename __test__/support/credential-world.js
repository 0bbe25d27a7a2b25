"use strict";

// A service that accepts one access key, a container that hands one out, and files of profiles. Which credentials were
// taken shows in the signature of the request.

const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { useEnvironment } = require("../support/environment.js");
const {
  CLIENT,
  POOL,
  failure,
  startServiceServer,
} = require("../../tools/testing/service-server.js");

const START_URL = "https://games.awsapps.com/start";
const signer = ({ headers }) => /Credential=([^/]+)/.exec(headers.authorization)?.[1];
const keys = (key) => `aws_access_key_id = ${key}\naws_secret_access_key = x\n`;

/** A server with credentials of a container, STS, and the portal of IAM Identity Center (SSO): good for an hour, with the key that `key` says. */
async function startContainer() {
  const state = { asked: 0, key: "AKIDCONTAINER", wait: undefined };
  const server = http.createServer(async (request, response) => {
    request.resume();
    state.asked += 1;
    await state.wait;
    const until = new Date(Date.now() + 3_600_000).toISOString();
    if (request.method === "POST") {
      response.end(`<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult><Credentials>
        <AccessKeyId>${state.key}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>
        <SessionToken>t</SessionToken><Expiration>${until}</Expiration></Credentials>
        <AssumedRoleUser><AssumedRoleId>AROA:a</AssumedRoleId><Arn>arn:aws:iam::1:role/a</Arn></AssumedRoleUser>
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`);
      return;
    }
    response.setHeader("content-type", "application/json");
    if (request.url.startsWith("/federation/")) {
      const secret = { secretAccessKey: "x", sessionToken: "t", expiration: Date.parse(until) };
      response.end(JSON.stringify({ roleCredentials: { accessKeyId: state.key, ...secret } }));
      return;
    }
    const credentials = { AccessKeyId: state.key, SecretAccessKey: "x", Token: "t" };
    response.end(JSON.stringify({ ...credentials, Expiration: until }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return Object.assign(state, {
    url,
    variable: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/role` },
    clear: () => Object.assign(state, { asked: 0, key: "AKIDCONTAINER", wait: undefined }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/**
 * For the tests of a file: a service, a server of credentials, a home folder, and an environment that names them and has no
 * source of credentials. `valid` is the access key that the service accepts, `refusing` the code for others.
 */
function useCredentialWorld() {
  const world = { home: undefined, service: undefined, container: undefined };
  let restore;

  beforeAll(async () => {
    world.service = await startServiceServer();
    world.container = await startContainer();
  });
  afterAll(async () => {
    await world.service.stop();
    await world.container.stop();
  });
  beforeEach(() => {
    world.home = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-renewal-"));
    world.service.clear();
    world.container.clear();
    world.valid = undefined;
    world.refusing = "ExpiredTokenException";
    for (const operation of ["AdminConfirmSignUp", "AdminInitiateAuth", "AdminGetUser"]) {
      world.service.always(operation, (record, _response, well) =>
        world.valid === undefined || signer(record) === world.valid
          ? well
          : failure(world.refusing, "refused"),
      );
    }
    use();
  });
  afterEach(() => {
    restore();
    fs.rmSync(world.home, { recursive: true, force: true });
  });

  /** The service's variables, and where files would be; no source of credentials. */
  const variables = (env = {}) => ({
    AWS_REGION: "us-east-1",
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: world.service.endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: path.join(world.home, "config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(world.home, "credentials"),
    ...env,
  });

  /** Sets these variables and no others of AWS. */
  function only(env) {
    restore?.();
    restore = useEnvironment(env);
  }

  const use = (env) => only(variables(env));

  /** Writes a file below the home; its path. */
  function write(name, contents) {
    const file = path.join(world.home, name);
    fs.writeFileSync(file, contents);
    return file;
  }

  /** The file that `aws sso login` writes for a session. */
  function sessionFile(session) {
    const folder = path.join(world.home, ".aws", "sso", "cache");
    fs.mkdirSync(folder, { recursive: true });
    return path.join(folder, `${crypto.createHash("sha1").update(session).digest("hex")}.json`);
  }

  function writeSession(session) {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const token = { accessToken: "S3CRET", expiresAt, region: "us-east-1", startUrl: START_URL };
    fs.writeFileSync(sessionFile(session), JSON.stringify(token));
  }

  /** Profiles of the config file that take credentials of sessions, each with a session of its own name. */
  const sessionProfiles = (names) =>
    names
      .map(
        (name) => `[profile ${name}]\nsso_session = ${name}
sso_account_id = 123456789012\nsso_role_name = games
[sso-session ${name}]\nsso_region = us-east-1\nsso_start_url = ${START_URL}\n`,
      )
      .join("");

  /** The variables with which a profile's session is asked for at the world's server. */
  const sessionVariables = (profile) => ({
    HOME: world.home,
    USERPROFILE: world.home,
    AWS_PROFILE: profile,
    AWS_ENDPOINT_URL_SSO: world.container.url,
  });

  const writeKeys = (key) => write("credentials", `[default]\n${keys(key)}`);
  const signers = () => world.service.requests.map(signer);
  return Object.assign(world, {
    only,
    sessionFile,
    sessionProfiles,
    sessionVariables,
    signers,
    use,
    variables,
    write,
    writeKeys,
    writeSession,
  });
}

module.exports = { keys, signer, startContainer, useCredentialWorld };
