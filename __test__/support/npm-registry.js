"use strict";

// A small npm registry on 127.0.0.1: what `npm publish` and a look at a package need, and some ways to go wrong.

const http = require("node:http");

async function startNpmRegistry() {
  /** Package documents by name; one without versions is a reserved name. */
  const packages = new Map();
  /** A status that the registry answers with for a name, instead of its document or a publication. */
  const failures = new Map();
  /** Names whose versions are not listed, as if a cache answered. */
  const hidden = new Set();
  /** The names of what was published, in order. */
  const published = [];
  const registry = { packages, failures, hidden, published, attests: false };

  const server = http.createServer(async (request, response) => {
    const name = decodeURIComponent(request.url.slice(1).split("?")[0]);
    const answer = (status, body) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    let text = "";
    for await (const part of request) text += part;
    const failure = failures.get(`${request.method} ${name}`);
    if (failure !== undefined) return answer(failure, { error: "as the test wants it" });
    if (request.method === "PUT") {
      const { versions } = JSON.parse(text);
      for (const one of Object.values(versions)) {
        if (registry.attests) one.dist.attestations = { provenance: {} };
      }
      const document = packages.get(name) ?? { name, versions: {} };
      packages.set(name, { ...document, versions: { ...document.versions, ...versions } });
      published.push(name);
      return answer(201, { ok: true });
    }
    const document = packages.get(name);
    if (document === undefined) return answer(404, { error: "not found" });
    return answer(200, hidden.has(name) ? { name, versions: {} } : document);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  registry.url = `http://127.0.0.1:${server.address().port}/`;
  registry.stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return registry;
}

module.exports = { startNpmRegistry };
