"use strict";

// What takes too long for `npm test`: each part in a process of its own. Names of parts may be given.

const path = require("node:path");
const { parseArgs } = require("node:util");
const { run, timed } = require("../tools/steps");

const PARTS = ["tokens", "verifications", "logins", "workers"];

async function main(names) {
  const unknown = names.filter((name) => !PARTS.includes(name));
  if (unknown.length > 0) throw new Error(`there are only the parts ${PARTS.join(", ")}`);
  for (const name of names.length > 0 ? names : PARTS) {
    const file = path.join(__dirname, "soak", `${name}.js`);
    const code = await timed("soak", name, () => run(process.execPath, ["--expose-gc", file], {}));
    if (code !== 0) throw new Error(`${name} failed`);
  }
}

main(parseArgs({ allowPositionals: true }).positionals).catch((error) => {
  console.error(`soak: ${error.message}`);
  process.exitCode = 1;
});
