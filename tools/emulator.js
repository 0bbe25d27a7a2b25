"use strict";

// A Cognito emulator of one's own: on a free port of 127.0.0.1, with a data folder that goes when it goes.

const sdk = require("@aws-sdk/client-cognito-identity-provider");
const { REGION } = require("./emulator/backend");
const { startCognitoLocal } = require("./emulator/cognito-local");
const { startMinistack } = require("./emulator/ministack");
const python = require("./python");

const KINDS = ["ministack", "cognito-local"];

/** The kinds that can be started here. cognito-local always can, ministack needs the project's `.venv`. */
function availableKinds() {
  return KINDS.filter((kind) => kind !== "ministack" || python.ministack.isInstalled());
}

/**
 * Starts an emulator. What it resolves to is the same for both kinds:
 *
 * - `kind`, `endpoint`, `region`, `authFlow` (the one of the tutorial's flow's two names that it knows)
 * - `createPool(options)` → `{ userPoolId, clientId, clientSecret?, environment }`, and `environment(pool)`
 * - `call(operation, input)` for any further call, `client` for the SDK's own, both with `credentials`
 * - `createCredentials(allowedActions)` → keys that are allowed only those, such as `["cognito-idp:AdminGetUser"]`
 * - `stop()`
 *
 * Call `stop()` in the end. ministack and its folder go in any case, even if this process is killed; the folder of
 * cognito-local stays behind in a process that is killed, and in Jest, whose sandbox sees no end of the process.
 *
 * @param {{ kind?: "ministack" | "cognito-local" }} [options] Without a kind: ministack where it is installed.
 */
async function startEmulator({ kind = availableKinds()[0] } = {}) {
  if (!KINDS.includes(kind)) {
    throw new Error(`There is no emulator "${kind}", only ${KINDS.join(" and ")}`);
  }
  if (!availableKinds().includes(kind)) {
    throw new Error(`${kind} is not installed: run "npm run setup", which says what is missing`);
  }
  const backend = await (kind === "ministack" ? startMinistack() : startCognitoLocal());
  return makeEmulator(kind, backend);
}

function makeEmulator(kind, { endpoint, credentials, createCredentials, client, stop }) {
  const authFlow = kind === "ministack" ? "ADMIN_NO_SRP_AUTH" : "ADMIN_USER_PASSWORD_AUTH";

  /** Makes any call of the API: `call("AdminDisableUser", { UserPoolId, Username })`. */
  function call(operation, input) {
    return client.send(new sdk[`${operation}Command`](input));
  }

  /**
   * Creates a user pool and an app client, by default those of the tutorial.
   *
   * @param {object} [options]
   * @param {string} [options.name]
   * @param {boolean} [options.clientSecret]
   * @param {string[]} [options.explicitAuthFlows]
   * @param {object} [options.poolSettings] Further parameters of CreateUserPool.
   * @param {object} [options.clientSettings] Further parameters of CreateUserPoolClient.
   */
  async function createPool({
    name = "turn-based-users",
    clientSecret = false,
    explicitAuthFlows = ["ADMIN_NO_SRP_AUTH"],
    poolSettings = {},
    clientSettings = {},
  } = {}) {
    const { UserPool } = await call("CreateUserPool", {
      PoolName: name,
      Policies: {
        PasswordPolicy: {
          MinimumLength: 8,
          RequireUppercase: true,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: false,
        },
      },
      Schema: [
        { Name: "phone_number", AttributeDataType: "String", Mutable: true, Required: true },
      ],
      ...poolSettings,
    });
    const { UserPoolClient } = await call("CreateUserPoolClient", {
      UserPoolId: UserPool.Id,
      ClientName: "turn-based-backend",
      GenerateSecret: clientSecret,
      ExplicitAuthFlows: explicitAuthFlows,
      ...clientSettings,
    });
    const pool = { userPoolId: UserPool.Id, clientId: UserPoolClient.ClientId };
    if (UserPoolClient.ClientSecret) {
      pool.clientSecret = UserPoolClient.ClientSecret;
    }
    return { ...pool, environment: environment(pool) };
  }

  /** The environment variables to set for a pool, and nothing but them. */
  function environment({ userPoolId, clientId, clientSecret }) {
    return {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint,
      USER_POOL_ID: userPoolId,
      COGNITO_CLIENT_ID: clientId,
      ...(clientSecret && { COGNITO_CLIENT_SECRET: clientSecret }),
      // cognito-local knows the tutorial's flow by its newer name only, and issues tokens in its own name.
      ...(kind === "cognito-local" && {
        COGNITO_AUTH_FLOW: authFlow,
        COGNITO_ISSUER: `${endpoint}/${userPoolId}`,
      }),
    };
  }

  return {
    kind,
    endpoint,
    region: REGION,
    authFlow,
    credentials,
    createCredentials,
    client,
    call,
    createPool,
    environment,
    stop,
  };
}

/**
 * The environment for a child process that is to see nothing but an emulator: without the AWS settings of whoever
 * runs this, such as a session token that goes with other keys, and without a proxy between it and 127.0.0.1.
 */
function environmentWithoutAws(env = process.env) {
  const foreign = /^(AWS_.*|COGNITO_.*|USER_POOL_ID|(HTTPS?|ALL)_PROXY)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

module.exports = { availableKinds, environmentWithoutAws, startEmulator };
