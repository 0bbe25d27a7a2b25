"use strict";

// The two AWS SDKs for JavaScript, asked where they send a request: version 2, which the original uses, and version 3.

const { createRequire } = require("node:module");
const path = require("node:path");
const {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
} = require("@aws-sdk/client-cognito-identity-provider");

const reference = createRequire(path.join(__dirname, "..", "reference", "package.json"));
const AWS = reference("aws-sdk");

/** Version 3 warns of variables that it prefers to others. */
const logger = { debug() {}, error() {}, info() {}, trace() {}, warn() {} };

const user = (poolId) => ({ UserPoolId: poolId, Username: "theseus" });

/** The host that version 2 sends to, with the settings that `process.env` and its files have now. */
function hostOfV2() {
  const config = new AWS.Config({ region: process.env.AWS_REGION });
  return new AWS.CognitoIdentityServiceProvider(config).endpoint.host;
}

/** The first host that version 3 sends to, without sending; `{ refused }` with its message if it sends to none. */
async function hostOfV3(poolId) {
  const hosts = [];
  const requestHandler = {
    metadata: { handlerProtocol: "http/1.1" },
    async handle({ hostname, port }) {
      hosts.push(port === undefined ? hostname : `${hostname}:${port}`);
      throw new Error("not sent");
    },
  };
  const client = new CognitoIdentityProviderClient({ logger, requestHandler });
  const refused = await client.send(new AdminGetUserCommand(user(poolId))).then(
    () => undefined,
    ({ message }) => message,
  );
  return hosts[0] ?? { refused };
}

/** Sends a request with version 3, whatever becomes of it. */
async function sendByV3(poolId) {
  const client = new CognitoIdentityProviderClient({ logger });
  await client.send(new AdminGetUserCommand(user(poolId))).catch(() => {});
}

/** The variables with which version 2 reads both files, and does not write to stderr. */
const OF_V2 = { AWS_SDK_LOAD_CONFIG: "1", AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1" };

/** Two requests with version 2 on its default chain of credentials, and `between()` them. */
async function callTwiceWithV2({ endpoint, poolId, between }) {
  const config = new AWS.Config({ endpoint, region: "us-east-1" });
  const client = new AWS.CognitoIdentityServiceProvider(config);
  await client.adminGetUser(user(poolId)).promise();
  between();
  await client.adminGetUser(user(poolId)).promise();
}

module.exports = { OF_V2, callTwiceWithV2, hostOfV2, hostOfV3, sendByV3 };
