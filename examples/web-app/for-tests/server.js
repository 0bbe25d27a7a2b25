"use strict";

// For the tests: the real server with its two processes, on a test pool of its own.

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const path = require("node:path");
const readline = require("node:readline");
const { createTestPool } = require("cognito-auth-native/testing.js");
const { createBrowser } = require("./browser");

/** `options` are those of the test pool. */
async function startServer(options) {
  const pool = await createTestPool(options);
  const env = { ...process.env, ...pool.environment, PORT: "0", COGNITO_STATE_KEY: "" };
  const server = spawn(process.execPath, [path.join(__dirname, "..", "server.js")], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  server.stderr.setEncoding("utf8").on("data", (part) => {
    log += part;
  });
  const [line] = await once(readline.createInterface({ input: server.stdout }), "line");
  const url = line.replace("Listening on ", "");
  return {
    pool,
    url,
    /** Each request of it goes to the other process. */
    openBrowser: () => createBrowser(() => url),
    /** Resolves to what the operator was told: what users do wrong is not the operator's business. */
    async stop() {
      server.kill();
      await once(server, "close");
      await pool.stop();
      return log;
    },
  };
}

const noticeOf = ({ text }) => /role="status">([^<]*)</.exec(text)?.[1];

module.exports = { noticeOf, startServer };
