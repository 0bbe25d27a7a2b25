"use strict";

// The packages as their users get them: in a registry of this machine's, which has nothing else.

const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { startRegistry } = require("./registry");
const { Sandbox } = require("./sandbox");
const { CLIENT, POOL, REGION, idClaims, jwk, jwks, rsaPair, sign } = require("../testing/tokens");

/**
 * Starts a registry in `folder` and publishes the tarballs to it, and for the other platforms of `known` packages without an
 * addon, which cannot be built here: package managers choose by package.json. `tools` is the node_modules that has verdaccio.
 */
async function publishPackages({ folder, tools, tarballs, known, isOwn }) {
  const registry = await startRegistry(path.join(folder, "registry"), tools);
  try {
    const sandbox = new Sandbox(folder, registry);
    const cwd = sandbox.project();
    const [others, mine] = [false, true].map((wanted) =>
      known.filter(({ description }) => isOwn(description) === wanted),
    );
    for (const { description, own } of others) {
      const placeholder = sandbox.project({ "package.json": JSON.stringify(description) });
      fs.copyFileSync(path.join(own, "README.md"), path.join(placeholder, "README.md"));
      await sandbox.npm(["publish", placeholder], { cwd });
    }
    const ownName = mine[0].description.name;
    const own = tarballs.find(({ name }) => name === ownName);
    const main = tarballs.find(({ name }) => !known.some((one) => one.description.name === name));
    for (const { file } of [own, main]) await sandbox.npm(["publish", file], { cwd });
    const published = [own.name, main.name, ...others.map(({ description }) => description.name)];
    return { registry, sandbox, own, main, published };
  } catch (error) {
    await registry.stop();
    throw error;
  }
}

/** A key set, a token that it verifies, and the options that say so. */
function makeFixture() {
  const sub = crypto.randomUUID();
  return {
    sub,
    token: sign({ payload: idClaims({ sub }) }),
    options: {
      region: REGION,
      userPoolId: POOL,
      clientId: CLIENT,
      keys: { jwks: jwks(jwk(rsaPair())) },
    },
  };
}

module.exports = { makeFixture, publishPackages };
