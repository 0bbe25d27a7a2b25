"use strict";

// What both kinds of emulator are made with.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const sdk = require("@aws-sdk/client-cognito-identity-provider");

// The SDK announces on standard error which versions of Node it will need one day. That is no news for our users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const REGION = "us-east-1";

/** That of a registration. ministack has no other; no messages are sent in which it could stand. */
const CODE = "123456";

function makeClient(endpoint, credentials) {
  return new sdk.CognitoIdentityProviderClient({ region: REGION, endpoint, credentials });
}

function makeDataFolder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), "cognito-emulator-"));
}

function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Runs `stop` at most once, however often it is asked for, and `lastResort` (synchronous) if the process ends before. */
function stopOnce(stop, lastResort) {
  let stopped;
  process.once("exit", lastResort);
  return () => {
    stopped ??= stop().finally(() => process.removeListener("exit", lastResort));
    return stopped;
  };
}

module.exports = { CODE, REGION, makeClient, makeDataFolder, removeFolder, stopOnce };
