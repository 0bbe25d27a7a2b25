"use strict";

// The site in this process, on a test pool of its own.

const crypto = require("node:crypto");
const http = require("node:http");
const { createAuth } = require("cognito-auth-native");
const { createTestPool } = require("cognito-auth-native/testing.js");
const { createApp } = require("../app");
const { createBrowser } = require("./browser");

/** `options` are those of the test pool. */
async function startSite(options) {
  const pool = await createTestPool(options);
  const auth = createAuth({
    ...pool.options,
    stateKey: crypto.randomBytes(32).toString("base64url"),
  });
  const server = http.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${server.address().port}`;
  const logged = [];
  server.on("request", createApp({ auth, origin, log: (error) => logged.push(error.reason) }));
  return {
    pool,
    auth,
    origin,
    /** The reasons of the errors that the operator was told. */
    logged,
    openBrowser: () => createBrowser(() => origin),
    async stop() {
      server.close();
      server.closeAllConnections();
      await pool.stop();
    },
  };
}

module.exports = { startSite };
