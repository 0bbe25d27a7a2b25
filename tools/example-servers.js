"use strict";

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const path = require("node:path");
const readline = require("node:readline");
const root = require("./root");

const serverOf = (example) => path.join(root, "examples", example, "server.js");
const START_DEADLINE_MS = 30_000;
const MESSAGE_DEADLINE_MS = 5_000;

/** The tutorial's application, here or copied elsewhere. */
const startGameServer = (env, server = serverOf("turn-based-game")) => startServer(env, server);

/** The small site. */
const startWebApp = (env) => startServer(env, serverOf("web-app"));

/** Runs an example's server as a process of its own, on a free port. */
async function startServer(env, server) {
  const child = spawn(
    process.execPath,
    ["--require", require.resolve("./exit-with-parent"), server],
    {
      env: { ...env, PORT: "0" },
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    },
  );
  const ended = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
  });
  const lines = readline.createInterface({ input: child.stdout });
  const listening = await Promise.race([
    once(lines, "line", { signal: AbortSignal.timeout(START_DEADLINE_MS) }).then(([line]) => line),
    ended.then((how) => {
      throw new Error(`the application ended with ${how} as it started`);
    }),
  ]);
  const messages = [];
  lines.on("line", (line) => messages.push(line));

  return {
    url: listening.replace("Listening on ", ""),
    pid: child.pid,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,

    /** The next `count` messages. The answer to a request may arrive before what was printed earlier. */
    async takeMessages(count) {
      const deadline = Date.now() + MESSAGE_DEADLINE_MS;
      while (messages.length < count && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return messages.splice(0);
    },

    async stop() {
      child.kill();
      await ended;
    },
  };
}

module.exports = { startGameServer, startWebApp };
