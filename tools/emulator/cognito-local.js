"use strict";

// cognito-local: in this process.

const fs = require("node:fs");
const path = require("node:path");
const { CODE, makeClient, makeDataFolder, removeFolder, stopOnce } = require("./backend");

/**
 * Built from its inner parts, because its own front door reads `.cognito` in the working directory and PORT and HOST
 * as it is loaded, and because the parts that are left out load all of aws-sdk v2.
 */
async function startCognitoLocal() {
  const part = (name) => require(`cognito-local/lib/${name}`);
  const { DateClock } = part("services/clock");
  const { CognitoServiceFactoryImpl } = part("services/cognitoService");
  const { StormDBDataStoreFactory } = part("services/dataStore/stormDb");
  const { MessagesService } = part("services/messages");
  const { JwtTokenGenerator } = part("services/tokenGenerator");
  const { UserPoolServiceFactoryImpl } = part("services/userPoolService");
  const { createServer } = part("server/server");
  const { UnsupportedError } = part("errors");
  const packageFolder = path.dirname(require.resolve("cognito-local/package.json"));
  const pino = require(require.resolve("pino", { paths: [packageFolder] }));

  const folder = makeDataFolder();
  const logger = pino({ level: "silent" });
  const clock = new DateClock();
  const stores = new StormDBDataStoreFactory(folder);
  const userPools = new UserPoolServiceFactoryImpl(clock, stores);
  const cognito = await new CognitoServiceFactoryImpl(folder, stores, userPools).create(
    { logger },
    {},
  );
  const triggers = { enabled: () => false };
  const delivery = { deliver: async () => {} };
  const tokens = {};
  const config = { UserPoolDefaults: {}, TokenConfig: tokens, TriggerFunctions: {} };
  const services = {
    clock,
    cognito,
    config,
    messages: new MessagesService(triggers, delivery),
    otp: () => CODE,
    tokenGenerator: new JwtTokenGenerator(clock, triggers, tokens),
    triggers,
  };
  // Its own router loads every operation, and those for one-time passwords need a library of ES modules alone, which
  // neither Jest nor early Node 20 can require.
  const operations = new Set(fs.readdirSync(path.join(packageFolder, "lib", "targets")));
  const route = (name) => {
    const file = `${name[0].toLowerCase()}${name.slice(1)}.js`;
    if (!operations.has(file)) {
      return () =>
        Promise.reject(new UnsupportedError(`Unsupported x-amz-target header "${name}"`));
    }
    const answer = part(`targets/${file}`)[name](services);
    return answer;
  };
  const options = { hostname: "127.0.0.1", port: 0, development: false, https: false };
  const front = createServer(route, logger, options, services);
  // Express prints every error to the console unless it believes that it is being tested.
  front.application.set("env", "test");
  const server = await front.start();
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  // Read whenever a token is made, so the port need not be known before the server listens.
  tokens.IssuerDomain = endpoint;
  server.unref();

  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = makeClient(endpoint, credentials);
  // It looks at no key.
  const createCredentials = async () => credentials;
  const stop = stopOnce(
    async () => {
      client.destroy();
      server.close();
      server.closeAllConnections();
      removeFolder(folder);
    },
    () => removeFolder(folder),
  );
  return { endpoint, credentials, createCredentials, client, stop };
}

module.exports = { startCognitoLocal };
