"use strict";

// What the examples share: an Auth, running code of a document, and servers.

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { createAuth } = require("cognito-auth-native");

const auth = createAuth();

/** Runs code whose free names are `scope`'s, as in the application around it, and returns the values of `wanted`. */
async function runCode(code, scope, wanted = []) {
  const AsyncFunction = (async () => {}).constructor;
  const body = `"use strict";\n${code}\nreturn { ${wanted.join(", ")} };`;
  return new AsyncFunction(...Object.keys(scope), body)(...Object.values(scope));
}

/** Runs code that is a whole ES module, and returns what it exports. */
function runModule(code) {
  const file = path.join(process.cwd(), "example.mjs");
  fs.writeFileSync(file, code);
  return import(pathToFileURL(file));
}

/** Starts a server of Node.js on a free port, and resolves to its URL. */
function listening(server) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

/** Serves a function from a Fetch request to a response. */
async function serveFetch(fetch) {
  const { serve } = await import("@hono/node-server");
  return new Promise((resolve) => {
    serve({ fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    );
  });
}

module.exports = { auth, listening, runCode, runModule, serveFetch };
