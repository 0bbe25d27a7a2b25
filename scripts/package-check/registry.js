"use strict";

// An npm registry of the check's own (verdaccio), on a free port of 127.0.0.1, with nothing behind it.

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { freePort } = require("../../tools/free-port");
const { nodeOf } = require("./tools");

const START_DEADLINE_MS = 60_000;

const CONFIG = `
storage: ./storage
auth: { htpasswd: { file: ./htpasswd } }
packages: { "**": { access: $all, publish: $authenticated } }
web: { enable: false }
max_body_size: 64mb
log: { type: stdout, format: pretty, level: error }
`;

/** Starts the registry in `folder`: its address, and a token that may publish. */
async function startRegistry(folder, tools) {
  fs.mkdirSync(folder);
  const config = path.join(folder, "config.yaml");
  fs.writeFileSync(config, CONFIG);
  const port = await freePort();
  const bin = path.join(tools, "verdaccio", "bin", "verdaccio");
  // It needs a newer Node.js than we do.
  const child = spawn(
    nodeOf(tools, "node"),
    [bin, "--config", config, "--listen", `127.0.0.1:${port}`],
    {
      cwd: folder,
      // It does not like to be run by root, who runs everything in containers.
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const url = `http://127.0.0.1:${port}/`;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, "exit");
    }
  };
  try {
    await untilItAnswers(url, child);
    return { url, token: await addUser(url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilItAnswers(url, child) {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(`${url}-/ping`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new Error("verdaccio does not answer");
}

async function addUser(url) {
  const response = await fetch(`${url}-/user/org.couchdb.user:publisher`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "publisher", password: "of-no-account" }),
  });
  const { token, error } = await response.json();
  if (!token) throw new Error(`verdaccio takes no user: ${error}`);
  return token;
}

module.exports = { startRegistry };
